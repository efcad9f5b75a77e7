"""`daihuo demo`: two invented shops on loopback, crawled for real, judged, reported."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.demo.shops import serve as serve_shops
from crawler.demo.shops import start
from pipelines.dataset import load

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


def run_demo(console: Console, *, serve: bool = False) -> int:
    """Start both shops and run the dataset `demo` from check to report; the exit code is that of the run.

    With `serve` the shops only wait for `daihuo crawl demo` in another terminal, until Ctrl-C.
    Raises `DemoPortBusy` (2) when one of their ports is taken.
    """
    from crawler.commands.run import run_dataset

    if serve:
        return serve_shops(lambda text: console.print(text, soft_wrap=True))
    with start() as (streamer, official):
        console.print(f"Two invented shops are up: streamer's shop {streamer.base}/, official store {official.base}/")
        code = run_dataset("demo", console)
    dataset = load("demo")
    if dataset.database.exists():
        console.print(verdict_table(dataset.database))
    report = dataset.build / "report.html"
    if report.exists():
        console.print(f"Report: {report}", soft_wrap=True, highlight=False)
        console.print(_LOOK_AT, highlight=False)
    return code


def verdict_table(database: Path) -> Table:
    """One row a claim: id, product, verdict, the two prices as compared, what they are for, first reason."""
    table = Table(title="Verdicts", title_justify="left")
    for name, side in (("Claim", "left"), ("Product", "left"), ("Verdict", "left"), ("Streamer", "right")):
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    table.add_column("Official", justify="right")
    table.add_column("For")
    table.add_column("Why", overflow="fold")
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT c.id, c.product, v.verdict, v.promoted_price, v.official_price, v.per, v.reasons_json"
            " FROM claims c LEFT JOIN verdicts v ON v.claim_id = c.id ORDER BY c.id"
        ).fetchall()
    for claim, product, verdict, promoted, official, per, reasons in rows:
        why = next(iter(json.loads(reasons or "[]")), "")
        # Text, not markup: a product name may hold square brackets.
        word = Text(verdict or "not compared", style=_STYLES.get(verdict, ""))
        cells = [Text(cell or "–") for cell in (promoted, official, per)]
        table.add_row(Text(claim), Text(product or ""), word, *cells, Text(why))
    return table
