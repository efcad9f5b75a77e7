"""The comparison again with prices that hold only under a condition; shared by coupon_price, member_price and
promotion_price.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.finding import (
    Finding,
    Pair,
    Parameters,
    Prices,
    comparable,
    decimal_of,
    money,
    pages,
    per_words,
    share_above,
)


def find(
    rule: str, words: str, left: Decimal | None, right: Decimal | None, pair: Pair, parameters: Parameters
) -> Finding | None:
    """`left` and `right` are the promoted and official price under the condition; None where a side has none.

    They are taken on both sides, on the promoted side only and on the official side only. When the three answers are
    not the same, buyers with and without the condition see different things, and the answer is cannot_tell.
    """
    if not pair.promoted.price or not pair.official.price or (left is None and right is None):
        return None
    promoted, official = left or pair.promoted.price, right or pair.official.price
    prices = comparable(pair, promoted, official)
    if prices is None:
        return None
    tolerance = decimal_of(parameters, "tolerance")
    answers = {prices.answer(tolerance)}
    for one, other in ((promoted, pair.official.price), (pair.promoted.price, official)):
        again = comparable(pair, one, other)
        answers |= {again.answer(tolerance)} if again else set()
    return Finding(
        rule=rule,
        answer=prices.answer(tolerance) if len(answers) == 1 else "cannot_tell",
        text=_text(words, pair, prices, left is not None, right is not None),
        role="condition",
        value=share_above(prices.promoted, prices.official),
        parameters=parameters,
        page_ids=pages(pair),
    )


def _text(words: str, pair: Pair, prices: Prices, left: bool, right: bool) -> str:
    sides = [
        f"{side} {money(amount, pair.promoted.currency)}{'' if has else ' (for anyone)'}"
        for side, amount, has in (("promoted", prices.promoted, left), ("official", prices.official, right))
    ]
    return f"{words}: {', '.join(sides)} {per_words(prices.per)}."
