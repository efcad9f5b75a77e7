"""Numbers that name a product: GTIN, model and article numbers, cosmetics registrations, shade codes."""

from __future__ import annotations

import re

from stdnum import ean
from zyte_parsers import extract_gtin

from pipelines.normalize.numerals import fold

_LENGTHS = (8, 12, 13, 14)
# ISBN 10 carries its own check digit and is no GTIN.
_RUN = re.compile(r"(?<![\dA-Za-z])\d(?:[ -]?\d){7,13}(?![\dA-Za-z])")


def _valid(digits: str) -> bool:
    # A code of zeros passes the check digit and stands in fields that hold nothing.
    return len(digits) in _LENGTHS and digits.strip("0") != "" and ean.is_valid(digits.zfill(14))


def gtin_said(text: str | None) -> str | None:
    """The GTIN that a text states, as its digits without spaces and dashes, if its check digit holds; else None.

    Two different valid codes in one text name nothing: None.
    """
    if not text or len(text) > 500:
        return None
    folded = fold(text)
    bare = re.sub(r"[ -]", "", folded)
    if bare.isdecimal():
        return bare if _valid(bare) else None
    found = {digits for run in _RUN.findall(folded) if _valid(digits := re.sub(r"[ -]", "", run))}
    if not found:
        guess = extract_gtin(folded)
        found = (
            {guess.value}
            if guess is not None and guess.type.startswith(("gtin", "upc")) and _valid(guess.value)
            else set()
        )
    return found.pop() if len(found) == 1 else None


def gtin14(text: str | None) -> str | None:
    """The stated GTIN padded to 14 digits, so that UPC-12 and EAN-13 of one thing are equal; None if none is valid."""
    said = gtin_said(text)
    return None if said is None else said.zfill(14)


_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9]*(?:[-/.][A-Za-z0-9]+){0,4}")
# A measure, a pack or a grade is no model: 50ml, 2kg, SPF50, 4K, 128GB, 5G.
_MEASURE = re.compile(
    r"\d+(?:[.]\d+)?(?:ml|l|cl|g|kg|mg|oz|lb|lbs|cm|mm|m|km|inch|in|ft|gb|tb|mb|mah|w|kw|v|hz|k|g|p|mp|x|pcs|pc|"
    r"ct|count|pack|"
    r"st|nd|rd|th|s|d|h|min|days?|hours?|in-?\d)|(?:spf|pa|size|no|pack|set|x|usb|v|vol|gen|ip|bt|wifi|h)\d{1,3}|"
    r"\d+x\d+(?:x\d+)?(?:cm|mm)?",
    re.IGNORECASE,
)


def model_tokens(text: str | None) -> frozenset[str]:
    """Tokens that look like a model or article number: letters and digits mixed, or a long digit group; upper case.

    Separators are dropped (`WH-1000XM4` and `WH1000XM4` are one token). Measures, sun factors and years are not models.
    """
    if not text:
        return frozenset()
    tokens = set()
    for match in _TOKEN.finditer(fold(text[:5000])):
        raw = match.group()
        token = re.sub(r"[-/.]", "", raw).upper()
        letters, digits = any(c.isalpha() for c in token), any(c.isdigit() for c in token)
        if not digits or len(token) < 4 or len(token) > 24 or _MEASURE.fullmatch(raw):
            continue
        if not letters and (len(token) < 6 or "." in raw or "/" in raw):
            continue
        tokens.add(token)
    return frozenset(tokens)


# Numbers of the National Medical Products Administration and the provinces: special and ordinary cosmetics, domestic
# and imported, old and new forms; 国妆特字20210001, 国妆备进字J20201234, 粤G妆网备字2021012345, 卫妆特字(2010)第0001号.
_REGISTRATION = re.compile(
    r"(?:国妆特[进]?字|国妆备[进]?字|国妆网备进字|"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]G?妆网备字|[卫衛]妆(?:特|备|准)(?:进)?字)"
    r"\s?(?:[(\[（]\s?\d{4}\s?[)\]）])?\s?(?:\([^()]{1,6}\))?\s?第?\s?[GJ]?\s?\d{4,12}\s?号?"
)


def registration_numbers(text: str | None) -> tuple[str, ...]:
    """Cosmetics registration and filing numbers of a text, without spaces and brackets, in order, each once."""
    if not text:
        return ()
    found = [re.sub(r"[\s()\[\]（）第号]", "", match.group()) for match in _REGISTRATION.finditer(fold(text))]
    return tuple(dict.fromkeys(found))


_SHADE = re.compile(
    r"(?:#\s?(?P<a>[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,2})(?![\w%])|"
    r"(?<![\w.])(?P<b>[A-Za-z]{0,2}\d{1,4}[A-Za-z]{0,2})\s?#(?![A-Za-z\d])|"
    r"(?:色号|色號|shade(?: no\.?)?|colou?r(?: no\.?)|farbe nr\.?|カラー番号|"
    r"(?<![\w])no\.)\s?[:：#]?\s?(?P<c>[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,2})(?![\w%])|"
    r"(?<![\w.])(?P<d>[A-Za-z]{0,2}\d{1,4}(?!ml|g|kg|oz|cl|l)[A-Za-z]{0,2})\s?(?:号色|號色|色号))",
    re.IGNORECASE,
)


# Without one of these there is no code, and most titles have none.
_SHADE_WORD = re.compile("[#＃号號色番]|(?i:shade|colou?r|farbe|no[.．])")


def shade_code(text: str | None) -> str | None:
    """The short code after #, 色号, shade or No.; None when a text states none or several."""
    if not text:
        return None
    if _SHADE_WORD.search(text, 0, 2000) is None:
        return None
    codes = {next(group for group in match.groups() if group).upper() for match in _SHADE.finditer(fold(text[:2000]))}
    return codes.pop() if len(codes) == 1 else None
