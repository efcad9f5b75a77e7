"""Are the prices too far apart to be prices of the same thing? Then one of them is more likely a deposit, a sample, a
placeholder or a slip than a bargain.

Parameters: `times` (default 5): how many times the lower price (per unit where contents differ) the higher one may be.
Stops the comparison beyond it, whatever matching says. Source: none; a shop's placeholder is 0.01 or 9999.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.finding import Finding, Pair, Parameters, decimal_of, money, pages, per_words
from pipelines.rules.unit_price import compared

DEFAULTS: dict[str, object] = {"times": Decimal(5)}
_TENTH = Decimal("0.1")


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when the prices are within `times` of each other, or cannot be compared at all."""
    prices = compared(pair)
    if prices is None:
        return None
    low, high = sorted((prices.promoted, prices.official))
    if low <= 0 or high <= decimal_of(parameters, "times") * low:
        return None
    times = (high / low).quantize(_TENTH)
    currency = pair.promoted.currency
    return Finding(
        rule="far_apart",
        answer="cannot_tell",
        text=f"Promoted {money(prices.promoted, currency)}, official {money(prices.official, currency)} "
        f"{per_words(prices.per)}: {times} times as much, too far apart to be prices of the same thing.",
        role="stop",
        value=times,
        parameters=parameters,
        page_ids=pages(pair),
    )
