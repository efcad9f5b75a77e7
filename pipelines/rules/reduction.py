"""When a price was reduced, and whether the time before that was seen well enough; shared by the rules about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pipelines.rules.case import Case, buyable, moment
from pipelines.rules.finding import Parameters, decimal_of

# A price that moved by half a percent was rounded, not reduced.
_STILL = Decimal("0.005")


def reduced_at(case: Case) -> tuple[datetime, bool]:
    """When the price of the look was first asked, and whether a higher one was seen before; else the look itself."""
    price = buyable(case.promoted)
    since = case.history.began(case.at, price, _STILL) if price is not None else None
    return (case.at, False) if since is None else (since, True)


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
