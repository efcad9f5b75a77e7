"""The comparison with the promotions that the pages state: 满300减50, 第二件半价, 3件8折, 买2送1, 定金50抵100,
领20元券.

Parameters: `tolerance` (default 0.01), `most` (default 10): how many pieces may be needed for a promotion to count.
Each promotion gives the price of one piece when as many are bought as it needs; the lowest counts, promotions are not
combined. It is a condition: when it changes the answer, the verdict is cannot_tell. Not counted: gifts, cash back,
shipping, add-on goods, and a bare "20% off" or "立减20" that describes the price already shown.
"""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize.promotions import Rule, read_rules
from pipelines.observation import Article
from pipelines.rules import conditional
from pipelines.rules.finding import Finding, Pair, Parameters, decimal_of

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01"), "most": 10}
_AT_CHECKOUT = re.compile(r"^(?:下单|拍下|付款|结算|再|extra)", re.IGNORECASE)


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when no promotion lowers a price."""
    most = decimal_of(parameters, "most")
    left, right = lowest(pair.promoted, most), lowest(pair.official, most)
    said = "; ".join(text for _, text in (side for side in (left, right) if side))
    return conditional.find(
        "promotion_price",
        f"With the promotion on the page ({said})",
        left[0] if left else None,
        right[0] if right else None,
        pair,
        parameters,
    )


def lowest(article: Article, most: Decimal) -> tuple[Decimal, str] | None:
    """The lowest price of one piece under a stated promotion, and its words; None when none lowers the price."""
    if not article.price:
        return None
    counted = {(rule.buy, rule.get) for rule in read_rules(article.title) if rule.type == "buy_get"}
    found = []
    for text in article.promotions:
        for rule in read_rules(text):
            if rule.type == "buy_get" and (rule.buy, rule.get) in counted:
                continue
            price = each(rule, article.price, most)
            if price is not None and Decimal(0) < price < article.price:
                found.append((price, rule.text))
    return min(found, default=None)


def each(rule: Rule, price: Decimal, most: Decimal) -> Decimal | None:
    """What one piece costs under a rule when `price` is its price alone; None when the rule says nothing about that."""
    match rule.type:
        case "threshold_off" | "coupon":
            return _threshold(rule, price, most)
        case "off" if rule.off is not None and _AT_CHECKOUT.match(rule.text):
            return price - rule.off
        case "nth_item" if rule.nth is not None and 2 <= rule.nth <= most:
            last = _reduced(rule, price)
            return None if last is None else (price * (rule.nth - 1) + last) / rule.nth
        case "multi_discount" if rule.count is not None and 1 <= rule.count <= most:
            if rule.rate is not None:
                return price * rule.rate
            return None if rule.off is None else price - rule.off / rule.count
        case "buy_get" if rule.buy and rule.get and rule.buy + rule.get <= most:
            return price * rule.buy / (rule.buy + rule.get)
        case "deposit" if rule.deposit is not None and rule.worth is not None:
            return price - (rule.worth - rule.deposit)
    return None


def _threshold(rule: Rule, price: Decimal, most: Decimal) -> Decimal | None:
    pieces = max(Decimal(1), -(-(rule.threshold or Decimal(0)) // price))
    if pieces > most:
        return None
    if rule.rate is not None:
        return price * rule.rate
    return None if rule.off is None else price - rule.off / pieces


def _reduced(rule: Rule, price: Decimal) -> Decimal | None:
    if rule.price is not None:
        return rule.price
    if rule.rate is not None:
        return price * rule.rate
    return None if rule.off is None else price - rule.off
