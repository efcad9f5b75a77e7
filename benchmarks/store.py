"""How fast do reviews go into the database, beside a pipeline that commits each item?

Ours is `Store.write_reviews`: authors hashed, natural keys, foreign keys held, WAL with synchronous FULL. The peers
are the item pipelines that people write, with SQLite's own defaults (rollback journal, synchronous FULL): an INSERT OR
REPLACE and a commit an item with `sqlite3`, and an `upsert` an item with sqlite-utils. They are given finished rows,
the first `--peer-rows` of the same, for the same table with the same indexes. Each run has a fresh database in
`--data`; all run in turns, `--rounds` times, and the ratios are of the medians. How slow a commit is depends on the
disk: `sync_ms` is one fsync of it. Writing a page is measured with one offer and three prices: all in one transaction,
and each in its own.
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
from collections.abc import Callable
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.database import Database
from pipelines.facts import OfferFact, PageFacts, PriceFact, ReviewFact
from pipelines.store.migrations import create_tables
from pipelines.store.review_rows import AuthorKeys, ReviewRows
from pipelines.store.sql import Cell, columns
from pipelines.store.write import PageRecord, PageReview, Store, open_store, page_id

_SECRET = bytes(range(32))
_FETCHED_AT = "2026-11-11T12:00:00Z"
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


def reviews(bodies: list[str], count: int) -> list[PageReview]:
    """`count` reviews with an id each, a hundred a page, five pages a product; each tenth has a reply."""
    pages = [page_id(record.url, None, _FETCHED_AT, record.time_source) for record in records(count)]
    return [
        PageReview(
            pages[n // 100],
            f"shop.example/S{n // 500}",
            ReviewFact(
                id=str(n),
                rating=Decimal(n % 5 + 1),
                rating_scale=Decimal(5),
                date="2026-11-11T12:00:00Z",
                date_said="2026-11-11 20:00",
                text=text,
                author=f"买家{n}",
                variant="30ml",
                helpful=n % 7,
                reply="谢谢您的支持，欢迎再来。" if n % 10 == 0 else None,
                language="zh-Hans",
                language_confidence=1.0,
                language_method="script",
            ),
        )
        for n, text in enumerate(islice(cycle(bodies), count))
    ]


def records(count: int) -> list[PageRecord]:
    """The pages of that many reviews."""
    return [PageRecord(url=f"https://shop.example/p/{n}", fetched_at=_FETCHED_AT) for n in range((count + 99) // 100)]


def batched(path: Path, said: list[PageReview]) -> tuple[float, float]:
    """Wall and processor seconds of the public batch path. The pages are there beforehand."""
    with open_store(path, _SECRET) as store:
        with store.transaction():
            for record in records(len(said)):
                store.write_page(record, None)
        begun, worked = time.perf_counter(), time.process_time()
        written = store.write_reviews(said)
        taken = time.perf_counter() - begun, time.process_time() - worked
        assert written == len(said) == store.db["reviews"].count
    return taken


def plain(path: Path, items: list[dict[str, Cell]]) -> float:
    """Seconds of an item pipeline with sqlite3: INSERT OR REPLACE, commit."""
    db = Database(path)
    create_tables(db, "pages", "reviews")
    connection = db.conn
    names = columns("reviews")
    statement = f"INSERT OR REPLACE INTO reviews ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    begun = time.perf_counter()
    for item in items:
        connection.execute(statement, tuple(item.values()))
        connection.commit()
    taken = time.perf_counter() - begun
    assert defaults(connection) == "delete, 2"
    assert db["reviews"].count == len(items)
    db.close()
    return taken


def utils(path: Path, items: list[dict[str, Cell]]) -> float:
    """Seconds of an item pipeline with sqlite-utils: an upsert, which commits."""
    db = Database(path)
    create_tables(db, "pages", "reviews")
    table = db.table("reviews")
    begun = time.perf_counter()
    for item in items:
        table.upsert(item, pk="id")
    taken = time.perf_counter() - begun
    assert defaults(db.conn) == "delete, 2"
    assert not db.conn.in_transaction
    assert table.count == len(items)
    db.close()
    return taken


def defaults(connection: sqlite3.Connection) -> str:
    """The journal mode, and synchronous: 2 is FULL."""
    return ", ".join(
        str(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("journal_mode", "synchronous")
    )


def page_milliseconds(path: Path, count: int = 1000) -> tuple[float, float]:
    """Milliseconds a page with one offer and three prices: all in one transaction, and each in its own."""
    prices = tuple(
        PriceFact(kind="sale", amount=Decimal("89.90"), currency="CNY", found_in="json-ld") for _ in range(3)
    )
    offer = OfferFact(name="晨雾精华", sku="S1", currency="CNY", price=Decimal("89.90"), prices=prices)

    def write(store: Store, start: int) -> float:
        begun = time.perf_counter()
        for n in range(start, start + count):
            url = f"https://shop.example/p/{n}"
            record = PageRecord(url=url, fetched_at=_FETCHED_AT, sha256=f"{n:064x}")
            store.write_page(record, PageFacts(url=url, kind="product", outcome="ok", offer=offer))
        return (time.perf_counter() - begun) / count * 1000

    with open_store(path, _SECRET) as store:
        with store.transaction():
            together = write(store, 0)
        return together, write(store, count)


def sync_milliseconds(folder: Path, times: int = 200) -> float:
    """Median time of writing 4 kB and waiting until the disk has them."""
    taken = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(), help="folder for the databases; default: the current one")
    parser.add_argument("--texts", type=Path, help="folder with .csv or .txt files of reviews; made-up ones otherwise")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer-rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    bodies = texts(given.texts)
    said = reviews(bodies, given.rows)
    made = ReviewRows(AuthorKeys(_SECRET)).make(said[: given.peer_rows])
    items = [dict(zip(columns("reviews"), row, strict=True)) for row in made.rows()]
    peers: dict[str, Callable[[Path, list[dict[str, Cell]]], float]] = {"sqlite3": plain, "sqlite_utils": utils}
    rates: dict[str, list[float]] = {name: [] for name in ("ours", *peers)}
    processor = []
    # A crawl does not hold a hundred thousand reviews for the garbage collector to walk through.
    gc.collect()
    gc.freeze()
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory(dir=given.data) as folder:
            seconds, worked = batched(Path(folder) / "ours.sqlite", said)
            rates["ours"].append(len(said) / seconds)
            processor.append(worked / len(said) * 1e6)
            for name, peer in peers.items():
                rates[name].append(len(items) / peer(Path(folder) / f"{name}.sqlite", items))
    with tempfile.TemporaryDirectory(dir=given.data) as folder:
        together, alone = page_milliseconds(Path(folder) / "pages.sqlite")
        sync = sync_milliseconds(Path(folder))
    report(given.rows, len(items), rates, min(processor), sync, (together, alone))


def report(
    rows: int,
    peer_rows: int,
    rates: dict[str, list[float]],
    processor: float,
    sync: float,
    page: tuple[float, float],
) -> None:
    """The table and the line of JSON."""
    medians = {name: statistics.median(found) for name, found in rates.items()}
    ratios = {name: medians["ours"] / rate for name, rate in medians.items()}
    labels = {
        "ours": f"Store.write_reviews, {rows:,} rows: WAL, FULL",
        "sqlite3": f"sqlite3, a commit an item, {peer_rows:,} rows: rollback journal, FULL",
        "sqlite_utils": f"sqlite-utils, an upsert an item, {peer_rows:,} rows: rollback journal, FULL",
    }
    table = Table(title="Reviews, rows a second")
    table.add_column("path")
    for name in ("min", "median", "max", "ours is"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, found in rates.items():
        ratio = "" if name == "ours" else f"{ratios[name]:,.0f} ×"
        table.add_row(labels[name], f"{min(found):,.0f}", f"{medians[name]:,.0f}", f"{max(found):,.0f}", ratio)
    console = Console()
    console.print(table)
    console.print(f"bars: 50,000 rows/s; 100 × a commit an item. Processor: {processor:.1f} µs a row at best")
    console.print(f"one fsync {sync:.3f} ms; write_page {page[0]:.3f} ms, {page[1]:.3f} ms with its commit")
    result = {
        "rows": rows,
        "peer_rows": peer_rows,
        "medians": {name: round(rate) for name, rate in medians.items()},
        "ratios": {name: round(ratios[name], 1) for name in rates if name != "ours"},
        "runs": {name: [round(rate) for rate in found] for name, found in rates.items()},
        "processor_us_per_row": round(processor, 2),
        "sync_ms": round(sync, 3),
        "page_ms_without_commit": round(page[0], 3),
        "page_ms_with_commit": round(page[1], 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
