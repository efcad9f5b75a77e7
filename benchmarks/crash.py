"""Does a crawl that is killed again and again end with every item once, and what does that cost?

A loopback shop of `--items` products in listings of 100; `--rendered` of them show their offer only to a browser.
`daihuo crawl` is killed with SIGKILL after a random number of answers, `--kills` times, and started again; then it may
end. Once with one process, once with two that share the crawl (a random one is killed each time). Lost: items of the
shop without an offer row. Doubled: items with more than one. Then `daihuo verify` reads every archive record again.

The cost: the same crawl without kills, beside the same crawl with Scrapy's memory queue in place of the frontier,
`--rounds` times by turns; the ratio is of the medians of wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PER_LISTING = 100

CRAWL = """
import json, sys
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from pipelines.normalize.urls import host_of
from pipelines.store.frontier import Claimed

class MemoryQueue(Scheduler):
    '''Scrapy's own queue; what a page's transaction tells the frontier, it keeps in memory.'''

    def open(self, spider):
        super().open(spider)
        self.spider, self.known, self.shown, self.mine, self.total = spider, set(), set(), {}, 0
        self.crawl = spider.frontier.crawl
        spider.frontier = self
        self.add(spider.targets())

    def add(self, planned):
        for each in planned:
            if each.key not in self.known:
                self.known.add(each.key)
                what = {"url": each.url, "key": each.key, "depth": each.depth, "request": dict(each.request)}
                self.enqueue_request(self.spider.request_of(Claimed(host=host_of(each.url), **what)))

    def hold(self, host, until, reason):
        raise SystemExit(f"{host} is held: {reason}")

    def held_until(self, host):
        return float("-inf")

    def knows(self, key):
        return key in self.known

    def read_plainly(self, host, purpose):
        return True

    def new_items(self, shown):
        return bool({(shown.chain, item) for item in shown.items} - self.shown)

    def commit_page(self, write, ended, links=(), shown=()):
        page = write()
        self.shown |= {(each.chain, item) for each in shown for item in each.items}
        self.add(links)
        return page

    def stats(self):
        return dict.fromkeys(("queued", "claimed", "done", "refused", "failed"), 0)

settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.set("DAIHUO_QUIET", True, priority="cmdline")
if sys.argv[2] == "memory":
    settings.set("SCHEDULER", MemoryQueue, priority="cmdline")
