"""How long does `compare` take, and how does it grow?

A made-up world: `--claims` watchlist rows, each with a promoted page and one official page, each page seen `--looks`
times (so the default is 100,000 observations and 10,000 rows). The whole verb is timed: choosing the looks, reading
them, matching, rules, writing the three tables. Then the same with twice as much of both. Rows are put in by plain
INSERTs, which is not timed. Then what `changes` tells of the last 12 hours: two comparisons, and each address beside
itself. Seconds of the clock grow with what else the machine does; those of the processor do not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from rich.console import Console

from pipelines import compare
from pipelines.changes.bulletin import bulletin
from pipelines.dataset import CrawlSettings, Dataset
from pipelines.facts import quantity_json
from pipelines.manifest import EvidenceSettings
from pipelines.normalize.quantity import read_quantity
from pipelines.normalize.urls import page_key
from pipelines.store.sql import insert, rows_of
from pipelines.store.write import open_store
from pipelines.watchlist import Claim

_KINDS = ["面霜", "精华液", "洗发水", "面膜", "护手霜", "口红", "爽肤水", "身体乳", "防晒乳", "卸妆油"]
_WORDS = [
    "云朵",
    "晨雾",
    "月光",
    "山茶",
    "海盐",
    "竹露",
    "松针",
    "麦田",
    "柚见",
    "丝绒",
    "修护",
    "保湿",
    "清透",
    "焕亮",
    "舒缓",
    "紧致",
    "夜间",
    "早安",
    "轻盈",
    "滋养",
]


def world(path: Path, claims: int, looks: int) -> Dataset:
    """A dataset with a filled database at `path`."""
    dice = random.Random(20261123)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    watchlist: list[Claim] = []
    pages: list[dict[str, object]] = []
    offers: list[dict[str, object]] = []
    for number in range(claims):
        name = "".join(dice.sample(_WORDS, 4)) + dice.choice(_KINDS)
        size = dice.choice((30, 50, 100, 200))
        base = Decimal(dice.randint(40, 900))
        urls = (f"https://streamer.example/item/{number}", f"https://official.example/p/{number}")
        titles = (f"{name} {size}ml{dice.choice(('', '*2 赠10ml', ' 官方正品'))}", f"{name} {size}ml")
        for url, title in zip(urls, titles, strict=True):
            quantity = quantity_json(read_quantity(title))
            for look in range(looks):
                seen_at = (start + timedelta(hours=6 * look)).isoformat().replace("+00:00", "Z")
                price = base * dice.choice((1, 1, Decimal("0.9"), Decimal("1.1")))
                identity = f"{len(pages):024d}"
                page = {"id": identity, "url": url, "final_url": url, "url_key": page_key(url), "fetched_at": seen_at}
                pages.append({**page, "outcome": "ok", "kind": "product", "sha256": identity})
                offer = {"page_id": identity, "url": url, "name": title, "availability": "in_stock", "currency": "CNY"}
                offers.append({**offer, "price": price, "quantity_json": quantity})
        broadcast = (start + timedelta(hours=dice.randint(0, 6 * looks))).isoformat().replace("+00:00", "Z")
        watchlist.append(
            Claim(
                id=f"C{number}",
                row=number + 2,
                streamer="云雀",
                platform="demo",
                product=name,
                promo_url=urls[0],
                official_urls=urls[1:],
                broadcast_at=broadcast,
                claimed_price=base,
                currency="CNY",
                claim=dice.choice(("", "全网最低价", "史低价", "5折", "官方同价", "原价999")),
                note="",
            )
        )
    dataset = Dataset(
        path=path,
        name="world",
        title="world",
        licence="",
        description="",
        zone="UTC",
        shops=(),
        claims=tuple(watchlist),
        crawl=CrawlSettings(),
        evidence=EvidenceSettings(),
        rules={},
        expect={},
    )
    with open_store(dataset.database, dataset.secret) as store, store.transaction():
        store.db.conn.executemany(insert("pages"), rows_of("pages", pages))
        store.db.conn.executemany(insert("offers"), rows_of("offers", offers))
    return dataset


def measure(claims: int, looks: int) -> dict[str, object]:
    """Seconds of one run, and what it answered."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        dataset = world(Path(folder), claims, looks)
        began, worked = time.perf_counter(), time.process_time()
        rows = compare.run(dataset)
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        worked = time.process_time()
        told = bulletin(dataset, "12h")
        telling = time.process_time() - worked
    return {
        "claims": claims,
        "observations": 2 * claims * looks,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "verdicts": dict(sorted(Counter(row.verdict.word for row in rows).items())),
        "bulletin_processor_seconds": round(telling, 2),
        "changes": len(told.changes),
        "words": dict(sorted(Counter(row.answer.word for row in rows).items())),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--looks", type=int, default=5)
    parser.add_argument("--data", type=Path, help="not used: the world is made up")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    console = Console()
    results = []
    for factor in (1, 2):
        result = measure(given.claims * factor, given.looks)
        took = "{claims} claims, {observations} observations: {seconds} s ({processor_seconds} s of processor)"
        console.print((took + "  {verdicts}  {words}").format(**result))
        console.print("  its bulletin: {changes} changes, {bulletin_processor_seconds} s of processor".format(**result))
        results.append(result)
    growth = {
        name: round(float(str(results[1][name])) / max(0.01, float(str(results[0][name]))), 2)
        for name in ("seconds", "processor_seconds")
    }
    console.print("twice as much takes {seconds} times as long, {processor_seconds} of processor".format(**growth))
    figures = json.dumps({"runs": results, "growth": growth}, ensure_ascii=False)
    if given.json:
        given.json.write_text(figures + "\n", encoding="utf-8")
    else:
        print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
