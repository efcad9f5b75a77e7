"""The shape of a promotion rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

RuleType = Literal[
    "threshold_off", "coupon", "off", "discount", "nth_item", "multi_discount", "multi_price", "buy_get", "deposit",
    "limited_time", "member_only", "cashback", "gift", "free_shipping", "add_on",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One promotion as stated.

    text         the words it was read from
    threshold    smallest amount to spend            count        smallest number of pieces
    off          amount taken off                    rate         share still paid (8折 and "20% off": 0.8)
    nth          which piece of an order (第2件: 2)   price        what that piece, or the added piece, costs
    buy, get     buy N, get M free of the same       repeats      每满: again for every further threshold
    cap          most that may be taken off          cross_store  counts across shops (跨店)
    deposit      paid ahead; `worth` is what it counts for in the total
    who          for whom alone, when not for everybody: members, new customers, the first buyers, some ways to pay,
                 students, whoever trades something in
    """

    type: RuleType
    text: str
    threshold: Decimal | None = None
    count: int | None = None
    off: Decimal | None = None
    rate: Decimal | None = None
    nth: int | None = None
    price: Decimal | None = None
    buy: int | None = None
    get: int | None = None
    repeats: bool = False
    cap: Decimal | None = None
    cross_store: bool = False
    deposit: Decimal | None = None
    worth: Decimal | None = None
    who: str | None = None


def rule_json(rule: Rule) -> dict[str, Any]:
    """`{type, text, …}` with what the rule states; amounts and rates as decimal strings, unset members left out."""
    shape: dict[str, Any] = {"type": rule.type, "text": rule.text}
    for name in ("threshold", "off", "rate", "price", "cap", "deposit", "worth"):
        value = getattr(rule, name)
        if value is not None:
            shape[name] = format(value, "f")
    for name in ("count", "nth", "buy", "get"):
        value = getattr(rule, name)
        if value is not None:
            shape[name] = value
    if rule.who is not None:
        shape["who"] = rule.who
    for name in ("repeats", "cross_store"):
        if getattr(rule, name):
            shape[name] = True
    return shape
