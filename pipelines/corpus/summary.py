"""What the corpus holds, product by product; counted batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from sqlite_utils import Database

from pipelines.normalize.urls import product_key
from pipelines.signals import ReviewText, Signal

_CLAIMED = """
SELECT o.url, o.sku, o.name, o.review_count FROM offers o JOIN pages p ON p.id = o.page_id ORDER BY p.fetched_at, p.id
"""
# Name of a product, and the number of reviews that its page states.
Stated = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSummary:
    """One product. `claimed` is the number of reviews that its page states, None when no page states one.

    stars      whole stars on a scale of five → reviews; 0 stands for no rating
    defaults   texts that the platform wrote
    clusters   groups of at least two alike texts; `clustered` reviews are in them
    split      where all its reviews are; "" without a review
    """

    product: str
    name: str
    claimed: int | None
    collected: int
    languages: dict[str, int] = field(default_factory=dict)
    stars: dict[int, int] = field(default_factory=dict)
    defaults: int = 0
    clusters: int = 0
    clustered: int = 0
    incentive: int = 0
    split: str = ""


def stated(db: Database) -> dict[str, Stated]:
    """Name and stated number of reviews by product key; the newest page that states a number wins."""
    found: dict[str, Stated] = {}
    for row in db.query(_CLAIMED):
        key = product_key(row["url"], row["sku"])
        before = found.get(key, ("", None))
        count = before[1] if row["review_count"] is None else int(row["review_count"])
        found[key] = (row["name"] or before[0], count)
    return found


def summaries(
    reviews: Sequence[ReviewText],
    observed: Mapping[str, Sequence[Signal]],
    names: Mapping[str, Stated],
    splits: Mapping[str, str],
) -> list[ProductSummary]:
    """The products of a batch; `observed` as `Observer.observe` gives it."""
    found = []
    for product, group in groupby(range(len(reviews)), key=lambda at: reviews[at].product):
        places = list(group)
        clusters = Counter(cluster_of(observed["near_duplicate"][at]) for at in places)
        alone = clusters.pop(None, 0)
        stars = Counter(_stars(reviews[at].share) for at in places)
        languages = Counter(reviews[at].language for at in places)
        name, claimed = names.get(product, ("", None))
        found.append(
            ProductSummary(
                product=product,
                name=name,
                claimed=claimed,
                collected=len(places),
                languages=dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))),
                stars=dict(sorted(stars.items(), reverse=True)),
                defaults=sum(observed["default_text"][at].value == "1" for at in places),
                clusters=len(clusters),
                clustered=len(places) - alone,
                incentive=sum(observed["incentive"][at].value == "1" for at in places),
                split=splits[product],
            )
        )
    return found


def cluster_of(found: Signal) -> str | None:
    """The id of the cluster that an answer of `near_duplicate` names."""
    cluster = found.evidence.get("cluster")
    return None if cluster is None else str(cluster)


@lru_cache(maxsize=1024)
def _stars(share: Decimal | None) -> int:
    return 0 if share is None else int(1 + 4 * share + Decimal("0.5"))
