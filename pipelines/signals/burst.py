"""Was the review written on a day with unusually many reviews of this product? The day's count by the product's usual
day.

Scope: all reviews of a product. Usual day: the median count over the days that have a review, at least 1.
Parameters: `least_reviews` (default 30) and `least_days` (default 7) with reviews, below which nothing is computed;
`ratio` (default 5) and `least_on_day` (default 10), from which the evidence says `burst: true`. Evidence: day, its
count, the usual day; and, where pages state a number of reviews or a page cap, what share of them is here:
`collected`, `claimed`, `reachable`, with `capped: true` where the platform shows fewer than there are or more are
claimed than were collected. Limits: a capped crawl holds some lists' first pages, mostly the newest reviews, so a
burst in it may be the edge of what was shown; shopping festivals make every shop's days unusual.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from pipelines.signals.signal import Goods, Parameters, ReviewText, Signal, not_computable, number

DEFAULTS: dict[str, object] = {"least_reviews": 30, "least_days": 7, "ratio": 5, "least_on_day": 10}


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for review in reviews:
        if review.date:
            days[review.product][review.date[:10]] += 1
    totals = {product: counts.total() for product, counts in days.items()}
    usual = {product: max(1.0, float(median(counts.values()))) for product, counts in days.items()}
    bars = {name: number(parameters, name) for name in DEFAULTS}
    numbers = Counter(review.product for review in reviews)
    for review in reviews:
        if not review.date:
            yield not_computable(review.id, "burst", "the review has no date")
            continue
        counts, total = days[review.product], totals[review.product]
        if total < bars["least_reviews"] or len(counts) < bars["least_days"]:
            because = f"only {total} dated reviews on {len(counts)} days"
            yield not_computable(review.id, "burst", because)
            continue
        day = counts[review.date[:10]]
        ratio = day / usual[review.product]
        is_burst = ratio >= bars["ratio"] and day >= bars["least_on_day"]
        evidence: dict[str, object] = {
            "day": review.date[:10],
            "on_day": day,
            "usual": usual[review.product],
            "burst": is_burst,
            **_coverage(review.goods, numbers[review.product]),
        }
        yield Signal(review=review.id, signal="burst", value=f"{ratio:.2f}", evidence=evidence)


def _coverage(goods: Goods | None, here: int) -> dict[str, object]:
    """Evidence about how much of the product's reviews this is; nothing where no page says how many there are."""
    if goods is None or (goods.claimed is None and goods.reachable is None):
        return {}
    collected = here if goods.collected is None else goods.collected
    known = {"collected": collected, "claimed": goods.claimed, "reachable": goods.reachable}
    found: dict[str, object] = {name: count for name, count in known.items() if count is not None}
    most = max(count for count in (goods.claimed, collected) if count is not None)
    return {**found, "capped": most > min(collected, goods.reachable if goods.reachable is not None else collected)}
