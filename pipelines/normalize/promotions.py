"""Promotion texts → rules: 满300减50, 第2件半价, 3件8折, 买2送1, 定金50抵100, $10 off $50, buy 2 get 1 free.

A rule states what the text says, it computes nothing. Amounts are in the currency of the offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from pipelines.normalize.numerals import fold
from pipelines.normalize.promotion_pieces import bundles
from pipelines.normalize.promotion_readers import READERS
from pipelines.normalize.rule import Rule, RuleType, rule_json

__all__ = ["PlacedRule", "Rule", "RuleType", "find_rules", "read_rules", "rule_json"]


class PlacedRule(NamedTuple):
    """A rule, and the stretch of the text whose numbers are no prices because the rule uses them."""

    rule: Rule
    start: int
    end: int


# No rule is stated without one of these.
_TRIGGER = re.compile(
    r"[满滿减減折包郵送赠贈免得返券劵降惠省抵膨当件秒闪限会會員便换換행증할쿠무타기회每发發원行원点點]|半价|红包|オ|引|"
    r"送料|タイム|期間|%|off|buy|bogo|save|spend|free|gift|\d for |\d pour |leve|lleva|prenez|prendi|"
    r"coupon|cash|limited|flash|deal|today|member|versand|livraison|rabatt|remise|descuento|sconto|offerts",
    re.IGNORECASE,
)
_LONGEST = 20_000
_CLAUSE_END = re.compile(r"[,，;；。！!?？|\n]")
_LEADS, _FOLLOWS = 16, 28
_WHO = {
    "members": re.compile(r"会员|會員|会員|회원|(?<![a-z])(?:plus|88vip|members?|prime)(?![a-z])", re.IGNORECASE),
    "new customers": re.compile(
        r"新人|新客|新用户|首单|首次|初回|신규|첫\s?구매|new customers?|first order", re.IGNORECASE
    ),
    "the first buyers": re.compile(r"前\s?\d+\s?(?:名|位|件|单)|先着|선착순|first \d+", re.IGNORECASE),
    "some ways to pay": re.compile(
        r"支付宝|微信支付|花呗|信用卡|云闪付|数字人民币|白条|银行|paypal|apple pay|카드", re.IGNORECASE
    ),
    "students": re.compile(r"学生|學生|教育优惠|学割|students?(?![a-z])", re.IGNORECASE),
    "whoever trades something in": re.compile(r"以旧换新|trade.?in", re.IGNORECASE),
}
_COUPON = re.compile(
    r"[券劵](?![后後])|クーポン|쿠폰|coupons?|(?<![a-z])(?:promo |discount )?codes?(?![a-z])|voucher", re.IGNORECASE
)
_MAY_BE_COUPON = frozenset({"off", "discount", "threshold_off"})


def find_rules(text: str) -> Iterator[PlacedRule]:
    """The rules of a folded text with their places, readers in order of narrowness; no two overlap."""
    if not _TRIGGER.search(text):
        return
    taken = bytearray(len(text))
    characters = set(text.lower())
    for needs, pattern, reader in READERS:
        if needs.isdisjoint(characters):
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if start == end or any(taken[start:end]):
                continue
            rule = reader(match)
            if rule is None:
                continue
            taken[start:end] = b"\x01" * (end - start)
            yield PlacedRule(rule=rule, start=start, end=end)


def read_rules(text: str) -> tuple[Rule, ...]:
    """All promotions that a text states, in the order of the text, with whom each is for."""
    folded = fold(text[:_LONGEST])
    placed = sorted(find_rules(folded), key=lambda one: one.start)
    rules: list[tuple[int, Rule]] = []
    for n, one in enumerate(placed):
        before = placed[n - 1].end if n else 0
        after = placed[n + 1].start if n + 1 < len(placed) else len(folded)
        leads = _CLAUSE_END.split(folded[max(before, one.start - _LEADS) : one.start])[-1]
        follows = _CLAUSE_END.split(folded[one.end : min(after, one.end + _FOLLOWS)])[0]
        rules.append((one.start, _in_clause(one.rule, leads, follows)))
    rules += bundles(folded) if "任" in folded or " for " in folded.lower() else []
    return tuple(rule for _, rule in sorted(rules, key=lambda pair: pair[0]))


def _in_clause(rule: Rule, leads: str, follows: str) -> Rule:
    """What the words around a rule say of it: whom it is for, and that it needs a coupon."""
    around = f"{leads} {rule.text} {follows}"
    who = next((name for name, pattern in _WHO.items() if pattern.search(around)), None)
    if rule.type in _MAY_BE_COUPON and not rule.cross_store and _COUPON.search(around):
        rule = replace(rule, type="coupon")
    return replace(rule, who=who) if who is not None and rule.type != "member_only" else rule
