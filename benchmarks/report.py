"""How long does `report` take, and how large is the file?

A made-up world: `--claims` watchlist rows of many streamers, each with a promoted and an official page, each page
looked at once a day for `--days` days (with days missed, looks blocked, sold out), and `--reviews` reviews of the
promoted products. Filling, comparing and the review signals are not timed. One look in forty has a screenshot.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw
from rich.console import Console

from pipelines import compare, corpus
from pipelines.dataset import CrawlSettings, Dataset
from pipelines.export.report import write_report
from pipelines.facts import quantity_json
from pipelines.manifest import EvidenceSettings
from pipelines.normalize.quantity import read_quantity
from pipelines.normalize.urls import page_key
from pipelines.store.sql import insert, rows_of
from pipelines.store.write import open_store
from pipelines.watchlist import Claim

_KINDS = ["面霜", "精华液", "洗发水", "面膜", "护手霜", "口红", "爽肤水", "身体乳", "防晒乳", "卸妆油"]
_WORDS = ["云朵", "晨雾", "月光", "山茶", "海盐", "竹露", "松针", "麦田", "柚见", "丝绒", "修护", "保湿", "清透"]
_SAID = [
    "全网最低价",
    "史低价",
    "今天5折",
    "官方同价",
    "原价999，今天半价",
    "比官网便宜20元",
    "平时卖399",
    "错过等一年",
]
_PRAISE = ["味道很好闻", "包装完整", "物流很快", "用了一周皮肤变软", "有点油", "第二次买了", "和专柜一样", "瓶子是破的"]
_START = datetime(2026, 8, 1, 4, tzinfo=UTC)
Row = dict[str, object]


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _looks(dice: random.Random, days: int, base: Decimal) -> Iterator[tuple[datetime, str, Decimal]]:
    """(time, outcome, price): a price that moves every week or two, days without a look, looks that were blocked."""
    price = base
    for day in range(days):
        if dice.random() < 0.1:
            price = (base * dice.choice((1, 1, Decimal("0.9"), Decimal("1.2")))).quantize(Decimal("0.01"))
        if dice.random() > 0.06:
            outcome = "blocked" if dice.random() < 0.03 else "ok"
            yield _START + timedelta(days=day, minutes=dice.randint(0, 300)), outcome, price


def world(path: Path, claims: int, days: int, reviews: int) -> Dataset:
    """A dataset with a filled database at `path`, compared, with its signals."""
    dice = random.Random(20261126)
    rows: dict[str, list[Row]] = {"pages": [], "offers": [], "prices": [], "evidence": [], "reviews": []}
    watchlist = [_claim(dice, rows, number, days) for number in range(claims)]
    for number in range(reviews):
        rows["reviews"].append(_review(dice, rows["pages"], number, claims))
    dataset = Dataset(
        path=path, name="world", title="一千条说法", licence="CC0-1.0", description="", zone="Asia/Shanghai", shops=(),
        claims=tuple(watchlist), crawl=CrawlSettings(), evidence=EvidenceSettings(), rules={}, expect={},
    )  # fmt: skip
    with open_store(dataset.database, dataset.secret) as store, store.transaction():
        for table, found in rows.items():
            store.db.conn.executemany(insert(table), rows_of(table, found))
    compare.run(dataset)
    corpus.run(dataset)
    return dataset


def _claim(dice: random.Random, rows: dict[str, list[Row]], number: int, days: int) -> Claim:
    name = "".join(dice.sample(_WORDS, 4)) + dice.choice(_KINDS)
    size, base = dice.choice((30, 50, 100, 200)), Decimal(dice.randint(40, 900))
    urls = (f"https://streamer.example/item/{number}", f"https://official.example/p/{number}")
    for url, title in zip(urls, (f"{name} {size}ml{dice.choice(('', '*2 赠10ml'))}", f"{name} {size}ml"), strict=True):
        for seen_at, outcome, price in _looks(dice, days, base):
            _look(rows, url, title, _iso(seen_at), outcome, price)
    return Claim(
        id=f"C{number:04d}", row=number + 2, streamer=f"主播{dice.randint(1, 40)}号", platform="demo", product=name,
        promo_url=urls[0], official_urls=urls[1:], broadcast_at=_iso(_START + timedelta(days=days - 5, hours=8)),
        claimed_price=base, currency="CNY", claim=dice.choice(_SAID), note="",
    )  # fmt: skip


def _look(rows: dict[str, list[Row]], url: str, title: str, seen_at: str, outcome: str, price: Decimal) -> None:
    page = f"{len(rows['pages']):024d}"
    record = {"warc_file": "daihuo-20260801000000000-abcdef.warc.gz", "warc_offset": 10_000 * len(rows["pages"])}
    rows["pages"].append(
        {"id": page, "url": url, "final_url": url, "url_key": page_key(url), "fetched_at": seen_at, "outcome": outcome,
         "kind": "product", "sha256": page * 2 + "0" * 16, "status": 200, "renderer": "browser", **record}
    )  # fmt: skip
    digest = hashlib.sha256(picture()).hexdigest()
    kinds = ("response", "request", "dom") + (("screenshot",) if len(rows["pages"]) % 40 == 0 else ())
    for n, kind in enumerate(kinds):
        rows["evidence"].append({"page_id": page, "n": n, "kind": kind, "url": url, "sha256": digest, **record})
    if outcome == "ok":
        rows["offers"].append(
            {"page_id": page, "url": url, "name": title, "availability": "in_stock", "currency": "CNY", "price": price,
             "list_price": price * 2, "quantity_json": quantity_json(read_quantity(title)), "promotions_json": "[]"}
        )  # fmt: skip
        layers = (("sale", price, "price"), ("list", price * 2, "list_price"), ("coupon", price - 5, None))
        for n, (kind, amount, chosen) in enumerate(layers):
            row: Row = {"page_id": page, "n": n, "kind": kind, "amount": amount, "currency": "CNY", "chosen": chosen}
            rows["prices"].append(row)


def _review(dice: random.Random, pages: list[Row], number: int, claims: int) -> Row:
    product = int(min(claims - 1, dice.expovariate(8 / claims)))
    # Few texts that come again, and many that share nothing with each other.
    own = "".join(chr(dice.randint(0x4E00, 0x9FA0)) for _ in range(24))
    said = "，".join(dice.sample(_PRAISE, 2)) if dice.random() < 0.02 else f"{dice.choice(_PRAISE)}，{own}"
    return {
        "id": f"{number:032d}", "page_id": pages[0]["id"], "product": f"streamer.example/item/{product}", "text": said,
        "rating": str(dice.choice((5, 5, 5, 5, 4, 3, 1))), "rating_scale": "5", "language": "zh-Hans",
        "date": _iso(_START - timedelta(days=dice.randint(0, 400))), "author_key": f"{number:064x}", "default_text": 0,
    }  # fmt: skip


@cache
def picture() -> bytes:
    """What a screenshot of a page is like: dark lines on white."""
    made = Image.new("RGB", (1280, 1600), "white")
    pen, dice = ImageDraw.Draw(made), random.Random(1)
    for line in range(60):
        place = (40, 25 * line, 40 + dice.randint(100, 1200), 25 * line + 12)
        pen.rectangle(place, fill=dice.choice(("#333", "#b22", "#888")))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--claims", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="not used: the world is made up")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        dataset = world(Path(folder), given.claims, given.days, given.reviews)
        began, worked = time.perf_counter(), time.process_time()
        path = write_report(dataset, reader=lambda _file, _offset: picture())
        result = {
            "claims": given.claims, "looks": 2 * given.claims * given.days, "reviews": given.reviews,
            "seconds": round(time.perf_counter() - began, 2),
            "processor_seconds": round(time.process_time() - worked, 2),
            "bytes": path.stat().st_size,
        }  # fmt: skip
    said = "{claims} claims, {looks} looks, {reviews} reviews: {seconds} s ({processor_seconds} s of processor)"
    Console().print(f"{said.format(**result)}, {result['bytes']:,} bytes")
    figures = json.dumps(result)
    if given.json:
        given.json.write_text(figures + "\n", encoding="utf-8")
    else:
        print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
