"""The original price that is claimed (原价) or crossed out (划线价) against the lowest price of the 7 days before.

Parameters: `days` (default 7), `min_days` (4): days on which a price must have been seen, `longest_gap` (3): days
without one; `unchanged_days` (30): as in discount_lowest; `tolerance` (0.01).
"differs": the claimed original price is above the lowest price that this shop asked in those days before the reduction.
A page shows what was asked; whether somebody paid it cannot be seen. Value: the original price divided by that lowest
price, minus one.
Source: 规范促销行为暂行规定 (State Administration for Market Regulation, order 32 of 2020) Article 21: a reduction
without another stated base is from the lowest price at which the same seller sold in the same place in the 7 days
before the promotion; the same period defined 原价 in the explanations to 禁止价格欺诈行为的规定.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.case import Case, asked, buyable, case_finding, moment
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above
from pipelines.rules.reduction import lowest_before, reduced_at, untold

DEFAULTS: dict[str, object] = {
    "days": 7,
    "min_days": 4,
    "longest_gap": 3,
    "unchanged_days": 30,
    "tolerance": Decimal("0.01"),
}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no original price is claimed or crossed out above the price, or nobody could buy it."""
    said, price = case.said("former_price"), buyable(case.promoted)
    original = said.amount if said else case.promoted.list_price
    other_money = said is not None and not case.one_money(said)
    if price is None or original is None or original <= price or other_money:
        return None
    whose = "claimed" if said else "crossed out on the promoted page"
    end, _ = reduced_at(case)
    why = untold(case, parameters, end)
    if why:
        text = f"An original price of {asked(case, original)} is {whose}. {why}"
        return case_finding("original_price", parameters, "cannot_tell", text, (case.promoted.page_id,))
    lowest, seen_at, page = lowest_before(case, parameters, end)
    text = (
        f"An original price of {asked(case, original)} is {whose}; the lowest price that this shop asked in the "
        f"{parameters['days']} days before {moment(end)} is {asked(case, lowest)}, at {moment(seen_at)}."
    )
    above = original > lowest * (1 + decimal_of(parameters, "tolerance"))
    pages = (case.promoted.page_id, page)
    value = share_above(original, lowest)
    return case_finding("original_price", parameters, "differs" if above else "consistent", text, pages, value)
