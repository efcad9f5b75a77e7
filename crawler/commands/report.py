"""`daihuo report`: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from crawler.fetch.archive import read_record
from pipelines.dataset import Dataset, load
from pipelines.errors import EvidenceBroken
from pipelines.export.charts import can_draw
from pipelines.export.pictures import Reader
from pipelines.export.report import write_report


def run_report(name: str, to: Path | None, lang: str, console: Console) -> int:
    """Write the report to `to`, or `build/report.html`; 0 when done. Raises `InputMissing` (2) without a database."""
    dataset = load(name)
    path = write_report(dataset, to, "en" if lang == "en" else "zh", reader=archive_reader(dataset))
    console.print(f"{dataset.name}: report in {path}", highlight=False, soft_wrap=True)
    if not can_draw():
        console.print("Its charts are tables only: pip install 'daihuo[report]' for the packages that draw.")
    return 0


def archive_reader(dataset: Dataset) -> Reader:
    """Gives the bodies of the archive's records; None for one that is not there any more."""

    def body(warc_file: str, offset: int) -> bytes | None:
        try:
            return read_record(dataset.archive / warc_file, offset).body
        except EvidenceBroken:
            return None

    return body
