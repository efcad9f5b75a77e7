"""The shape of most price fields: one number, at most one mark. Read at once; everything else is for the grammar."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize.marks import AFTER_NUMBERS, BEFORE_NUMBERS, FIELD_MARKS

_SPACE = "[ \u00a0\u202f]"
# Only numbers with one meaning: a lone dot before three digits is left to the grammar.
_PLAIN = re.compile(
    rf"\s*((?:([^\d\s.,'+*-]{{1,5}}\.?){_SPACE}?)?"
    r"(?:((?:0|[1-9]\d{0,8})(?:\.\d{1,2})?)|((?:0|[1-9]\d{0,8}),\d{1,2})|"
    r"([1-9]\d{0,2}(?:,\d{3}){1,3}(?:\.\d{2})?)|([1-9]\d{0,2}(?:\.\d{3}){1,3},\d{2})|"
    rf"([1-9]\d{{0,2}}(?:{_SPACE}\d{{3}}){{1,3}}(?:,\d\d)?))"
    rf"(?:{_SPACE}?([^\d\s,*%x+-][^\d\s,*%+]{{0,11}}))?)(?:{_SPACE}?\*)?\s*",
    re.ASCII,
)


def read_plain(text: str) -> tuple[Decimal, str | None, str] | None:
    """The number, its mark and both as written, of a text that holds nothing else; None for any other text."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    written, before, machine, comma, english, german, spaced, after = match.groups()
    if before is not None:
        if after is not None or before not in BEFORE_NUMBERS:
            return None
    elif after is not None and after not in AFTER_NUMBERS and after not in FIELD_MARKS:
        return None
    if machine is not None:
        number = machine
    elif comma is not None:
        number = comma.replace(",", ".")
    elif english is not None:
        number = english.replace(",", "")
    elif german is not None:
        number = german.replace(".", "").replace(",", ".")
    else:
        number = "".join(spaced.split()).replace(",", ".")
    return Decimal(number), before or after, written
