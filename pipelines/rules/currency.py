"""Are both prices in one stated currency? Nothing is converted: exchange rates and taxes would become part of the
verdict.

Parameters: none.
"""

from __future__ import annotations

from pipelines.rules.finding import Finding, Pair, Parameters, pages

DEFAULTS: dict[str, object] = {}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when both currencies are stated and equal."""
    left, right = pair.promoted.currency, pair.official.currency
    if left is not None and left == right:
        return None
    if left is None or right is None:
        said = f"promoted {left or 'not stated'}, official {right or 'not stated'}"
        text = f"The currency is not stated on both pages ({said})."
    else:
        text = f"The prices are in different currencies ({left} and {right}); nothing is converted."
    return Finding(
        rule="currency", answer="cannot_tell", text=text, role="stop", parameters=parameters, page_ids=pages(pair)
    )
