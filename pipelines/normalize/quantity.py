"""What is bought, what comes free, and in which shade: `50ml*2 赠7ml*3`, `5片*4盒`, `Pack of 2, 1.7 Fl Oz (50 ml)`."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from pipelines.normalize.contents import contents_of
from pipelines.normalize.parts import Part, Quantity, Unit

__all__ = ["Part", "Quantity", "Unit", "quantity_of_text_json", "read_quantity", "unit_price"]


# A title stands in several places of a page, and a specification on many pages.
_LONGEST_KEPT = 120
kept_quantities = lru_cache(maxsize=4096)(contents_of)


def read_quantity(text: str) -> Quantity:
    """Read the quantities that a title or specification states; empty parts when it states none.

    "Buy N get M free" of the same thing counts as N + M bought. Alternatives (`30ml/50ml`) are no quantity.
    Measures that are no content (SPF50+, 2-in-1, 0.5 %, 30cm, 1000mg, 3.5g蛋白, 2024新款) are left alone.
    """
    return kept_quantities(text) if len(text) <= _LONGEST_KEPT else contents_of(text)


_PER: dict[Unit, tuple[Decimal, str]] = {
    "ml": (Decimal(100), "100 ml"),
    "g": (Decimal(100), "100 g"),
    "pcs": (Decimal(1), "piece"),
}


_NO_PRICE = Decimal(10) ** 15


def unit_price(amount: Decimal, quantity: Quantity) -> tuple[Decimal, str] | None:
    """Price per "100 ml", "100 g" or "piece", to four decimals; gifts never lower it.

    None when there are no parts, when they differ in unit or are nothing, and when the amount is no price.
    """
    if not amount.is_finite() or not 0 <= amount < _NO_PRICE:
        return None
    units = {part.unit for part in quantity.parts}
    if len(units) != 1:
        return None
    unit = units.pop()
    total = sum((part.size * part.count for part in quantity.parts), Decimal(0))
    if total <= 0:
        return None
    base, name = _PER[unit]
    return (amount * base / total).quantize(Decimal("0.0001")), name


def quantity_of_text_json(text: str, quantity: Quantity) -> dict[str, Any]:
    """`{text, parts: [{size, unit, count}], gifts: […], shade}`; sizes as decimal strings."""

    def rows(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
        return [{"size": format(part.size.normalize(), "f"), "unit": part.unit, "count": part.count} for part in parts]

    return {"text": text, "parts": rows(quantity.parts), "gifts": rows(quantity.gifts), "shade": quantity.shade}
