"""What was promised (the watchlist's spec) against what the promoted page offers.

Parameters: none. Compares content and gifts; "differs" when the page offers another amount. Value: none.
"""

from __future__ import annotations

from pipelines.normalize.quantity import read_quantity
from pipelines.observation import FindingAnswer
from pipelines.rules.finding import Finding, Pair, Parameters, contents, same_content, totals

DEFAULTS: dict[str, object] = {}


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when nothing readable was promised."""
    promised, page = read_quantity(pair.promise.spec), pair.promoted.quantity
    if not totals(promised):
        return None
    gifts = [contents(side.gifts) for side in (promised, page)]
    both = f"Promised {_offer(contents(promised.parts), gifts[0])}, the promoted page offers"
    if not totals(page):
        return _finding(pair, parameters, "cannot_tell", f"{both} an amount that it does not state.")
    same = same_content(promised, page) and (not gifts[0] or gifts[0] == gifts[1])
    text = f"{both} {_offer(contents(page.parts), gifts[1])}."
    return _finding(pair, parameters, "consistent" if same else "differs", text)


def _offer(bought: str, gifts: str) -> str:
    return f"{bought} with gifts {gifts}" if gifts else bought


def _finding(pair: Pair, parameters: Parameters, answer: FindingAnswer, text: str) -> Finding:
    return Finding(
        rule="promised_spec",
        answer=answer,
        text=text,
        parameters=parameters,
        page_ids=(pair.promoted.page_id,),
    )
