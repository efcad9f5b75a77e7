"""How many reviews a second go from JSON bodies to corpus tables, stage by stage, and how much memory that takes?

The stages of a body: read (bytes to what the page said), facts (dates, numbers, language …), store (a transaction a
thousand reviews, sealed). Then `corpus.run`: cluster (every text compared with all others), signals, tables (rows,
hashes, seals). One process; rates are of its processor time, because others may work on the machine; wall time stands
beside it. Bodies have the shape of JD's comment pages, `--per-body` comments each, five hundred a product; their texts
are those of `--data` (a folder with .csv and .txt files of reviews) or made up.

The peer is what a notebook does with the same bodies: json, pandas, langdetect with seed 0, MinHash LSH of datasketch,
to_sql. It gets the first `--peer-reviews`, and its rate is that of the few: langdetect takes the same time for each,
and the index of datasketch does not get faster with more texts.

Memory is the peak of a process of its own for each size: after storing, which should not grow, and after the corpus,
which holds what comparing all texts needs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.memory import prepare_for_many
from crawler.pages.read import read_page
from pipelines import corpus
from pipelines.signals import Observer
from pipelines.store.write import PageRecord, open_store
from pipelines.understand import understand

BAR = 8_000
STAGES = ("read", "facts", "store", "cluster", "signals", "tables")
_SECRET = bytes(range(32))
_PRODUCT = 500
_AT_ONCE = 1_000
_PHRASES = """质地很清爽 味道淡淡的 用了一周皮肤亮了 包装完好 物流很快 客服耐心 和专柜的一样 价格比上次贵了
 直播间买的 送了三个小样 有点油 不太保湿 颜色比图片深 大小刚好 妈妈很喜欢 已经回购三次 第一次买 瓶口有点漏 日期新鲜
 性价比高 不会再买 推荐给朋友 早晚都在用 敏感肌没有泛红 味道有些刺鼻 发货慢 退货很顺利 和描述相符 赠品没收到 遮瑕一般"""


@dataclass(frozen=True, slots=True)
class Folder:
    """As much of a dataset as `corpus.run` asks for."""

    database: Path
    secret: bytes = _SECRET
    rules: dict[str, dict[str, object]] = field(default_factory=dict)


def texts(folder: Path | None) -> list[str]:
    """The longest cell of every CSV row and every line of text files, in their order; or made-up reviews."""
    if folder is None:
        dice, phrases = random.Random(20261126), _PHRASES.split()
        return ["，".join(dice.sample(phrases, dice.randint(2, 9))) + "。" for _ in range(100_000)]
    found: list[str] = []
    for path in sorted(folder.glob("*.[ct][sx][vt]")):
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = csv.reader(file) if path.suffix == ".csv" else ([line.strip()] for line in file)
            found += [max(row, key=len) for row in islice(rows, 1, None) if row and any(row)]
    if not found:
        sys.exit(f"{folder}: no .csv or .txt file with texts in it")
    return found


def bodies(said: list[str], count: int, per_body: int) -> Iterator[tuple[str, bytes]]:
    """URL and body, with `count` comments in all."""
    dice = random.Random(7)
    texts = islice(cycle(said), count)
    for first in range(0, count, per_body):
        sku = str(100_000 + first // _PRODUCT)
        comments = [_comment(first + n, sku, text, dice) for n, text in enumerate(islice(texts, per_body))]
        body = {"productCommentSummary": {"skuId": sku, "commentCountStr": "500+"}, "maxPage": 50, "comments": comments}
        page = first % _PRODUCT // per_body
        url = f"https://club.jd.com/comment/productPageComments.action?productId={sku}&page={page}&pageSize={per_body}"
        yield url, json.dumps(body, ensure_ascii=False).encode()


def _comment(number: int, sku: str, text: str, dice: random.Random) -> dict[str, Any]:
    return {
        "id": 10_000_000_000 + number,
        "guid": f"{number:032x}",
        "content": text,
        "creationTime": f"2026-11-{dice.randint(1, 28):02d} {dice.randint(0, 23):02d}:{dice.randint(0, 59):02d}:39",
        "referenceId": sku,
        "referenceTime": f"2026-10-{dice.randint(1, 28):02d} 18:28:22",
        "score": dice.choice((1, 2, 3, 4, 5, 5, 5, 5, 5)),
        "nickname": f"j***{dice.randint(0, 9999)}",
        "usefulVoteCount": dice.choice((0, 0, 0, 1, 7)),
        "imageCount": dice.choice((0, 0, 2)),
        "productColor": "30ml",
        "productSize": "",
        "replies": [{"content": "谢谢您的支持"}] if dice.random() < 0.1 else [],
        "afterUserComment": {"created": "2026-11-29 10:00:00", "content": "用了两周"} if dice.random() < 0.03 else None,
    }


class Clock:
    """Processor and wall seconds by stage. A stage inside another is taken from the outer one."""

    def __init__(self) -> None:
        self.processor: defaultdict[str, float] = defaultdict(float)
        self.wall: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str, inside: str = "") -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        for kept, taken in ((self.wall, time.perf_counter() - wall), (self.processor, time.process_time() - processor)):
            kept[name] += taken
            if inside:
                kept[inside] -= taken

    def time(self, owner: type, method: str, name: str) -> None:
        """Count the calls of a method as a stage inside "tables"."""
        plain = getattr(owner, method)

        def timed(*given: Any) -> Any:
            with self.stage(name, inside="tables"):
                return plain(*given)

        setattr(owner, method, timed)


def ours(said: list[str], count: int, per_body: int, place: Path) -> dict[str, Any]:
    """All stages over `count` reviews."""
    clock = Clock()
    path = place / "corpus.sqlite"
    warm = next(bodies(["Nice cream, but it arrived late", "很好"], 2, 2))
    understand(read_page(*warm), zone="Asia/Shanghai")
    prepare_for_many()
    with open_store(path, _SECRET) as store:
        waiting = bodies(said, count, per_body)
        while batch := list(islice(waiting, max(1, _AT_ONCE // per_body))):
            with clock.stage("read"):
                pages = [read_page(url, body) for url, body in batch]
            with clock.stage("facts"):
                facts = [understand(page, zone="Asia/Shanghai", currency_hint="CNY") for page in pages]
            with clock.stage("store"), store.transaction():
                for (url, body), found in zip(batch, facts, strict=True):
                    digest = hashlib.sha256(body).hexdigest()
                    store.write_page(PageRecord(url=url, fetched_at="2026-11-30T00:00:00Z", sha256=digest), found)
        assert store.db["reviews"].count == count
    stored = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for owner, method, name in ((Observer, "add", "cluster"), (Observer, "settle", "cluster")):
        clock.time(owner, method, name)
    clock.time(Observer, "observe", "signals")
    with clock.stage("tables"):
        made = corpus.run(Folder(path))  # type: ignore[arg-type]
    assert made.reviews == count
    assert made.version is not None
    return {
        "reviews": count,
        "clusters": made.clusters,
        "splits": made.version.splits,
        "processor": {name: clock.processor[name] for name in STAGES},
        "wall": sum(clock.wall.values()),
        "mb_stored": round(stored),
        "mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "database_mb": round(path.stat().st_size / 2**20),
    }


def peer(said: list[str], count: int, per_body: int, place: Path) -> dict[str, Any]:
    """The same tables the way a notebook makes them."""
    import sqlite3

    import langdetect
    import pandas
    from datasketch import MinHash, MinHashLSH
    from langdetect import DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0

    def language(text: str) -> str:
        try:
            return str(langdetect.detect(text))
        except LangDetectException:
            return "und"

    language("warm")
    waiting = list(bodies(said, count, per_body))
    begun, wall = time.process_time(), time.perf_counter()
    frame = pandas.DataFrame([one for _, body in waiting for one in json.loads(body)["comments"]])
    frame["creationTime"] = (
        pandas.to_datetime(frame["creationTime"]).dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
    )
    frame["language"] = frame["content"].map(language)
    index, near = MinHashLSH(threshold=0.7, num_perm=128), []
    for at, text in enumerate(frame["content"]):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[n : n + 2].encode() for n in range(max(1, len(text) - 1))])
        near.append(len(index.query(sketch)))
        index.insert(at, sketch)
    frame["near"] = near
    frame["burst"] = frame.groupby(["referenceId", frame["creationTime"].dt.date])["id"].transform("size")
    frame["deviation"] = frame["score"] - frame.groupby("referenceId")["score"].transform("mean")
    frame["words"] = frame["content"].str.count("好用|不错|很好|喜欢|满意|推荐|失望|难用|退货|差评")
    kept = frame.drop(columns=["replies", "afterUserComment"]).astype({"creationTime": str})
    connection = sqlite3.connect(place / "peer.sqlite")
    kept.to_sql("reviews", connection, index=False)
    connection.close()
    return {"reviews": count, "processor": time.process_time() - begun, "wall": time.perf_counter() - wall}


def apart(what: str, data: Path | None, count: int, per_body: int, place: Path) -> dict[str, Any]:
    """One measurement in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool, tempfile.TemporaryDirectory(dir=place) as folder:
        return pool.apply(_measured, (what, data, count, per_body, Path(folder)))


