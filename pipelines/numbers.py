"""Ratings and counts as pages write them: "4.8 out of 5", "4,5", "1万+", "(1,333)", "12k", "已售2万+", "300 sold"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from pipelines.items import Issue

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_OUT_OF = re.compile(r"(?:/|out of|of|von|sur|de|满分)\s*(5|10|100)\b", re.I)
_COUNT = re.compile(r"(\d{1,3}(?:[,.\s'\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)\s*(万|萬|w\b|千|k\b|亿|m\b)?", re.I)
_TIMES = {"万": 10_000, "萬": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "亿": 100_000_000, "m": 1_000_000}
_FIVE = Decimal(5)
_STARS = {str(stars): Decimal(stars) for stars in range(6)}
_MOST = 2_000_000_000
_NUMBER_SAID = r"\d{1,3}(?:,\d{3}){1,3}|\d{1,9}(?:\.\d{1,2})?"
_SOLD = re.compile(
    rf"(?:已售|已售出|累计售|累计销量|总销量|月销量|月销|销量|售出|热销|已拼)\s?[:：]?\s?(?:超过?|约)?\s?"
    rf"(?P<after>{_NUMBER_SAID})\s?(?P<unit>万|w|千|k)?\s?(?P<more>\+|多)?|"
    rf"(?<![\d.,])(?P<before>{_NUMBER_SAID})\s?(?P<times>万|w|千|k)?\s?(?P<plus>\+|多)?\s?(?:件|人|单)?\s?"
    rf"(?:已售(?![罄完空])|付款|已付款|收货|已买|已拼|sold\b(?![\s-]*out))",
    re.I,
)


class Sold(NamedTuple):
    """How many a page says were sold, in its words; `rounded` when it says so many and more."""

    number: int
    said: str
    rounded: bool


def read_sold(text: str) -> Sold | None:
    """The first count of sales in a text (已售1.2万+, 月销2000, 300人付款, "1,204 sold"); None without one."""
    found = _SOLD.search(text)
    if found is None:
        return None
    digits, unit = found["after"] or found["before"], (found["unit"] or found["times"] or "").lower()
    count = int(Decimal(digits.replace(",", "")) * _TIMES.get(unit, 1))
    rounded = bool(found["more"] or found["plus"] or unit)
    return Sold(count, found.group().strip(), rounded) if 0 < count <= _MOST else None


def read_rating(said: str | None, scale_said: str | None, issues: list[Issue]) -> tuple[Decimal | None, Decimal | None]:
    """(rating, best possible). Without a stated scale it is 5; a value above its scale is refused."""
    if not said:
        return None, None
    if scale_said == "5" and said in _STARS:
        return _STARS[said], _FIVE
    number = _NUMBER.search(said)
    if number is None or len(said) > 60:
        issues.append(Issue(field="rating", value=said[:60], why="no number"))
        return None, None
    value = Decimal(number.group().replace(",", "."))
    stated = _NUMBER.search(scale_said) if scale_said else None
    inner = _OUT_OF.search(said)
    scale = Decimal(stated.group().replace(",", ".")) if stated else Decimal(inner.group(1)) if inner else None
    if scale is None:
        scale = Decimal(100) if "%" in said else Decimal(5)
    if value > scale or value < 0 or scale <= 0:
        issues.append(Issue(field="rating", value=said[:60], why=f"outside the scale of {scale}"))
        return None, None
    return value, scale


def read_count(said: str | None, field: str, issues: list[Issue]) -> int | None:
    """A count; rounded ones ("1万+") as the number they state."""
    if not said:
        return None
    if len(said) <= 9 and said.isascii() and said.isdigit():
        return int(said)
    found = _COUNT.search(said[:80])
    if found is None:
        issues.append(Issue(field=field, value=said[:60], why="no number"))
        return None
    digits, unit = found.group(1), (found.group(2) or "").lower()
    grouped = re.fullmatch(r"\d{1,3}(?:[,.\s'\u00a0\u202f]\d{3})+", digits) is not None and not unit
    number = (
        Decimal(re.sub(r"\D", "", digits))
        if grouped
        else Decimal(re.sub(r"[\s'\u00a0\u202f]", "", digits).replace(",", "."))
    )
    count = int(number * _TIMES.get(unit, 1))
    if count > _MOST:
        issues.append(Issue(field=field, value=said[:60], why="too large to be a count"))
        return None
    return count
