"""Gifts on either side, listed apart: they never lower a price, and the reader sees what comes along.

Parameters: none. "differs": the two offers do not come with the same gifts. Value: none.
Source: the worth of a gift is the seller's own figure; a price comparison that counts it can say anything.
"""

from __future__ import annotations

from pipelines.rules.finding import Finding, Pair, Parameters, contents, pages

DEFAULTS: dict[str, object] = {}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when neither side states a gift."""
    left, right = contents(pair.promoted.quantity.gifts), contents(pair.official.quantity.gifts)
    if not left and not right:
        return None
    return Finding(
        rule="gifts",
        answer="consistent" if left == right else "differs",
        text=f"Gifts, not counted in any price: promoted {left or 'none stated'}, official {right or 'none stated'}.",
        parameters=parameters,
        page_ids=pages(pair),
    )
