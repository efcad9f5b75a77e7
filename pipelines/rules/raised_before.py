"""Was the promoted shop's price raised shortly before the broadcast?

Parameters: `days` (default 30) before the broadcast, `min_days` (4): days on which a price must have been seen,
`longest_gap` (14): days without one; `tolerance` (0.01). "differs": a price was seen, and a higher one after it, both
before the broadcast. "consistent": no rise among the looks; what was asked between two looks is not known.
Value: the higher price divided by the lower, minus one.
Source: 明码标价和禁止价格欺诈规定 (State Administration for Market Regulation, order 56 of 2022), which forbids raising
a price for a moment before a reduction; the sentence states two prices, not a reason for them.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.rules.case import Case, asked, case_finding, moment, percent
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above
from pipelines.rules.reduction import untold

DEFAULTS: dict[str, object] = {"days": 30, "min_days": 4, "longest_gap": 14, "tolerance": Decimal("0.01")}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no look before the broadcast showed a price."""
    end = case.said_at
    looks = case.history.priced(end - timedelta(days=int(decimal_of(parameters, "days"))), end)
    if not looks:
        return None
    low, rise = looks[0], None
    for look in looks:
        if (look.price or 0) > (low.price or 0) * (1 + decimal_of(parameters, "tolerance")):
            if rise is None or (look.price or 0) * (rise[0].price or 0) > (rise[1].price or 0) * (low.price or 0):
                rise = (low, look)
        elif (look.price or 0) < (low.price or 0):
            low = look
    if rise is None:
        why = untold(case, parameters, end)
        text = why or f"No rise of the price was seen in the {parameters['days']} days before {moment(end)}."
        page = (looks[-1].page_id,)
        return case_finding("raised_before", parameters, "cannot_tell" if why else "consistent", text, page)
    before, after = rise[0].price or Decimal(0), rise[1].price or Decimal(0)
    value = share_above(after, before)
    text = (
        f"Before the broadcast the promoted page asked {asked(case, before)} at {moment(rise[0].at)} and "
        f"{asked(case, after)} at {moment(rise[1].at)}: {percent(value)} more."
    )
    return case_finding("raised_before", parameters, "differs", text, (rise[0].page_id, rise[1].page_id), value)
