"""Model and part numbers (MPN, 货号, WH-1000XM5)."""

from __future__ import annotations

import re

from pipelines.match.evidence import Evidence, Points
from pipelines.match.record import Record

_SHORTEST_PREFIX = 5


def look(promoted: Record, official: Record) -> Evidence | None:
    """A shared number is the same product. Two numbers of one pattern (xm4, xm5) are two products; of two patterns,
    unclear.

    Shops print their own article numbers too, so numbers of different patterns may name one product.
    """
    if not promoted.models or not official.models:
        return None
    says, points_to = _compare(promoted.models, official.models)
    return Evidence(
        field="model",
        promoted=", ".join(sorted(promoted.models)),
        official=", ".join(sorted(official.models)),
        says=says,
        points_to=points_to,
    )


def _compare(left: frozenset[str], right: frozenset[str]) -> tuple[str, Points]:
    if left & right:
        return "both name the same model number", "same_product"
    pairs = [(one, other) for one in left for other in right]
    if any(_extends(one, other) for one, other in pairs):
        return "one model number is the other with an ending", "same_product"
    if any(_pattern(one) == _pattern(other) for one, other in pairs):
        return "the model numbers are of one kind and differ", "different"
    return "each page has a number of its own kind", "nothing"


def _extends(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PREFIX and long.startswith(short) and not long[len(short)].isdigit()


def _pattern(token: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", token))
