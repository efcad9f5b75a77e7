"""How many reviews does the product have for each sale that its page states? Reviews by sales, two decimals.

Scope: one review's product. Source: the page's own words (已售1.2万+, 月销2000, "300 sold"), the newest page that
has such words, and the number of reviews that the page states, or that were collected where it states none.
Evidence: both numbers, the words, and `rounded` where the page rounds (1万+ is at least 10,000, so the value is at
most so much); `more` where there are more reviews than sales. Not computable where no page states how much was
sold. Limits: a page may count sales of a month and reviews of years, sales of one variant and reviews of all, or
orders of several pieces; platforms write reviews in place of buyers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.signals.signal import Goods, Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; the same for all of a product."""
    of_goods = {id(review.goods): review.goods for review in reviews}
    found = {key: _one(goods) for key, goods in of_goods.items()}
    return (found[id(review.goods)] for review in reviews)


def _one(goods: Goods | None) -> Signal:
    if goods is None or not goods.sold:
        return not_computable("no page of the product states how many were sold")
    count = goods.claimed if goods.claimed is not None else goods.collected
    if count is None:
        return not_computable("the number of reviews is not known")
    evidence: dict[str, object] = {
        "sold": goods.sold,
        "said": goods.sold_said,
        "reviews": count,
        "counted": "stated" if goods.claimed is not None else "collected",
    }
    if goods.sold_rounded:
        evidence["rounded"] = True
    if count > goods.sold:
        evidence["more"] = True
    value = f"{count / goods.sold:.2f}"
    return Signal(value, evidence)
