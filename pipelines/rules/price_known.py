"""Does each page say what anyone pays for exactly this thing?

Parameters: none. Stops the comparison when a price is missing, a range, a "from" price or zero.
Source: a price that is not stated may not be guessed (docs/verdicts.md).
"""

from __future__ import annotations

from pipelines.rules.finding import Finding, Pair, Parameters, pages

DEFAULTS: dict[str, object] = {}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when both prices are known."""
    missing = [
        f"the {side} page: {article.no_price or 'the price is not above zero'}"
        for side, article in (("promoted", pair.promoted), ("official", pair.official))
        if article.price is None or article.price <= 0
    ]
    if not missing:
        return None
    text = f"No price can be compared, {'; '.join(missing)}."
    return Finding(
        rule="price_known", answer="cannot_tell", text=text, role="stop", parameters=parameters, page_ids=pages(pair)
    )
