"""Barcode numbers: GTIN-8, UPC-12, EAN-13 (ISBN-13 among them) and GTIN-14, checked and compared as 14 digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import ean
from zyte_parsers import extract_gtin

from pipelines.normalize.numerals import fold

_LENGTHS = (8, 12, 13, 14)
# ISBN 10 carries its own check digit and is no GTIN.
_RUN = re.compile(r"(?<![\dA-Za-z])\d(?:[ -]?\d){7,13}(?![\dA-Za-z])")
_SPACES = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class GtinRead:
    """`said` are the digits as stated, `padded` the 14 digits to compare; both None with a reason in `why`."""

    said: str | None = None
    padded: str | None = None
    why: str | None = None


def _why_none(digits: str) -> str | None:
    """What speaks against digits as an identity; None when nothing does.

    Prefixes after the GS1 General Specifications, section 1.4.2 and 1.4.3: numbers of one shop or company, coupons and
    refunds are given to many things.
    """
    if len(digits) not in _LENGTHS:
        return f"{len(digits)} digits; a GTIN has 8, 12, 13 or 14"
    padded = digits.zfill(14)
    if not digits.strip("0"):
        return "zeros only"
    if not ean.is_valid(padded):
        return "wrong check digit"
    if padded[0] == "9":
        return "a GTIN-14 of a measured trade item, weighed anew each time"
    if len(digits) == 8:
        return "a number of one shop (GTIN-8 with prefix 0 or 2)" if digits[0] in "02" else None
    prefix = padded[1:3]
    if prefix in ("02", "04") or prefix[0] == "2":
        return f"a number of one shop or company (prefix {prefix})"
    if prefix in ("05", "98", "99"):
        return f"a coupon or refund (prefix {prefix})"
    return None


def read_gtin(text: str | None) -> GtinRead:
    """The GTIN that a text states, without spaces and dashes; none if its check digit is wrong, if it is a number of
    one shop or a coupon, or if the text states two different ones.
    """
    if not text or not text.strip():
        return GtinRead(why="no text")
    if len(text) > 500:
        return GtinRead(why="too long for a number")
    folded = fold(text)
    bare = _SPACES.sub("", folded)
    if bare.isdecimal() and bare.isascii() and len(bare) < 16:
        why = _why_none(bare)
        return GtinRead(why=why) if why else GtinRead(said=bare, padded=bare.zfill(14))
    runs = [_SPACES.sub("", run) for run in _RUN.findall(folded)]
    found = {digits for digits in runs if _why_none(digits) is None}
    if not found and not runs:
        guess = extract_gtin(folded)
        runs = [guess.value] if guess is not None and guess.type.startswith(("gtin", "upc")) else []
        found = {digits for digits in runs if _why_none(digits) is None}
    if len({digits.zfill(14) for digits in found}) == 1:
        said = min(found, key=len)
        return GtinRead(said=said, padded=said.zfill(14))
    if found:
        return GtinRead(why="two different numbers")
    return GtinRead(why=_why_none(runs[0]) if runs else "no number of 8, 12, 13 or 14 digits")


def gtin_said(text: str | None) -> str | None:
    """The digits that `read_gtin` finds; for why there are none, ask it."""
    return read_gtin(text).said


def gtin14(text: str | None) -> str | None:
    """The stated GTIN padded to 14 digits, so that UPC-12 and EAN-13 of one thing are equal; None if none is valid."""
    return read_gtin(text).padded
