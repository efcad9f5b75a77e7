"""`daihuo export`: the tables of a dataset as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from pipelines.dataset import load
from pipelines.export.tables import export_tables


def run_export(name: str, to: Path | None, formats: Sequence[str], console: Console) -> int:
    """Write the tables into `to`, or `build/export`; 0 when done.

    Raises `InputMissing` (2) without a database, `LeakFound` (8) when personal data would leave.
    """
    dataset = load(name)
    folder = to or dataset.build / "export"
    written = export_tables(dataset, folder, formats)
    console.print(f"{dataset.name}: {len(written)} files in {folder}", highlight=False, soft_wrap=True)
    return 0
