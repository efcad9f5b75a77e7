"""Registration and filing numbers of cosmetics (国妆备进字, 粤G妆网备字 …)."""

from __future__ import annotations

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record


def look(promoted: Record, official: Record) -> Evidence | None:
    """The same number is the same registered formula, of any size. Different numbers may be two import routes of one
    product.
    """
    if not promoted.registrations or not official.registrations:
        return None
    same = bool(promoted.registrations & official.registrations)
    return Evidence(
        field="registration",
        promoted=", ".join(sorted(promoted.registrations)),
        official=", ".join(sorted(official.registrations)),
        says="both pages state the same registration number"
        if same
        else "the pages state different registration numbers",
        points_to="same_product" if same else "caution",
    )
