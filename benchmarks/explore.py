"""How long does the explorer's database take to build, and does it answer in time?

A made-up dataset: `--claims` claims with two addresses each, looked at five times, and `--reviews` reviews with all
signals. Timed are the build, every named question, and the search for 假货 and "refund", beside a scan with LIKE
that has to find the same. Seconds are the processor's: those of the clock grow with what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.dataset import load
from pipelines.export.explore.build import build_explorer
from pipelines.export.explore.questions import QUESTIONS
from pipelines.export.explore.search import COLUMNS, clause
from pipelines.signals import SIGNALS
from pipelines.store.sql import insert, rows_of
from pipelines.store.write import open_store

MANIFEST = 'title = "made up"\nlicence = "CC0-1.0"\n'
HEADER = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls\n"
)
ROW = "C0,山雀,,2026-11-20 20:00,晨雾精华,,,,,,,https://tit.example/0,\n"
PHRASES = """
质地很清爽 味道淡淡的 用了一周皮肤亮了 包装完好 物流很快 客服耐心 和专柜的一样 价格比上次贵了 直播间买的 送了三个小样
有点油 不太保湿 颜色比图片深 大小刚好 妈妈很喜欢 已经回购三次 第一次买 瓶口有点漏 日期新鲜 性价比高
不会再买 推荐给朋友"""
ENGLISH = ["arrived late", "the color is fine", "asked for my money back", "would buy again", "box was open"]
# Nobody waits longer for an answer; the explorer itself stops there.
MOST_SECONDS = 1.0
WORDS = ("假货", "refund", "客服耐心")
Rows = Iterator[dict[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="folder for the made-up dataset; a temporary one by default")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.data) as name:
        folder = Path(name)
        make(folder, given.claims, given.reviews)
        began = time.process_time()
        built = build_explorer(load(str(folder)))
        figures: dict[str, Any] = {"build_s": round(time.process_time() - began, 2)}
        figures["megabytes"] = round(built.database.stat().st_size / 1e6, 1)
        with closing(sqlite3.connect(f"{built.database.as_uri()}?immutable=1", uri=True)) as connection:
            figures["questions_s"] = {question.name: asked(connection, question.sql) for question in QUESTIONS}
            figures["search"] = {words: searched(connection, words) for words in WORDS}
    show(figures)
    print(json.dumps(figures, ensure_ascii=False))
    slowest = max([*figures["questions_s"].values(), *(found["search_s"] for found in figures["search"].values())])
    return 0 if slowest < MOST_SECONDS else 1


def asked(connection: sqlite3.Connection, sql: str) -> float:
    return timed(lambda: connection.execute(sql, {"claim": "C7"} if ":claim" in sql else {}).fetchall())[1]


def searched(connection: sqlite3.Connection, words: str) -> dict[str, Any]:
    """The rows and seconds of the search, and of the scan that has to find the same rows."""
    conditions, parameters = clause(words)
    found, seconds = timed(lambda: ids(connection, " AND ".join(conditions), parameters))
    scan = " OR ".join(f"{column} LIKE :words" for column in COLUMNS)
    wanted, scan_seconds = timed(lambda: ids(connection, scan, {"words": f"%{words}%"}))
    same = {"rows": len(found), "scan_rows": len(wanted)}
    if found != wanted:
        sys.exit(f"{words}: the search found {len(found)} reviews, the scan {len(wanted)}")
    return {**same, "search_s": seconds, "scan_s": scan_seconds}


def ids(connection: sqlite3.Connection, condition: str, parameters: dict[str, str]) -> set[str]:
    return {row[0] for row in connection.execute(f"SELECT id FROM reviews WHERE {condition}", parameters)}


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    found = ask()
    return found, round(time.process_time() - began, 3)


def make(folder: Path, claims: int, reviews: int) -> None:
    """The dataset's folder, with rows put into its database by plain INSERTs."""
    (folder / "dataset.toml").write_text(MANIFEST, "utf-8")
    (folder / "watchlist.csv").write_text(HEADER + ROW, "utf-8")
    dice = random.Random(20261126)
    dataset = load(str(folder))
    with open_store(dataset.database, b"k" * 32) as store:
        connection = store.db.conn
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        products = max(1, reviews // 200)
        for table, rows in (
            ("pages", pages(claims, products)),
            ("offers", offers(claims, products, dice)),
            ("claims", claimed(claims)),
            ("verdicts", verdicts(claims, dice)),
            ("findings", findings(claims)),
            ("reviews", written(reviews, products, dice)),
            ("corpus_reviews", signals(reviews, dice)),
        ):
            connection.executemany(insert(table), rows_of(table, rows))
        connection.execute("COMMIT")


def addresses(claims: int, products: int) -> Iterator[tuple[str, str, str]]:
    """Page id, address and time of every page."""
    for claim in range(claims):
        for side in ("tit", "egret"):
            for look in range(5):
                yield f"{side}{claim}-{look}", f"https://{side}.example/{claim}", f"2026-11-{18 + look}T12:00:00Z"
    for product in range(products):
        yield f"r{product}", f"https://tit.example/r{product}", "2026-11-18T13:00:00Z"


def pages(claims: int, products: int) -> Rows:
    for n, (identity, url, seen) in enumerate(addresses(claims, products)):
        yield {
            "id": identity, "url": url, "final_url": url, "url_key": url[8:], "fetched_at": seen, "sha256": f"{n:064x}",
            "outcome": "ok" if n % 17 else "blocked", "kind": "product", "warc_file": "a.warc.gz", "warc_offset": n,
        }  # fmt: skip


def offers(claims: int, products: int, dice: random.Random) -> Rows:
    for identity, url, _ in addresses(claims, products):
        yield {
            "page_id": identity,
            "url": url,
            "name": url[8:],
            "currency": "CNY",
            "price": f"{dice.randint(20, 400)}.00",
        }


def claimed(claims: int) -> Rows:
    for n in range(claims):
        yield {
            "id": f"C{n}", "streamer": f"山雀{n % 37}", "broadcast_at": "2026-11-20T12:00:00Z",
            "product": f"晨雾精华 {n}",
            "promo_url": f"https://tit.example/{n}", "official_urls_json": json.dumps([f"https://egret.example/{n}"]),
        }  # fmt: skip


def verdicts(claims: int, dice: random.Random) -> Rows:
    words = ("consistent", "cheaper_at_streamer", "dearer_at_streamer", "different_product", "cannot_tell")
    for n in range(claims):
        yield {
            "claim_id": f"C{n}", "verdict": dice.choice(words), "promoted_price": f"{dice.randint(20, 400)}.00",
            "official_price": f"{dice.randint(20, 400)}.00", "currency": "CNY", "reasons_json": '["made up"]',
            "page_ids_json": json.dumps([f"tit{n}-2", f"egret{n}-2"]),
        }  # fmt: skip


def findings(claims: int) -> Rows:
    for n in range(claims):
        for rule in range(6):
            ids_json = json.dumps([f"tit{n}-2", f"egret{n}-2"])
            yield {
                "claim_id": f"C{n}",
                "n": rule,
                "rule": f"rule_{rule}",
                "answer": "differs",
                "page_ids_json": ids_json,
            }


def written(reviews: int, products: int, dice: random.Random) -> Rows:
    for n in range(reviews):
        said = dice.sample(PHRASES.split(), 8) + dice.sample(ENGLISH, 3)
        said += ["这是假货吧"] * (n % 97 == 0) + ["I want a Refund"] * (n % 89 == 0)
        yield {
            "id": f"v{n:07d}", "page_id": f"r{n % products}", "product": f"tit.example/r{n % products}",
            "rating": str(n % 5 + 1), "rating_scale": "5", "date": f"2026-{n % 11 + 1:02d}-{n % 28 + 1:02d}T10:00:00Z",
            "text": "，".join(said), "author_key": f"{n:064x}", "language": "zh-Hans",
            "reply": "谢谢" if n % 10 else None,
        }  # fmt: skip


def signals(reviews: int, dice: random.Random) -> Rows:
    for n in range(reviews):
        said: dict[str, tuple[str, dict[str, str]]] = {name: (str(n % 4), {}) for name in SIGNALS}
        if n % 9 == 0:
            said["near_duplicate"][1]["cluster"] = f"k{dice.randint(0, reviews // 20)}"
        yield {"review": f"v{n:07d}", "signals_json": json.dumps(said)}


def show(figures: dict[str, Any]) -> None:
    table = Table(title=f"built in {figures['build_s']} s, {figures['megabytes']} MB", title_justify="left")
    for column in ("asked", "rows", "seconds", "scan with LIKE, seconds"):
        table.add_column(column, justify="left" if column == "asked" else "right")
    for name, seconds in figures["questions_s"].items():
        table.add_row(name, "", f"{seconds:.3f}", "")
    for words, found in figures["search"].items():
        table.add_row(f"search {words}", str(found["rows"]), f"{found['search_s']:.3f}", f"{found['scan_s']:.3f}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
