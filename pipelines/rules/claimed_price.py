"""The price promised in the broadcast against the price on the promoted page.

Parameters: `tolerance` (default 0.01). "dearer": the page asks more than was promised. When a coupon or member price
of the page keeps the promise, the answer is "consistent" and the sentence names the condition.
Value: page price divided by promised price, minus one.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.observation import FindingAnswer
from pipelines.rules.finding import Finding, Pair, Parameters, Prices, decimal_of, lowest_layer, money, share_above

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01")}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when nothing was promised or the page says no price; cannot_tell across currencies."""
    page, promised = pair.promoted.price, pair.promise.price
    if page is None or not promised:
        return None
    currency = pair.promoted.currency
    both = f"Promised {money(promised, pair.promise.currency)}, the promoted page asks {money(page, currency)}"
    if pair.promise.currency is None or pair.promise.currency != currency:
        return _finding(pair, parameters, f"{both}: the currencies are not the same.")
    tolerance = decimal_of(parameters, "tolerance")
    answer = Prices(promoted=page, official=promised, per="offer").answer(tolerance)
    value = share_above(page, promised)
    layer = lowest_layer(pair.promoted, frozenset({"coupon", "live", "member"}))
    if answer == "dearer" and layer is not None and layer.amount <= promised * (1 + tolerance):
        text = f"{both}, or {money(layer.amount, currency)} ({layer.kind} price: {layer.label or layer.text})."
        return _finding(pair, parameters, text, "consistent", value)
    words = {"consistent": "as promised", "cheaper": "less than promised", "dearer": "more than promised"}[answer]
    return _finding(pair, parameters, f"{both}: {words}.", answer, value)


def _finding(
    pair: Pair,
    parameters: Parameters,
    text: str,
    answer: FindingAnswer = "cannot_tell",
    value: Decimal | None = None,
) -> Finding:
    return Finding(
        rule="claimed_price",
        answer=answer,
        text=text,
        value=value,
        parameters=parameters,
        page_ids=(pair.promoted.page_id,),
    )
