"""`daihuo demo`: two invented shops on loopback, crawled for real, judged, reported."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.demo.shops import serve as serve_shops
from crawler.demo.shops import start
from pipelines.dataset import load
from pipelines.errors import ExpectationsNotMet

_STYLES = {
    "consistent": "green",
    "cheaper_at_streamer": "cyan",
    "dearer_at_streamer": "red",
    "different_product": "magenta",
    "cannot_tell": "yellow",
}
_LOOK_AT = (
    "Look at: the answer on top; D03, called the lowest price anywhere; D07, equal until a coupon is used; "
    "what could not be told and why; the reviews that occur more than once."
)


def run_demo(console: Console, *, serve: bool = False, later: bool = False) -> int:
    """Start both shops and run the dataset `demo` from check to report; the exit code is that of the run.

    With `serve` the shops only wait for `daihuo crawl demo` in another terminal, until Ctrl-C. With `later` they are as
    a week later, and what changed is printed after the run.
    Raises `DemoPortBusy` (2) when one of their ports is taken.
    """
    from crawler.commands.changes import run_changes
    from crawler.commands.crawl import INTERRUPTED
    from crawler.commands.run import run_dataset

    if serve:
        return serve_shops(lambda text: console.print(text, soft_wrap=True), later=later)
    with start(later=later) as (streamer, official):
        console.print(f"Two invented shops are up: streamer's shop {streamer.base}/, official store {official.base}/")
        try:
            code = run_dataset("demo", console)
        except ExpectationsNotMet:
            _show(console)
            raise
        if code != INTERRUPTED:
            _show(console)
            if later:
                run_changes("demo", console, since="last")
        return code


def _show(console: Console) -> None:
    """The verdicts and where the report is, as far as the run came."""
    dataset = load("demo")
    if dataset.database.exists():
        console.print(verdict_table(dataset.database))
    report = dataset.build / "report.html"
    if report.exists():
        console.print(f"Report: {report}", soft_wrap=True, highlight=False)
        console.print(_LOOK_AT, highlight=False)


def verdict_table(database: Path) -> Table:
    """One row a claim: id, product, verdict, the two prices as compared and what they are for."""
    table = Table(title="Verdicts", title_justify="left")
    table.add_column("Claim", no_wrap=True)
    table.add_column("Product", overflow="fold")
    # The word is what a reader looks for: it never breaks, however narrow the terminal is.
    table.add_column("Verdict", no_wrap=True, min_width=max(map(len, _STYLES)))
    table.add_column("Streamer", justify="right", no_wrap=True)
    table.add_column("Official", justify="right", no_wrap=True)
    table.add_column("For", no_wrap=True)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT c.id, c.product, v.verdict, v.promoted_price, v.official_price, v.per"
            " FROM claims c LEFT JOIN verdicts v ON v.claim_id = c.id ORDER BY c.id"
        ).fetchall()
    for claim, product, verdict, promoted, official, per in rows:
        # Text, not markup: a product name may hold square brackets.
        word = Text(verdict or "not compared", style=_STYLES.get(verdict, ""))
        prices = [Text(cell or "–") for cell in (promoted, official, per)]
        table.add_row(Text(claim), Text(product or ""), word, *prices)
    return table
