"""How fast do reviews go into the database, beside a pipeline that commits each item?

Reviews go through `Store.write_reviews`, with hashed authors and natural keys, into a database in WAL mode with
synchronous FULL. The peers are the usual item pipelines, SQLite's default rollback journal and synchronous FULL: one
INSERT and one commit an item with `sqlite3`, and one `upsert` an item with sqlite-utils. They add `--peer-rows` each to
the same table, at the size it then has. All run in turns, `--rounds` times, on the disk of the current folder; rates
are rows per second, of the median round. How much a peer loses depends on how long the disk takes to sync: `sync_ms`.
Writing a page is measured with one offer and three prices, in one transaction for all (no disk), and a commit each.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from pipelines.facts import OfferFact, PageFacts, PriceFact, ReviewFact
from pipelines.store.sql import Cell, columns, insert
from pipelines.store.write import PageRecord, PageReview, Store, open_store

_SECRET = bytes(range(32))
_PHRASES = """
质地很清爽 味道淡淡的 用了一周皮肤亮了 包装完好 物流很快 客服耐心 和专柜的一样 价格比上次贵了 直播间买的 送了三个小样
有点油 不太保湿 颜色比图片深 大小刚好 妈妈很喜欢 已经回购三次 第一次买 瓶口有点漏 日期新鲜 性价比高 不会再买 推荐给朋友
早晚都在用 敏感肌没有泛红 味道有些刺鼻 发货慢 退货很顺利 和描述相符 赠品没收到 遮瑕一般 不卡粉 补水效果不错"""


def texts(folder: Path | None) -> list[str]:
    """Lines and CSV cells of at least ten characters of a folder's files, or made-up reviews."""
    if folder is None:
        dice, phrases = random.Random(20261123), _PHRASES.split()
        return ["，".join(dice.sample(phrases, dice.randint(4, 12))) + "。" for _ in range(20_000)]
    found: list[str] = []
    for path in sorted(folder.glob("*.[ct][sx][vt]")):
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = csv.reader(file) if path.suffix == ".csv" else ([line.strip()] for line in file)
            found += [max(row, key=len) for row in islice(rows, 1, 60_000) if row]
    found = [text for text in found if len(text) >= 10]
    if not found:
        sys.exit(f"{folder}: no .csv or .txt file with texts in it")
    return found


