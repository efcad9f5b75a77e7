"""What readers of promotions are made of: numbers, pieces, shares, and the list that a reader enters itself into."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipelines.normalize.numerals import HAN_DIGITS, parse_number, small_count
from pipelines.normalize.rule import Rule

M = r"(?:[¥$€£]|rmb|rs\.?)?\s?(\d{1,9}(?:[.,]\d{1,9}){0,4})\s?(?:元|块|円|원|€|usd|eur)?"
N = rf"(\d{{1,3}}|[{HAN_DIGITS}]{{1,3}})"
PIECE = r"(?:件|个|個|瓶|盒|支|包|袋|罐|双|條|条|套|箱|桶|份|只|张|組|组|杯|点|點|개|本|枚|セット)"
WORD = r"[^\s,，;；。+!！¥\d]"
# 7ml*3, 小样5片: what a gift holds.
CONTENT = (
    r"\d{1,4}(?:\.\d{1,2})?\s?(?:ml|g\b|克|毫升|片|支|瓶|盒|包|袋|件|只|个|颗|粒|条|抽)"
    r"(?:\s?[*×xX]\s?\d{1,2}(?!\d))?"
)
TENTH = rf"(\d(?:\.\d{{1,2}})?|\d\d|[{HAN_DIGITS}]{{1,2}})"

Reader = Callable[[re.Match[str]], Rule | None]
READERS: list[tuple[frozenset[str], re.Pattern[str], Reader]] = []


def reader(needs: str, pattern: str) -> Callable[[Reader], Reader]:
    """`needs`: lower-case characters of which a text must hold one, else the pattern is not tried."""

    def keep(reader: Reader) -> Reader:
        READERS.append((frozenset(needs), re.compile(pattern, re.IGNORECASE), reader))
        return reader

    return keep


def money(text: str | None) -> Decimal | None:
    return None if text is None else parse_number(text)[0]


def tenths(text: str) -> Decimal | None:
    """8 → 0.8, 8.5 → 0.85, 85 → 0.85, 八五 → 0.85, 七 → 0.7."""
    if not text[0].isdigit():
        digits = [small_count(character) for character in text if character != "点"]
        if any(digit is None or digit > 9 for digit in digits):
            return None
        text = "".join(str(digit) for digit in digits)
    value = Decimal(text)
    value = value / 100 if value >= 10 else value / 10
    return value if 0 < value < 1 else None


def percent_off(text: str) -> Decimal | None:
    value = parse_number(text)[0]
    return None if value is None or not 0 < value < 100 else (100 - value) / 100
