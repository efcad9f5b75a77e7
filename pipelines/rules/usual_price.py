"""The usual price that is claimed (平时卖199, "regularly 199") against what the shop asked in the 90 days before.

Parameters: `days` (default 90), `min_days` (30): days on which a price must have been seen, `longest_gap` (14): days
without one; `tolerance` (0.01). "consistent": it is no more than the price of most days. "differs": it was asked on no
day that was seen. Between the two, cannot_tell: asked on some days, which may be what was meant.
Value: the usual price claimed divided by the price of most days, minus one. Source: second method of hlidac-shopu.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.case import Case, asked, buyable, case_finding, moment
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above
from pipelines.rules.reduction import most_days, untold

DEFAULTS: dict[str, object] = {"days": 90, "min_days": 30, "longest_gap": 14, "tolerance": Decimal("0.01")}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no usual price is claimed, it is in another currency, or nobody could buy it."""
    said = case.said("usual_price")
    if said is None or said.amount is None or buyable(case.promoted) is None or not case.one_money(said):
        return None
    why = untold(case, parameters, case.at)
    if why:
        return case_finding("usual_price", parameters, "cannot_tell", why, (case.promoted.page_id,))
    found = most_days(case, int(decimal_of(parameters, "days")))
    least = said.amount / (1 + decimal_of(parameters, "tolerance"))
    span = f"in the {parameters['days']} days before {moment(case.at)}"
    text = (
        f"A usual price of {asked(case, said.amount)} is claimed; {span} the price of most days ({found.times} of "
        f"{found.days} seen) was {asked(case, found.price)}, the highest {asked(case, found.highest)}."
    )
    pages = (case.promoted.page_id, found.page_id)
    value = share_above(said.amount, found.price)
    if least <= found.price:
        return case_finding("usual_price", parameters, "consistent", text, pages, value)
    if least > found.highest:
        return case_finding("usual_price", parameters, "differs", text, pages, value)
    return case_finding("usual_price", parameters, "cannot_tell", text, pages, value)
