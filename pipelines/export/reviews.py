"""What the report shows of the reviews: counts for each product, texts that occur more than once, signals."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any

from pipelines.database import Database
from pipelines.export.scrub import Scrubber

Row = dict[str, Any]

_MOST_CLUSTERS = 12
_MOST_QUOTES = 3
_MOST_PRODUCTS = 40
_QUOTE = 220
# One or two stars, three, four or five, no rating.
STAR_GROUPS = ("low", "middle", "high", "none")


@dataclass(slots=True, kw_only=True)
class Volume:
    """Reviews by (month, group of stars), for those with a date. Groups: `STAR_GROUPS`."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def months(self) -> list[str]:
        """Every month from the first to the last, also those without a review."""
        known = sorted({month for month, _ in self.counts})
        return months_between(known[0], known[-1]) if known else []

    def of(self, month: str) -> int:
        """All reviews of a month."""
        return sum(self.counts[month, group] for group in STAR_GROUPS)


@dataclass(slots=True, kw_only=True)
class ProductReviews:
    """The reviews of one product.

    `stars` counts 1 to 5 and None (no rating), `months` counts `2026-11` and None (no date).
    """

    key: str
    name: str = ""
    claimed: int | None = None
    total: int = 0
    default: int = 0
    follow_ups: int = 0
    replies: int = 0
    ratings: list[Decimal] = field(default_factory=list)
    stars: Counter[int | None] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    months: Counter[str | None] = field(default_factory=Counter)
    volume: Volume = field(default_factory=lambda: Volume())

    @property
    def mean(self) -> str | None:
        """Mean of all ratings on five stars, one decimal."""
        return f"{sum(self.ratings) / len(self.ratings):.1f}" if self.ratings else None

    @property
    def dated(self) -> list[tuple[str, int]]:
        """Months and their reviews, also those months without any."""
        return [(month, self.months[month]) for month in self.volume.months]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Reviews whose texts are the same or nearly so; `quotes` are (text, date) of the first few, masked."""

    size: int
    products: int
    quotes: list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRow:
    """One signal over all reviews. `values` are the most frequent values, or `spread` (least, median, greatest)."""

    name: str
    computed: int
    not_computable: int
    values: list[tuple[str, int]]
    spread: tuple[str, str, str] | None
    reasons: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChapter:
    """All of it; `products` are the most reviewed ones, `left` how many more there are, `together` all in one."""

    total: int
    products: list[ProductReviews]
    left: int
    together: ProductReviews
    clusters: list[Cluster]
    signals: list[SignalRow]


def review_chapter(db: Database, scrub: Scrubber) -> ReviewChapter:
    """Count and quote; texts come out masked."""
    products = _products(db)
    ranked = sorted(products.values(), key=lambda product: (-product.total, product.key))
    return ReviewChapter(
        total=sum(product.total for product in ranked),
        products=ranked[:_MOST_PRODUCTS],
        left=max(0, len(ranked) - _MOST_PRODUCTS),
        together=_together(ranked),
        clusters=_clusters(db, scrub),
        signals=_signals(db, scrub),
    )


def _together(products: list[ProductReviews]) -> ProductReviews:
    every = ProductReviews(key="")
    for product in products:
        every.total += product.total
        every.stars += product.stars
        every.languages += product.languages
        every.months += product.months
        every.volume.counts += product.volume.counts
    return every


def stars_of(rating: str | None, scale: str | None) -> Decimal | None:
    """A rating on five stars, whatever its scale; None without one."""
    try:
        value, best = Decimal(str(rating)), Decimal(str(scale or 5))
    except InvalidOperation:
        return None
    return value * 5 / best if best > 0 and 0 <= value <= best else None


def _products(db: Database) -> dict[str, ProductReviews]:
    found: dict[str, ProductReviews] = {}
    names: dict[str, Counter[str]] = defaultdict(Counter)
    query = """SELECT r.product, r.rating, r.rating_scale, substr(r.date, 1, 7) AS month, r.language, r.default_text,
        COALESCE(r.follow_up_text, '') <> '' AS followed, COALESCE(r.reply, '') <> '' AS replied,
        o.name, o.review_count FROM reviews r LEFT JOIN offers o ON o.page_id = r.page_id ORDER BY r.product"""
    for row in db.query(query):
        product = found.setdefault(row["product"], ProductReviews(key=row["product"]))
        product.total += 1
        product.default += bool(row["default_text"])
        product.follow_ups += row["followed"] or 0
        product.replies += row["replied"] or 0
        stars = stars_of(row["rating"], row["rating_scale"])
        if stars is not None:
            product.ratings.append(stars)
        product.stars[None if stars is None else max(1, int(stars + Decimal("0.5")))] += 1
        product.languages[row["language"] or "und"] += 1
        product.months[row["month"] or None] += 1
        if row["month"]:
            product.volume.counts[row["month"], _group(stars)] += 1
        if row["review_count"] is not None:
            product.claimed = max(product.claimed or 0, row["review_count"])
        if row["name"]:
            names[row["product"]][row["name"]] += 1
    for key, product in found.items():
        product.name = min(names[key], key=lambda name: (-names[key][name], name)) if names[key] else key
    return found


def _group(stars: Decimal | None) -> str:
    whole = None if stars is None else int(stars + Decimal("0.5"))
    return "none" if whole is None else "low" if whole <= 2 else "middle" if whole == 3 else "high"


def months_between(first: str, last: str) -> list[str]:
    """`2026-09` … `2026-11`; at most the last 36, and only the ends when a text is no month."""
    if not (first[:4].isdigit() and first[5:7].isdigit() and last[:4].isdigit() and last[5:7].isdigit()):
        return sorted({first, last})
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(max(start, end - 35), end + 1)]


def _clusters(db: Database, scrub: Scrubber) -> list[Cluster]:
    members: dict[str, list[Row]] = defaultdict(list)
    query = """SELECT json_extract(s.evidence_json, '$.cluster') AS cluster, r.text, r.date, r.product
        FROM signals s JOIN reviews r ON r.id = s.review
        WHERE s.signal = 'near_duplicate' AND cluster IS NOT NULL ORDER BY r.date, r.id"""
    for row in db.query(query):
        members[row["cluster"]].append(row)
    ranked = sorted((name for name in members if len(members[name]) > 1), key=lambda name: (-len(members[name]), name))
    return [
        Cluster(
            size=len(members[name]),
            products=len({row["product"] for row in members[name]}),
            quotes=[(_quote(scrub.mask(row["text"] or "")), row["date"]) for row in members[name][:_MOST_QUOTES]],
        )
        for name in ranked[:_MOST_CLUSTERS]
    ]


def _quote(masked: str) -> str:
    return masked if len(masked) <= _QUOTE else masked[:_QUOTE].rstrip() + "…"


def _signals(db: Database, scrub: Scrubber) -> list[SignalRow]:
    counted: dict[str, Counter[str | None]] = defaultdict(Counter)
    for row in db.query("SELECT signal, value, COUNT(*) AS n FROM signals GROUP BY signal, value"):
        value = row["value"]
        counted[row["signal"]][scrub.mask(value) if isinstance(value, str) else value] += row["n"]
    reasons: dict[str, list[tuple[str, int]]] = defaultdict(list)
    because = """SELECT signal, json_extract(evidence_json, '$.because') AS because, COUNT(*) AS n FROM signals
        WHERE value IS NULL AND because IS NOT NULL GROUP BY signal, because ORDER BY signal, n DESC, because"""
    for row in db.query(because):
        reasons[row["signal"]].append((scrub.mask(str(row["because"])), row["n"]))
    return [_signal(name, counted[name], reasons[name]) for name in sorted(counted)]


def _signal(name: str, counts: Counter[str | None], reasons: list[tuple[str, int]]) -> SignalRow:
    known = {value: times for value, times in counts.items() if value is not None}
    numbers = [_number(value) for value in known]
    spread = None
    if len(known) > 6 and all(number is not None for number in numbers):
        every = sorted(number for value, times in known.items() for number in [_number(value) or Decimal(0)] * times)
        spread = (str(every[0]), str(median(every)), str(every[-1]))
    values = sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))[:6]
    return SignalRow(
        name=name,
        computed=sum(known.values()),
        not_computable=counts[None],
        values=[] if spread else values,
        spread=spread,
        reasons=reasons[:3],
    )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
