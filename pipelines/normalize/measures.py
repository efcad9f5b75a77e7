"""The tokens of a quantity: measures, piece counts, multipliers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.normalize.numerals import parse_number, small_count
from pipelines.normalize.units import (
    BETWEEN,
    FACTORS,
    FLUID_OUNCE,
    PIECE,
    UNITS,
    BaseUnit,
    is_container,
    rank_of,
)

_NUMBER = r"(?:\d{1,6}(?:[.,]\d{1,4}){0,2}|\.\d{1,3})"
# "1/2 kg" is half a kilogram: the number below a fraction bar is no size of its own.
_ALONE = r"(?<![\dA-Za-z.])(?<!\d/)"
_HAN = "[一二两兩三四五六七八九十双雙單单]{1,3}"
# Behind a Latin word neither letter nor digit may follow; a Chinese one ends where it ends: 100抽40包.
_WORD_ENDS = r"(?![A-Za-z'])(?:(?<![A-Za-z])|(?![0-9]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`kind`: size (a measure in ml or g), pieces (N of a pack or piece), times (a bare multiplier).

    `rank` of pieces counts outward; `pack` says that the words name packs (装, pack of) even beside a measure;
    `leads` that the multiplier stands before what it multiplies.
    """

    kind: Literal["size", "pieces", "times"]
    value: Decimal
    unit: BaseUnit | None = None
    imperial: bool = False
    fluid: Decimal | None = None
    word: str = ""
    rank: int = 1
    pack: bool = False
    multiplied: bool = False
    leads: bool = False
    start: int
    end: int


_TOKEN = re.compile(
    rf"(?=[\d.*一二两兩三四五六七八九十双雙單单pbsclktzd])(?P<star>\*\s?)?(?:"
    rf"{_ALONE}(?P<size>{_NUMBER})\s?-?\s?(?P<unit>{UNITS})(?:(?=PET)|{_WORD_ENDS})"
    rf"|(?:(?:packs?|sets?|box|case|bundle|lot|paket|lote?|confezione|pièces)\s(?:of|à|von|de|da)|"
    rf"(?P<bare>pack|set|kit|combo|lot|zestaw)(?:\s(?:com|con|de|of))?)\s(?P<packof>\d{{1,3}})(?![\d.,]*\d|"
    rf"\s?-?\s?(?:{UNITS})(?![a-z])|\s?in\b|\s?[*x]\s?[\d\x00])(?(bare)(?=x?\s[^\W\d_]))|"
    rf"(?P<per>(?<![\d./A-Za-z])\d{{1,3}})\s?(?:/|per )\s?(?:case|carton|pack)(?![a-z])|"
    rf"(?P<er>(?<![\d.])\d{{1,3}})er[- ]?(?:pack|set)"
    rf"|(?P<lead>(?<![\d.A-Za-z])\d{{1,3}})\s?\*\s?(?=[\d.])(?={_NUMBER}\s?-?\s?(?:{UNITS}|{PIECE})(?![A-Za-z]))"
    rf"|(?P<pieces>(?<![\d.A-Za-z])(?:\d{{1,2}},\d{{3}}|\d{{1,5}})|"
    rf"{_HAN}(?=\s?(?:{PIECE})\s?(?:装|裝|入|套|组合|/))|(?<=\*){_HAN}|(?<=\*\s){_HAN}|"
    rf"[两兩三四五六](?=[瓶盒支罐包袋箱](?![\u4e00-\u9fff])))\s?-?\s?{BETWEEN}"
    rf"(?P<piece>{PIECE}|입){_WORD_ENDS}\s?(?P<pack>装|裝|入り?|套|组合|組|세트|입)?"
    rf"|(?<=[* ])(?P<times>(?<=\*)\d{{1,4}}|(?<=\*\s)\d{{1,4}})(?![\d.A-Za-z%])"
    rf"|(?P<pair>[双兩两](?=[支瓶盒只]装)|(?<![a-z])(?:twin|duo)[- ]?pack(?![a-z]))(?:[支瓶盒只]装)?"
    rf"|(?P<dozen>(?<![\d.A-Za-z])\d{{1,2}}\s)dozens?(?![a-z])"
    rf")",
    re.IGNORECASE,
)
_IN_CODE = re.compile(r"[A-Za-z0-9][-_/]$")
_BARE_FACTOR = re.compile(r"(?:^|[^\d.])[\d.]{1,6}\s?$")


