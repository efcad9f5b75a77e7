"""The tables of a dataset as files, and what describes them: a data package, a Croissant file and a dataset card.

Review texts are masked (see `people`) and every file is looked at once more after writing; the database keeps the
originals.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.database import Database
from pipelines.errors import InputMissing
from pipelines.export.card import card
from pipelines.export.card_facts import card_facts
from pipelines.export.croissant import croissant
from pipelines.export.package import Resource, package
from pipelines.export.people import refuse_personal_data, refuse_place, scrubber
from pipelines.export.published import EXPORTED, FREE_TEXT, find_leaks, published, published_rows, rows_query
from pipelines.export.scrub import Scrubber
from pipelines.export.written import BLOCK, FORMATS, read_csv, read_jsonl, read_parquet, writer
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

__all__ = ["EXPORTED", "FORMATS", "FREE_TEXT", "export_tables", "find_leaks", "read_csv", "read_jsonl", "read_parquet"]


def export_tables(
    dataset: Dataset, to: Path, formats: Sequence[str] = FORMATS, said: Callable[[str, int, int], None] | None = None
) -> list[Path]:
    """Write every table of `EXPORTED` in each format and what describes them into the folder `to`.

    `datapackage.json` is a Frictionless data package, `croissant.json` follows MLCommons Croissant 1.0, `README.md` is
    a dataset card. Files of an earlier export with the same names are replaced, and only when the whole export is
    written and clean. `said` is told ("tables", done, total) while it works. Raises `InputMissing` for an unknown
    format or a dataset without a database, `LeakFound` when personal data is left.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise InputMissing(
            f"no such export format: {', '.join(unknown) or 'none given'}; known are {', '.join(FORMATS)}"
        )
    refuse_place(dataset, to)
    draft = to / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        written = _write_all(dataset, draft, formats, said)
        refuse_personal_data(dataset, draft)
        for name in stale_parts(to, {path.name for path in written}):
            name.unlink()
        return [path.replace(to / path.name) for path in written]
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def stale_parts(folder: Path, written: set[str]) -> list[Path]:
    """Parts of reviews of an earlier export: a loader that takes all of them must not find one that is gone."""
    return [path for path in sorted(folder.glob("reviews-*.parquet")) if path.name not in written]


def _write_all(
    dataset: Dataset, draft: Path, formats: Sequence[str], said: Callable[[str, int, int], None] | None
) -> list[Path]:
    scrub = scrubber(dataset)
    resources: list[Resource] = []
    db = open_read(dataset.database)
    try:
        for number, table in enumerate(EXPORTED, start=1):
            resources += _write_table(db, table, draft, formats, scrub)
            if said is not None:
                said("tables", number, len(EXPORTED))
        facts = card_facts(dataset, db)
    finally:
        db.close()
    described = {
        draft / "datapackage.json": _json(package(dataset, resources, facts)),
        draft / "croissant.json": _json(croissant(dataset, resources, facts)),
        draft / "README.md": card(dataset, resources, facts),
    }
    for path, text in described.items():
        path.write_text(text, encoding="utf-8")
    return [*(draft / resource.path for resource in resources), *described]


def _write_table(db: Database, table: str, draft: Path, formats: Sequence[str], scrub: Scrubber) -> list[Resource]:
    """The rows are read and masked once for all formats."""
    spec = published(table)
    writers = [writer(kind, draft, table, spec) for kind in formats]
    rows = published_rows(table, db.query(rows_query(table)), scrub)
    files: dict[Path, int] = {}
    try:
        while block := list(islice(rows, BLOCK)):
            for one in writers:
                one.write(block)
    finally:
        for one in writers:
            files |= one.close()
    return [Resource.of(table, path, count) for path, count in files.items()]


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
