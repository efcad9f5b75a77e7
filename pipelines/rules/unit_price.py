"""The promoted price against the official one, for anyone, without coupon or membership.

Parameters: `tolerance` (default 0.01): the share of the official price within which two prices are consistent.
Equal content is compared as offered; another content of the same product per 100 ml, 100 g or piece. Gifts never
lower a price.
Value: promoted price divided by official price, minus one. Source: unit pricing as in Directive 98/6/EC, Article 2(b).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.finding import Finding, Pair, Parameters, Prices, comparable, decimal_of, money, pages, per_words

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01")}
_WORDS = {"consistent": "no more than {tolerance} apart", "cheaper": "{gap} cheaper", "dearer": "{gap} dearer"}


def compared(pair: Pair) -> Prices | None:
    """The two prices that the verdict shows; None when they cannot be compared."""
    if not pair.promoted.price or not pair.official.price:
        return None
    return comparable(pair, pair.promoted.price, pair.official.price)


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when one of the prices or the content is unknown; other rules say why."""
    prices = compared(pair)
    if prices is None:
        return None
    tolerance = decimal_of(parameters, "tolerance")
    answer = prices.answer(tolerance)
    gap = prices.promoted / prices.official - 1
    said = "equal" if not gap else _WORDS[answer].format(gap=f"{abs(gap):.1%}", tolerance=f"{tolerance.normalize():%}")
    currency = pair.promoted.currency
    return Finding(
        rule="unit_price",
        answer=answer,
        text=f"Promoted {money(prices.promoted, currency)}, official {money(prices.official, currency)} "
        f"{per_words(prices.per)}: {said}.",
        role="price",
        value=gap.quantize(Decimal("0.0001")),
        parameters=parameters,
        page_ids=pages(pair),
    )
