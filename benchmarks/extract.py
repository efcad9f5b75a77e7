"""How much of saved pages is read right, field by field, beside extruct + price-parser on the same files?

`--data DIR` is a folder with `manifest.jsonl`: one line a file with `file`, `kind` (product, price_api, reviews,
listing, blocked), `page_url`, `platform` and `truth`; a field of the truth that is null is not on the page (list price)
or not known (all others). Per field: right, missing (null although the page has it), wrong (another value), invented
(a list price although the page has none). The peer is the usual recipe: the first product of JSON-LD, then microdata,
then OpenGraph, its price read by price-parser.

Speed: pages a second over the HTML files that are products or listings, in turns, `--rounds` times, median round: ours
(page and understanding), extruct's default call, and its three fastest syntaxes alone. `--memory N` reads N pages and
says how much the process grew after the first 500.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import extruct
import psutil
from price_parser import Price
from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from crawler.fetch.saved import captures
from crawler.pages.read import read_page
from pipelines.facts import PageFacts
from pipelines.normalize.identity import gtin14
from pipelines.understand import understand

SYNTAXES = ("microdata", "opengraph", "json-ld", "microformat", "rdfa", "dublincore")
WALLS = frozenset({"blocked", "login_wall", "captcha"})
_STOCK = {
    "InStock": "in_stock",
    "OutOfStock": "out_of_stock",
    "SoldOut": "out_of_stock",
    "BackOrder": "backorder",
    "PreOrder": "preorder",
    "Discontinued": "discontinued",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the manifest and the file that it is about."""

    line: dict[str, Any]
    path: Path

    @property
    def url(self) -> str:
        site = self.line.get("site") or "shop.example"
        return self.line.get("page_url") or f"https://{site if '.' in site else site + '.example'}/"

    @property
    def is_html(self) -> bool:
        return self.path.suffix in (".html", ".htm") and self.line["kind"] in ("product", "listing")


def cases(folder: Path) -> list[Case]:
    """The lines of `manifest.jsonl`."""
    try:
        lines = [
            json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines() if line.strip()
        ]
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}; --data wants a folder with manifest.jsonl")
    return [Case(line, folder / line["file"]) for line in lines]


def read(case: Case) -> PageFacts:
    """The file as `daihuo ingest` reads it, at the address of the manifest."""
    (capture, *_) = captures(case.path, case.line.get("page_url"))
    url = capture.url if capture.url.startswith("http") else case.url
    page = read_page(url, capture.body, status=capture.status, captured=capture.captured, faults=capture.faults)
    return understand(page)


