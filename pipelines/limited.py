"""Prices that not everyone pays at once, beside the plain price of the same goods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pipelines.candidates import Candidate

_PRESALE = re.compile(r"预售|預售|pre-?(?:sale|order)", re.I)
_MOST_SAVED = 3
_FEWEST_PARTS = 3


def plain_beside_limited(shown: Sequence[Candidate], stated: set[Decimal]) -> Candidate | None:
    """The one plain price shown, where data states nothing but a shown members' or coupon price or an instalment.

    It is more than that price: at most three times a members' price, at least three instalments.
    """
    limits = [c for c in shown if c.fact.kind in ("member", "coupon", "instalment") and c.amount in stated]
    others = [c for c in shown if c.buyable and not c.before_tax]
    if len(stated) != 1 or not limits or len({c.amount for c in others}) != 1:
        return None
    times = others[0].amount / limits[0].amount
    fits = times >= _FEWEST_PARTS if limits[0].fact.kind == "instalment" else 1 < times <= _MOST_SAVED
    return others[0] if fits else None


def presale_total(candidates: Sequence[Candidate], picked: Sequence[Candidate]) -> Decimal | None:
    """What deposit and balance make together, where a picked presale price is another amount.

    A deposit may count double ("100 off for a deposit of 50"): then nobody pays the presale price itself.
    """
    presale = [c for c in picked if _PRESALE.search(f"{c.fact.label} {c.fact.text}")]
    deposits = {c.amount for c in candidates if c.fact.kind == "deposit" and "抵" not in c.fact.text}
    balances = {c.amount for c in candidates if c.fact.kind == "balance"}
    if not presale or len(deposits) != 1 or len(balances) != 1:
        return None
    total = deposits.pop() + balances.pop()
    return total if any(c.amount != total for c in presale) else None