def _size(match: re.Match[str]) -> Token | None:
    value, unsure = parse_number(match["size"])
    if value is None or value <= 0:
        return None
    if unsure and match["size"].count(".") == 1:
        # A net content of 1.000 ml is a German thousand, 1.250 kg an exact weight.
        value = Decimal(match["size"]) if match["unit"].lower() in ("kg", "l", "公斤", "千克", "升") else value
    if match["unit"] in "GLgl" and (
        (value < 7 and match["unit"] == "G")
        or _IN_CODE.search(match.string[max(0, match.start("size") - 2) : match.start("size")])
    ):
        # 6G is a network or a bus, and 811-59L an article number.
        return None
    name = match["unit"].lower()
    name = "fl oz" if name.startswith("fl") else name
    unit, factor, imperial = FACTORS[name]
    fluid = value * FLUID_OUNCE if name in ("oz", "ounce", "ounces") else None
    size = value * factor
    return Token(kind="size", value=size.quantize(Decimal("0.01")) if imperial else size, unit=unit, imperial=imperial,
                 fluid=fluid, multiplied=match["star"] is not None, start=match.start(), end=match.end())  # fmt: skip


_PAIRS = {"双": 2, "雙": 2, "单": 1, "單": 1}


def _pieces(match: re.Match[str]) -> Token | None:
    said = match["pieces"].replace(",", "")
    count = int(said) if said.isdecimal() else _PAIRS.get(said) or small_count(said)
    if count is None or (count == 0 and match["star"] is None):
        return None
    word = match["piece"]
    # Japanese tissues are counted in pairs of sheets (180組); a few 組 are sets.
    rank = 0 if word == "組" and count >= 50 else rank_of(word)
    return Token(kind="pieces", value=Decimal(count), word=word, rank=rank,
                 pack=match["pack"] is not None or is_container(word), multiplied=match["star"] is not None,
                 start=match.start(), end=match.end())  # fmt: skip


def _token(match: re.Match[str], last: int) -> Token | None:
    """The token of a match; `last` is where the token before ended."""
    start, end = match.span()
    if match["size"]:
        return _size(match)
    if match["pieces"]:
        return _pieces(match)
    if match["packof"] or match["er"] or match["per"]:
        packs = Decimal(match["packof"] or match["er"] or match["per"])
        return Token(kind="pieces", value=packs, rank=2, pack=True, start=start, end=end)
    if match["pair"]:
        return Token(kind="pieces", value=Decimal(2), pack=True, start=start, end=end)
    if match["dozen"]:
        return Token(kind="pieces", value=Decimal(match["dozen"]) * 12, rank=0, word="pcs", start=start, end=end)
    if match["lead"]:
        return Token(kind="times", value=Decimal(match["lead"]), multiplied=True, leads=True, start=start, end=end)
    sign = match.string.rfind("*", 0, match.start("times"))
    if sign > last and _BARE_FACTOR.search(match.string[max(last, sign - 8) : sign]):
        # 8.5 * 11 measures a sheet: neither number has a unit.
        return None
    return Token(kind="times", value=Decimal(match["times"]), multiplied=True, start=start, end=end)


def tokens_of(prepared: str) -> list[Token]:
    """All quantity tokens of a prepared text, left to right."""
    found: list[Token] = []
    for match in _TOKEN.finditer(prepared):
        token = _token(match, found[-1].end if found else 0)
        # 50ml*0 is no offer of one: the nothing is kept, so that the whole is refused.
        if token is not None and (token.value > 0 or token.multiplied):
            found.append(token)
    return found
