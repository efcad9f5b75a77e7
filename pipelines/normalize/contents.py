"""From quantity tokens to parts: packs multiplied, gifts apart, dual units merged, totals not counted twice."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from math import prod

from pipelines.normalize.identity import shade_code
from pipelines.normalize.measures import Token, prepare, tokens_of
from pipelines.normalize.numerals import small_count
from pipelines.normalize.parts import Part, Quantity

# No title of a shop is longer; a description that is, states no quantity of the offer by itself.
_LONGEST = 2_000
# In grams or millilitres: sacks and canisters end at 50 kg; 200斤 in a title is the weight of a person.
_MOST = Decimal(50_000)
_MOST_COUNT = 10_000
# Rounded dual units differ by up to this share: 1.7 fl oz is 50.3 ml, 0.5 oz / 14 g.
_DUAL = Decimal("0.06")

_GIFT = re.compile(
    r"[\[(【（]\s?(?:加|附|另|再|内)?[赠贈送](?P<inside>[^\])】）]{1,200})[\])】）]|"
    r"(?:加|附|另|再|额外|下单|拍下|并|内)?(?:[赠贈](?!言)|送(?!礼|给|女|男|妈|爸|父|母|人|朋友|老师|长辈|老婆|"
    r"老公|闺蜜|货|到|达)|买即送|"
    r"(?<![a-z])free gifts?|(?<![a-z])plus free|\+ ?gift|おまけ|증정|사은품)(?P<rest>.*)"
)
# One more of the same: 75 ml + 1 offert.
_EXTRA = re.compile(r"\+\s?(\d)\s(?:offerte?s?|gratis|gratuite?s?|free|zdarma)(?![\w-])", re.IGNORECASE)
# The gift comes before its word: 50ml + 10ml 증정, 5kg + 1kg free.
_GIVEN = re.compile(
    r"\+(?P<inside>[^+]{1,40}?)\s?(?:증정|(?<=\s)(?:free(?! of)|gratis|gratuits?|offerts?|zdarma)(?![a-z-]))(?P<rest>)",
    re.IGNORECASE,
)
_BUY_GET = re.compile(
    r"(?:买|買|拍|buy\s)\s?(?P<n>\d|[一二两三四五])\s?[件瓶支盒包袋]?\s?(?:送|赠|贈|,?\s?get\s)\s?(?P<m>\d|"
    r"[一二两三四五])(?![\d.]|"
    r"\s?(?:ml|g\b|克|毫升|片|粒|抽|[*]))\s?(?:(?<=\s)free|[件瓶支盒包袋套]|同款|"
    r"正装)?(?P<what>(?<!\s)(?=[\u4e00-\u9fff]).{1,2}|)"
    r"|(?:拍|买|買)\s?\d\s?[件瓶支盒包袋]?\s?发\s?(?P<sent>\d)\s?[件瓶支盒包袋套]?(?!\d)"
    r"|(?<![a-z])(?:leve|lleva|take|prenez)\s(?P<taken>\d)\s?,?\s?(?:e |y |and )?(?:pague|paga|pay|payez)\s\d(?!\d)"
    r"|(?<![\d.])(?P<kn>\d)\s?\+\s?(?P<km>\d)(?=\s?(?:행사|증정|$|\s|】|\]|\)))",
    re.IGNORECASE,
)
# 买 拍 buy leve take prenez 1+1
_BUY_GET_NEEDS = frozenset("买買拍bBlLtTpP+")
_SAME_THING = re.compile(r"(?:装|裝|同款|正装|本品|实发|共|到手|组合|发|免费|限时|活动|包邮|超值|优惠)")
_JOIN = re.compile(r"\+|＋|、|&|；|;| and | und |和(?=\S{0,10}\d)|及(?=\S{0,10}\d)")
_SET = re.compile(r"[件支瓶]\s?套|sets?\b|セット|세트", re.IGNORECASE)
_OPTION = re.compile(r"\s?(?:/|或|or|\|)\s?")


def contents_of(text: str) -> Quantity:
    """Parts, gifts and shade of a title; see `read_quantity`."""
    if not text or not text.strip():
        return Quantity()
    prepared = prepare(text[:_LONGEST])
    free = 1
    bogo = None if _BUY_GET_NEEDS.isdisjoint(prepared) else _BUY_GET.search(prepared)
    if bogo is not None:
        sent = bogo["sent"] or bogo["taken"]
        n, m = (0, int(sent)) if sent else (small_count(bogo["n"] or bogo["kn"]), small_count(bogo["m"] or bogo["km"]))
        same = not bogo["what"] or _SAME_THING.match(bogo["what"]) is not None
        free = n + m if n is not None and m and same else 1
        prepared = prepared[: bogo.start()] + " " * (bogo.end() - bogo.start()) + prepared[bogo.end() :]
    extra = _EXTRA.search(prepared) if "+" in prepared else None
    if extra is not None:
        prepared = prepared[: extra.start()] + " " * len(extra.group()) + prepared[extra.end() :]
    bought, given = _split_gifts(prepared)
    parts = _parts_of(bought)
    if extra is not None and len(parts) == 1:
        parts = [Part(size=parts[0].size, unit=parts[0].unit, count=parts[0].count + int(extra[1]))]
    if free > 1:
        parts = [Part(size=p.size, unit=p.unit, count=p.count * free) for p in parts]
    gifts = [part for piece in given for part in _parts_of(piece)]
    return Quantity(parts=_plausible(parts), gifts=_plausible(gifts), shade=shade_code(text[:_LONGEST]))


def _plausible(parts: list[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if 0 < part.size <= _MOST and 0 < part.count <= _MOST_COUNT)


def _split_gifts(text: str) -> tuple[str, list[str]]:
    """The text without its gifts, and each gift's text."""
    given: list[str] = []

    def take(match: re.Match[str]) -> str:
        inside, rest = match["inside"], match["rest"]
        if inside is not None:
            given.append(inside)
            return " "
        if not tokens_of(rest[:60]):
            return match.group()
        given.append(rest)
        return " "

    if "+" in text:
        text = _GIVEN.sub(take, text)
    bought = _GIFT.sub(take, text)
    return bought, given


