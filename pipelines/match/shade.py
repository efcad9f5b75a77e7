"""Shade and colour."""

from __future__ import annotations

from pipelines.match.evidence import Evidence, Points
from pipelines.match.record import Record
from pipelines.match.text import fold, scripts, words


def look(promoted: Record, official: Record) -> Evidence | None:
    """Both state a shade: equal, different, or not comparable (a code against a name, two scripts)."""
    left, right = promoted.article.shade, official.article.shade
    if not left and not right:
        return None
    if not left or not right:
        return _evidence(left, right, "only one page states a shade", "nothing")
    one, other = set(words(fold(left))), set(words(fold(right)))
    if one == other or (one and other and (one <= other or other <= one)):
        return _evidence(left, right, "the shade is the same", "nothing")
    if _comparable(left, right):
        return _evidence(left, right, "the shades differ", "different")
    return _evidence(left, right, "the shades are written in different ways", "caution")


def _comparable(left: str, right: str) -> bool:
    codes = [any(char.isdigit() for char in side) for side in (left, right)]
    if all(codes):
        return True
    return not any(codes) and bool(scripts(fold(left)) & scripts(fold(right)))


def _evidence(left: str | None, right: str | None, says: str, points_to: Points) -> Evidence:
    return Evidence(field="shade", promoted=left or "", official=right or "", says=says, points_to=points_to)