def plain(text: str) -> str:
    """Letters, digits and signs without white space and case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def same_number(found: object, true: object, slack: str = "0") -> bool:
    """Whether two numbers are the same up to `slack`."""
    try:
        return abs(Decimal(str(found)) - Decimal(str(true))) <= Decimal(slack)
    except InvalidOperation:
        return False


def same_name(found: str, true: str) -> bool:
    """One is a part of the other and not a small one, or they hardly differ."""
    ours, theirs = plain(found), plain(true)
    if theirs in ours or (ours in theirs and 2 * len(ours) >= len(theirs)):
        return True
    return fuzz.ratio(ours, theirs) >= 90


def same_stock(found: str, true: str) -> bool:
    return found == _STOCK.get(true, true)


def same_gtin(found: str, true: str) -> bool:
    return gtin14(found) == gtin14(true) is not None


def same_text(found: str, true: str) -> bool:
    """Whether a text begins as the truth does."""
    return plain(found).startswith(plain(true)) or plain(true) in plain(found)[: len(plain(true)) + 40]


def same_date(found: str, true: str) -> bool:
    return found[:10] == true[:10] or abs(_day(found) - _day(true)) <= 1


def _day(text: str) -> int:
    # A shop's midnight is the day before or after in UTC.
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    return parts[0] * 372 + parts[1] * 31 + parts[2] if len(parts) == 3 else 0


Same = Callable[[Any, Any], bool]
FIELDS: dict[str, tuple[tuple[str, ...], Same]] = {
    "price": (("product", "price_api"), same_number),
    "price_max": (("product", "price_api"), same_number),
    "list_price": (("product", "price_api"), same_number),
    "currency": (("product", "price_api"), lambda found, true: found == true),
    "name": (("product", "price_api", "reviews"), same_name),
    "brand": (("product", "price_api"), same_name),
    "sku": (("product", "price_api"), lambda found, true: plain(str(found)) == plain(str(true))),
    "gtin": (("product", "price_api"), same_gtin),
    "availability": (("product", "price_api"), same_stock),
    "rating": (("product", "price_api", "reviews"), lambda found, true: same_number(found, true, "0.06")),
    "review_count": (("product", "price_api", "reviews"), same_number),
    "reviews": (("product", "reviews"), same_number),
    "review_rating": (("product", "reviews"), same_number),
    "review_date": (("product", "reviews"), same_date),
    "review_text": (("product", "reviews"), same_text),
    "items": (("listing",), same_number),
    "item_name": (("listing",), same_name),
    "item_price": (("listing",), same_number),
    "wall": (("blocked",), lambda found, true: found is true),
}
# What the truth calls null is not on the page.
NOT_THERE = frozenset({"list_price"})


def truths(case: Case) -> dict[str, Any]:
    """The truth by our names; only what it states."""
    said = dict(case.line["truth"])
    review, item = said.get("first_review") or {}, said.get("first_item") or {}
    said |= {"reviews": said.get("n_reviews_on_page"), "items": said.get("n_items")}
    said |= {"review_rating": review.get("rating"), "review_date": review.get("date")}
    said |= {"review_text": review.get("text_prefix20chars")}
    said |= {"item_name": item.get("name"), "item_price": item.get("price")}
    said["wall"] = True if case.line["kind"] == "blocked" else None
    return {name: said.get(name) for name in FIELDS}


def ours(facts: PageFacts) -> dict[str, Any]:
    """What was read, by the names of `FIELDS`."""
    offer, review = facts.offer, facts.reviews[0] if facts.reviews else None
    names = ("price", "price_max", "list_price", "currency", "name", "brand", "sku", "gtin", "rating", "review_count")
    found: dict[str, Any] = {name: getattr(offer, name, None) for name in names}
    found["availability"] = offer.availability if offer is not None and offer.availability != "unknown" else None
    found["reviews"] = len(facts.reviews) or None
    found |= {"review_rating": getattr(review, "rating", None), "review_date": getattr(review, "date", None)}
    found["review_text"] = getattr(review, "text", None)
    priced = [item for item in facts.items if item.price is not None]
    found["items"] = len(priced) or None
    found["item_name"] = priced[0].name if priced else None
    found["item_price"] = priced[0].price if priced else None
    found["wall"] = facts.outcome in WALLS or None
    return found


def peers(body: bytes, url: str) -> dict[str, Any]:
    """The usual recipe: the first product of the first syntax that has one."""
    found: dict[str, Any] = dict.fromkeys(FIELDS)
    try:
        data = extruct.extract(body, base_url=url, syntaxes=["json-ld", "microdata", "opengraph"], uniform=True)
    except Exception:  # whatever it says, it read nothing
        return found
    products = [each for syntax in ("json-ld", "microdata") for each in data.get(syntax, []) if _is_product(each)]
    if products:
        product = products[0]
        offers = product.get("offers") or {}
        offer = (offers[0] if isinstance(offers, list) and offers else offers) or {}
        offer = offer if isinstance(offer, dict) else {}
        rating = product.get("aggregateRating") or {}
        rating = rating if isinstance(rating, dict) else {}
        price = offer.get("price") or offer.get("lowPrice")
        parsed = Price.fromstring(str(price), str(offer.get("priceCurrency") or "")) if price is not None else None
        found |= {
            "price": parsed.amount if parsed else None,
            "currency": offer.get("priceCurrency"),
            "availability": _STOCK.get(str(offer.get("availability") or "").rpartition("/")[2]),
            "rating": rating.get("ratingValue"),
            "review_count": rating.get("reviewCount"),
        }
        brand = product.get("brand")
        found |= {"name": _text(product.get("name")), "sku": _text(product.get("sku"))}
        found["brand"] = _text(brand.get("name") if isinstance(brand, dict) else brand)
        found["gtin"] = next((_text(product[key]) for key in product if key.startswith("gtin")), None)
        found["items"] = len(products)
        return found
    graph: dict[str, Any] = next(iter(data.get("opengraph", [])), {})
    price = graph.get("product:price:amount") or graph.get("og:price:amount")
    found["price"] = Price.fromstring(str(price)).amount if price else None
    found["currency"] = graph.get("product:price:currency") or graph.get("og:price:currency")
    found["name"] = _text(graph.get("og:title"))
    return found


def _is_product(node: Any) -> bool:
    kind = node.get("@type") if isinstance(node, dict) else None
    return "Product" in (kind if isinstance(kind, list) else [kind])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def judged(found: dict[str, Any], true: dict[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """(field, right | missing | wrong | invented) for each field that the truth speaks of."""
    for name, (kinds, same) in FIELDS.items():
        if kind not in kinds:
            continue
        value, truth = found.get(name), true.get(name)
        if truth is None:
            if name in NOT_THERE and value is not None:
                yield name, "invented"
            continue
        if value is None and name == "reviews" and truth == 0:
            value = 0
        try:
            yield name, "missing" if value is None else "right" if same(value, truth) else "wrong"
        except (TypeError, ValueError, AttributeError):
            yield name, "wrong"


def quality(found: list[Case], console: Console) -> dict[str, Any]:
    """Read every file by both; print the table and each difference of ours."""
    told: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    theirs: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    differences, walls = [], []
    for case in found:
        facts, true, kind = read(case), truths(case), case.line["kind"]
        values = ours(facts)
        if kind != "blocked" and facts.outcome in WALLS:
            walls.append(case.line["id"])
        for name, verdict in judged(values, true, kind):
            told[name][verdict] += 1
            if verdict != "right":
                differences.append((case.line["id"], name, verdict, true.get(name), values.get(name)))
        if case.is_html:
            for name, verdict in judged(peers(case.path.read_bytes(), case.url), true, kind):
                theirs[name][verdict] += 1
    table = Table("field", "right", "missing", "wrong", "invented", "right %", "extruct right", "missing", "wrong")
    table.title = f"{len(found)} files"
    for name, count in told.items():
        known = count["right"] + count["missing"] + count["wrong"]
        share = f"{100 * count['right'] / known:.1f}" if known else "–"
        peer = theirs[name]
        cells = [count["right"], count["missing"], count["wrong"], count["invented"], share]
        table.add_row(name, *map(str, [*cells, peer["right"], peer["missing"], peer["wrong"]]))
    console.print(table)
    for where, name, verdict, true_value, value in differences:
        console.print(
            f"{where}: {name} {verdict}: expected {true_value!r}, found {_short(value)}", soft_wrap=True, markup=False
        )
    console.print(f"pages that are no wall and were called one: {', '.join(walls) or 'none'}")
    return {name: dict(count) for name, count in told.items()} | {"not_walls": walls}


def _short(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _seconds(work: Callable[[bytes, str], object], pages: Iterable[tuple[bytes, str]]) -> float:
    # The half a million objects that extruct leaves behind would be looked through in the next one's turn.
    gc.collect()
    start = time.perf_counter()
    for body, url in pages:
        work(body, url)
    return time.perf_counter() - start


def _ours(body: bytes, url: str) -> object:
    return understand(read_page(url, body))


def _extruct(syntaxes: list[str] | None) -> Callable[[bytes, str], object]:
    def work(body: bytes, url: str) -> object:
        try:
            given = {} if syntaxes is None else {"syntaxes": syntaxes}
            return extruct.extract(body, base_url=url, **given)
        except Exception:  # a page it cannot read took its time as well
            return None

    return work


def speed(found: list[Case], rounds: int, console: Console) -> dict[str, Any]:
    """Pages per second of each, and the ratios."""
    pages = [(case.path.read_bytes(), case.url) for case in found if case.is_html]
    if not pages:
        return {}
    alone = {name: _seconds(_extruct([name]), pages) for name in SYNTAXES}
    fastest = sorted(alone, key=lambda name: alone[name])[:3]
    ways = {"daihuo": _ours, "extruct": _extruct(None), "extruct, " + " ".join(fastest): _extruct(fastest)}
    took: dict[str, list[float]] = {name: [] for name in ways}
    _seconds(_ours, pages)
    for _ in range(rounds):
        for name, work in ways.items():
            took[name].append(_seconds(work, pages))
    rates = {name: len(pages) / statistics.median(times) for name, times in took.items()}
    table = Table("reader", "pages/s", "daihuo / this", title=f"{len(pages)} HTML files, median of {rounds} rounds")
    for name, rate in rates.items():
        table.add_row(name, f"{rate:.1f}", f"{rates['daihuo'] / rate:.2f}")
    console.print(table)
    return {name: round(rate, 1) for name, rate in rates.items()}


def memory(found: list[Case], count: int, console: Console) -> dict[str, Any]:
    """How much the process grows from the 500th to the last of `count` pages, in MiB."""
    pages = [(case.path.read_bytes(), case.url) for case in found if case.is_html]
    process, start, after = psutil.Process(), 0, 0
    for n in range(count):
        body, url = pages[n % len(pages)]
        # A comment makes each page one that was never read before.
        _ours(body + b"<!-- %d -->" % n, url)
        if n == 499:
            start = process.memory_info().rss
        after = process.memory_info().rss
    grown = (after - start) / 2**20
    console.print(f"memory: {grown:+.1f} MiB from page 500 to page {count}, {after / 2**20:.0f} MiB in all")
    return {"pages": count, "growth_mib": round(grown, 1)}


def main() -> None:
    """Print the tables and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the speed part; 0 leaves it out")
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="read N pages, say how the process grew")
    arguments = parser.parse_args()
    console, found = Console(width=None if sys.stdout.isatty() else 140), cases(arguments.data)
    result: dict[str, Any] = {"files": len(found), "fields": quality(found, console)}
    if arguments.rounds:
        result["pages_per_second"] = speed(found, arguments.rounds, console)
    if arguments.memory:
        result["memory"] = memory(found, arguments.memory, console)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
