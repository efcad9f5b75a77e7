"""Was the promoted page seen near enough to the broadcast that the words of the claim can be contradicted by it?

Parameters: `hours` (default 72) between broadcast and look; `hours_without_price` (24): when the watchlist does not say
the promised price, because a price for viewers only may never have been on the page. "cannot_tell": no claim is called
contradicted. A claim without the time of its broadcast never is.
Value: the hours between. Source: docs/verdicts.md; a page is evidence of the hour at which it was seen.
"""

from __future__ import annotations

from pipelines.rules.case import Case, case_finding
from pipelines.rules.finding import Finding, Parameters, decimal_of
from pipelines.rules.time_gap import hours_between

DEFAULTS: dict[str, object] = {"hours": 72, "hours_without_price": 24}


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
    text = (
        f"It was claimed {gap} hours from the look at the promoted page; {most} hours are the most for its words to be "
        f"tested."
    )
    return case_finding("claim_window", parameters, "consistent" if gap <= most else "cannot_tell", text, page, gap)
