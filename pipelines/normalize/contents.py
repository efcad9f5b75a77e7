"""From quantity tokens to parts: packs multiplied, gifts apart, dual units merged, totals not counted twice."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from pipelines.normalize.blanks import prepare
from pipelines.normalize.gifts import Free, same_free, split_gifts
from pipelines.normalize.identity import shade_code
from pipelines.normalize.measures import Token, tokens_of
from pipelines.normalize.packs import nested, packs_of, without_total
from pipelines.normalize.parts import Part, Quantity
from pipelines.normalize.units import PIECE

# No title of a shop is longer; a description that is, states no quantity of the offer by itself.
_LONGEST = 2_000
# In grams or millilitres: sacks and canisters end at 50 kg; 200斤 in a title is the weight of a person.
_MOST = Decimal(50_000)
_MOST_COUNT = 10_000
# Rounded dual units differ by up to this share: 1.7 fl oz is 50.3 ml, 0.5 oz / 14 g.
_DUAL = Decimal("0.06")

# Without one of these a text counts nothing.
_NUMERAL = re.compile(r"[\d㎀-㏟半一二两兩三四五六七八九十双雙單单]|(?i:twin|duo|dozen)")
_JOIN = re.compile(r"\+|＋|、|&|；|;| and | und |和(?=\S{0,10}\d)|及(?=\S{0,10}\d)")
_SET = re.compile(r"[件支瓶]\s?套|sets?\b|セット|세트", re.IGNORECASE)
# 50g/袋 30袋, 2 oz each: the measure is said of one.
_EACH = re.compile(rf"\s?(?:each(?![a-z])|(?:/|per )\s?(?:{PIECE})(?![A-Za-z]))", re.IGNORECASE)
_OPTION = re.compile(r"\s?(?:/|或|or|\|)\s?")
_TOTAL_BEFORE = re.compile(
    r"(?:[共计計]|合[计計]|总[共计重量]{0,2}|總[共計重量]{0,2}|总净含量|"
    r"(?<![a-z])total(?:ing)?(?: of)?|총)\s?[:：约]?\s?$",
    re.IGNORECASE,
)
_SENT = re.compile(r"(?:到手|实发)[:：约]?\s?$")
_TOTAL_IN = re.compile(r"(?<=\d )total ", re.IGNORECASE)
_TOTAL_AFTER = re.compile(r"\s?(?:in )?total(?![a-z])", re.IGNORECASE)


def contents_of(text: str) -> Quantity:
    """Parts, gifts and shade of a title; see `read_quantity`."""
    if _NUMERAL.search(text, 0, _LONGEST) is None:
        return Quantity()
    prepared, free = same_free(prepare(text[:_LONGEST]))
    bought, given = split_gifts(prepared)
    parts = _with_free(_parts_of(bought), free, bought)
    gifts = [part for piece in given for part in _parts_of(piece)]
    return Quantity(parts=_plausible(parts), gifts=_plausible(gifts), shade=shade_code(text[:_LONGEST]))


def _plausible(parts: list[Part]) -> tuple[Part, ...]:
    """All parts, or none when one of them cannot be: what is left would be a wrong quantity."""
    fine = all(0 < p.size * p.count <= _MOST * 20 and 0 < p.size <= _MOST and 0 < p.count <= _MOST_COUNT for p in parts)
    return tuple(parts) if fine else ()


def _with_free(parts: list[Part], free: Free, text: str) -> list[Part]:
    if free.more:
        return [replace(parts[0], count=parts[0].count + free.more)] if len(parts) == 1 else parts
    if not free.free:
        return parts
    sent = free.bought + free.free
    if len(parts) == 1 and parts[0].count in (free.bought, sent) and parts[0].count > 1:
        # 170g*6罐 买6送1: those that are bought are said already.
        return [replace(parts[0], count=sent)]
    if len(parts) == 1 and parts[0].unit == "pcs" and parts[0].size in (free.bought, sent):
        named = re.search(rf"(?<!\d){parts[0].size}\s?[支瓶盒罐袋包桶提箱件]", text)
        if named is not None and parts[0].count == 1:
            return [replace(parts[0], size=Decimal(sent))]
    return [replace(part, count=part.count * sent) for part in parts]


def _parts_of(text: str) -> list[Part]:
    """The parts that a text without gifts states."""
    items: list[list[Token]] = [[]]
    last = 0
    tokens, total = _total_apart(text, tokens_of(text))
    for token in tokens:
        if items[-1] and _JOIN.search(text[last : token.start]):
            items.append([])
        items[-1].append(token)
        last = token.end
    several = len([item for item in items if any(token.kind == "size" for token in item)]) > 1
    if several:
        # 50ml+30ml 2件套: the count of the set is the number of its parts.
        items = [[token for token in item if not _SET.search(text[token.start : token.end])] for item in items]
    parts: list[Part] = []
    for item in items:
        parts += _item(text, item, several=several)
    return _shared_out(parts, tokens, total)


def _total_apart(text: str, tokens: list[Token]) -> tuple[list[Token], Token | None]:
    """The tokens without the one that is said to be the total of the others, and that one."""
    if len(tokens) < 2:
        return tokens, None
    counts = sum(token.kind != "size" for token in tokens)
    for index, token in enumerate(tokens):
        # 30ml 共2瓶, 6片/盒 共3盒: a count that stands alone or counts what lies outside is no total of counts.
        outside = any(other.kind == "pieces" and other.rank < token.rank for other in tokens)
        if token.kind == "times" or (token.kind == "pieces" and (counts < 2 or outside)):
            continue
        before = text[max(0, token.start - 12) : token.start]
        said = _TOTAL_BEFORE.search(before) or _TOTAL_AFTER.match(text, token.end)
        if said or _TOTAL_IN.search(text, token.start, token.end) or (token.kind == "size" and _SENT.search(before)):
            return tokens[:index] + tokens[index + 1 :], token
    return tokens, None


def _shared_out(parts: list[Part], tokens: list[Token], total: Token | None) -> list[Part]:
    """5袋 共500g is 100 g in each of five bags; a total beside measures says nothing new."""
    if total is None or len(parts) != 1:
        return parts
    if parts[0].unit == total.unit and parts[0].count == 1 and total.value % parts[0].size == 0:
        # 30ml 到手60ml: two are sent.
        return [replace(parts[0], count=max(1, int(total.value / parts[0].size)))]
    if parts[0].unit != "pcs" or any(token.kind == "size" for token in tokens):
        return parts
    packs = parts[0].size * parts[0].count
    inner = total.kind == "size" or (total.rank < min((token.rank for token in tokens), default=0))
    if not inner or not 0 < packs <= _MOST_COUNT or total.value % packs:
        return parts
    return [Part(size=total.value / packs, unit=total.unit or "pcs", count=int(packs))]


def _item(text: str, tokens: list[Token], *, several: bool) -> list[Part]:
    if not tokens:
        return []
    tokens = _one_unit(tokens)
    sizes = [token for token in tokens if token.kind == "size"]
    if not sizes:
        return nested(text, tokens)
    if _alternatives(text, tokens):
        return []
    if len(sizes) == 1:
        each = _EACH.match(text, sizes[0].end)
        if each is not None and len(tokens) == 1 and "each" in each.group().lower():
            # 16.9 fl oz each: how many there are is not said.
            return []
        if each is not None:
            tokens = [replace(token, pack=True) for token in tokens]
            sizes = [token for token in tokens if token.kind == "size"]
        packs = packs_of(without_total(tokens), sizes[0], loose=not several)
        return [Part(size=sizes[0].value, unit=sizes[0].unit or "g", count=packs)]
    parts: list[Part] = []
    for index, token in enumerate(tokens):
        if token.kind != "size":
            continue
        near = [token]
        if index and tokens[index - 1].leads:
            near.insert(0, tokens[index - 1])
        for following in tokens[index + 1 :]:
            joined = following.multiplied or text[near[-1].end : following.start] in ("/", "")
            if following.kind == "size" or following.leads or not joined:
                break
            near.append(following)
        parts.append(Part(size=token.value, unit=token.unit or "g", count=packs_of(near, token, loose=False)))
    return _without_totals(parts)


def _one_unit(tokens: list[Token]) -> list[Token]:
    """Drop a measure in ounces or pounds that repeats a metric one."""
    metric = [token for token in tokens if token.kind == "size" and not token.imperial]

    def repeats(token: Token) -> bool:
        for other in metric:
            for value in (
                token.value if token.unit == other.unit else None,
                token.fluid if other.unit == "ml" else None,
            ):
                if value is not None and abs(value - other.value) <= _DUAL * other.value:
                    return True
        return False

    return [token for token in tokens if not (token.kind == "size" and token.imperial and repeats(token))]


def _alternatives(text: str, tokens: list[Token]) -> bool:
    """30ml/50ml: a choice, not both."""
    for one, two in pairwise(tokens):
        same_unit = one.kind == two.kind == "size" and one.unit == two.unit
        if same_unit and one.value != two.value and _OPTION.fullmatch(text[one.end : two.start]):
            return True
    return False


def _without_totals(parts: list[Part]) -> list[Part]:
    """500g(250g*2): the total is not bought again; 30g*10 300g*2: it is one level of the packs; a measure said twice
    is one.
    """
    packs = {(part.size * part.count, part.unit): part for part in parts if part.count > 1}
    kept: list[Part] = []
    outer = 1
    for part in parts:
        if (part.size, part.unit) in packs and packs[part.size, part.unit] is not part:
            outer *= part.count
            continue
        again = any(part.size == o.size and part.unit == o.unit and o is not part and o.count > 1 for o in parts)
        if part.count == 1 and (again or any(part.size == o.size and part.unit == o.unit for o in kept)):
            continue
        kept.append(part)
    return [replace(part, count=part.count * outer) for part in kept] if len(kept) == 1 else kept
