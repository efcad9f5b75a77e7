"""Can both be bought? A price beside "sold out" is no price that anyone can pay.

Parameters: none. Stops the comparison when a side is out of stock or discontinued. A pre-order or back-order can be
bought and is compared; a page that does not speak of stock is taken as buyable, because shops mark what is gone.
Source: the meaning of schema.org ItemAvailability SoldOut, OutOfStock, Discontinued.
"""

from __future__ import annotations

from pipelines.rules.finding import Finding, Pair, Parameters, money, pages

DEFAULTS: dict[str, object] = {}
_GONE = {"out_of_stock": "sold out", "discontinued": "no longer sold"}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when neither side is marked as gone."""
    gone = []
    for side, article in (("promoted", pair.promoted), ("official", pair.official)):
        if article.availability in _GONE:
            shown = f", the page still shows {money(article.price, article.currency)}" if article.price else ""
            gone.append(f"the {side} offer was {_GONE[article.availability]}{shown}")
    if not gone:
        return None
    text = f"Nobody could buy it at that price when the page was seen: {'; '.join(gone)}."
    return Finding(
        rule="availability", answer="cannot_tell", text=text, role="stop", parameters=parameters, page_ids=pages(pair)
    )
