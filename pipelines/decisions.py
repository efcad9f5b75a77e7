"""What people decided about pairs of offers: `decisions.csv` of a dataset, one row a pair.

A decision replaces the answer of matching as long as both titles are still those that were decided on. The file is
made by `daihuo match`, read by people, and belongs under version control.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import get_args

from pipelines.csvfile import CsvFile, read_csv
from pipelines.errors import Problem
from pipelines.normalize.urls import page_key
from pipelines.observation import Article, MatchAnswer
from pipelines.spreadsheet import guard, unguard

ANSWERS: tuple[str, ...] = get_args(MatchAnswer)
_NEEDED = ("promoted_url", "promoted_title", "official_url", "official_title", "decision", "decided_by")
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One pair, one answer. A pair is two addresses and, for pages with variants, the numbers of two variants.

    promoted_title, official_title  as they were when it was decided
    decided_on                      `YYYY-MM-DD`
    """

    promoted_url: str
    promoted_sku: str = ""
    promoted_title: str
    official_url: str
    official_sku: str = ""
    official_title: str
    decision: str
    decided_by: str
    decided_on: str
    note: str = ""

    @property
    def key(self) -> Key:
        return (page_key(self.promoted_url), self.promoted_sku, page_key(self.official_url), self.official_sku)

    @property
    def cited(self) -> str:
        """Who decided, when and why, for a sentence."""
        note = f": {self.note}" if self.note else ""
        return f"decided by {self.decided_by} on {self.decided_on}{note}"

    def is_about(self, promoted: Article, official: Article) -> bool:
        """Whether both titles are still those that were decided on."""
        return (self.promoted_title, self.official_title) == (one_line(promoted.title), one_line(official.title))


COLUMNS = tuple(field.name for field in fields(Decision))


def one_line(title: str) -> str:
    """A title as a cell keeps it through any spreadsheet program: line ends and runs of spaces as one space."""
    return " ".join(title.split())


def pair_key(promoted: Article, official: Article) -> Key:
    """Under which a decision about two articles is found."""
    skus = [article.sku or "" if article.options else "" for article in (promoted, official)]
    return (page_key(promoted.url), skus[0], page_key(official.url), skus[1])


def read_decisions(path: Path, problems: list[Problem]) -> dict[Key, Decision]:
    """The decisions of a file, none when there is no file. Rows without a decision are those of a list to fill in."""
    if not path.exists():
        return {}
    table = read_csv(path, COLUMNS, problems)
    if table is None:
        return {}
    missing = [name for name in _NEEDED if name not in table.header]
    if missing:
        found = ", ".join(table.header)
        problems.append(
            Problem(file=path.name, row=1, what="columns are missing", expected=", ".join(missing), found=found)
        )
        return {}
    decided: dict[Key, Decision] = {}
    rows: dict[Key, int] = {}
    for number, row in _rows(table):
        decision = _decision(path.name, number, row, problems)
        if decision is None:
            continue
        before = decided.get(decision.key)
        if before is not None and before.decision != decision.decision:
            said = f"{decision.decision}, but {before.decision} in row {rows[decision.key]}"
            problems.append(
                Problem(file=path.name, row=number, column="decision", what="the pair is decided in two ways",
                        expected="one decision for a pair", found=said)
            )  # fmt: skip
        decided[decision.key], rows[decision.key] = decision, number
    return decided


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write the file, in the order of the pairs, safe from formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for decision in sorted(decisions, key=lambda each: each.key):
        writer.writerow([guard(str(getattr(decision, name))) for name in COLUMNS])
    aside = path.with_name(f".{path.name}.new")
    aside.write_text("\ufeff" + out.getvalue(), encoding="utf-8", newline="")
    aside.replace(path)


def _rows(table: CsvFile) -> Iterable[tuple[int, Mapping[str, str]]]:
    for number, cells in table.rows:
        named = dict(zip(table.header, cells, strict=False))
        yield number, {name: unguard(named.get(name, "")).strip() for name in COLUMNS}


def _decision(file: str, number: int, row: Mapping[str, str], problems: list[Problem]) -> Decision | None:
    if not row["decision"]:
        return None
    before = len(problems)

    def wrong(column: str, what: str, expected: str) -> None:
        found = row[column] or "nothing"
        problems.append(Problem(file=file, row=number, column=column, what=what, expected=expected, found=found))

    if row["decision"] not in ANSWERS:
        wrong("decision", "an unknown decision", " or ".join(ANSWERS))
    for column in ("promoted_url", "official_url", "decided_by"):
        if not row[column]:
            wrong(column, "nothing is said", "an address" if column.endswith("_url") else "who decided")
    try:
        date.fromisoformat(row["decided_on"])
    except ValueError:
        wrong("decided_on", "no date", "YYYY-MM-DD")
    if len(problems) > before:
        return None
    titles = {name: one_line(row[name]) for name in ("promoted_title", "official_title")}
    return Decision(**{**row, **titles})
