"""Are both prices in one stated currency?

No price is compared by conversion: exchange rates and taxes would become part of the verdict. What the promoted price
is at the European Central Bank's reference rate stands beside, with rate and day.

Parameters: none.
"""

from __future__ import annotations

from datetime import date

from pipelines.normalize.exchange import convert
from pipelines.observation import Article
from pipelines.rules.finding import Finding, Pair, Parameters, money, pages

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
        text = f"The prices are in different currencies ({left} and {right}), so they are not compared."
        text += _beside(pair.promoted, right)
    return Finding(
        rule="currency", answer="cannot_tell", text=text, role="stop", parameters=parameters, page_ids=pages(pair)
    )


def _beside(promoted: Article, currency: str) -> str:
    if promoted.price is None or promoted.currency is None:
        return ""
    found = convert(promoted.price, promoted.currency, currency, date.fromisoformat(promoted.seen_at[:10]))
    if found is None:
        return ""
    seen, there = money(promoted.price, promoted.currency), money(found.amount, currency)
    return f" {seen} is {there} at the ECB reference rate {found.rate.normalize():f} of {found.rate_date}."
