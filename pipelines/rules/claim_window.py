"""Was the promoted page seen near enough to the broadcast that the words of the claim can be contradicted by it?

Parameters: `hours` (default 72) between broadcast and look; `hours_without_price` (4): when the watchlist does not say
the promised price, the look must be in so many hours after the broadcast began, because before it and when it is over
the page shows another price. "cannot_tell": no claim is called contradicted. A claim without a time never is.
Value: the hours between. Source: docs/verdicts.md; a page is evidence of the hour at which it was seen.
"""

from __future__ import annotations

from pipelines.rules.case import Case, case_finding
from pipelines.rules.finding import Finding, Parameters, decimal_of
from pipelines.rules.time_gap import hours_between

DEFAULTS: dict[str, object] = {"hours": 72, "hours_without_price": 4}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when the claim says nothing that a rule tests."""
    if not case.statements:
        return None
    page = (case.promoted.page_id,)
    if case.promise.said_at is None:
        text = "The watchlist does not say when it was claimed."
        return case_finding("claim_window", parameters, "cannot_tell", text, page)
    gap = hours_between(case.promise.said_at, case.promoted.seen_at)
    most = decimal_of(parameters, "hours" if case.promise.price else "hours_without_price")
    near = gap <= most and (case.promise.price is not None or case.at >= case.said_at)
    side = "after" if case.at >= case.said_at else "before"
    which = "with" if case.promise.price else "after it, without"
    seen = f"The page was seen {gap} hours {side} the claim"
    text = f"{seen}; it tests the words within {most} hours {which} a promised price."
    return case_finding("claim_window", parameters, "consistent" if near else "cannot_tell", text, page, gap)
