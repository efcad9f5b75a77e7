"""The claimed discount against the price that the same shop asked on most days of the 90 days before.

Parameters: `days` (default 90), `min_days` (30): days on which a price must have been seen, `longest_gap` (14): days
without one; `tolerance` (0.05). A day counts with the last price seen on it; days that nobody saw count for no price.
When two prices were asked on as many days, the answer is cannot_tell.
Value: the share of that usual price that is paid. Source: the second method of hlidac-shopu, the most frequent price
of the last 90 days, for a discount that has no one beginning.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.case import Case, asked, case_finding, discount_answer, moment, off, percent, share
from pipelines.rules.finding import Finding, Parameters, decimal_of
from pipelines.rules.reduction import most_days, untold

DEFAULTS: dict[str, object] = {"days": 90, "min_days": 30, "longest_gap": 14, "tolerance": Decimal("0.05")}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no discount is claimed or nobody could buy it."""
    said, price = case.claimed_discount
    if said is None or price is None:
        return None
    why = untold(case, parameters, case.at)
    if why:
        return case_finding("discount_usual", parameters, "cannot_tell", why, (case.promoted.page_id,))
    found = most_days(case, int(decimal_of(parameters, "days")))
    pages = (case.promoted.page_id, found.page_id)
    span = f"the {parameters['days']} days before {moment(case.at)}"
    if not found.alone:
        text = f"In {span} no price was asked on more days than all others."
        return case_finding("discount_usual", parameters, "cannot_tell", text, pages)
    usual = f"the price of most days ({found.times} of {found.days} seen) of {span}, {asked(case, found.price)}"
    text = f"Claimed is {percent(1 - said)} less; {asked(case, price)} is {off(price, found.price)} {usual}."
    answer = discount_answer(case, said, found.price, decimal_of(parameters, "tolerance"))
    return case_finding("discount_usual", parameters, answer, text, pages, share(price, found.price))
