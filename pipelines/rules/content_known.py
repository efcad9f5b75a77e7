"""Can the two contents be compared per unit?

Parameters: `compare_other_sizes` (default true): whether another net content of the same product may be compared per
unit. A smaller pack usually costs more per unit, so the sentence always names both contents.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.rules.finding import Finding, Pair, Parameters, comparable, contents, pages

DEFAULTS: dict[str, object] = {"compare_other_sizes": True}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None unless it is another variant; then a note for a comparable size, else a stop."""
    if pair.same != "other_variant":
        return None
    left = contents(pair.promoted.quantity.parts) or "not stated"
    right = contents(pair.official.quantity.parts) or "not stated"
    both = f"(promoted {left}, official {right})"
    possible = comparable(pair, Decimal(1), Decimal(1)) is not None
    if possible and parameters["compare_other_sizes"]:
        return Finding(
            rule="content_known",
            answer="differs",
            text=f"The content differs {both}, so the prices are compared per unit.",
            parameters=parameters,
            page_ids=pages(pair),
        )
    why = "comparing other sizes is switched off" if possible else "the two cannot be brought to one unit"
    return Finding(
        rule="content_known",
        answer="cannot_tell",
        text=f"It is not the same variant {both}, and {why}.",
        role="stop",
        parameters=parameters,
        page_ids=pages(pair),
    )
