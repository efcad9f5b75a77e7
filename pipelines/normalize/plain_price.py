"""The shape of most price fields: one number, at most one mark. Read at once; everything else is for the grammar."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize.marks import AFTER_NUMBERS, BEFORE_NUMBERS


def _either(marks: frozenset[str]) -> str:
    return "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))


_SPACE = "[ \u00a0\u202f]"
# Only numbers with one meaning: a lone dot before three digits is left to the grammar.
_PLAIN = re.compile(
    rf"\s*((?:(?P<before>{_either(BEFORE_NUMBERS)}){_SPACE}?)?"
    r"(?P<number>(?P<machine>(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?)|(?P<comma>(?:0|[1-9]\d{0,8}),\d{1,2})|"
    r"(?P<english>[1-9]\d{0,2}(?:,\d{3}){1,3}(?:\.\d{2})?)|[1-9]\d{0,2}(?:\.\d{3}){1,3},\d{2}|"
    rf"(?P<spaced>[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}}){{1,3}}(?:,\d\d)?))"
    rf"(?:{_SPACE}?(?P<after>{_either(AFTER_NUMBERS)}))?)(?:{_SPACE}?\*)?\s*",
    re.ASCII,
)


def read_plain(text: str) -> tuple[Decimal, str | None, str] | None:
    """The number, its mark and both as written, of a text that holds nothing else; None for any other text."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    written, before, number, machine, comma, english, spaced, after = match.groups()
    if before is not None and after is not None:
        return None
    if spaced is not None:
        number = "".join(spaced.split()).replace(",", ".")
    elif machine is None:
        number = number.replace(",", ".") if comma else number.replace(",", "")
        if not comma and not english:
            head, _, cents = match["number"].rpartition(",")
            number = f"{head.replace('.', '')}.{cents}"
    return Decimal(number), before or after, written
