"""The crossed-out or list price on the promoted page against what the official store asks or lists.

Parameters: `tolerance` (default 0.01). "dearer": the promoted page's list price is above every price the official
page shows, its own list price included. Neutral: a list price can come from another shop or season; the sentence only
says what the two pages show.
Value: promoted list price divided by the highest official price, minus one.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.finding import (
    Finding,
    Pair,
    Parameters,
    comparable,
    decimal_of,
    money,
    pages,
    per_words,
    share_above,
)

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01")}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None without a list price on the promoted page, or when the two cannot be compared."""
    shown, official = pair.promoted.list_price, pair.official.price
    if not shown or not official or pair.promoted.currency is None or pair.promoted.currency != pair.official.currency:
        return None
    prices = comparable(pair, shown, max(official, pair.official.list_price or official))
    if prices is None:
        return None
    above = prices.answer(decimal_of(parameters, "tolerance")) == "dearer"
    currency = pair.promoted.currency
    what = f"The promoted page shows a list price of {money(prices.promoted, currency)} {per_words(prices.per)}"
    words = "the highest price on the official page is" if above else "the official page shows as much or more:"
    return Finding(
        rule="list_price_claim",
        answer="dearer" if above else "consistent",
        text=f"{what}; {words} {money(prices.official, currency)}.",
        value=share_above(prices.promoted, prices.official),
        parameters=parameters,
        page_ids=pages(pair),
    )
