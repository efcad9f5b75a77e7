"""`daihuo check DATASET`: all problems of a dataset folder at once, one a line."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

from rich.console import Console

from crawler.terminal import Terminal, many, print_json
from pipelines import dataset as folders
from pipelines.corpus.splits import DEFAULTS as SHARES
from pipelines.dataset import Dataset
from pipelines.errors import DatasetInvalid, Problem
from pipelines.rules import DEFAULTS
from pipelines.signals import SIGNALS


def run_check(dataset: str, out: TextIO, *, as_json: bool = False) -> int:
    """Print `file:row:column: what, expected …, found … (hint)` for each problem, then a summary.

    Returns 0 when there is none, else 3. Raises `InputMissing` when there is no such dataset.
    """
    name = folders.find(dataset).name
    found: Dataset | None = None
    try:
        found = folders.load(dataset)
        problems = list(rule_problems(found))
    except DatasetInvalid as invalid:
        problems = invalid.problems
    if as_json:
        counts = {"claims": len(found.claims), "shops": len(found.shops)} if found else {}
        print_json(
            {"dataset": name, "ok": not problems, "problems": [asdict(problem) for problem in problems], **counts}
        )
        return DatasetInvalid.exit_code if problems else 0
    for problem in problems:
        print(problem, file=out)
    if problems:
        print(f"{name}: {len(problems)} problem{'s' if len(problems) > 1 else ''}", file=out)
        return DatasetInvalid.exit_code
    if found:
        print(f"{name}: {many(len(found.claims), 'claim')}, {many(len(found.shops), 'shop')}, no problem", file=out)
    return 0


def check_aloud(dataset: str, console: Console, *, as_json: bool = False) -> int:
    """`run_check` on a console. Problems are errors: they are said also where everything else is quiet."""
    out = io.StringIO()
    code = run_check(dataset, out, as_json=as_json)
    shown = Terminal(stderr=True, soft_wrap=True) if code and console.quiet else console
    shown.print(out.getvalue(), end="", highlight=False, soft_wrap=True, markup=False)
    return code


def rule_problems(found: Dataset) -> Iterator[Problem]:
    """Parameters for a rule that is none, or that the rule does not have."""
    known = {**DEFAULTS, **{name: signal.DEFAULTS for name, signal in SIGNALS.items()}, "splits": SHARES}
    for rule, parameters in found.rules.items():
        if rule not in known:
            yield _unknown(f"rules.{rule}", "rule", rule, list(known))
            continue
        for parameter in parameters:
            if parameter not in known[rule]:
                yield _unknown(f"rules.{rule}.{parameter}", "parameter", parameter, list(known[rule]))


def _unknown(place: str, kind: str, name: str, known: list[str]) -> Problem:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known) or 'none'}"
    return Problem(
        file="dataset.toml",
        column=place,
        what=f"unknown {kind}",
        expected="one of docs/verdicts.md, docs/reviews.md or docs/corpus.md",
        found=name,
        hint=hint,
    )
