"""How many days after the purchase was the review written? Whole days, 0 for the same day.

Scope: one review. Source: the day of purchase that the platform itself states beside a review (`reviews.bought_date`);
only the date parts are compared. Evidence: both dates, and `same_day` where it is the same. A public set of JD reviews
has a median of 4 days and 0.4 % on the day of purchase. Not computable where the platform states no purchase, where the
review has no date, and where the review is dated before the purchase. Limits: a platform may state the day of the
order, of the payment or of the delivery; goods that are handed over at once are reviewed at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    return (_one(review) for review in reviews)


def _one(review: ReviewText) -> Signal:
    if not review.bought_date:
        return not_computable("the platform states no day of purchase")
    if not review.date:
        return not_computable("the review has no date")
    bought, written = review.bought_date[:10], review.date[:10]
    try:
        days = (date.fromisoformat(written) - date.fromisoformat(bought)).days
    except ValueError:
        return not_computable(f"no two dates: {bought}, {written}")
    if days < 0:
        return not_computable(f"dated {written}, before the purchase on {bought}")
    evidence: dict[str, object] = {"bought": bought, "written": written}
    if days == 0:
        evidence["same_day"] = True
    return Signal(str(days), evidence)
