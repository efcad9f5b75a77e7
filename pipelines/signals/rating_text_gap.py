"""Do stars and words point in opposite directions? `high_rating_negative_text`, `low_rating_positive_text` or `0`.

Parameters: `words` (default 1): how many words of one side are needed, with none of the other. Evidence: the words.
Not computable without a rating or without any word of praise or complaint. Limit: a word list (see polarity.py);
buyers mistake the scale, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipelines.signals.default_text import platform_sentence
from pipelines.signals.polarity import words_of
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number

DEFAULTS: dict[str, object] = {"words": 1}
_HIGH, _LOW = Decimal("0.75"), Decimal("0.25")


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; high is 4 or 5 of 5, low is 1 or 2 of 5."""
    least = number(parameters, "words")
    for review in reviews:
        yield _one(review, least)


def _one(review: ReviewText, least: float) -> Signal:
    if (share := review.share) is None:
        return not_computable("the review has no rating")
    if review.default_text or platform_sentence(review.text):
        return not_computable("the platform wrote the text")
    good, bad = words_of(review.said)
    if not good and not bad:
        return not_computable("no word of praise or complaint was found")
    value = "0"
    if not good and len(bad) >= least and share >= _HIGH:
        value = "high_rating_negative_text"
    elif not bad and len(good) >= least and share <= _LOW:
        value = "low_rating_positive_text"
    evidence: dict[str, object] = {"rating": str(review.rating), "praise": list(good), "complaint": list(bad)}
    return Signal(value, evidence)
