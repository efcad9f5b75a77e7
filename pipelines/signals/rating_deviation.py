"""How far is the rating from the mean of this product? Stars on a scale of five, positive above the mean.

Parameters: `least` (default 5) rated reviews of the product, below which nothing is computed. Evidence: mean and
number. Limit: the mean is that of the collected reviews; a filter or page cap of the platform moves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

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
    found: dict[tuple[str, Decimal], Signal] = {}
    for review in reviews:
        if (share := review.share) is None:
            yield not_computable("the review has no rating")
            continue
        product = review.product
        said = found.get((product, share))
        if said is None:
            said = found[product, share] = _one(share, means[product], len(shares[product]), least)
        yield said


def _one(share: Decimal, mean: Decimal, rated: int, least: float) -> Signal:
    if rated < least:
        return not_computable(f"only {rated} rated reviews of this product")
    return Signal(f"{4 * (share - mean):.2f}", {"mean": f"{1 + 4 * mean:.2f}", "reviews": rated})
