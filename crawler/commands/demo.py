"""`daihuo demo`: two invented shops on loopback, crawled for real, judged, reported."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.demo.shops import serve, start
from pipelines.dataset import load

_STYLES = {
    "consistent": "green",
    "cheaper_at_streamer": "cyan",
    "dearer_at_streamer": "red",
    "different_product": "magenta",
    "cannot_tell": "yellow",
}


def run_demo(console: Console) -> int:
    """Start both shops, run the dataset `demo` from check to report, print its verdicts; the exit code is that of the run.

    Raises `DemoPortBusy` (exit 2) when a port is taken.
    """
    from crawler.commands.run import run_dataset

    with start() as (streamer, official):
        console.print(
            f"Two invented shops are up: streamer's shop {streamer.base}/ and official store {official.base}/"
        )
        code = run_dataset("demo", console)
    dataset = load("demo")
    if dataset.database.exists():
        console.print(verdict_table(dataset.database))
    report = dataset.build / "report.html"
    if report.exists():
        console.print(f"Report: {report}", soft_wrap=True)
        console.print(
            "Look at: the answer on top · claim D03, called the lowest price anywhere · claim D07, equal until a coupon is "
            "used · what could not be told, and why · the copied reviews."
        )
    return code


def serve_demo(console: Console) -> int:
    """Serve the shops until Ctrl-C, for `daihuo crawl demo` in another terminal."""
    return serve(lambda text: console.print(text, soft_wrap=True))


def verdict_table(database: Path) -> Table:
    """One row a claim: id, product, verdict, the two prices as compared, first reason."""
    table = Table(title="Verdicts", title_justify="left", show_lines=False)
    for name in ("Claim", "Product", "Verdict", "Streamer", "Official", "Why"):
        table.add_column(name, justify="right" if name in ("Streamer", "Official") else "left", overflow="fold")
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT c.id, c.product, v.verdict, v.promoted_price, v.official_price, v.per, v.text, v.reasons_json"
            " FROM claims c LEFT JOIN verdicts v ON v.claim_id = c.id ORDER BY c.id"
        ).fetchall()
    for claim, product, verdict, promoted, official, per, text, reasons in rows:
        why = text or next(iter(json.loads(reasons or "[]")), "")
        unit = "" if per in (None, "offer") else f" / {per}"
        prices = [Text("–" if price is None else f"{price}{unit}") for price in (promoted, official)]
        # Text, not markup: a product name may hold square brackets.
        table.add_row(
            Text(claim), Text(product or ""), Text(verdict or "–", style=_STYLES.get(verdict, "")), *prices, Text(why)
        )
    return table
