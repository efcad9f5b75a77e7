"""A made-up shop with reviews on loopback: lists by star and in two orders, a cap of pages, edits and deletions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from loopback import HTML, TEXT, Host, Said, Starts

PER_PAGE = 4


@dataclass
class Told:
    """A review as this shop has it; `day` counts up, and orders the list of the newest."""

    number: int
    stars: int
    day: int
    text: str
    reply: str = ""

    @property
    def date(self) -> str:
        return f"2026-{1 + self.day // 28:02}-{1 + self.day % 28:02}"


def told(count: int) -> list[Told]:
    return [Told(n, 1 + (n * 7) % 5, n, f"这是第 {n} 条评价，颜色和画面一样好看") for n in range(count)]


@dataclass
class ReviewedShop:
    """Serves `/item/1` and its reviews; what stands in `reviews` is what it shows. No list goes beyond `cap` pages."""

    start: Starts
    reviews: list[Told]
    cap: int = 100
    orders: tuple[str, ...] = ("newest",)
    stars: bool = True
    total: bool = True
    host: Host = field(init=False)

    def __post_init__(self) -> None:
        self.host = self.start(self.answer)

    @property
    def url(self) -> str:
        return f"{self.host.url}/item/1"

    def asked(self) -> list[str]:
        return [path for path in self.host.paths() if path.startswith("/item/1/reviews")]

    def answer(self, path: str, _: int) -> Said:
        path, _, query = path.partition("?")
        if path == "/robots.txt":
            return 404, TEXT, ""
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if path == "/item/1":
            return 200, HTML, self._product('<p><a href="/item/1/reviews">See all reviews</a></p>')
        if path == "/item/1/reviews":
            return 200, HTML, self._list(said)
        return 404, HTML, "<!doctype html><title>404</title>"

    def _product(self, more: str) -> str:
        data: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": "云雀 口红",
            "sku": "K1",
            "offers": {"@type": "Offer", "price": "199.00", "priceCurrency": "CNY", "availability": "InStock"},
        }
        if self.total and self.reviews:
            data["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": "4", "reviewCount": len(self.reviews)}
        return (
            '<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀 口红</title>'
            f'<script type="application/ld+json">{json.dumps(data)}</script><h1>云雀 口红</h1>'
            f'<p class="price">¥199.00</p>{more}'
        )

    def _list(self, said: dict[str, str]) -> str:
        found = [each for each in self.reviews if said.get("star") in (None, str(each.stars))]
        if said.get("sort") == "newest":
            found.sort(key=lambda each: -each.day)
        elif said.get("sort") == "helpful" or "sort" not in said:
            found.sort(key=lambda each: (each.number * 37) % 101)
        number = int(said.get("page", 1))
        pages = min(self.cap, -(-len(found) // PER_PAGE))
        shown = found[(number - 1) * PER_PAGE : number * PER_PAGE] if number <= pages else []
        links = [f'<a href="/item/1/reviews?{urlencode({"sort": order})}">{_WORDS[order]}</a>' for order in self.orders]
        if self.stars:
            count = {star: sum(each.stars == star for each in self.reviews) for star in range(5, 0, -1)}
            links += [f'<a href="/item/1/reviews?star={star}">{star} stars ({count[star]})</a>' for star in count]
        rest = {name: value for name, value in said.items() if name != "page"}
        following = urlencode({**rest, "page": number + 1})
        further = f'<a rel="next" href="/item/1/reviews?{following}">next</a>' if number < pages else ""
        total = f'<p class="total">{len(self.reviews)} reviews</p>' if self.total else ""
        return (
            '<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀 口红：评价</title><h1>评价</h1>'
            f"{total}<nav>{' '.join(links)}</nav>{''.join(map(_article, shown))}{further}"
        )


_WORDS = {"newest": "Newest first", "helpful": "Most helpful"}


def _article(each: Told) -> str:
    reply = f'<div class="reply">{each.reply}</div>' if each.reply else ""
    return (
        f'<article class="review" data-review-id="r{each.number}"><span class="stars" title="{each.stars}/5"></span>'
        f'<span class="author">buyer {each.number}</span><time datetime="{each.date}">{each.date}</time>'
        f'<p class="review-text">{each.text}</p>{reply}</article>'
    )