def reviews(pages: list[str], bodies: list[str], count: int) -> list[PageReview]:
    """`count` reviews with an id each, spread over the pages in their order; five pages make a product."""
    return [
        PageReview(
            pages[n * len(pages) // count],
            f"shop.example/S{n * len(pages) // count // 5}",
            ReviewFact(
                id=str(n),
                rating=Decimal(n % 5 + 1),
                rating_scale=Decimal(5),
                date="2026-11-11T12:00:00Z",
                date_said="2026-11-11 20:00",
                text=text,
                author=f"买家{n % 9973}",
                variant="30ml",
                language="zh-Hans",
                language_confidence=1.0,
                language_method="script",
            ),
        )
        for n, text in enumerate(islice(cycle(bodies), count))
    ]


def filled(folder: Path, bodies: list[str], count: int) -> float:
    """Rows per second through the public batch path. The reviews are made beforehand."""
    with open_store(folder / "reviews.sqlite", _SECRET) as store:
        urls = [f"https://shop.example/p/{n}" for n in range(max(count // 100, 1))]
        with store.transaction():
            pages = [store.write_page(PageRecord(url=url, fetched_at="2026-11-11T12:00:00Z"), None) for url in urls]
        made = reviews(pages, bodies, count)
        gc.collect()
        gc.freeze()
        start = time.perf_counter()
        written = store.write_reviews(made)
        seconds = time.perf_counter() - start
        gc.unfreeze()
        assert written == count == store.db["reviews"].count
    return count / seconds


def items_of(bodies: list[str], count: int) -> list[dict[str, Cell]]:
    """Reviews as items of a scraper: a mapping with every column, a random id."""
    empty: dict[str, Cell] = dict.fromkeys(columns("reviews"))
    return [
        {
            **empty,
            "id": f"{random.Random(n).getrandbits(96):024x}",
            "page_id": page,
            "product": f"shop.example/S{n}",
            "review_id": said.id,
            "rating": str(said.rating),
            "rating_scale": str(said.rating_scale),
            "date": said.date,
            "date_said": said.date_said,
            "text": said.text,
            "author_key": said.author,
            "variant": said.variant,
            "default_text": 0,
            "language": said.language,
            "language_confidence": said.language_confidence,
            "language_method": said.language_method,
        }
        for n, (page, _, said) in enumerate(reviews(["page"], bodies, count))
    ]


def per_item_rates(folder: Path, bodies: list[str], count: int) -> tuple[float, float]:
    """Rows per second of two pipelines that commit each item, into the table of `filled`: sqlite3, sqlite-utils."""
    connection = sqlite3.connect(folder / "reviews.sqlite")
    connection.execute("PRAGMA journal_mode=DELETE")
    items = items_of(bodies, 2 * count)
    start = time.perf_counter()
    for item in items[:count]:
        connection.execute(insert("reviews"), tuple(item.values()))
        connection.commit()
    plain = count / (time.perf_counter() - start)
    table = Database(connection).table("reviews")
    start = time.perf_counter()
    for item in items[count:]:
        table.upsert(item, pk="id")
    utils = count / (time.perf_counter() - start)
    connection.close()
    return plain, utils


def page_milliseconds(folder: Path, count: int = 1000) -> tuple[float, float]:
    """Milliseconds a page with one offer and three prices: all in one transaction, and each in its own."""
    prices = tuple(
        PriceFact(kind="sale", amount=Decimal("89.90"), currency="CNY", found_in="json-ld") for _ in range(3)
    )
    offer = OfferFact(name="晨雾精华", sku="S1", currency="CNY", price=Decimal("89.90"), prices=prices)

    def write(store: Store, start: int) -> float:
        begun = time.perf_counter()
        for n in range(start, start + count):
            url = f"https://shop.example/p/{n}"
            record = PageRecord(url=url, fetched_at="2026-11-11T12:00:00Z", sha256=f"{n:064x}")
            store.write_page(record, PageFacts(url=url, kind="product", outcome="ok", offer=offer))
        return (time.perf_counter() - begun) / count * 1000

    with open_store(folder / "pages.sqlite", _SECRET) as store:
        with store.transaction():
            together = write(store, 0)
        return together, write(store, count)


def sync_milliseconds(times: int = 200) -> float:
    """Median time of writing 4 kB and waiting until the disk has them."""
    taken = []
    with tempfile.TemporaryFile(dir=Path.cwd(), buffering=0) as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with .csv or .txt files of reviews; made-up ones otherwise")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer-rows", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    bodies = texts(given.data)
    ours, plain, utils = [], [], []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            ours.append(filled(Path(folder), bodies, given.rows))
            rates = per_item_rates(Path(folder), bodies, given.peer_rows)
            plain.append(rates[0])
            utils.append(rates[1])
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        together, alone = page_milliseconds(Path(folder))
    rate, peer, other = (statistics.median(rates) for rates in (ours, plain, utils))
    result = {
        "rows": given.rows,
        "reviews_per_second": round(rate),
        "commit_per_item_per_second": round(peer),
        "sqlite_utils_per_item_per_second": round(other),
        "ratio": round(rate / peer, 1),
        "ratio_sqlite_utils": round(rate / other, 1),
        "sync_ms": round(sync_milliseconds(), 3),
        "page_ms_without_commit": round(together, 3),
        "page_ms_with_commit": round(alone, 3),
    }
    table = Table("path", "rows/s", title=f"{given.rows:,} reviews, {len(bodies):,} different texts")
    table.add_row("Store.write_reviews, WAL, FULL", f"{rate:,.0f}")
    table.add_row("sqlite3, a commit an item, rollback journal, FULL", f"{peer:,.0f} (ratio {rate / peer:,.0f})")
    table.add_row("sqlite-utils, an upsert an item, the same", f"{other:,.0f} (ratio {rate / other:,.0f})")
    table.add_row("write_page, 1 offer and 3 prices", f"{together:.3f} ms, {alone:.3f} ms with its commit")
    Console().print(table)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
