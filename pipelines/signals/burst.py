"""Was the review written on a day with unusually many reviews of this product? The day's count by the product's usual
day.

Usual day: the median count over the days that have a review, at least 1. Parameters: `least_reviews` (default 30) and
`least_days` (default 7) with reviews, below which nothing is computed; `ratio` (default 5) and `least_on_day`
(default 10), from which the evidence says `burst: true`. Limits: a crawl that ends at a platform's page cap holds the
newest reviews only, and shopping festivals make every shop's days unusual.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number

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
        }
        yield Signal(review=review.id, signal="burst", value=f"{ratio:.2f}", evidence=evidence)
