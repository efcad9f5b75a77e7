"""Does the follow-up review (追评) contradict the first one? `worse`, `better` or `same`.

Scope: one review. `worse`: the first review praises more than it complains, the follow-up complains more than it
praises; `better`: the other way round; `same`: all else. Where the first review has no word of either kind, its
stars stand for it: 4 or 5 of 5 for praise, 1 or 2 for complaint. Evidence: the words, whether stars stood in, and
the days between. Not computable without a follow-up, where the platform wrote it, and without words to compare.
Limit: a word list (see polarity.py): no irony, and a follow-up about the service contradicts a first review about
the goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from pipelines.signals.default_text import platform_sentence
from pipelines.signals.polarity import words_of
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}
_HIGH, _LOW = Decimal("0.75"), Decimal("0.25")


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    return (_one(review) for review in reviews)


def _one(review: ReviewText) -> Signal:
    follow_up = (review.follow_up_text or "").strip()
    if not follow_up:
        return not_computable("the review has no follow-up")
    if platform_sentence(follow_up):
        return not_computable("the platform wrote the follow-up")
    first = words_of(review.said)
    later = words_of(follow_up)
    if not any(later) or not (any(first) or review.share is not None):
        return not_computable("no word of praise or complaint was found")
    before = _leaning(*first) if any(first) else _of_stars(review.share)
    after = _leaning(*later)
    value = "worse" if before > 0 > after else "better" if before < 0 < after else "same"
    evidence: dict[str, object] = {
        "first": [*first[0], *first[1]],
        "later": [*later[0], *later[1]],
        "days": _days(review.date, review.follow_up_date),
    }
    if not any(first):
        evidence["rating"] = str(review.rating)
    return Signal(value, evidence)


def _leaning(praise: Sequence[str], complaint: Sequence[str]) -> int:
    return len(praise) - len(complaint)


def _of_stars(share: Decimal | None) -> int:
    return 0 if share is None else 1 if share >= _HIGH else -1 if share <= _LOW else 0


def _days(first: str | None, later: str | None) -> int | None:
    try:
        return (date.fromisoformat((later or "")[:10]) - date.fromisoformat((first or "")[:10])).days
    except ValueError:
        return None
