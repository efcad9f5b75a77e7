"""How long before or after the broadcast was the promoted page seen?

Parameters: `hours` (default 72): beyond it the answer is "differs", a note that the price during the broadcast may
have been another.
Never stops a comparison: the verdict is about the moment at which the pages were seen, and says so.
Value: hours, always positive.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.observation import utc
from pipelines.rules.finding import Finding, Pair, Parameters, decimal_of
from pipelines.rules.time_gap import hours_between

DEFAULTS: dict[str, object] = {"hours": Decimal(72)}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when the watchlist gives no broadcast time."""
    said_at, seen_at = pair.promise.said_at, pair.promoted.seen_at
    if not said_at:
        return None
    gap, most = hours_between(said_at, seen_at), decimal_of(parameters, "hours")
    side = "before" if utc(seen_at) < utc(said_at) else "after"
    late = gap > most
    caveat = "; the price during the broadcast may have been another" if late else ""
    return Finding(
        rule="broadcast_gap",
        answer="differs" if late else "consistent",
        text=f"The promoted page was seen {gap} hours {side} the broadcast{caveat}.",
        value=gap,
        parameters=parameters,
        page_ids=(pair.promoted.page_id,),
    )
