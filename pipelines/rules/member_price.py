"""The comparison with prices for members only.

Parameters: `tolerance` (default 0.01). Who is a member cannot be seen from outside; when the member price changes the
answer, the verdict is cannot_tell.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.items import PriceKind
from pipelines.rules import conditional
from pipelines.rules.finding import Finding, Pair, Parameters, lowest_layer

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01")}
_KINDS: frozenset[PriceKind] = frozenset({"member"})


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when no page shows such a price below its price for anyone."""
    left, right = lowest_layer(pair.promoted, _KINDS), lowest_layer(pair.official, _KINDS)
    amounts = (left.amount if left else None, right.amount if right else None)
    return conditional.find("member_price", "With the member price", *amounts, pair, parameters)
