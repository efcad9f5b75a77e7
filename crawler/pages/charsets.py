"""How much a text looks like one that was meant: what tells the right charset from those that also fit the bytes.

GB18030 and Big5 take almost any bytes, so that fitting proves little. What is right shows in which characters come out:
the national standards put the characters that are used into a first level (GB 2312 rows 16-55, Big5 A440-C67E, JIS X
0208 rows 16-47, the Hangul of KS X 1001) and the rare ones behind it; wrongly decoded bytes come out all over.
"""

from __future__ import annotations

import re
from functools import cache

# Charsets of the languages of the shops, in the order that decides between equals: Hangul and kana that come out whole
# were meant, while the same bytes also are frequent hanzi.
MULTIBYTE = ("cp949", "euc_jp", "cp932", "gb18030", "big5hkscs")
_SAMPLE = 4000
# Of the telling parts of a text, this many characters mostly hold the sample.
_BEGINNING = 4 * _SAMPLE
_ASCII = bytes(range(0x80))
# Punctuation, marks and full-width forms that all of these charsets have; they tell nothing.
_NEUTRAL = re.compile(r"[\u00a0-\u00bf\u2010-\u2027\u2030-\u203b\u20ac\u2103\u2190-\u2199\u2460-\u2473\u25a0-\u2605]"
                      r"|[\u3000-\u3015\uff01-\uff5e\uffe5]")  # fmt: skip
_KANA = re.compile(r"[\u3041-\u309e\u30a1-\u30fe]")
# Never meant in a page of a shop: half-width kana side by side, private use, controls, what could not be decoded.
_NOISE = re.compile(r"[\uff61-\uff9f]{2}|[\ue000-\uf8ff]|[\x80-\x9f]|\ufffd")


@cache
def _first_level(charset: str) -> frozenset[str]:
    """The characters of the first level of a charset's own standard."""
    if charset == "gb18030":
        rows, cells = range(0xB0, 0xD8), range(0xA1, 0xFF)
    elif charset == "big5hkscs":
        rows, cells = range(0xA4, 0xC7), range(0x40, 0xFF)
    elif charset == "cp949":
        rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    else:
        charset, rows, cells = "euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF)
    return frozenset("".join(bytes((row, cell)).decode(charset, "ignore")[:1] for row in rows for cell in cells))


def letters_of(text: str) -> str:
    """The characters that tell something, a sample of them."""
    letters = _beyond_ascii(text[:_BEGINNING])
    if len(letters) < _SAMPLE and len(text) > _BEGINNING:
        letters = _beyond_ascii(text)
    return _NEUTRAL.sub("", letters[:_SAMPLE])


def _beyond_ascii(text: str) -> str:
    """The characters outside ASCII: in UTF-8 they have no byte that is ASCII."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def likeness(text: str, charset: str) -> float:
    """0 to 1: the share of the characters outside ASCII that a page in this charset uses; 1 when there are none."""
    letters = letters_of(text)
    if not letters:
        return 1.0
    count = len(letters)
    kana, noise = len(_KANA.findall(letters)), sum(len(found) for found in _NOISE.findall(letters))
    level = _first_level(charset)
    good = float(sum(map(level.__contains__, letters)))
    if charset in ("cp932", "euc_jp"):
        # Japanese has kana; hanzi alone were meant as Chinese.
        good = good + kana if kana >= 0.08 * count else 0.5 * good
    return max(0.0, (good - 2 * noise) / count)
