"""`daihuo export`: the tables of a dataset as files, or its archive as one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from crawler.evidence.wacz import write_wacz
from crawler.terminal import bars
from pipelines.dataset import Dataset, load
from pipelines.export.people import names_are_missing
from pipelines.export.tables import export_tables
from pipelines.store.read import open_read


def run_export(name: str, to: Path | None, formats: Sequence[str], console: Console) -> int:
    """Write the tables into `to`, or `build/export`; 0 when done.

    Raises `InputMissing` (2) without a database, `LeakFound` (8) when personal data would leave.
    """
    dataset = load(name)
    folder = to or dataset.build / "export"
    with bars("export") as said:
        written = export_tables(dataset, folder, formats, said)
    console.print(f"{dataset.name}: {len(written)} files in {folder}", highlight=False, soft_wrap=True)
    if names_are_missing(dataset):
        console.print(
            f"{dataset.names_file} is not there: names of authors that stand in texts are not masked. Reading the"
            " archive again with ingest brings them back.",
            highlight=False,
            soft_wrap=True,
        )
    return 0


def run_export_evidence(name: str, to: Path | None, console: Console) -> int:
    """Write the archive as a WACZ file into `to`, or `build/evidence`; 0 when done.

    Raises `InputMissing` (2) without a database, `PackageMissing` (2), `EvidenceBroken` (7) when there is no archive.
    """
    dataset = load(name)
    pages, target = write_archive(dataset, to or dataset.build / "evidence")
    console.print(f"{dataset.name}: {pages} pages in {target}", highlight=False, soft_wrap=True)
    console.print(
        "It holds what the pages showed, names of buyers included: for those who check, not for publication unread.",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def write_archive(dataset: Dataset, folder: Path) -> tuple[int, Path]:
    """Write the archive as a WACZ file into a folder: how many pages it lists, and the file. Raises the same."""
    target = folder / f"{dataset.name}.wacz"
    db = open_read(dataset.database)
    try:
        return write_wacz(db.conn, dataset.archive, target, dataset.title, dataset.description), target
    finally:
        db.close()
