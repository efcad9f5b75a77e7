"""`daihuo verify`: is everything still as it was sealed? Exit code 0 when it is, else 7.

What is sealed, and how: docs/evidence.md.
"""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console

from crawler.evidence.verification import Outcome, verify
from crawler.terminal import Said, bars, print_json
from pipelines.dataset import Dataset, load
from pipelines.errors import EvidenceBroken

SHOWN = 20


def run_verify(name: str, console: Console, *, everything: bool = False, as_json: bool = False) -> int:
    """Print what is broken and a closing line; 0 or 7. Raises InputMissing when nothing was stored yet."""
    dataset = load(name)
    with bars("verify") as said:
        found = verify_dataset(dataset, said)
    if as_json:
        print_json(_json(found))
    else:
        _print(found, console, len(found.problems) if everything else SHOWN)
    return EvidenceBroken.exit_code if found.problems else 0


def verify_dataset(dataset: Dataset, said: Said) -> Outcome:
    """What is not as it was sealed; `said` is told what is done. Raises InputMissing when nothing was stored yet."""
    roots = dataset.path / dataset.evidence.rfc3161_roots if dataset.evidence.rfc3161_roots else None
    return verify(dataset.database, dataset.archive, said, roots)


def _print(found: Outcome, console: Console, shown: int) -> None:
    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    for problem in found.problems[:shown]:
        say(f"broken: {problem}")
    if len(found.problems) > shown:
        say(f"… and {len(found.problems) - shown} more (--all shows them)")
    for note in found.notes:
        say(f"note: {note}")
    counted = f"{found.records} records in {found.files} archive files, {found.pages} pages, {found.entries} seals"
    said = "everything is as it was sealed" if not found.problems else f"{len(found.problems)} broken"
    say(f"{counted}: {said}; {found.without_record} pages have no record (refused or failed)")


def _json(found: Outcome) -> dict[str, object]:
    return {"ok": not found.problems, **asdict(found)}
