"""What the report shows of complaints: how often each topic is named in reviews of either side, with its interval.

The figures are counted elsewhere; the report takes them as rows and shows nothing when there are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_SIDES = {"promoted": "promoted", "streamer": "promoted", "official": "official"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One topic on one side, promoted or official: `hits` of `reviews`, a rate per 1,000 and its interval."""

    topic: str
    side: str
    reviews: int
    hits: int
    per_1000: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRates:
    """Both sides of one topic; None where nothing was counted."""

    topic: str
    promoted: Rate | None
    official: Rate | None


def complaint_topics(rows: Iterable[Mapping[str, Any]]) -> list[TopicRates]:
    """Topics by their rate at the promoted side, highest first.

    `rows` have `topic`, `side` (promoted or streamer, official), `reviews`, `hits`, `per_1000`, `low`, `high`; rows of
    another side, or without a rate, are left out.
    """
    found: dict[str, dict[str, Rate]] = defaultdict(dict)
    for row in rows:
        side = _SIDES.get(str(row["side"]))
        if side is not None and row["per_1000"] is not None:
            found[str(row["topic"])][side] = Rate(
                topic=str(row["topic"]),
                side=side,
                reviews=int(row["reviews"]),
                hits=int(row["hits"]),
                per_1000=float(row["per_1000"]),
                low=float(row["low"]),
                high=float(row["high"]),
            )
    topics = [
        TopicRates(topic=topic, promoted=sides.get("promoted"), official=sides.get("official"))
        for topic, sides in found.items()
    ]
    return sorted(topics, key=lambda each: (-(each.promoted.per_1000 if each.promoted else 0.0), each.topic))


def rate_rows(topics: Iterable[TopicRates], name: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of the chart "rates"; `name` gives a topic's word."""
    return {
        "rates": [
            {
                "topic": name(each.topic),
                "side": rate.side,
                "per_1000": rate.per_1000,
                "low": rate.low,
                "high": rate.high,
            }
            for each in topics
            for rate in (each.promoted, each.official)
            if rate is not None
        ]
    }
