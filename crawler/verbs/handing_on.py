"""The verbs of what leaves the house: export, report, explore, publish."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.options import console, dataset_argument, json_option


@click.command()
@dataset_argument()
@click.option("--to", type=click.Path(path_type=Path), help="Folder; default build/export.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(["csv", "jsonl", "parquet"]), help="Default: all."
)
@click.option("--evidence", is_flag=True, help="Write the archive as one WACZ file instead, names of buyers included.")
def export(dataset: str, to: Path | None, formats: tuple[str, ...], evidence: bool) -> None:
    """Write the tables as CSV and JSONL, without personal data; or the archive, for those who check it."""
    from crawler.commands.export import run_export, run_export_evidence

    if evidence and formats:
        raise click.UsageError("--evidence writes the archive, --format the tables: give one of them")
    if evidence:
        sys.exit(run_export_evidence(dataset, to, console()))
    sys.exit(run_export(dataset, to, formats or ("csv", "jsonl", "parquet"), console()))


@click.command()
@dataset_argument()
@click.option("--to", type=click.Path(path_type=Path), help="File; default build/report.html.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def report(dataset: str, to: Path | None, lang: str) -> None:
    """Write one self-contained HTML file with verdicts, reasons and evidence."""
    from crawler.commands.report import run_report

    sys.exit(run_report(dataset, to, lang, console()))


@click.command()
@dataset_argument()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 is any that is free.")
@click.option("--no-browser", is_flag=True, help="Do not open it.")
@click.option("--build-only", is_flag=True, help="Only make build/explorer.sqlite anew.")
@json_option()
def explore(dataset: str, port: int, no_browser: bool, build_only: bool, as_json: bool) -> None:
    """Ask the dataset questions in the browser, on this machine only, from a copy that may be published."""
    from crawler.commands.explore import run_explore

    code = run_explore(dataset, port, console(), browser=not no_browser, build_only=build_only, as_json=as_json)
    sys.exit(code)


@click.command()
@dataset_argument()
@click.option("--to", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder; made anew.")
@click.option("--evidence", is_flag=True, help="With the archive as WACZ, which holds the pages as they were.")
@json_option()
def publish(dataset: str, to: Path, evidence: bool, as_json: bool) -> None:
    """Write a folder to hand on: tables, explorer, report, checksums; only when all of it holds.

    Refuses when the counts of [expect] are not met (5), evidence does not verify (7), or personal data is left (8).
    """
    from crawler.commands.publish import run_publish

    sys.exit(run_publish(dataset, to, console(), evidence=evidence, as_json=as_json))


VERBS = (export, report, explore, publish)
