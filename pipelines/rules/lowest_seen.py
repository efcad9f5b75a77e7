"""A claim of the lowest price anywhere (全网最低) against every shop that was seen with the same product.

Parameters: `hours` (default 24): how far apart in time two looks may be; `tolerance` (0.01); `enough_stores` (0): so
many shops must have been seen, none of them lower, for the answer "consistent"; 0 is never: a few shops are not the
net. "dearer": a shop asked less from everybody than any price that the promoted offer can have had, for the same
variant. Else cannot_tell, with how many of the known shops were seen.
Value: the promoted price divided by the lowest seen, minus one. Source: coverage stated beside a claim of superiority.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.case import Case, Store, asked, best_price, buyable, case_finding
from pipelines.rules.finding import Finding, Parameters, decimal_of, share_above
from pipelines.rules.time_gap import hours_between

DEFAULTS: dict[str, object] = {"hours": 24, "tolerance": Decimal("0.01"), "enough_stores": 0}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when no such price is claimed or nobody could buy it."""
    price = buyable(case.promoted)
    if case.said("lowest_anywhere") is None or price is None:
        return None
    best = best_price(case)
    hours, tolerance = decimal_of(parameters, "hours"), decimal_of(parameters, "tolerance")
    near = [
        store for store in case.stores if store.same == "same_variant" and store.told and _gap(case, store) <= hours
    ]
    lowest = min([store for store in near if store.sure] or near, key=_asked, default=None)
    pages = (case.promoted.page_id, *(store.article.page_id for store in near if store.article))
    widest = max((_gap(case, store) for store in near), default=Decimal(0))
    seen = f"{len(near)} of {len(case.stores)} other shops were seen with this variant and a price for anyone"
    seen += f", at most {widest} hours apart" if near else ""
    if lowest is None or lowest.article is None or lowest.article.price is None:
        return case_finding("lowest_seen", parameters, "cannot_tell", f"{seen}.", pages)
    amount = lowest.article.price
    both = f"the lowest of them asked {asked(case, amount)}, the promoted page {asked(case, price)}"
    value = share_above(price, amount)
    if best is not None and lowest.sure and amount < best * (1 - tolerance):
        return case_finding("lowest_seen", parameters, "dearer", f"{seen}; {both}.", pages, value)
    none_lower = all(store.answer in ("consistent", "cheaper") for store in near)
    enough = 0 < int(decimal_of(parameters, "enough_stores")) <= len(near) and none_lower
    words = "none of them asked less" if none_lower else "a coupon, promotion or promised price decides"
    text = f"{seen}; {both}: {words}, which says nothing of shops that were not seen."
    return case_finding("lowest_seen", parameters, "consistent" if enough else "cannot_tell", text, pages, value)


def _asked(store: Store) -> Decimal:
    return (store.article.price if store.article else None) or Decimal(0)


def _gap(case: Case, store: Store) -> Decimal:
    return hours_between(case.promoted.seen_at, store.article.seen_at if store.article else case.promoted.seen_at)
