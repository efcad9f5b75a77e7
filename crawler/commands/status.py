"""`daihuo status`: how every scheduled URL of the last crawl ended. Reads only; a crawl may be running."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.terminal import print_json
from pipelines.coverage import ReviewCoverage, by_shop, coverage
from pipelines.dataset import load
from pipelines.store.presence import Writer, writers
from pipelines.store.read import ledger_counts, newest_crawl, open_read

STATES = ("done", "refused", "failed", "claimed", "queued")
REASONS_SHOWN = 40


def run_status(name: str, console: Console, *, as_json: bool = False) -> int:
    """Print it; 0. Raises InputMissing when nothing was stored yet."""
    dataset = load(name)
    db = open_read(dataset.database)
    crawl = newest_crawl(db)
    living = writers(dataset.build)
    rows = ledger_counts(db, crawl["id"]) if crawl else []
    if as_json:
        shops = [asdict(shop) for shop in by_shop(coverage(db))]
        print_json({**_as_json(crawl, rows, living), "reviews": shops})
        return 0
    if crawl is None:
        console.print(f"{dataset.name}: nothing was crawled yet", highlight=False)
    else:
        _print(console, dataset.name, crawl, rows)
        _reviews(console, coverage(db))
    for writer in living:
        console.print(f"at work now: {writer}", highlight=False)
    return 0


def _as_json(crawl: dict[str, Any] | None, rows: list[dict[str, Any]], living: list[Writer]) -> dict[str, Any]:
    left_out = json.loads(crawl["left_out_json"] or "{}") if crawl else {}
    return {
        "crawl": crawl["id"] if crawl else None,
        "ended_at": crawl["ended_at"] if crawl else None,
        "scheduled": sum(row["urls"] for row in rows),
        "states": dict(_by_state(rows)),
        "left_out": left_out,
        "rows": rows,
        "writers": [{"verb": each.verb, "pid": each.pid, "since": each.since} for each in living],
    }


def _by_state(rows: list[dict[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter(dict.fromkeys(STATES, 0))
    for row in rows:
        found[row["state"]] += row["urls"]
    return found


def _print(console: Console, name: str, crawl: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    states, total = _by_state(rows), sum(row["urls"] for row in rows)
    ended = f"ended {crawl['ended_at'][:19]}Z" if crawl["ended_at"] else "not ended: `daihuo crawl` goes on with it"
    console.print(f"{name}: crawl of {crawl['started_at'][:19]}Z, {ended}", highlight=False)
    console.print(_hosts(rows))
    parts = [f"{states[state]} {state}" for state in STATES if states[state] or state in STATES[:3]]
    share = (total - states["queued"] - states["claimed"]) / total if total else 1.0
    console.print(f"{total} scheduled = {' + '.join(parts)}; {share:.1%} ended", highlight=False)
    for spider, caps in json.loads(crawl["left_out_json"] or "{}").items():
        for cap, count in caps.items():
            console.print(f"{spider}: links left unasked because of {cap}: {count}", highlight=False)
    reasons = [row for row in rows if row["reason"]]
    if reasons:
        console.print(_reasons(reasons))
    if len(reasons) > REASONS_SHOWN:
        console.print(f"… and {len(reasons) - REASONS_SHOWN} more; all of them: table `ledger`", highlight=False)


def _reviews(console: Console, products: tuple[ReviewCoverage, ...]) -> None:
    """How much of the reviews was collected, a line a shop."""
    for shop in by_shop(products):
        claimed = f"{shop.of_claimed} of {shop.claimed} that pages count" if shop.claimed else "no page counts them"
        capped = f"; {shop.capped} products show fewer than they count" if shop.capped else ""
        line = f"{shop.shop}: {shop.collected} reviews of {shop.products} products ({claimed}){capped}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _hosts(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="By host", title_justify="left")
    table.add_column("Host", overflow="fold")
    for state in STATES:
        table.add_column(state, justify="right")
    hosts: dict[str, Counter[str]] = {}
    for row in rows:
        hosts.setdefault(row["host"], Counter())[row["state"]] += row["urls"]
    for host, states in sorted(hosts.items()):
        table.add_row(Text(host or "(no host)"), *(str(states[state] or "–") for state in STATES))
    return table


def _reasons(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="Why", title_justify="left")
    for column in ("Host", "State", "Reason"):
        table.add_column(column, overflow="fold")
    table.add_column("URLs", justify="right")
    together: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        together[row["host"], row["state"], row["reason"]] += row["urls"]
    for (host, state, reason), count in together.most_common(REASONS_SHOWN):
        table.add_row(Text(host), state, Text(reason), str(count))
    return table
