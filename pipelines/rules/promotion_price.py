"""The comparison with the promotions that the pages state: 满300减50, 第二件半价, 3件8折, 买2送1, 定金50抵100,
领20元券.

Parameters: `tolerance` (default 0.01), `most` (default 10): how many pieces may be bought for a promotion to count.
Each side counts with the price of one piece when as many are bought as is cheapest, coupons for everybody included
(`pipelines.normalize.basket`). It is a condition: when it changes the answer, the verdict is cannot_tell. Not counted:
gifts, cash back, shipping, promotions for members, and a bare "20% off" or "立减20" that describes the price already
shown.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.normalize.basket import WITH_COUPON, cheapest
from pipelines.normalize.promotions import Rule, read_rules
from pipelines.observation import Article
from pipelines.rules import conditional
from pipelines.rules.finding import Finding, Pair, Parameters, decimal_of

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01"), "most": 10}
_NO_PRICE = frozenset({"gift", "cashback", "free_shipping", "limited_time", "member_only"})


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when no promotion lowers a price."""
    most = int(decimal_of(parameters, "most"))
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


def lowest(article: Article, most: int) -> tuple[Decimal, str] | None:
    """The lowest price of one piece under the stated promotions, and their words; None when none lowers the price."""
    rules = rules_beside_title(article)
    if not article.price or all(rule.type in _NO_PRICE for rule in rules):
        return None
    found = cheapest(article.price, rules, WITH_COUPON, most=max(1, most))
    if not Decimal(0) < found.unit < article.price:
        return None
    return found.unit, " + ".join(text for text, _ in found.applied)


def rules_beside_title(article: Article) -> list[Rule]:
    """The promotions of a page and its title; a 买2送1 that the title says is part of what the price is for."""
    titled = read_rules(article.title)
    counted = {(rule.buy, rule.get) for rule in titled if rule.type == "buy_get"}
    rules = [rule for text in article.promotions for rule in read_rules(text)]
    rules += [rule for rule in titled if rule.text not in {known.text for known in rules}]
    return [rule for rule in rules if not (rule.type == "buy_get" and (rule.buy, rule.get) in counted)]
