"""A claim about the official price (比官网便宜20元, 官方同价, 官方价5折) against every official offer named.

Parameters: `tolerance` (default 0.01), `hours` (24): how far apart two looks may be. "consistent": it holds against
every official offer that could be compared, with the price for anyone. "differs": it fails against each named official
offer, for the same variant, with the lowest price that the promoted offer can have had; a named offer that could not be
compared leaves it open, and so do two that disagree. For a counter (专柜) and for a share of the official price the
higher of official and official list price counts, because what a counter asks is on no page.
Value: none. Source: docs/verdicts.md, a claim that names its own base.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pipelines.normalize.claim_words import ClaimKind, Statement
from pipelines.rules.case import Case, Store, asked, best_price, buyable, case_finding
from pipelines.rules.finding import Finding, Parameters, Prices, decimal_of
from pipelines.rules.time_gap import hours_between

DEFAULTS: dict[str, object] = {"tolerance": Decimal("0.01"), "hours": 24}
_KINDS: tuple[ClaimKind, ...] = ("cheaper_than_official", "same_price", "official_discount")
_Holds = Callable[[Decimal, Decimal], bool]


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when nothing is claimed about the official price or nobody could buy it."""
    said = next((statement for kind in _KINDS if (statement := case.said(kind))), None)
    price = buyable(case.promoted)
    if said is None or price is None:
        return None
    best = best_price(case)
    official = [store for store in case.stores if store.official]
    told = [store for store in official if store.told and _near(case, store, decimal_of(parameters, "hours"))]
    pages = (case.promoted.page_id, *(store.article.page_id for store in told if store.article))
    seen = f"{len(told)} of {len(official)} official offers could be compared with the claim ({said.words})"
    if not told:
        return case_finding("against_official", parameters, "cannot_tell", f"{seen}.", pages)
    holds = _test(said, decimal_of(parameters, "tolerance"))
    kept = [store.answer != "conditional" and _kept(store, said, holds) for store in told]
    amounts = ", ".join(asked(case, store.article.price) for store in told if store.article and store.article.price)
    text = f"{seen}; they ask {amounts}, the promoted page {asked(case, price)}."
    # 20 yuan less says nothing on a page in dollars.
    one_money = not said.amount or case.one_money(said)
    if all(kept) and one_money:
        return case_finding("against_official", parameters, "consistent", text, pages)
    sure = (
        one_money
        and len(told) == len(official)
        and all(store.same == "same_variant" and store.sure for store in told)
        and best is not None
    )
    broken = sure and not any(holds(best or price, _base(store, said)) for store in told)
    return case_finding("against_official", parameters, "differs" if broken else "cannot_tell", text, pages)


def _near(case: Case, store: Store, hours: Decimal) -> bool:
    return store.article is not None and hours_between(case.promoted.seen_at, store.article.seen_at) <= hours


def _test(said: Statement, tolerance: Decimal) -> _Holds:
    """(promoted, official) → does the claim hold?"""
    if said.kind == "official_discount" and said.rate is not None:
        rate = said.rate
        return lambda promoted, official: promoted <= official * rate * (1 + tolerance)
    if said.kind == "same_price":
        return lambda promoted, official: promoted <= official * (1 + tolerance)
    if said.amount:
        least = said.amount
        return lambda promoted, official: official - promoted >= least - official * tolerance
    return lambda promoted, official: promoted < official


def _kept(store: Store, said: Statement, holds: _Holds) -> bool:
    prices: Prices | None = store.prices
    per_unit = prices is not None and prices.per != "offer"
    # 20 yuan less is said of what is sold, not of 100 ml.
    return prices is not None and not (per_unit and said.amount) and holds(prices.promoted, prices.official)


def _base(store: Store, said: Statement) -> Decimal:
    price = store.article.price if store.article and store.article.price else Decimal(0)
    listed = store.article.list_price if store.article and store.article.list_price else price
    return max(price, listed) if said.counter or said.kind == "official_discount" else price
