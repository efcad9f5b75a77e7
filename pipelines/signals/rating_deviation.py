"""How far is the rating from the mean of this product? Stars on a scale of five, positive above the mean.

Parameters: `least` (default 5) rated reviews of the product, below which nothing is computed. Evidence: mean and
number. Limit: the mean is that of the collected reviews; a filter or page cap of the platform moves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number

DEFAULTS: dict[str, object] = {"least": 5}


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    shares: dict[str, list[Decimal]] = defaultdict(list)
    for review in reviews:
        if (share := review.share) is not None:
            shares[review.product].append(share)
    means = {product: sum(found, Decimal(0)) / len(found) for product, found in shares.items()}
    least = number(parameters, "least")
    for review in reviews:
        rated = len(shares[review.product]) if review.product in shares else 0
        if (share := review.share) is None:
            yield not_computable(review.id, "rating_deviation", "the review has no rating")
        elif rated < least:
            yield not_computable(review.id, "rating_deviation", f"only {rated} rated reviews of this product")
        else:
            mean = means[review.product]
            evidence: dict[str, object] = {"mean": _stars(mean), "reviews": rated}
            value = _deviation(share, mean)
            yield Signal(review=review.id, signal="rating_deviation", value=value, evidence=evidence)


@lru_cache(maxsize=4096)
def _stars(share: Decimal) -> str:
    return f"{1 + 4 * share:.2f}"


@lru_cache(maxsize=4096)
def _deviation(share: Decimal, mean: Decimal) -> str:
    return f"{4 * (share - mean):.2f}"
