"""Did the promoted shop ask less soon after the broadcast?

Parameters: `hours` (default 72) after the broadcast, or after the look when that is later; `tolerance` (0.01).
"differs": a lower price was seen in that time. "consistent": looks showed a price and none was lower. cannot_tell:
looks were made, but none showed a price. What is asked later does not make a claim of that evening wrong.
Value: that lower price divided by the one of the look, minus one. Source: the question that buyers ask first.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.rules.case import Case, asked, buyable, case_finding, moment, percent
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above

DEFAULTS: dict[str, object] = {"hours": 72, "tolerance": Decimal("0.01")}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when nobody looked in that time, or when the look showed no price."""
    price, start = buyable(case.promoted), max(case.said_at, case.at)
    end = start + timedelta(hours=int(decimal_of(parameters, "hours")))
    looks = [look for look in case.history.looks if start < look.at <= end]
    if price is None or not looks:
        return None
    priced = [(look.price, look.at, look.page_id) for look in looks if look.price is not None]
    if not priced:
        text = f"None of {len(looks)} looks up to {moment(end)} showed a price."
        return case_finding("dropped_after", parameters, "cannot_tell", text, (looks[0].page_id,))
    lowest, seen_at, page = min(priced)
    pages = (case.promoted.page_id, page)
    value = share_above(lowest, price)
    if lowest >= price * (1 - decimal_of(parameters, "tolerance")):
        looked = f"None of {len(priced)} looks with a price up to {moment(end)}"
        text = f"{looked} showed a lower one than {asked(case, price)}."
        return case_finding("dropped_after", parameters, "consistent", text, pages, value)
    less = f"{percent(-value)} less than {asked(case, price)}"
    text = f"The promoted page asked {asked(case, lowest)} at {moment(seen_at)}, {less}."
    return case_finding("dropped_after", parameters, "differs", text, pages, value)
