"""Trade item numbers. Equal GTIN-14: the same trade item. Different ones: another item, or another pack of the same."""

from __future__ import annotations

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record


def look(promoted: Record, official: Record) -> Evidence | None:
    """Source: GS1 General Specifications, GTIN allocation: content, variant and pack level each have their own
    number.
    """
    if promoted.gtin is None or official.gtin is None:
        return None
    same = promoted.gtin == official.gtin
    return Evidence(
        field="gtin",
        promoted=promoted.gtin,
        official=official.gtin,
        says="both pages state the same barcode number" if same else "the pages state different barcode numbers",
        points_to="same_variant" if same else "caution",
    )