def _measured(what: str, data: Path | None, count: int, per_body: int, place: Path) -> dict[str, Any]:
    return (ours if what == "ours" else peer)(texts(data), count, per_body, place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with .csv or .txt files of reviews; made-up ones otherwise")
    parser.add_argument("--place", type=Path, default=Path(), help="folder for the databases; default: the current one")
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--per-body", type=int, default=10)
    parser.add_argument("--peer-reviews", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    sizes = (given.reviews // 4, *[given.reviews] * given.rounds)
    found = [apart("ours", given.data, size, given.per_body, given.place) for size in sizes]
    small, whole = found[0], min(found[1:], key=lambda one: sum(one["processor"].values()))
    other = apart("peer", given.data, given.peer_reviews, given.per_body, given.place) if given.peer_reviews else None
    report(small, whole, other, given.per_body)


def report(small: dict[str, Any], whole: dict[str, Any], other: dict[str, Any] | None, per_body: int) -> None:
    """The tables and the line of JSON."""
    count, console = whole["reviews"], Console()
    seconds = sum(whole["processor"].values())
    table = Table("stage", "µs a review", "share", title=f"{count:,} reviews, {per_body} a body, best of the rounds")
    for name in STAGES:
        table.add_row(
            name, f"{whole['processor'][name] / count * 1e6:.1f}", f"{whole['processor'][name] / seconds:.0%}"
        )
    console.print(table)
    rate = count / seconds
    console.print(f"{rate:,.0f} reviews/s of processor time (bar {BAR:,}), {count / whole['wall']:,.0f} by the clock")
    memory = Table("reviews", "peak MB, stored", "peak MB, corpus", "database MB", "clusters")
    for one in (small, whole):
        figures = (one["reviews"], one["mb_stored"], one["mb"], one["database_mb"], one["clusters"])
        memory.add_row(*(f"{figure:,}" for figure in figures))
    console.print(memory)
    result = {"rate": round(rate), "small": small, "whole": whole}
    if other is not None:
        result["peer_rate"] = round(other["reviews"] / other["processor"], 1)
        result["ratio"] = round(rate * other["processor"] / other["reviews"], 1)
        console.print(
            f"pandas, langdetect, datasketch: {result['peer_rate']:,} reviews/s over {other['reviews']:,} reviews;"
            f" ours is {result['ratio']:,} ×"
        )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
