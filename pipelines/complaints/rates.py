"""How often reviews complain of a topic: rates per 1,000 with 95 % intervals, the streamer's offers beside the
official.

For a report: `rates_of(db, dataset)` gives one row a topic and side, `differences(rates)` one row a topic where
both sides have reviews. Intervals: Wilson (1927, "Probable inference", JASA 22) for a rate, Newcombe (1998,
Statistics in Medicine 17:873, method 10) for a difference. Both take the reviews for independent and for a sample
of all that buyers would write: neither covers which reviews a platform shows, copies, or that one product may carry
a whole side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from pipelines.complaints.complaint import TOPICS
from pipelines.complaints.sides import SIDES, Side, sides_of
from pipelines.database import Database
from pipelines.dataset import Dataset

# Of the normal distribution, for 95 % on both sides.
Z = 1.959963984540054
_TENTH = Decimal("0.1")
# What can complain is a buyer's words, in a language that the lexicon knows. Without a topic: all of them.
_COUNTS = """
WITH said AS (
  SELECT r.id, r.product FROM reviews r LEFT JOIN signals s ON s.review = r.id AND s.signal = 'default_text'
  WHERE (r.language LIKE 'zh%' OR r.language LIKE 'en%')
    AND CASE WHEN COALESCE(r.default_text, 0) = 1 OR s.value = '1' THEN TRIM(COALESCE(r.follow_up_text, '')) <> ''
        ELSE TRIM(COALESCE(r.title, '') || COALESCE(r.text, '') || COALESCE(r.follow_up_text, '')) <> '' END
)
SELECT product, NULL AS topic, COUNT(*) AS n FROM said GROUP BY product
UNION ALL SELECT product, topic, COUNT(*) FROM said JOIN complaints ON review = id GROUP BY product, topic
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`hits` of `reviews` on a side complain of the topic: `per_1000`, and its 95 % interval, all with one decimal."""

    topic: str
    side: Side
    reviews: int
    hits: int
    per_1000: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Streamer less official, in complaints per 1,000 reviews, and its 95 % interval.

    `apart`: the interval leaves out 0. With eleven topics one is apart by chance in about four of ten comparisons.
    """

    topic: str
    per_1000: Decimal
    low: Decimal
    high: Decimal
    apart: bool


def wilson(hits: int, reviews: int) -> tuple[float, float]:
    """The 95 % interval of a share. Raises `ValueError` when hits are not within 0 … reviews, or reviews are none."""
    if not 0 <= hits <= reviews or reviews == 0:
        raise ValueError(f"{hits} of {reviews} is no share")
    share, square = hits / reviews, Z * Z / reviews
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / reviews + square / (4 * reviews)) / (1 + square)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return (0.0 if hits == 0 else low), (1.0 if hits == reviews else high)


def rates(reviews: Mapping[Side, int], hits: Mapping[tuple[str, Side], int]) -> tuple[Rate, ...]:
    """A row for each topic and side that has reviews, in the order of `TOPICS` and `SIDES`."""
    return tuple(
        _rate(topic, side, hits.get((topic, side), 0), reviews[side])
        for topic in TOPICS
        for side in SIDES
        if reviews.get(side)
    )


def differences(found: Iterable[Rate]) -> tuple[Difference, ...]:
    """A row for each topic that has a rate for the streamer's offers and for the official ones."""
    by_side = {(rate.topic, rate.side): rate for rate in found}
    return tuple(
        _difference(by_side[topic, "streamer"], by_side[topic, "official"])
        for topic in TOPICS
        if (topic, "streamer") in by_side and (topic, "official") in by_side
    )


def rates_of(db: Database, dataset: Dataset) -> tuple[Rate, ...]:
    """The rates of a database on which `daihuo corpus` was run; none where it holds no review that can complain."""
    sides = sides_of(db, dataset)
    reviews: Counter[Side] = Counter()
    hits: Counter[tuple[str, Side]] = Counter()
    for row in db.query(_COUNTS):
        side = sides.get(row["product"], "other")
        if row["topic"] is None:
            reviews[side] += int(row["n"])
        else:
            hits[row["topic"], side] += int(row["n"])
    return rates(reviews, hits)


def _rate(topic: str, side: Side, hits: int, reviews: int) -> Rate:
    low, high = wilson(hits, reviews)
    share = Decimal(hits) / Decimal(reviews)
    return Rate(
        topic=topic,
        side=side,
        reviews=reviews,
        hits=hits,
        per_1000=_per_1000(share),
        low=_per_1000(Decimal(low)),
        high=_per_1000(Decimal(high)),
    )


def _difference(streamer: Rate, official: Rate) -> Difference:
    one, other = streamer.hits / streamer.reviews, official.hits / official.reviews
    (low, high), (other_low, other_high) = (wilson(rate.hits, rate.reviews) for rate in (streamer, official))
    below = one - other - sqrt((one - low) ** 2 + (other_high - other) ** 2)
    above = one - other + sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return Difference(
        topic=streamer.topic,
        per_1000=_per_1000(Decimal(one - other)),
        low=_per_1000(Decimal(below)),
        high=_per_1000(Decimal(above)),
        apart=below > 0 or above < 0,
    )


def _per_1000(share: Decimal) -> Decimal:
    return (1000 * share).quantize(_TENTH)