process = AsyncCrawlerProcess(settings)
crawler = process.create_crawler("listings")
process.crawl(crawler, dataset=sys.argv[1])
process.start()
print(json.dumps({"seconds": crawler.stats.get_value("elapsed_time_seconds")}))
"""


def product(number: int, rendered: bool) -> bytes:
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"撞机精华 {number} 号 30ml",
        "sku": f"C{number:05d}",
        "offers": {"@type": "Offer", "price": f"{100 + number}.00", "priceCurrency": "CNY"},
    }
    head = '<!doctype html><html lang="zh"><meta charset="utf-8"><title>撞机商店</title>'
    if not rendered:
        text = f'<h1>{data["name"]}</h1><p class="price">¥{100 + number}.00</p><button>加入购物车</button>'
        return f'{head}<script type="application/ld+json">{json.dumps(data)}</script>{text}'.encode()
    price = f'<p class="price">¥{100 + number}.00</p><button>加入购物车</button>'
    block = f'<div class="product"><h1>{data["name"]}</h1>{price}</div>'
    script = f"setTimeout(() => document.getElementById('app').innerHTML = {json.dumps(block)}, 50)"
    return f'{head}<div id="app"></div><script>{script}</script>'.encode()


def listing(number: int, items: int) -> bytes:
    first = (number - 1) * PER_LISTING
    cards = "".join(
        f'<li class="card"><a href="/item/{n}"><h3>撞机精华 {n} 号 30ml</h3></a>'
        f'<span class="price">¥{100 + n}.00</span></li>'
        for n in range(first, min(first + PER_LISTING, items))
    )
    following = f'<a rel="next" href="/all?page={number + 1}">下一页</a>' if first + PER_LISTING < items else ""
    head = '<!doctype html><html lang="zh"><meta charset="utf-8"><title>全部商品</title><h1>全部商品</h1>'
    return f"{head}<ul>{cards}</ul>{following}".encode()


def serve(port_of: multiprocessing.Queue[int], answered: Any, items: int, rendered: int) -> None:
    """The shop; `answered` counts what it was asked for."""
    every = items // rendered if rendered else items + 1

    def body(path: str) -> bytes | None:
        if path.startswith("/item/"):
            number = int(path[6:])
            return product(number, number % every == every - 1)
        if path.startswith("/all"):
            return listing(int(path.partition("=")[2] or 1), items)
        return None

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                found = body(line.split()[1].decode())
                answered.value += found is not None
                status = "200 OK" if found is not None else "404 Not Found"
                found = found or b""
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                writer.write(f"{head}Content-Length: {len(found)}\r\n\r\n".encode() + found)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def forever() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port_of.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def dataset(folder: Path, port: int) -> Path:
    """A shop to be listed; its watchlist names one item, which the listing names as well."""
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(
        f'title = "Crash"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "bench@example.org"\ndelay = 0\nconcurrency = 16\n'
        f'per_host = 16\nallow_addresses = ["127.0.0.1:{port}"]\n[[shops]]\nname = "撞机商店"\n'
        f'host = "127.0.0.1:{port}"\nrole = "official"\nlistings = ["http://127.0.0.1:{port}/all"]\n'
    )
    columns = (
        "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,"
        "promo_url,official_urls,note"
    )
    row = f"c,Bench,other,2026-11-11 20:00,撞机精华,,,,,CNY,cheap,http://127.0.0.1:{port}/item/0,,"
    (folder / "watchlist.csv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    return folder


def crawl(place: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawler", "crawl", str(place), "--spider", "listings"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_again_and_again(place: Path, answered: Any, options: argparse.Namespace, processes: int) -> dict[str, Any]:
    """Crawl, kill, go on; then let it end. Returns counts."""
    rnd = random.Random(options.seed + processes)
    others = left_behind()
    running = [crawl(place) for _ in range(processes)]
    kills, at, most = 0, [], 2 * 0.75 * options.items / max(1, options.kills)
    while kills < options.kills:
        target = answered.value + rnd.randint(1, int(most))
        while answered.value < target and all(process.poll() is None for process in running):
            time.sleep(0.002)
        time.sleep(rnd.random() * 0.05)
        victim = rnd.randrange(processes)
        if running[victim].poll() is not None:
            break
        os.kill(running[victim].pid, signal.SIGKILL)
        running[victim].wait()
        kills, at = kills + 1, [*at, answered.value]
        running[victim] = crawl(place)
    codes = [process.wait(timeout=900) for process in running]
    time.sleep(5)
    left = {"processes left behind": max(0, left_behind() - others)}
    return {"kills": kills, "exit codes": codes, "answers at the kills": at, **look(place, options.items), **left}


def look(place: Path, items: int) -> dict[str, Any]:
    """What the database holds of the shop, and whether the archive agrees."""
    with closing(sqlite3.connect(place / "build" / "daihuo.sqlite")) as db:
        rows = dict(db.execute("SELECT pages.url, COUNT(*) FROM offers JOIN pages ON pages.id = page_id GROUP BY 1"))
        wrong = sum(
            price is None or float(price) != 100 + int(url.rpartition("/")[2])
            for url, price in db.execute("SELECT pages.url, price FROM offers JOIN pages ON pages.id = page_id")
        )
        states = dict(db.execute("SELECT state, COUNT(*) FROM ledger GROUP BY state"))
        integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
        browser = db.execute("SELECT COUNT(*) FROM pages WHERE renderer = 'browser'").fetchone()[0]
    verify = subprocess.run(
        [sys.executable, "-m", "crawler", "verify", str(place)], cwd=ROOT, capture_output=True, text=True
    )
    seen = {url.rpartition("/")[2] for url in rows}
    return {
        "lost": items - len(seen),
        "doubled": sum(count > 1 for count in rows.values()),
        "wrong price": wrong,
        "by browser": browser,
        "ledger": states,
        "integrity": integrity,
        "verify": f"exit {verify.returncode}: {verify.stdout.strip().splitlines()[-1]}",
    }


def left_behind() -> int:
    """Processes that a crawl leaves when it is killed and its children do not notice: Chromium, its driver, readers."""
    words = ("chromium", "playwright", "-m crawler")
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()
    return sum(any(word in line for word in words) for line in lines if "benchmarks/crash" not in line)


def cost(folder: Path, port: int, rounds: int, items: int) -> dict[str, Any]:
    """Wall time with the frontier and with Scrapy's memory queue, by turns."""
    times: dict[str, list[float]] = {"frontier": [], "memory": []}
    for number in range(rounds):
        for kind, taken in times.items():
            place = dataset(folder / f"{kind}{number}", port)
            start = time.monotonic()
            command = [sys.executable, "-c", CRAWL, str(place), kind]
            said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr
            taken.append(time.monotonic() - start)
            found = sqlite3.connect(place / "build" / "daihuo.sqlite").execute("SELECT COUNT(*) FROM offers").fetchone()
            print(f"  {kind:8} {taken[-1]:7.1f} s  {found[0]} offers", flush=True)
            if found[0] != items:
                sys.exit(f"{kind}: expected {items} offers, found {found[0]}; the crawl said:\n{said[-4000:]}")
            shutil.rmtree(place)
    medians = {kind: statistics.median(taken) for kind, taken in times.items()}
    return {"ratio": round(medians["frontier"] / medians["memory"], 3), "medians": medians, "times": times}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder for the generated datasets; default: a temporary one")
    parser.add_argument("--items", type=int, default=3000)
    parser.add_argument("--rendered", type=int, default=30)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("kills", "cost"), help="one half")
    options = parser.parse_args()
    answered = multiprocessing.Value(ctypes.c_int, 0)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=options.data) as name:
        for rendered in (options.rendered, 0) if options.rendered else (0,):
            # A server that is stopped while it holds the queue would keep the next one waiting.
            ports: multiprocessing.Queue[int] = multiprocessing.Queue()
            server = multiprocessing.Process(target=serve, args=(ports, answered, options.items, rendered), daemon=True)
            server.start()
            port = ports.get(timeout=60)
            if rendered == options.rendered and options.only != "cost":
                for processes in (1, 2):
                    place = dataset(Path(name) / f"kill{processes}", port)
                    start = time.monotonic()
                    result = kill_again_and_again(place, answered, options, processes)
                    result["seconds"] = round(time.monotonic() - start, 1)
                    found[f"{processes} process{'es' * (processes > 1)}"] = result
                    print(f"{processes} process(es), {options.items} items, {rendered} rendered:")
                    for key, value in result.items():
                        print(f"  {key}: {value}", flush=True)
            if rendered == 0 and options.only != "kills":
                print("wall time without kills, all static:")
                found["cost"] = cost(Path(name), port, options.rounds, options.items)
                print(f"frontier / memory queue = {found['cost']['ratio']:.2f} (bar: 1.15)", flush=True)
            server.terminate()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
