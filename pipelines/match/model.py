"""Model and part numbers (MPN, 货号, WH-1000XM5)."""

from __future__ import annotations

import re

from pipelines.match.evidence import Evidence, Points
from pipelines.match.record import Record

_SHORTEST = 5
# 3.4GHz, 240-pin, 10/100Mbps: a measure that many products share.
_MEASURE = re.compile(
    r"(?:\d+x)?\d+(?:ghz|mhz|hz|pin|port|core|bit|inch|mbps|gbps|rpm|mah|wh|mp|dpi|nm|lm|fps|mm|cm|mb|gb|tb|bk)|"
    r"ddr\d\w?|pc\d+|usb\d+|sata\d*|\d+th|[1-9]\d?in1"
)


def look(promoted: Record, official: Record) -> Evidence | None:
    """A shared number is the same product, two numbers of one pattern (xm4, xm5) are two; the rest is not decided.

    Shops print their own article numbers too, so numbers of different patterns may name one product, and a number that
    goes on where the other ends (nv1000, nv1000bl) may be its colour or another model.
    """
    left, right = _models(promoted), _models(official)
    if not left and not right:
        return None
    says, points_to = _compare(left, right, promoted, official)
    return Evidence(
        field="model",
        promoted=", ".join(sorted(left)),
        official=", ".join(sorted(right)),
        says=says,
        points_to=points_to,
    )


def _models(record: Record) -> frozenset[str]:
    return frozenset(token for token in record.models if len(token) >= _SHORTEST and not _MEASURE.fullmatch(token))


def _compare(left: frozenset[str], right: frozenset[str], promoted: Record, official: Record) -> tuple[str, Points]:
    if not left or not right:
        # The part-number field of one page says nothing about a title of the other; a number in a title does.
        in_title = any(token in _plain(side.title) for side in (promoted, official) for token in left | right)
        return "only one page states a model number", "caution" if in_title else "nothing"
    one, other = left - right, right - left
    clash = any(_pattern(mine) == _pattern(its) for mine in one for its in other)
    if left & right:
        if clash:
            return "the pages share one model number and differ in another", "caution"
        return "both name the same model number", "same_product"
    if any(mine.startswith(its) or its.startswith(mine) for mine in one for its in other):
        return "one model number goes on where the other ends", "caution"
    if clash:
        return "the model numbers are of one kind and differ", "different"
    return "each page has a model number of its own kind", "caution"


def _pattern(token: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", token))


def _plain(text: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", text)
