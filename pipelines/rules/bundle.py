"""Does a bundle or a gift hide what the thing itself costs?

Parameters: none. "differs": the promoted offer joins several pieces, sizes or gifts for one price. The sentence says
what one unit costs without gifts, or that it cannot be said. A bundle is no fault, its price is only hard to see.
Value: the price per 100 ml, 100 g or piece, gifts not counted.
Source: unit pricing as in Directive 98/6/EC, Article 2(b).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.normalize.quantity import unit_price
from pipelines.rules.case import Case, asked, buyable, case_finding
from pipelines.rules.finding import Finding, Parameters, contents

DEFAULTS: dict[str, object] = {}


def find(case: Case, parameters: Parameters) -> Finding | None:
    """None for a single thing without gifts, or when nobody could buy it."""
    quantity, price = case.promoted.quantity, buyable(case.promoted)
    pieces = len(quantity.parts) > 1 or any(part.count > 1 for part in quantity.parts)
    if price is None or not (pieces or quantity.gifts):
        return None
    bought, gifts = contents(quantity.parts) or "an amount not stated", contents(quantity.gifts)
    joined = f"{asked(case, price)} is for {bought}" + (f" with gifts {gifts}" if gifts else "")
    unit = unit_price(price, quantity)
    pages = (case.promoted.page_id,)
    if unit is None:
        return case_finding("bundle", parameters, "differs", f"{joined}; what one of them costs cannot be said.", pages)
    text = f"{joined}; without gifts that is {asked(case, unit[0])} per {unit[1]}."
    return case_finding("bundle", parameters, "differs", text, pages, unit[0].quantize(Decimal("0.01")))
