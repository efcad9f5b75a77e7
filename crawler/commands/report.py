"""`daihuo report`: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from pipelines.dataset import load
from pipelines.export.report import write_report


def run_report(name: str, to: Path | None, lang: str, console: Console) -> int:
    """Write the report to `to`, or `build/report.html`; 0 when done. Raises `InputMissing` (2) without a database."""
    dataset = load(name)
    path = write_report(dataset, to, "en" if lang == "en" else "zh")
    console.print(f"{dataset.name}: report in {path}", highlight=False, soft_wrap=True)
    return 0
