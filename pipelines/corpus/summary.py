"""What the corpus holds, product by product; counted batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from pipelines.database import Database
from pipelines.signals import Goods, ReviewText, Signal
from pipelines.stated_goods import goods_of

# Name of a product, and the number of reviews that its page states.
Stated = tuple[str, int | None]
_NOTHING = Goods()


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
    return {key: (one.name, one.claimed) for key, one in goods_of(db).items()}


def summaries(
    reviews: Sequence[ReviewText],
    observed: Mapping[str, Sequence[Signal]],
    goods: Mapping[str, Goods],
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
        said = goods.get(product, _NOTHING)
        found.append(
            ProductSummary(
                product=product,
                name=said.name,
                claimed=said.claimed,
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
