"""The claimed discount against the lowest price that the same shop asked in the 30 days before the reduction.

Parameters: `days` (default 30), `min_days` (15): days on which a price must have been seen, `longest_gap` (7): days
without one; `unchanged_days` (30): when no higher price was seen before, a price asked for so long is taken as the one
before the claim; `tolerance` (0.05): claimed discounts are rounded, a 折 is a tenth.
"consistent": the price is as much lower as claimed. "differs": it is not, not even with coupon, live or promised price.
Value: the share of that lowest price that is paid. Source: Directive 98/6/EC Article 6a (by Directive (EU) 2019/2161):
the prior price is the lowest of a period of at least 30 days before the reduction. First method of hlidac-shopu.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.case import Case, asked, case_finding, discount_answer, moment, off, percent, share
from pipelines.rules.finding import Finding, Parameters, decimal_of
from pipelines.rules.reduction import lowest_before, reduced_at, untold

DEFAULTS: dict[str, object] = {
    "days": 30,
    "min_days": 15,
    "longest_gap": 7,
    "unchanged_days": 30,
    "tolerance": Decimal("0.05"),
}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no discount is claimed or nobody could buy it."""
    said, price = case.claimed_discount
    if said is None or price is None:
        return None
    end, _ = reduced_at(case)
    why = untold(case, parameters, end)
    if why:
        return case_finding("discount_lowest", parameters, "cannot_tell", why, (case.promoted.page_id,))
    reference, seen_at, page = lowest_before(case, parameters, end)
    text = (
        f"Claimed is {percent(1 - said)} less; {asked(case, price)} is {off(price, reference)} the lowest price of the "
        f"{parameters['days']} days before {moment(end)}, {asked(case, reference)} at {moment(seen_at)}."
    )
    answer = discount_answer(case, said, reference, decimal_of(parameters, "tolerance"))
    pages = (case.promoted.page_id, page)
    return case_finding("discount_lowest", parameters, answer, text, pages, share(price, reference))
