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
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from pipelines.signals.signal import Goods, Parameters, ReviewText, Signal, not_computable, number

DEFAULTS: dict[str, object] = {"least_reviews": 30, "least_days": 7, "ratio": 5, "least_on_day": 10}


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; the same for all of a product's day."""
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for review in reviews:
        if review.date:
            days[review.product][review.date[:10]] += 1
    bars = {name: number(parameters, name) for name in DEFAULTS}
    numbers = Counter(review.product for review in reviews)
    found: dict[tuple[str, int], dict[str, Signal]] = {}
    for review in reviews:
        product, goods = review.product, review.goods
        if not review.date:
            yield not_computable("the review has no date")
            continue
        answers = found.get((product, id(goods)))
        if answers is None:
            answers = found[product, id(goods)] = _answers(days[product], bars, _coverage(goods, numbers[product]))
        yield answers[review.date[:10]]


def _answers(counts: Counter[str], bars: Mapping[str, float], known: Mapping[str, object]) -> dict[str, Signal]:
    """For each day of a product."""
    total = counts.total()
    if total < bars["least_reviews"] or len(counts) < bars["least_days"]:
        return dict.fromkeys(counts, not_computable(f"only {total} dated reviews on {len(counts)} days"))
    usual = max(1.0, float(median(counts.values())))
    found: dict[str, Signal] = {}
    for day, count in counts.items():
        ratio = count / usual
        is_burst = ratio >= bars["ratio"] and count >= bars["least_on_day"]
        evidence = {"day": day, "on_day": count, "usual": usual, "burst": is_burst, **known}
        found[day] = Signal(f"{ratio:.2f}", evidence)
    return found


def _coverage(goods: Goods | None, here: int) -> dict[str, object]:
    """Evidence about how much of the product's reviews this is; nothing where no page says how many there are."""
    if goods is None or (goods.claimed is None and goods.reachable is None):
        return {}
    collected = here if goods.collected is None else goods.collected
    known = {"collected": collected, "claimed": goods.claimed, "reachable": goods.reachable}
    found: dict[str, object] = {name: count for name, count in known.items() if count is not None}
    most = max(count for count in (goods.claimed, collected) if count is not None)
    return {**found, "capped": most > min(collected, goods.reachable if goods.reachable is not None else collected)}
