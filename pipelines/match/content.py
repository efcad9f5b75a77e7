"""Net content: size and count of what is bought. Gifts never count."""

from __future__ import annotations

from decimal import Decimal

from pipelines.match.evidence import Evidence, Points
from pipelines.match.record import Record
from pipelines.normalize.kinds import MEASURED
from pipelines.normalize.quantity import Part, Quantity, Unit

# 1.7 fl oz is printed on a 50 ml bottle though it is 50.3 ml.
ROUNDING = Decimal("0.02")
ONE_PIECE = Quantity(parts=(Part(size=Decimal(1), unit="pcs", count=1),))


def totals(quantity: Quantity) -> dict[Unit, Decimal]:
    """Everything bought, summed for each unit."""
    found: dict[Unit, Decimal] = {}
    for part in quantity.parts:
        found[part.unit] = found.get(part.unit, Decimal(0)) + part.size * part.count
    return found


def describe(quantity: Quantity) -> str:
    """`50 ml × 2 + 500 g`, for a reader; "not stated" when empty."""
    return " + ".join(_part(part) for part in quantity.parts) or "not stated"


def stated(quantity: Quantity) -> bool:
    """Whether a content is stated at all; "one piece" states nothing that an unmarked title does not."""
    return bool(quantity.parts) and quantity.parts != ONE_PIECE.parts


def look(promoted: Record, official: Record) -> Evidence | None:
    """Equal within rounding, another amount, or not comparable (one side silent, other units, several sizes in one
    offer).
    """
    left, right = promoted.article.quantity, official.article.quantity
    if not stated(left) and not stated(right):
        return None
    says, points_to = _compare(left, right)
    if points_to == "other_variant" and _measures_the_thing(promoted, official):
        says, points_to = "the sizes differ, and they measure the thing itself", "caution"
    if points_to == "caution" and _one_silent_unit(promoted, official):
        says, points_to = "only one page states how much is in it, one unit", "nothing"
    return Evidence(field="content", promoted=describe(left), official=describe(right), says=says, points_to=points_to)


def _compare(left: Quantity, right: Quantity) -> tuple[str, Points]:
    if not stated(left) or not stated(right):
        return "only one page states how much is in it", "caution"
    one, other = totals(left), totals(right)
    if one.keys() != other.keys():
        return "the contents are given in different units", "caution"
    if all(_equal(one[unit], other[unit]) for unit in one):
        return "the content is the same", "nothing"
    if _sizes(left) > 1 or _sizes(right) > 1:
        return "one offer combines several sizes, which may be several products", "caution"
    return "the content differs", "other_variant"


def _measures_the_thing(promoted: Record, official: Record) -> bool:
    liters = any(part.unit != "pcs" for part in promoted.article.quantity.parts)
    return liters and bool(MEASURED & {*promoted.kinds, *official.kinds})


def _one_silent_unit(promoted: Record, official: Record) -> bool:
    """An equal barcode number and one unit on the page that speaks: the other page leaves out what the number says."""
    sides = [side.article.quantity.parts for side in (promoted, official) if stated(side.article.quantity)]
    same_number = promoted.gtin is not None and promoted.gtin == official.gtin
    return same_number and len(sides) == 1 and len(sides[0]) == 1 and sides[0][0].count == 1


def _sizes(quantity: Quantity) -> int:
    return len({(part.unit, part.size) for part in quantity.parts})


def _equal(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= ROUNDING * max(one, other)


def _part(part: Part) -> str:
    size = format(part.size.normalize(), "f")
    unit = "pieces" if part.unit == "pcs" else part.unit
    return f"{size} {unit}" if part.count == 1 else f"{size} {unit} × {part.count}"
