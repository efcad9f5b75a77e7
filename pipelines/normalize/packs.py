"""How often a measure is bought, and pieces nested in packs: `5片*4盒`, `250ml*12盒*2箱`, `12 Count (Pack of 3)`."""

from __future__ import annotations

import re
from decimal import Decimal
from math import prod

from pipelines.normalize.measures import Token
from pipelines.normalize.parts import Part
from pipelines.normalize.units import said_of_each

_PER = re.compile(r"\s?(?:/|per |each |every |in each |毎)\s?[^\W\d]", re.IGNORECASE)


def without_total(tokens: list[Token]) -> list[Token]:
    """共10片(5片×2), 48本(24本×2ケース): a count that is the product of the others is not one more level."""
    counts = [token for token in tokens if token.kind != "size"]
    if len(counts) < 3:
        return tokens
    values = sorted((int(token.value) for token in counts), reverse=True)
    total = next((token for token in counts if token.kind == "pieces" and int(token.value) == values[0]), None)
    if total is None or values[0] <= 1 or values[0] != prod(values[1:]):
        return tokens
    return [token for token in tokens if token is not total]


def packs_of(tokens: list[Token], size: Token, *, loose: bool) -> int:
    """Packs of one measure; counts that no sign multiplies only when `loose` and the words name packs."""
    signed = prod(int(token.value) for token in tokens if token is not size and token.multiplied)
    count, seen = 1, set()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token is size:
            continue
        near = token.multiplied or (
            before is size and before.end == token.start and _of_each(size, token, touching=True)
        )
        near = near or (token is not tokens[-1] and size.multiplied and tokens[tokens.index(token) + 1] is size)
        if not near and not (loose and _of_each(size, token, touching=False)):
            continue
        if not near and signed > 1 and int(token.value) == signed:
            # 2er-Pack (2 x 150 ml): the pack said twice.
            continue
        key = (token.value, token.rank)
        if key in seen and not token.multiplied:
            continue
        seen.add(key)
        count *= int(token.value)
    return count


def _of_each(size: Token, token: Token, *, touching: bool) -> bool:
    if token.pack:
        return True
    return said_of_each(size.value, size.unit or "g", int(token.value), token.word) or (touching and token.word == "")


def nested(text: str, tokens: list[Token]) -> list[Part]:
    """Pieces in packs: the innermost is the size, everything around it multiplies."""
    named = [token for token in tokens if token.kind == "pieces"]
    times = [token for token in tokens if token.kind == "times"]
    if not named:
        product = prod(int(token.value) for token in times)
        # 口红*2 counts things; the 4*16 of a memory kit does not.
        counted = times and times[0].start > 0 and "\u4e00" <= text[times[0].start - 1] <= "\u9fff"
        return [Part(size=Decimal(product), unit="pcs")] if counted and product <= 100 else []
    left = without_total(tokens)
    named = [token for token in named if token in left]
    # 24 Pads, 100 Sheets/Pad: what is said per pack lies inside it.
    inner = min(named, key=lambda token: (token.rank, _PER.match(text, token.end) is None))
    count, seen = 1, {(inner.value, inner.rank)}
    for token in named + times:
        key = (token.value, token.rank)
        if token is inner or (key in seen and not token.multiplied):
            continue
        seen.add(key)
        count *= int(token.value)
    return [Part(size=inner.value, unit="pcs", count=count)]
