"""A claim of the lowest price ever or of the year (史低, 全年最低) against all earlier looks at the same variant.

Parameters: `days` (default 365): how far back looks count; `tolerance` (0.01); `enough_days` (0): so many days with a
price must have been seen in the promoted shop, none of them lower, for the answer "consistent"; 0 is never.
"dearer": the promoted shop, or another shop for the same variant, asked less before from everybody than any price that
the promoted offer can have had. What was asked after the broadcast does not count.
Value: the promoted price divided by the lowest seen before, minus one.
Source: a lower price on a page that is kept ends the claim; a year that nobody watched cannot confirm it.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.normalize.claim_words import ClaimKind
from pipelines.rules.case import Case, asked, best_price, buyable, case_finding, moment
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above

_KINDS: tuple[ClaimKind, ...] = ("lowest_ever", "lowest_of_year")
DEFAULTS: dict[str, object] = {"days": 365, "tolerance": Decimal("0.01"), "enough_days": 0}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no such price is claimed or nobody could buy it."""
    price = buyable(case.promoted)
    if price is None or not any(case.said(kind) for kind in _KINDS):
        return None
    best = best_price(case)
    end, days = min(case.at, case.said_at), int(decimal_of(parameters, "days"))
    own = all(said.own for kind in _KINDS if (said := case.said(kind)))
    others = [store.history for store in case.stores if store.same == "same_variant" and store.sure and not own]
    looks = [look for past in (case.history, *others) for look in past.priced(end - timedelta(days=days), end)]
    seen = case.history.coverage(end, days).seen
    told = f"In the {days} days before {moment(end)} the promoted shop was seen with a price on {seen}"
    if not looks:
        return case_finding("lowest_before", parameters, "cannot_tell", f"{told} days.", (case.promoted.page_id,))
    lowest, seen_at, page = min((look.price or Decimal(0), look.at, look.page_id) for look in looks)
    pages = (case.promoted.page_id, page)
    value = share_above(price, lowest)
    both = f"the lowest price seen was {asked(case, lowest)} at {moment(seen_at)}, now it is {asked(case, price)}"
    if best is not None and lowest < best * (1 - decimal_of(parameters, "tolerance")):
        return case_finding("lowest_before", parameters, "dearer", f"{told} days; {both}.", pages, value)
    enough = 0 < int(decimal_of(parameters, "enough_days")) <= seen and price <= lowest
    text = f"{told} days; {both}; days that nobody saw are not known."
    return case_finding("lowest_before", parameters, "consistent" if enough else "cannot_tell", text, pages, value)
