"""The verbs that bring pages into a dataset and say how that went: check, crawl, status, ingest, run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.options import console, dataset_argument, json_option


@click.command()
@dataset_argument()
@json_option()
def check(dataset: str, as_json: bool) -> None:
    """Report every problem of a dataset at once, as file:row:column."""
    from crawler.commands.check import check_aloud

    sys.exit(check_aloud(dataset, console(), as_json=as_json))


@click.command()
@dataset_argument()
@click.option("--replay", is_flag=True, help="Answer every request from the archive; no network.")
@click.option("--fresh", is_flag=True, help="Start over, also where a crawl was stopped.")
@click.option(
    "--spider",
    "spiders",
    multiple=True,
    type=click.Choice(["official", "offers", "listings", "reviews"]),
    help="Only these.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show Scrapy's log.")
def crawl(dataset: str, replay: bool, fresh: bool, spiders: tuple[str, ...], verbose: bool) -> None:
    """Fetch the watched pages and their reviews; archive, read and store them.

    A crawl that was stopped, by Ctrl-C or a power cut, goes on where it was. Several processes may share one crawl.
    """
    from crawler.commands.crawl import SPIDERS, run_crawl

    if replay and fresh:
        raise click.UsageError("--replay reads the archive, --fresh asks the shops again: give one of them")
    chosen = spiders or SPIDERS
    sys.exit(run_crawl(dataset, console(), replay=replay, fresh=fresh, spiders=chosen, verbose=verbose))


@click.command()
@dataset_argument()
@json_option()
def status(dataset: str, as_json: bool) -> None:
    """How every scheduled URL of the last crawl ended, per host and reason; what is left, and who is at work."""
    from crawler.commands.status import run_status

    sys.exit(run_status(dataset, console(), as_json=as_json))


@click.command()
@dataset_argument()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", help="The page's address, where the file does not say it.")
def ingest(dataset: str, files: tuple[Path, ...], url: str | None) -> None:
    """Read saved pages: HTML, SingleFile, MHTML, HAR, WARC, WACZ, JSON or JSONP."""
    from crawler.commands.ingest import run_ingest

    sys.exit(run_ingest(dataset, files, url, console()))


@click.command()
@dataset_argument()
@click.option("--replay", is_flag=True, help="Crawl from the archive; no network.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the report.")
def run(dataset: str, replay: bool, lang: str) -> None:
    """Check, crawl, compare, corpus and report."""
    from crawler.commands.run import run_dataset

    sys.exit(run_dataset(dataset, console(), replay=replay, lang=lang))


VERBS = (check, crawl, status, ingest, run)
