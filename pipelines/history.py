"""What one URL asked for one variant over time. A time without a price seen is a gap, never "unchanged".

A `Look` is one visit; only its state "priced" carries an amount that anyone could pay. Days are counted back from a
moment in steps of 24 hours, so that no time zone plays a part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pipelines.facts import Availability

State = Literal["priced", "sold_out", "no_price", "not_seen", "other"]

DAY = timedelta(days=1)
_GONE = ("out_of_stock", "discontinued")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One visit. `price` is None unless `state` is "priced".

    sold_out  shown, but nobody could buy it       no_price  shown without one price for anyone (range, from, variants)
    not_seen  blocked, gone or failed: says nothing  other   the URL showed another variant, content or currency
    """

    page_id: str
    at: datetime
    state: State
    price: Decimal | None = None
    list_price: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of `days` days was seen: days with a price, the longest time without one in days, looks without one."""

    days: int
    seen: int
    longest_gap: Decimal
    without_price: int

    def enough(self, least: int, gap: Decimal) -> bool:
        return self.seen >= least and self.longest_gap <= gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day counted back from a moment (0 is the newest). In a gap `lowest` and `last` are None, `why` says why."""

    ago: int
    lowest: Decimal | None
    last: Decimal | None
    page_ids: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The looks at one variant, oldest first."""

    looks: tuple[Look, ...] = ()

    def priced(self, start: datetime, end: datetime) -> tuple[Look, ...]:
        """Looks with a price in start ≤ time < end."""
        return tuple(look for look in self.looks if look.state == "priced" and start <= look.at < end)

    def coverage(self, end: datetime, days: int) -> Coverage:
        """How well the `days` days before `end` were seen."""
        start = end - days * DAY
        seen = self.priced(start, end)
        moments = [start, *(look.at for look in seen), end]
        gap = max(later - earlier for earlier, later in pairwise(moments))
        silent = sum(look.state != "priced" and start <= look.at < end for look in self.looks)
        return Coverage(
            days=days,
            seen=len({_days_ago(end, look.at) for look in seen}),
            longest_gap=(Decimal(int(gap.total_seconds())) / 86400).quantize(Decimal("0.1")),
            without_price=silent,
        )

    def days(self, end: datetime, days: int) -> tuple[Day, ...]:
        """The `days` days before `end`, oldest first, with the days that nobody saw."""
        found: dict[int, list[Look]] = {}
        for look in self.looks:
            if end - days * DAY <= look.at < end:
                found.setdefault(_days_ago(end, look.at), []).append(look)
        return tuple(_day(ago, found.get(ago, [])) for ago in reversed(range(days)))

    def began(self, at: datetime, price: Decimal, tolerance: Decimal) -> datetime | None:
        """When the price seen at `at` was first seen without a higher one since; None without a higher one before."""
        since = at
        for look in reversed(self.looks):
            if look.state != "priced" or look.price is None or look.at > at:
                continue
            if look.price > price * (1 + tolerance):
                return since
            since = look.at
        return None


def look_state(outcome: str, availability: Availability, price: Decimal | None) -> State:
    """The state of a look by the outcome of its page, and what the page showed of the variant."""
    if outcome != "ok":
        return "not_seen"
    if availability in _GONE:
        return "sold_out"
    return "priced" if price is not None and price > 0 else "no_price"


def history(looks: Iterable[Look]) -> History:
    """Looks of any order; those of one moment stay in the order of their pages' ids."""
    return History(looks=tuple(sorted(looks, key=lambda look: (look.at, look.page_id))))


def _days_ago(end: datetime, at: datetime) -> int:
    """0 for the 24 hours before `end`, the moment 24 hours before it included."""
    return -((at - end) // DAY) - 1


def _day(ago: int, looks: list[Look]) -> Day:
    prices = [look.price for look in looks if look.state == "priced" and look.price is not None]
    why = "" if prices else "; ".join(dict.fromkeys(look.why or look.state for look in looks)) or "no look"
    return Day(
        ago=ago,
        lowest=min(prices, default=None),
        last=prices[-1] if prices else None,
        page_ids=tuple(look.page_id for look in looks),
        why=why,
    )
