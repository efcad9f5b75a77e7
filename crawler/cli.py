"""The command line. Verbs are loaded when called: `daihuo compare` does not import Twisted."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Any

import click

from crawler import VERSION
from crawler.options import Verbs, console, dataset_argument, json_option, shared_options
from crawler.verbs.beginning import completion, new_dataset
from crawler.verbs.watching import changes, schedule
from pipelines.errors import DaihuoError, DiskFull

EXAMPLES = """\b
Examples:
  daihuo new-dataset mine             a folder to fill in, and what comes next
  daihuo run demo                     check, crawl, compare, corpus and report in one go
  daihuo check datasets/mine          all problems of a dataset at once
  daihuo ingest mine saved.mhtml      read a page somebody saved
  daihuo read page page.html          one page as JSON
  echo '3件装 ¥199' | daihuo read price

\b
Exit codes: 0 done · 2 usage · 3 dataset invalid · 4 finished with pages refused or failed ·
5 expectations not met · 6 disk full · 7 evidence does not verify · 8 leak check failed ·
9 another run is at work · 130 interrupted
"""


class Main(Verbs):
    """Turns the project's errors into one line and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DaihuoError as error:
            click.echo(f"daihuo: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            full = error.errno == errno.ENOSPC
            click.echo(f"daihuo: {_what_to_do(error)}", err=True)
            ctx.exit(DiskFull.exit_code if full else 2)


def _what_to_do(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return place + (error.strerror or str(error)) + _ADVICE.get(error.errno or 0, "")


_ADVICE = {
    errno.ENOENT: "; name a file or folder that is there",
    errno.EACCES: "; change its permissions, or take a folder that you may write to",
    errno.EROFS: "; take a folder on a disk that can be written to",
    errno.EISDIR: "; name a file, not a folder",
    errno.ENOTDIR: "; name a folder, not a file",
    errno.ENOSPC: "; free some space and run it again: every page stored before is kept",
    errno.EMFILE: "; raise the limit of open files: ulimit -n 4096",
}


@click.group(cls=Main, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="daihuo")
def main() -> None:
    """Check what live-stream sellers claim: crawl, archive, compare and publish, with evidence behind every number.

    DATASET is a folder, or the name of one under datasets/.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@main.command()
@dataset_argument()
@json_option()
def check(dataset: str, as_json: bool) -> None:
    """Report every problem of a dataset at once, as file:row:column."""
    from crawler.commands.check import check_aloud

    sys.exit(check_aloud(dataset, console(), as_json=as_json))


@main.command()
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


@main.command()
@dataset_argument()
@json_option()
def status(dataset: str, as_json: bool) -> None:
    """How every scheduled URL of the last crawl ended, per host and reason; what is left, and who is at work."""
    from crawler.commands.status import run_status

    sys.exit(run_status(dataset, console(), as_json=as_json))


@main.command()
@dataset_argument()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", help="The page's address, where the file does not say it.")
def ingest(dataset: str, files: tuple[Path, ...], url: str | None) -> None:
    """Read saved pages: HTML, SingleFile, MHTML, HAR, WARC, WACZ, JSON or JSONP."""
    from crawler.commands.ingest import run_ingest

    sys.exit(run_ingest(dataset, files, url, console()))


@main.command()
@dataset_argument()
@click.option("--as-of", metavar="TIME", help="Use only pages seen until then; prints the answer and stores nothing.")
@json_option()
def compare(dataset: str, as_of: str | None, as_json: bool) -> None:
    """Compare promoted offers with official ones; print and store the verdicts."""
    from crawler.commands.compare import run_compare

    sys.exit(run_compare(dataset, console(), as_of=as_of, as_json=as_json))


@main.command()
@dataset_argument()
@click.option("--review", type=click.Path(path_type=Path, dir_okay=False), help="Write the doubtful pairs here.")
@click.option("--all", "everything", is_flag=True, help="With --review: all pairs.")
@click.option("--read", "source", type=click.Path(path_type=Path, dir_okay=False), help="Read a filled-in file.")
def match(dataset: str, review: Path | None, everything: bool, source: Path | None) -> None:
    """Let a person decide whether two offers are the same thing; a decision wins over every score."""
    from crawler.commands.match import run_read, run_review

    if (review is None) == (source is None):
        raise click.UsageError("give --review FILE to write the doubtful pairs, or --read FILE to read decisions")
    if source is not None:
        sys.exit(run_read(dataset, source, console()))
    assert review is not None
    sys.exit(run_review(dataset, review, console(), everything=everything))


@main.command()
@dataset_argument()
@click.argument("claim_id")
@json_option()
def explain(dataset: str, claim_id: str, as_json: bool) -> None:
    """What one verdict rests on: findings, prices and where they stood, pages, archive records, hashed again."""
    from crawler.commands.explain import run_explain

    sys.exit(run_explain(dataset, claim_id, console(), as_json=as_json))


@main.command()
@dataset_argument()
@json_option()
def corpus(dataset: str, as_json: bool) -> None:
    """Compute review signals, clusters and splits; print what the corpus holds and what changed."""
    from crawler.commands.corpus import run_corpus

    sys.exit(run_corpus(dataset, console(), as_json=as_json))


@main.command()
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


@main.command()
@dataset_argument()
@click.option("--to", type=click.Path(path_type=Path), help="File; default build/report.html.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def report(dataset: str, to: Path | None, lang: str) -> None:
    """Write one self-contained HTML file with verdicts, reasons and evidence."""
    from crawler.commands.report import run_report

    sys.exit(run_report(dataset, to, lang, console()))


@main.command()
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


@main.command()
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


@main.command()
@dataset_argument()
@click.option("--replay", is_flag=True, help="Crawl from the archive; no network.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the report.")
def run(dataset: str, replay: bool, lang: str) -> None:
    """Check, crawl, compare, corpus and report."""
    from crawler.commands.run import run_dataset

    sys.exit(run_dataset(dataset, console(), replay=replay, lang=lang))


@main.command()
@dataset_argument()
@click.option("--all", "everything", is_flag=True, help="Show all that is broken, not the first 20.")
@json_option()
def verify(dataset: str, everything: bool, as_json: bool) -> None:
    """Is every archive record, page, price and verdict still as it was sealed?"""
    from crawler.commands.verify import run_verify

    sys.exit(run_verify(dataset, console(), everything=everything, as_json=as_json))


@main.command()
@dataset_argument()
@click.option("--rfc3161", "authority", metavar="URL", help="Ask this time stamping authority.")
@click.option("--opentimestamps", "calendars", metavar="URL", multiple=True, help="Ask this calendar.")
def timestamp(dataset: str, authority: str | None, calendars: tuple[str, ...]) -> None:
    """Let a service outside say when the evidence was there; asks the network."""
    from crawler.commands.timestamp import run_timestamp

    sys.exit(run_timestamp(dataset, authority, calendars, console()))


@main.command()
@json_option()
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine and how to get it."""
    from crawler.commands.doctor import run_doctor

    sys.exit(run_doctor(console(), as_json=as_json))


@main.command("new-shop")
@click.argument("host_or_url")
@click.option("--from", "saved", type=click.Path(path_type=Path), help="A saved page that becomes the first fixture.")
def new_shop(host_or_url: str, saved: Path | None) -> None:
    """Write a page object and a fixture folder for a new shop."""
    from crawler.commands.new_shop import run_new_shop

    sys.exit(run_new_shop(host_or_url, console(), saved=saved))


@main.command()
@click.option("--serve", is_flag=True, help="Only serve the two made-up shops, until interrupted.")
@click.option("--later", is_flag=True, help="The shops a week later: prices, a review and a page are not as they were.")
def demo(serve: bool, later: bool) -> None:
    """Serve two made-up shops on loopback and run the demo dataset against them."""
    from crawler.commands.demo import run_demo

    sys.exit(run_demo(console(), serve=serve, later=later))


main.params += shared_options()
for verb in (changes, schedule, new_dataset, completion):
    main.add_command(verb)


@main.group(cls=Verbs)
def read() -> None:
    """Read one page, or texts line by line, and print JSON."""


@read.command("page")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", help="The page's address, where the file does not say it.")
def read_page(file: Path, url: str | None) -> None:
    """Read a saved page and print what it says."""
    from crawler.commands.read_page import read_page_file
    from crawler.terminal import print_json

    print_json(read_page_file(file, url))


@read.command("price")
def read_price() -> None:
    """Prices and promotions, one text a line on standard input."""
    from crawler.commands.read_text import read_price_lines

    read_price_lines(sys.stdin.buffer, sys.stdout.buffer)


@read.command("quantity")
def read_quantity() -> None:
    """Quantities and gifts, one text a line on standard input."""
    from crawler.commands.read_text import read_quantity_lines

    read_quantity_lines(sys.stdin.buffer, sys.stdout.buffer)


@read.command("language")
def read_language() -> None:
    """The language of each line on standard input."""
    from crawler.commands.read_text import read_language_lines

    read_language_lines(sys.stdin.buffer, sys.stdout.buffer)
