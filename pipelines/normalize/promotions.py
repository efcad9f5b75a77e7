"""Promotion texts → rules: 满300减50, 第2件半价, 3件8折, 买2送1, 定金50抵100, $10 off $50, buy 2 get 1 free.

A rule states what the text says, it computes nothing. Amounts are in the currency of the offer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.normalize.numerals import fold
from pipelines.normalize.promotion_readers import READERS
from pipelines.normalize.rule import Rule, RuleType, rule_json

__all__ = ["PlacedRule", "Rule", "RuleType", "find_rules", "read_rules", "rule_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule, and the stretch of the text whose numbers are no prices because the rule uses them."""

    rule: Rule
    start: int
    end: int


# No rule is stated without one of these.
_TRIGGER = re.compile(
    r"[满滿减減折包郵送赠贈免得返券劵降惠省抵膨当件秒闪限会會員便换換行증할쿠무타기회]|半价|红包|オ|引|送料|"
    r"タイム|期間|%|off|buy|bogo|save|spend|free|gift|"
    r"coupon|cash|limited|flash|deal|today|member|versand|livraison",
    re.IGNORECASE,
)
_LONGEST = 20_000


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
    """All promotions that a text states, in the order of the text."""
    return tuple(placed.rule for placed in sorted(find_rules(fold(text[:_LONGEST])), key=lambda placed: placed.start))
