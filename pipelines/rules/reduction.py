"""When a price was reduced, and whether the time before that was seen well enough; shared by the rules about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from pipelines.rules.case import Case, buyable, moment
from pipelines.rules.finding import Parameters, decimal_of

# A price that moved by half a percent was rounded, not reduced.
_STILL = Decimal("0.005")


@dataclass(frozen=True, slots=True, kw_only=True)
class MostDays:
    """The price of most days: asked on `times` of `days` days seen. `alone` is False when another is as frequent."""

    price: Decimal
    times: int
    days: int
    alone: bool
    highest: Decimal
    page_id: str


def most_days(case: Case, days: int) -> MostDays:
    """Each day seen counts with its last price; of two that are as frequent, the higher. At least one must be seen."""
    seen = [(day.last, day.page_ids[-1]) for day in case.history.days(case.at, days) if day.last is not None]
    counted = Counter(price for price, _ in seen)
    times = max(counted.values())
    usual = max(price for price, count in counted.items() if count == times)
    return MostDays(
        price=usual,
        times=times,
        days=len(seen),
        alone=sum(count == times for count in counted.values()) == 1,
        highest=max(look.price or Decimal(0) for look in case.history.priced(case.at - timedelta(days=days), case.at)),
        page_id=next(page for price, page in reversed(seen) if price == usual),
    )


def reduced_at(case: Case) -> tuple[datetime, bool]:
    """When the price of the look was first asked, and whether a higher one was seen before; else the look itself."""
    price = buyable(case.promoted)
    since = case.history.began(case.at, price, _STILL) if price is not None else None
    return (case.at, False) if since is None else (since, True)


def lowest_before(case: Case, parameters: Parameters, end: datetime) -> tuple[Decimal, datetime, str]:
    """The lowest price that the promoted shop asked in the `days` before `end`, when, and on which page."""
    looks = case.history.priced(end - timedelta(days=int(decimal_of(parameters, "days"))), end)
    return min((look.price or Decimal(0), look.at, look.page_id) for look in looks)


def untold(case: Case, parameters: Parameters, end: datetime) -> str | None:
    """Why nothing can be said of the `days` before `end`, with the coverage; None when they were seen well enough.

    Without a higher price seen before, only a price that was asked for `unchanged_days` is taken as the one before.
    """
    days, least, gap = (decimal_of(parameters, name) for name in ("days", "min_days", "longest_gap"))
    seen = case.history.coverage(end, int(days))
    if not seen.enough(int(least), gap):
        silent = f", {seen.without_price} looks showed none" if seen.without_price else ""
        return (
            f"In the {days} days before {moment(end)} a price was seen on {seen.seen} days{silent}; the longest time "
            f"without one was {seen.longest_gap} days; needed are {least} days and no more than {gap} days without one."
        )
    first = next((look.at for look in case.history.looks if look.state == "priced"), case.at)
    unchanged = decimal_of(parameters, "unchanged_days") if "unchanged_days" in parameters else Decimal(0)
    if reduced_at(case)[1] or end - first >= timedelta(days=int(unchanged) - 1):
        return None
    return (
        f"No price before the reduction was seen: the first look with a price is of {moment(first)}, less than "
        f"{unchanged} days before."
    )
