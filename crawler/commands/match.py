"""`daihuo match`: pairs that a person should look at, as a CSV to fill in; and the filled-in file, read back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from pipelines import compare
from pipelines.compare import VerdictRow
from pipelines.dataset import load
from pipelines.decisions import COLUMNS, one_line, pair_key, read_decisions, write_decisions
from pipelines.errors import DatasetInvalid, InputMissing, Problem
from pipelines.grounds import DECISION
from pipelines.rules.finding import contents
from pipelines.spreadsheet import guard
from pipelines.verdict import Compared

ABOUT = ("claim_id", "answer", "why", "evidence", "promoted_content", "official_content", "promoted_brand",
         "official_brand", "promoted_gtin", "official_gtin", "promoted_page_id", "official_page_id")  # fmt: skip


def run_review(name: str, to: Path, console: Console, *, everything: bool = False) -> int:
    """Compare, and write the doubtful pairs (all of them with `everything`) with what was seen of them; 0."""
    rows = compare.run(load(name))
    lines = list(_lines(rows, everything))
    with to.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*ABOUT, *COLUMNS])
        for line in lines:
            writer.writerow([guard(line.get(column, "")) for column in (*ABOUT, *COLUMNS)])
    console.print(f"{len(lines)} pairs in {to}", highlight=False, soft_wrap=True)
    if lines:
        said = "fill in decision (same_variant, other_variant, different or unsure), decided_by and note, then"
        console.print(f"{said} `daihuo match {name} --read {to}`", highlight=False, soft_wrap=True)
    return 0


def run_read(name: str, source: Path, console: Console) -> int:
    """Add what was filled in to `decisions.csv` of the dataset; 0. Raises DatasetInvalid, InputMissing."""
    dataset = load(name)
    if not source.is_file():
        raise InputMissing(f"{source}: no such file; `daihuo match {name} --review {source}` makes one to fill in")
    problems: list[Problem] = []
    found = read_decisions(source, problems)
    if problems:
        raise DatasetInvalid(problems)
    before = dict(dataset.decisions)
    target = dataset.path / "decisions.csv"
    write_decisions(target, (before | found).values())
    new = sum(key not in before for key in found)
    changed = sum(key in before and before[key] != found[key] for key in found)
    console.print(
        f"{len(found)} decisions read: {new} new, {changed} changed; {len(before | found)} in {target}",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def _lines(rows: list[VerdictRow], everything: bool) -> Iterator[dict[str, str]]:
    seen = set()
    today = datetime.now(UTC).date().isoformat()
    for row in rows:
        for each in row.compared:
            key = pair_key(each.pair.promoted, each.pair.official)
            if key in seen or not (everything or _doubtful(each)):
                continue
            seen.add(key)
            yield {"claim_id": row.claim.id, "decided_on": today, **_line(each)}


def _doubtful(each: Compared) -> bool:
    """Not told, or told by the titles alone, and not decided by a person."""
    by = each.match.decided_by
    return by != (DECISION,) and (each.match.answer == "unsure" or by == ("title",))


def _line(each: Compared) -> dict[str, str]:
    promoted, official = each.pair.promoted, each.pair.official
    said = [f"{item.field}: {item.says}" for item in each.match.evidence]
    line = {"answer": each.match.answer, "why": each.match.why, "evidence": "; ".join(said)}
    for side, article in (("promoted", promoted), ("official", official)):
        line |= {
            f"{side}_url": article.url,
            f"{side}_sku": article.sku or "" if article.options else "",
            f"{side}_title": one_line(article.title),
            f"{side}_content": contents(article.quantity.parts),
            f"{side}_brand": article.brand or "",
            f"{side}_gtin": article.gtin or "",
            f"{side}_page_id": article.page_id,
        }
    return line
