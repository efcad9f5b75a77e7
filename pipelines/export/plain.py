"""A text in plain characters, one for one, so that a place in it is the same place in the text as written."""

from __future__ import annotations

import re
import unicodedata

from ahocorasick_rs import AhoCorasick

# Full-width, circled, raised, lowered and mathematical letters and digits.
_RANGES = (
    (0xFF01, 0xFF5E), (0x3000, 0x3000), (0x2460, 0x2468), (0x24B6, 0x24EA), (0x2776, 0x277E), (0x2070, 0x2089),
    (0x00B2, 0x00B3), (0x00B9, 0x00B9), (0x1D400, 0x1D7FF),
)  # fmt: skip


def _table() -> dict[int, str]:
    found = {code: str(number) for code, number in zip(range(0x2776, 0x277F), range(1, 10), strict=True)}
    for first, last in _RANGES:
        for code in range(first, last + 1):
            means = unicodedata.normalize("NFKC", chr(code))
            if len(means) == 1 and means != chr(code):
                found[code] = means
    return found


_TABLE = _table()
_LETTERS = {code: plainly for code, plainly in _TABLE.items() if plainly.isalnum() or plainly in "@_"}
# Two sets, as only one without characters beyond the first plane is looked up in a table.
_ODD = re.compile("[" + "".join(chr(code) for code in _LETTERS if code < 0x10000) + "]")
_LONE = re.compile("[\ud800-\udfff]")
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff]")


def plain(text: str) -> str:
    """The text with such characters as ASCII where there is one of one character; of the same length."""
    return text if text.isascii() else text.translate(_TABLE)


def plain_letters(text: str) -> str:
    """As `plain`, for letters, digits, @ and _ only: few texts have odd ones, so most are not copied."""
    if text.isascii() or not (_ODD.search(text) or _MATHEMATICAL.search(text)):
        return text
    return text.translate(_LETTERS)


def matches(finder: AhoCorasick, text: str) -> list[tuple[int, int, int]]:
    """Which pattern is found from where to where, also in a text with half of a surrogate pair."""
    try:
        return finder.find_matches_as_indexes(text)
    except UnicodeEncodeError:
        return finder.find_matches_as_indexes(encodable(text))


def encodable(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs, which broken pages leave; of the same length."""
    return _LONE.sub("\ufffd", text)


def folded(text: str) -> str:
    """`plain_letters` in small letters, of the same length."""
    even = plain_letters(text)
    small = even.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := char.lower()) == 1 else char for char in even)
