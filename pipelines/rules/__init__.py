"""Price rules. ONE FILE A RULE: `find(pair, parameters)` gives a `Finding` or None; `DEFAULTS` lists its parameters.

A new rule is one file here, its line in `RULES`, and a table of examples in its test (docs/adding-a-rule.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.observation import parameters_of
from pipelines.rules import (
    availability,
    broadcast_gap,
    claimed_price,
    content_known,
    coupon_price,
    currency,
    gifts,
    list_price_claim,
    member_price,
    price_known,
    promised_spec,
    promotion_price,
    time_gap,
    unit_price,
)
from pipelines.rules.finding import Finding, Pair, Prices, Rule

RULES: dict[str, Rule] = {
    "price_known": price_known,
    "availability": availability,
    "currency": currency,
    "time_gap": time_gap,
    "content_known": content_known,
    "unit_price": unit_price,
    "coupon_price": coupon_price,
    "member_price": member_price,
    "promotion_price": promotion_price,
    "claimed_price": claimed_price,
    "promised_spec": promised_spec,
    "list_price_claim": list_price_claim,
    "gifts": gifts,
    "broadcast_gap": broadcast_gap,
}


def findings(pair: Pair, given: Mapping[str, Mapping[str, object]]) -> tuple[Finding, ...]:
    """What every rule finds about a pair, in the order of the list. `given` maps a rule to the parameters that the
    dataset sets.
    """
    found = (rule.find(pair, parameters_of(rule.DEFAULTS, given.get(name))) for name, rule in RULES.items())
    return tuple(finding for finding in found if finding is not None)


__all__ = ["RULES", "Finding", "Pair", "Prices", "findings"]
