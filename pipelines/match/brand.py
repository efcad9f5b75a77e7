"""Brand names."""

from __future__ import annotations

from pipelines.match.evidence import Evidence, Points
from pipelines.match.record import Record
from pipelines.match.text import scripts


def look(promoted: Record, official: Record) -> Evidence | None:
    """Same when one name is in the other's brand or title; unknown across scripts (兰芷 against Lanzhi) without an
    alias.

    Some shop software writes the shop's own name into the brand field, so differing brands decide only
    when each stands in its own title, too.
    """
    if not promoted.brands and not official.brands:
        return None
    says, points_to = _compare(promoted, official)
    return Evidence(
        field="brand",
        promoted=promoted.article.brand or "",
        official=official.article.brand or "",
        says=says,
        points_to=points_to,
    )


def _compare(promoted: Record, official: Record) -> tuple[str, Points]:
    for one in promoted.brands:
        for other in official.brands:
            if one == other or f" {one} " in f" {other} " or f" {other} " in f" {one} ":
                return "the brand is the same", "nothing"
    if any(name in official.title for name in promoted.brands) or any(
        name in promoted.title for name in official.brands
    ):
        return "the brand of one page is in the title of the other", "nothing"
    if not promoted.brands or not official.brands:
        return "only one page states a brand", "nothing"
    one_script = [scripts(" ".join(side.brands)) for side in (promoted, official)]
    if not one_script[0] & one_script[1]:
        return "the brands are written in different scripts", "nothing"
    if not (_in_title(promoted) and _in_title(official)):
        return "the brand fields differ, but not both brands stand in their titles", "caution"
    return "the titles name different brands", "different"


def _in_title(record: Record) -> bool:
    return any(name in record.title for name in record.brands)
