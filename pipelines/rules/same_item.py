"""A claim that it is what the official store sells (专柜同款, "same as at the counter") against the official offers.

Parameters: none. "consistent": an official offer has the same number (barcode, model, registration) and is the same
variant. Else cannot_tell: titles that are alike do not show it, and another shade or size on the page
that the watchlist names may be the fault of the watchlist. That goods are genuine (正品) is on no page.
Value: none. Source: GS1 General Specifications, one number for one trade item.
"""

from __future__ import annotations

from pipelines.rules.case import Case, case_finding
from pipelines.rules.finding import Finding, Parameters

DEFAULTS: dict[str, object] = {}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None when nothing like it is claimed."""
    said = case.said("same_product")
    if said is None:
        return None
    official = [store for store in case.stores if store.official]
    sure = [store for store in official if store.same == "same_variant" and store.number and store.article]
    pages = (case.promoted.page_id, *(store.article.page_id for store in sure if store.article))
    if sure:
        stated = f"{len(sure)} of {len(official)} official offers state the same number for the same variant"
        text = f"{stated}; goods were not looked at."
        return case_finding("same_item", parameters, "consistent", text, pages)
    text = f"None of {len(official)} official offers states the same number for the same variant."
    return case_finding("same_item", parameters, "cannot_tell", text, pages)
