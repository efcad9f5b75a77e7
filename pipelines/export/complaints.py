"""What the report shows of complaints: how often each topic is named in reviews of either side, with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.complaints.rates import Rate
from pipelines.complaints.sides import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRates:
    """Both sides of one topic; None where nothing was counted."""

    topic: str
    promoted: Rate | None
    official: Rate | None


def complaint_topics(rates: Iterable[Rate]) -> list[TopicRates]:
    """Topics by their rate at the promoted side, highest first; rates of neither side are left out."""
    found: dict[str, dict[Side, Rate]] = defaultdict(dict)
    for rate in rates:
        if rate.side != "other":
            found[rate.topic][rate.side] = rate
    topics = [
        TopicRates(topic=topic, promoted=sides.get("streamer"), official=sides.get("official"))
        for topic, sides in found.items()
    ]
    return sorted(topics, key=lambda each: (-(each.promoted.per_1000 if each.promoted else 0), each.topic))


def rate_rows(topics: Iterable[TopicRates], name: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the chart "rates"; `name` gives a topic's word."""
    return {
        "rates": [
            {
                "topic": name(each.topic),
                "side": side,
                "per_1000": float(rate.per_1000),
                "low": float(rate.low),
                "high": float(rate.high),
            }
            for each in topics
            for side, rate in (("promoted", each.promoted), ("official", each.official))
            if rate is not None
        ]
    }
