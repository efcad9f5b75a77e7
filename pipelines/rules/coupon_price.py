"""The comparison with the coupon and live-stream prices that the pages show to everybody.

Parameters: `tolerance` (default 0.01). A coupon is public but has to be fetched, may run out, and may be limited to
one per person, so its price is a finding of its own; when it changes the answer, the verdict is cannot_tell. Source:
hlidac-shopu, which lets a public coupon count and a club price not, because its users could check the first and not
the second.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.items import PriceKind
from pipelines.rules import conditional
from pipelines.rules.finding import Finding, Pair, Parameters, lowest_layer

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01")}
_KINDS: frozenset[PriceKind] = frozenset({"coupon", "live"})


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when no page shows such a price below its price for anyone."""
    left, right = lowest_layer(pair.promoted, _KINDS), lowest_layer(pair.official, _KINDS)
    amounts = (left.amount if left else None, right.amount if right else None)
    return conditional.find("coupon_price", "With the public coupon or live-stream price", *amounts, pair, parameters)
