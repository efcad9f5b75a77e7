"""The review corpus of a dataset: computes all signals and complaints, stores them, and counts what was collected."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlite_utils import Database

from pipelines.complained import complaint_rows
from pipelines.dataset import Dataset
from pipelines.normalize.urls import host_of, page_key
from pipelines.signals import Goods, ReviewText, Signal, signals
from pipelines.stated_goods import goods_of
from pipelines.store.write import open_store

_REVIEWS = """
SELECT id, product, text, title, rating, rating_scale, date, follow_up_text, follow_up_date, default_text, language,
author_key, bought_date FROM reviews ORDER BY product, date, id
"""
_CLAIMED = """
SELECT o.url, o.sku, o.name, o.review_count FROM offers o JOIN pages p ON p.id = o.page_id ORDER BY p.fetched_at, p.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSummary:
    """One product. `claimed` is the number of reviews that its page states, None when no page states one.

    stars      whole stars on a scale of five → reviews; 0 stands for no rating
    defaults   texts that the platform wrote
    clusters   groups of at least two alike texts; `clustered` reviews are in them
    """

    product: str
    name: str
    claimed: int | None
    collected: int
    languages: dict[str, int]
    stars: dict[int, int]
    defaults: int
    clusters: int
    clustered: int
    incentive: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSummary:
    """All products, by name of product key, and the totals."""

    products: tuple[ProductSummary, ...]
    reviews: int
    signals: int
    clusters: int
    complaints: int


def run(dataset: Dataset) -> CorpusSummary:
    """Compute and replace the tables `signals` and `complaints`; the same reviews give the same rows."""
    with open_store(dataset.database, dataset.secret, "corpus") as store:
        goods = goods_of(store.db)
        reviews = [_review(row, goods.get(row["product"])) for row in store.db.query(_REVIEWS)]
        found = list(signals(reviews, dataset.rules))
        store.replace_signals(_row(signal) for signal in found)
        complained = list(complaint_rows(reviews))
        store.replace_complaints(complained)
        store.publish("corpus")
        claimed = _claimed(store.db)
    by_review: dict[str, dict[str, Signal]] = defaultdict(dict)
    for signal in found:
        by_review[signal.review][signal.signal] = signal
    by_product: dict[str, list[ReviewText]] = defaultdict(list)
    for review in reviews:
        by_product[review.product].append(review)
    products = tuple(
        _summary(product, by_product.get(product, []), by_review, claimed.get(product))
        for product in sorted(by_product.keys() | {key for key, (_, count) in claimed.items() if count})
    )
    clusters = {_cluster(by_review[review.id]) for review in reviews} - {None}
    return CorpusSummary(
        products=products,
        reviews=len(reviews),
        signals=len(found),
        clusters=len(clusters),
        complaints=len(complained),
    )


def _summary(
    product: str,
    reviews: list[ReviewText],
    by_review: dict[str, dict[str, Signal]],
    claimed: tuple[str, int | None] | None,
) -> ProductSummary:
    clusters = Counter(cluster for review in reviews if (cluster := _cluster(by_review[review.id])))
    stars = Counter(0 if review.share is None else int(1 + 4 * review.share + Decimal("0.5")) for review in reviews)
    languages = Counter(review.language for review in reviews)
    return ProductSummary(
        product=product,
        name=claimed[0] if claimed else "",
        claimed=claimed[1] if claimed else None,
        collected=len(reviews),
        languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
        stars=dict(sorted(stars.items(), reverse=True)),
        defaults=sum(by_review[review.id]["default_text"].value == "1" for review in reviews),
        clusters=len(clusters),
        clustered=clusters.total(),
        incentive=sum(by_review[review.id]["incentive"].value == "1" for review in reviews),
    )


def _cluster(found: dict[str, Signal]) -> str | None:
    cluster = found["near_duplicate"].evidence.get("cluster")
    return None if cluster is None else str(cluster)


def _claimed(db: Database) -> dict[str, tuple[str, int | None]]:
    """Name and stated number of reviews by product key; the newest page that states a number wins."""
    found: dict[str, tuple[str, int | None]] = {}
    for row in db.query(_CLAIMED):
        key = f"{host_of(row['url'])}/{row['sku']}" if row["sku"] else page_key(row["url"])
        before = found.get(key, ("", None))
        count = before[1] if row["review_count"] is None else int(row["review_count"])
        found[key] = (row["name"] or before[0], count)
    return found


def _review(row: dict[str, Any], goods: Goods | None) -> ReviewText:
    return ReviewText(
        id=row["id"],
        product=row["product"] or "",
        text=row["text"] or "",
        title=row["title"] or "",
        rating=_decimal(row["rating"]),
        rating_scale=_decimal(row["rating_scale"]),
        date=row["date"],
        follow_up_text=row["follow_up_text"],
        follow_up_date=row["follow_up_date"],
        default_text=bool(row["default_text"]),
        language=row["language"] or "und",
        author_key=row["author_key"],
        bought_date=row["bought_date"],
        goods=goods,
    )


def _row(signal: Signal) -> dict[str, Any]:
    return {
        "review": signal.review,
        "signal": signal.signal,
        "value": signal.value,
        "evidence_json": signal.evidence,
    }


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
