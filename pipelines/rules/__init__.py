"""Price rules. ONE FILE A RULE: `find(…, parameters)` gives a `Finding` or None; `DEFAULTS` lists its parameters.

A rule in `RULES` is given a `Pair`, the promoted and one official article; one in `CASE_RULES` is given a `Case`: the
promoted article, its history, the words of the claim and all other shops. A new rule is one file here, its line in
one of the two, and its examples in docs/verdicts.md (docs/adding-a-rule.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.observation import parameters_of
from pipelines.rules import (
    against_official,
    availability,
    broadcast_gap,
    bundle,
    claim_window,
    claimed_price,
    content_known,
    coupon_price,
    currency,
    discount_lowest,
    discount_usual,
    dropped_after,
    far_apart,
    gifts,
    list_price_claim,
    lowest_before,
    lowest_seen,
    member_price,
    original_price,
    other_item,
    price_known,
    promised_spec,
    promotion_price,
    raised_before,
    same_item,
    time_gap,
    unit_price,
    usual_price,
)
from pipelines.rules.case import Case, CaseRule, Store
from pipelines.rules.finding import Difference, Finding, Pair, Parameters, Prices, Rule

RULES: dict[str, Rule] = {
    "price_known": price_known,
    "availability": availability,
    "currency": currency,
    "time_gap": time_gap,
    "content_known": content_known,
    "far_apart": far_apart,
    "unit_price": unit_price,
    "coupon_price": coupon_price,
    "member_price": member_price,
    "promotion_price": promotion_price,
    "claimed_price": claimed_price,
    "promised_spec": promised_spec,
    "list_price_claim": list_price_claim,
    "gifts": gifts,
    "broadcast_gap": broadcast_gap,
    "other_item": other_item,
}

CASE_RULES: dict[str, CaseRule] = {
    "claim_window": claim_window,
    "bundle": bundle,
    "against_official": against_official,
    "lowest_seen": lowest_seen,
    "lowest_before": lowest_before,
    "discount_lowest": discount_lowest,
    "discount_usual": discount_usual,
    "original_price": original_price,
    "usual_price": usual_price,
    "same_item": same_item,
    "raised_before": raised_before,
    "dropped_after": dropped_after,
}

DEFAULTS: dict[str, Parameters] = {
    **{name: rule.DEFAULTS for name, rule in RULES.items()},
    **{name: rule.DEFAULTS for name, rule in CASE_RULES.items()},
}


def findings(pair: Pair, given: Mapping[str, Mapping[str, object]]) -> tuple[Finding, ...]:
    """What every rule finds about a pair, in the order of the list. `given` maps a rule to the parameters that the
    dataset sets.
    """
    found = (rule.find(pair, parameters_of(rule.DEFAULTS, given.get(name))) for name, rule in RULES.items())
    return tuple(finding for finding in found if finding is not None)


def case_findings(case: Case, given: Mapping[str, Mapping[str, object]]) -> tuple[Finding, ...]:
    """What every rule finds about a case, in the order of the list."""
    found = (rule.find(case, parameters_of(rule.DEFAULTS, given.get(name))) for name, rule in CASE_RULES.items())
    return tuple(finding for finding in found if finding is not None)


__all__ = [
    "CASE_RULES", "DEFAULTS", "RULES", "Case", "Difference", "Finding", "Pair", "Prices", "Store", "case_findings",
    "findings",
]  # fmt: skip
