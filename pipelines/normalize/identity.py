"""Numbers that name a product: barcodes, registrations, model and article numbers, shade codes."""

from __future__ import annotations

import re

from pipelines.normalize.gtin import GtinRead, gtin14, gtin_said, read_gtin
from pipelines.normalize.numerals import fold
from pipelines.normalize.registrations import Registration, read_registrations, registration_numbers

__all__ = [
    "GtinRead",
    "Registration",
    "article_number",
    "gtin14",
    "gtin_said",
    "model_tokens",
    "read_gtin",
    "read_registrations",
    "registration_numbers",
    "shade_code",
]

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


# What shops write before the maker's own number of a thing.
_ARTICLE = re.compile(
    r"(?:货号|貨號|款号|款號|商品编号|产品编号|产品型号|型号|型號|品番|型番|품번|모델명|"
    r"(?<![A-Za-z])(?:mpn|art(?:ikel)?\.?[ -]?nr|"
    r"article(?: no| number)?|model(?: no| number| name)?|style(?: no| number| code)?|part (?:no|number)|sku|ref))"
    r"(?![A-Za-z])[\s.:：#№]{1,4}(?P<number>[A-Za-z0-9](?:[A-Za-z0-9]|[-/._](?=[A-Za-z0-9])| (?=[A-Za-z0-9]*\d)){2,30})"
    r"(?![A-Za-z0-9款年])",
    re.IGNORECASE,
)


def article_number(text: str | None) -> str | None:
    """The maker's article number that a text names (货号, 型号, MPN, 品番 …), upper case without separators.

    None when a text names none or several different ones, or when it is a measure.
    """
    if not text:
        return None
    found = set()
    for match in _ARTICLE.finditer(fold(text[:5000])):
        number = match["number"]
        plain = re.sub(r"[-/._ ]", "", number).upper()
        if any(c.isdigit() for c in plain) and not _MEASURE.fullmatch(number):
            found.add(plain)
    return found.pop() if len(found) == 1 else None


_SHADE = re.compile(
    r"(?:#\s?(?P<a>[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,2})(?![\w%])|"
    r"(?<![\w.])(?P<b>[A-Za-z]{0,2}\d{1,4}[A-Za-z]{0,2})\s?#(?![A-Za-z\d])|"
    r"(?:色号|色號|shade(?: no\.?)?|colou?r(?: no\.?)|farbe nr\.?|カラー番号|"
    r"(?<![\w])no\.)\s?[:：#]?\s?(?P<c>[A-Za-z]{0,3}\d{1,4}[A-Za-z]{0,2})(?![\w%])|"
    r"(?<![\w.])(?P<d>[A-Za-z]{0,2}\d{1,4}(?!ml|g|kg|oz|cl|l)[A-Za-z]{0,2})\s?(?:号色|號色|色号))",
    re.IGNORECASE,
)


# Without one of these there is no code, and most titles have none.
_SCENT = re.compile(r"香水|香氛|(?i:parfum|perfume|cologne|(?<![a-z])ed[pt](?![a-z]))")
_SHADE_WORD = re.compile("[#＃号號色番]|(?i:shade|colou?r|farbe|no[.．])")


def shade_code(text: str | None) -> str | None:
    """The short code after #, 色号, shade or No.; None when a text states none or several."""
    if not text:
        return None
    if _SHADE_WORD.search(text, 0, 2000) is None:
        return None
    # The number of a perfume is its name: No. 5 Eau de Parfum.
    folded = fold(text[:2000])
    scent = _SCENT.search(folded) is not None
    codes = {
        next(group for group in match.groups() if group).upper()
        for match in _SHADE.finditer(folded)
        if not (scent and match.group()[:2].lower() == "no")
    }
    return codes.pop() if len(codes) == 1 else None
