"""How much of a bare fetch's rate does the full pipeline keep?

A loopback site of product pages of about 100 kB is crawled twice in one run, at the same concurrency: by a bare Scrapy
spider that only fetches, and by `daihuo crawl` with everything on (page object, facts, SQLite, WARC). Rates are pages
per second between the spider's opening and its closing. Each is run `--rounds` times, alternating; the ratio is of the
medians. The site answers at once, which no shop does, and then once more after `--latency` seconds a page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BARE = """
import json, sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for n in range({count}):
            yield scrapy.Request(f"http://127.0.0.1:{port}/item/{{n}}", dont_filter=True)
    def parse(self, response):
        pass

process = AsyncCrawlerProcess({{"CONCURRENT_REQUESTS": {concurrency}, "CONCURRENT_REQUESTS_PER_DOMAIN": {concurrency},
    "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR"}})
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.start()
get = crawler.stats.get_value
print(json.dumps({{"pages": get("response_received_count"), "seconds": get("elapsed_time_seconds")}}))
"""

FULL = """
import json, sqlite3, sys
from contextlib import closing
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.set("DAIHUO_QUIET", True, priority="cmdline")
process = AsyncCrawlerProcess(settings)
crawler = process.create_crawler("offers")
process.crawl(crawler, dataset=sys.argv[1])
process.start()
stats, tally = crawler.stats, crawler.spider.tally
with closing(sqlite3.connect(crawler.spider.dataset.database)) as db:
    priced = db.execute("select count(*) from offers where price is not null").fetchone()[0]
print(json.dumps({{"pages": tally.done, "seconds": stats.get_value("elapsed_time_seconds"), "priced": priced,
    "warc_bytes": sum(p.stat().st_size for p in crawler.spider.dataset.archive.glob("*.warc.gz"))}}))
"""


def page(number: int, size: int) -> bytes:
    """A product page as shops write them.

    Of its bytes, about half are scripts and styles, as on the real pages this was modelled on; about 700 elements:
    navigation, JSON-LD, a product block, specifications, related products with prices, a footer.
    """
    rnd = random.Random(number)
    price, name = f"{rnd.randrange(1000, 99999) / 100:.2f}", f"Bench Serum No. {number} {rnd.choice((15, 30, 50))} ml"
    words = ["calm", "skin", "formula", "texture", "daily", "care", "light", "water", "leaf", "extract", "morning"]
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "sku": f"B{number:05d}",
        "brand": {"@type": "Brand", "name": "Benchmark Botanics"},
        "offers": {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
        },
    }
    nav = "".join(f'<li><a href="/c/{n}" class="nav-link">Category {n}</a></li>' for n in range(90))
    specs = "".join(f"<tr><th>Property {n}</th><td>{' '.join(rnd.choices(words, k=4))}</td></tr>" for n in range(25))
    text = "".join(f"<p>{' '.join(rnd.choices(words, k=40))}.</p>" for _ in range(12))
    related = "".join(
        f'<li class="card"><a href="/item/{rnd.randrange(1000)}"><h3>Related thing {n}</h3></a>'
        f'<span class="price">${rnd.randrange(5, 90)}.99</span></li>'
        for n in range(12)
    )
    footer = "".join(f'<li><a href="/info/{n}">Information {n}</a></li>' for n in range(40))
    head = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{name}</title>"
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
    )
    body = (
        f'</head><body><nav><ul>{nav}</ul></nav><main><h1>{name}</h1><div class="product">'
        f'<p class="price">${price}</p><button>Add to cart</button></div><table>{specs}</table>'
        f'<div class="description">{text}</div></main><section><h2>You may also like</h2><ul>{related}</ul></section>'
        f"<footer><ul>{footer}</ul></footer></body></html>"
    )
    rest = size - len(head) - len(body)
    styles, code = [], []
    while sum(map(len, styles)) < rest // 3:
        styles.append(f".{rnd.choice(words)}-{len(styles)}>.{rnd.choice(words)}{{margin:{rnd.randrange(40)}px auto}}")
    length = sum(map(len, styles))
    while length < rest:
        line = (
            f"function f{len(code)}(a,b){{return a.{rnd.choice(words)}(b)+'{rnd.choice(words)}'+{rnd.random():.6f}}}\n"
        )
        code.append(line)
        length += len(line)
    return (head + f"<style>{''.join(styles)}</style><script>{''.join(code)}</script>" + body).encode()


def serve(port_of: multiprocessing.Queue[int], count: int, size: int, latency: float = 0.0) -> None:
    """An asyncio server that does as little as possible, so that the client is what is measured."""
    pages = [page(n, size) for n in range(count)]
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        for body in pages
    ]
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                path = line.split()[1].decode()
                if latency:
                    await asyncio.sleep(latency)
                writer.write(answers[int(path[6:])] if path.startswith("/item/") else missing)
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


def dataset(folder: Path, port: int, count: int, concurrency: int) -> Path:
    """A watchlist of all pages."""
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(
        f'title = "Benchmark"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "bench@example.org"\ndelay = 0\n'
        f'concurrency = {concurrency}\nper_host = {concurrency}\nallow_addresses = ["127.0.0.1:{port}"]\n'
        f"max_pages = {count + 10}\n"
    )
    columns = (
        "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,"
        "promo_url,official_urls,note"
    )
    rows = [
        f"b{n},Bench,other,2026-11-11 20:00,Serum {n},Benchmark Botanics,,,,USD,cheap,"
        f"http://127.0.0.1:{port}/item/{n},,"
        for n in range(count)
    ]
    (folder / "watchlist.csv").write_text("\n".join([columns, *rows]) + "\n")
    return folder


def measure(code: str, *arguments: str) -> dict[str, float]:
    """Run one crawl in its own process."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    result["rate"] = result["pages"] / result["seconds"]
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder for the generated datasets; default: a temporary one")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--size", type=int, default=100_000, help="bytes a page")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds; a quick shop takes about 0.1")
    options = parser.parse_args()
    found = {}
    for latency in (0.0, options.latency):
        found[latency] = compare(options, latency)
    print(json.dumps({f"latency {latency:g} s": result for latency, result in found.items()}))


def compare(options: argparse.Namespace, latency: float) -> dict[str, object]:
    """Crawl one site by turns; prints a table, returns what it is made of."""
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    arguments = (ports, options.pages, options.size, latency)
    server = multiprocessing.Process(target=serve, args=arguments, daemon=True)
    server.start()
    port = ports.get(timeout=60)
    bare_code = BARE.format(count=options.pages, port=port, concurrency=options.concurrency)
    results: dict[str, list[dict[str, float]]] = {"bare": [], "full": []}
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        for number in range(options.rounds):
            results["bare"].append(measure(bare_code))
            place = dataset(Path(folder) / f"round{number}", port, options.pages, options.concurrency)
            results["full"].append(measure(FULL.format(), str(place)))
    server.terminate()
    medians = {name: statistics.median(run["rate"] for run in runs) for name, runs in results.items()}
    print(f"site answers after {latency:g} s, {options.concurrency} requests at a time")
    print(f"{'':6}{'pages/s: min':>14}{'median':>10}{'max':>10}")
    for name, runs in results.items():
        rates = [run["rate"] for run in runs]
        print(f"{name:6}{min(rates):14.1f}{medians[name]:10.1f}{max(rates):10.1f}")
    ratio = medians["full"] / medians["bare"]
    print(f"full / bare = {ratio:.2f} (bar: 0.60)", flush=True)
    return {"ratio": round(ratio, 3), "medians": medians, "runs": results}


if __name__ == "__main__":
    main()