def _parts_of(text: str) -> list[Part]:
    """The parts that a text without gifts states."""
    items: list[list[Token]] = [[]]
    last = 0
    tokens = tokens_of(text)
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
    return parts


def _item(text: str, tokens: list[Token], *, several: bool) -> list[Part]:
    if not tokens:
        return []
    tokens = _one_unit(tokens)
    sizes = [token for token in tokens if token.kind == "size"]
    if not sizes:
        return _nested(text, tokens)
    if _alternatives(text, tokens):
        return []
    if len(sizes) == 1:
        return [Part(size=sizes[0].value, unit=sizes[0].unit or "g", count=_product(tokens, loose=not several))]
    parts: list[Part] = []
    for index, token in enumerate(tokens):
        if token.kind != "size":
            continue
        near = [token]
        if index and tokens[index - 1].kind == "times" and tokens[index - 1].end >= token.start - 1:
            near.insert(0, tokens[index - 1])
        for following in tokens[index + 1 :]:
            if following.kind == "size" or not (
                following.multiplied or text[near[-1].end : following.start] in ("/", "")
            ):
                break
            near.append(following)
        parts.append(Part(size=token.value, unit=token.unit or "g", count=_product(near, loose=False)))
    return _without_totals(parts)


def _product(tokens: list[Token], *, loose: bool) -> int:
    """Packs of one measure; counts that no sign multiplies only when `loose` and the words name packs."""
    signed = 1
    for token in tokens:
        signed *= int(token.value) if token.kind != "size" and token.multiplied else 1
    count, seen = 1, set()
    for before, token, following in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.kind == "size":
            continue
        leads = following is not None and following.kind == "size" and following.multiplied
        near = token.multiplied or (before is not None and before.kind == "size" and before.end == token.start)
        near = near or leads
        if not near and not (loose and token.pack):
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
    """500g(250g*2): the total is not bought again; the same measure said twice is one."""
    totals = {(part.size * part.count, part.unit) for part in parts if part.count > 1}
    kept: list[Part] = []
    for part in parts:
        if part.count == 1 and (part.size, part.unit) in totals:
            continue
        if part.count == 1 and any(part.size == other.size and part.unit == other.unit for other in kept):
            continue
        kept.append(part)
    return kept


def _nested(text: str, tokens: list[Token]) -> list[Part]:
    """Pieces in packs: the innermost is the size, everything around it multiplies."""
    named = [token for token in tokens if token.kind == "pieces"]
    times = [token for token in tokens if token.kind == "times"]
    if not named:
        product = 1
        for token in times:
            product *= int(token.value)
        # 口红*2 counts things; the 4*16 of a memory kit does not.
        counted = times and times[0].start > 0 and "\u4e00" <= text[times[0].start - 1] <= "\u9fff"
        return [Part(size=Decimal(product), unit="pcs")] if counted and product <= 100 else []
    if len(tokens) > 2:
        # 共10片(5片×2): the total is not one more level.
        values = sorted((int(token.value) for token in tokens), reverse=True)
        total = next((token for token in named if int(token.value) == values[0]), None)
        if values[0] > 1 and values[0] == prod(values[1:]) and total is not None:
            named.remove(total)
    inner = min(named, key=lambda token: token.rank)
    count, seen = 1, {(inner.value, inner.rank)}
    for token in named + times:
        key = (token.value, token.rank)
        if token is inner or (key in seen and not token.multiplied):
            continue
        seen.add(key)
        count *= int(token.value)
    return [Part(size=inner.value, unit="pcs", count=count)]
