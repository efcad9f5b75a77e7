"""Does the follow-up review (追评) turn against the first one? `worse`, `better` or `same`.

`worse`: praise and no complaint first, complaint and no praise later; `better`: the other way round. Evidence: the
words, and the days between. Not computable without a follow-up or without words to compare. Limit: a word list (see
polarity.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.signals.polarity import words_of
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    return (_one(review) for review in reviews)


def _one(review: ReviewText) -> Signal:
    if not (review.follow_up_text or "").strip():
        return not_computable(review.id, "follow_up", "the review has no follow-up")
    first, later = words_of(f"{review.title} {review.text}" if review.title else review.text), words_of(review.follow_up_text or "")
    if not any(later) or not (any(first) or review.share is not None):
        return not_computable(review.id, "follow_up", "no word of praise or complaint was found")
    was_good = bool(first[0]) and not first[1] if any(first) else (review.share or 0) >= 0.75
    was_bad = bool(first[1]) and not first[0] if any(first) else (review.share or 0) <= 0.25
    value = "same"
    if was_good and later[1] and not later[0]:
        value = "worse"
    elif was_bad and later[0] and not later[1]:
        value = "better"
    evidence: dict[str, object] = {
        "first": [*first[0], *first[1]],
        "later": [*later[0], *later[1]],
        "days": _days(review.date, review.follow_up_date),
    }
    return Signal(review=review.id, signal="follow_up", value=value, evidence=evidence)


def _days(first: str | None, later: str | None) -> int | None:
    try:
        return (date.fromisoformat((later or "")[:10]) - date.fromisoformat((first or "")[:10])).days
    except ValueError:
        return None
