"""Were both pages seen close enough in time to compare their prices?

Parameters: `hours` (default 48): the longest time between the two observations.
Value: the hours between them. Source: shops change prices daily around shopping festivals; two days keeps a crawl of
one evening and its repetition together.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.observation import utc
from pipelines.rules.finding import Finding, Pair, Parameters, decimal_of, pages

DEFAULTS: dict[str, object] = {"hours": Decimal(48)}


def hours_between(one: str, other: str) -> Decimal:
    """Hours between two UTC ISO 8601 times, one decimal."""
    gap = abs(utc(one) - utc(other))
    return (Decimal(int(gap.total_seconds())) / 3600).quantize(Decimal("0.1"))


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """A note within the window, a stop beyond it."""
    gap, most = hours_between(pair.promoted.seen_at, pair.official.seen_at), decimal_of(parameters, "hours")
    beyond = gap > most
    said = f"The two pages were seen {gap} hours apart"
    text = f"{said}, more than the {most} hours within which prices are compared." if beyond else f"{said}."
    return Finding(
        rule="time_gap",
        answer="cannot_tell" if beyond else "consistent",
        text=text,
        role="stop" if beyond else "note",
        value=gap,
        parameters=parameters,
        page_ids=pages(pair),
    )
