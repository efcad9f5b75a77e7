"""What kind of thing it is, by words that only one kind of thing carries: 面膜 is no 洗发水."""

from __future__ import annotations

from pipelines.match.evidence import Evidence, Points


def compare(promoted: tuple[str, ...], official: tuple[str, ...]) -> Evidence | None:
    """Different when the titles name kinds of things and share none; caution when they end in another one."""
    if not promoted or not official:
        return None
    says: str
    points_to: Points
    if not set(promoted) & set(official):
        says, points_to = "the titles name different kinds of goods", "different"
    elif promoted[-1] == official[-1]:
        says, points_to = "the titles name the same kind of goods", "nothing"
    else:
        says, points_to = "the titles name several kinds of goods, not the same ones", "caution"
    return Evidence(
        field="kind", promoted=", ".join(promoted), official=", ".join(official), says=says, points_to=points_to
    )
