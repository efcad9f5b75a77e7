"""The shapes of most price fields, read at once: one number with at most one mark, and such a price after a label.

Everything else is for the grammar, which reads these as this file does (a test compares them).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.normalize.amounts import ONLY_IN_FIELDS
from pipelines.normalize.labels import Label, find_labels
from pipelines.normalize.marks import (
    AFTER_NUMBERS,
    ALL_MARKS,
    BEFORE_NUMBERS,
    FIELD_MARKS,
    ISO_CODES,
    MARK_ANYWHERE,
    WORD_CODES,
    WORDS,
    codes_of,
    mark_after,
)
from pipelines.normalize.noise import without_noise
from pipelines.normalize.numerals import HAN_DIGITS, fold, parse_number
from pipelines.normalize.promotions import find_rules

_SPACE = "[ \u00a0\u202f]"
# Numbers with one meaning, and as the last branch a dot before three digits, which needs the currency.
_PLAIN = re.compile(
    rf"\s*((?:((?:[A-Z]{{1,2}} )?[^\d\s.,'+*-]{{1,5}}\.?){_SPACE}?)?"
    r"(?:((?:0|[1-9]\d{0,8})(?:\.\d{1,2})?|\.\d{1,2})|((?:0|[1-9]\d{0,8}),\d{1,2})|"
    r"([1-9]\d{0,2}(?:,\d{3}){1,3}(?:\.\d{2})?)|([1-9]\d{0,2}(?:\.\d{3}){1,3},\d{2})|"
    rf"([1-9]\d{{0,2}}(?:{_SPACE}\d{{3}}){{1,3}}(?:,\d\d)?)|"
    rf"([1-9]\d{{0,2}}(?:\.\d{{3}}){{1,3}}))(?:(?<![.,]\d\d)(?<![.,]\d),-)?"
    rf"(?:{_SPACE}?([^\d\s,*%x+-][^\d\s,*%+]{{0,11}}))?)(?:{_SPACE}?\*)?\s*",
    re.ASCII,
)
# Codes and words are marks in any case.
_AFTER = AFTER_NUMBERS | frozenset(FIELD_MARKS)
_AFTER |= {code.lower() for code in ISO_CODES} | {word.title() for word in WORDS} | {word.upper() for word in WORDS}


class Plain(NamedTuple):
    """The number, its mark, both as written, and the number's token when its dot may be a decimal point."""

    amount: Decimal
    mark: str | None
    written: str
    unsure: str | None = None


def read_plain(text: str) -> Plain | None:
    """A text that holds nothing but a number and at most one mark; None for any other text."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    written, before, machine, comma, english, german, spaced, dotted, after = match.groups()
    if before is not None:
        if after is not None or before not in BEFORE_NUMBERS:
            return None
    elif after is not None and after not in _AFTER:
        return None
    if machine is not None:
        number = machine
    elif comma is not None:
        number = comma.replace(",", ".")
    elif english is not None:
        number = english.replace(",", "")
    elif german is not None:
        number = german.replace(".", "").replace(",", ".")
    elif spaced is not None:
        number = "".join(spaced.split()).replace(",", ".")
    else:
        return _parsed(dotted, before or after, written)
    return Plain(Decimal(number), before or after, written)


# Numbers with cents apart, with more decimals than money has, or grouped with apostrophes.
_ODD = re.compile(
    r"\s*(([^\d\s.,'+*:-]{1,4})? ?(\d{1,9}\.\d{4,18}|[1-9]\d{0,2}(?:,\d{3}){1,3}\.\d{3}|"
    r"[1-9]\d{0,2}(?:'\d{3}){1,3}(?:[.,]\d\d)?|\d{1,6}\. \d\d|[1-9]\d{0,2}(?:\.\d{3})?, \d\d(?= ?(?:€|zł|TL|Kč|EUR)))"
    r"(?: ?([^\d\s.,'+*:-]{1,4}))?)\s*",
    re.ASCII,
)
# - $44.99; : 890 €; € 610,; 129,00 € **
_ADORNED = re.compile(r"\s*(?:[-:] )?([^\s:*-](?:[^\n]*[^\s*])?)(?: \*\*)?", re.ASCII)
_WITH_CODE = re.compile(r"\s*([$€£] ?(\d[\d.,]{0,12} ?([A-Z]{3})))\s*", re.ASCII)


def read_odd(text: str) -> Plain | None:
    """As `read_plain`, for rarer ways to write one number and a mark."""
    match = _ODD.fullmatch(text)
    if match is not None:
        written, before, token, after = match.groups()
        if not (before in BEFORE_NUMBERS if before else after is None or after in AFTER_NUMBERS) or (before and after):
            return None
        return _parsed(token, before or after, written.strip())
    coded = _WITH_CODE.fullmatch(text)
    if coded is not None:
        plain = read_plain(coded.group(2)) if coded.group(3) in ISO_CODES - WORD_CODES else None
        return None if plain is None else plain._replace(written=coded.group(1))
    inner = _ADORNED.fullmatch(text)
    if inner is None:
        return None
    words = inner.group(1)
    cut = words[-1] in ".," and words[-2:-1].isdigit()
    if not cut and len(words) == len(text):
        return None
    plain = read_plain(words[:-1] if cut else words)
    return None if plain is None or (plain.mark is not None and plain.mark[0].isalpha()) else plain


# 1 CHf, 1 km: a short whole number and a word.
_COUNTED = re.compile(r"\s*((\d{1,6}) ?([A-Za-zа-яА-Я]{1,4}))\s*")
# Magnitudes, pence, hidden digits, words of rules, and units that are marks in capitals.
_SAYS_MORE = frozenset(
    ["k", "w", "p", "x", "xx", "off", "buy", "bogo", "save", "free", "gift", "leve", "cash", "deal", "ft"]
)


def read_counted(text: str) -> Plain | bool | None:
    """A whole number and a word: a price if the word is a mark in any case, else False; None is for the grammar."""
    match = _COUNTED.fullmatch(text)
    if match is None or match.group(3).lower() in _SAYS_MORE:
        return None
    written, number, word = match.groups()
    mark = mark_after(text, match.end(2))
    if mark is None:
        return False
    return Plain(Decimal(number), word, written) if mark[0] == word else None


_NUMBER = r"(?:[1-9]\d{0,2}(?:[ ,]\d{3})+\.\d\d|\d{1,6}(?:[.,]\d\d)?)"
_BEFORE_TWO = re.compile(rf"\s*(([^\d\s.,*+-]{{1,3}}) ?{_NUMBER})( | ?[-–] ?)(\2 ?{_NUMBER})\s*")
_AFTER_TWO = re.compile(rf"\s*({_NUMBER} ?([^\d\s.,*+-]{{1,4}}\.?))( | ?[-–] ?)({_NUMBER} ?\2)\s*")


def read_two(text: str) -> tuple[Plain, Plain, str] | None:
    """Two prices with one mark and the span of both when a dash makes them a range, else ""."""
    match = _BEFORE_TWO.fullmatch(text) or _AFTER_TWO.fullmatch(text)
    if match is None or match.group(2) not in ALL_MARKS:
        return None
    first, second = read_plain(match.group(1)), read_plain(match.group(4))
    if first is None or second is None:
        return None
    ranged = match.group(3) != " "
    if ranged and second.amount <= first.amount:
        return None
    return first, second, text[match.start(1) : match.end(4)] if ranged else ""


def _parsed(token: str, mark: str | None, written: str) -> Plain | None:
    """12.500 ₫: what a dot does depends on the currency of the mark, if it has one."""
    codes = codes_of(fold(mark)) if mark is not None else ()
    value, unsure = parse_number(token, codes[0] if len(codes) == 1 else None)
    return None if value is None else Plain(value, mark, written, token if unsure else None)


_LABELLED = re.compile(r"\s*([^\W\d_][^\d$€£¥￥₹₩]{0,40}[\s:])([^\s:][^\n]{0,24})")
# Words that need the grammar: counts, shares, dates.
_TOO_MUCH = re.compile(
    rf"[{HAN_DIGITS}\u3000-\uffff\x00-\x1f]|\b(?:two|three|four|five|six|between|each|per)\b|[|/(+-]", re.I
)


def read_labelled(text: str) -> tuple[Label, Plain] | None:
    """One label in an alphabet and a marked price after it: "Price: $129.00", "běžná cena 890 Kč"; None otherwise."""
    match = _LABELLED.fullmatch(text)
    if match is None:
        return None
    plain = read_plain(match.group(2))
    if plain is None or plain.mark is None:
        return None
    if not _sure_mark(plain.mark) and not (plain.mark in _SURE_AFTER and plain.written[0].isdigit()):
        return None
    label = prefix_of(match.group(1))
    return None if label is None else (label, plain)


# Abbreviations that after a number are marks in any text.
_SURE_AFTER = frozenset(["kr", "Kr", "TL", "Rs", "Rp", "RM"])


def _sure_mark(mark: str) -> bool:
    """Whether a mark is one in any text, and no word or unit."""
    if mark in FIELD_MARKS or mark in ONLY_IN_FIELDS:
        return False
    return not (mark.isalpha() and mark.isascii()) or mark in WORDS or (mark in ISO_CODES and mark not in WORD_CODES)


@lru_cache(maxsize=4096)
def prefix_of(words: str) -> Label | None:
    """The one label in the words before a price; None when there is none, or more than a label may be in them."""
    folded = fold(words)
    labels = [] if _TOO_MUCH.search(words) else find_labels(folded)
    if len(labels) != 1 or labels[0].standing == "none" or folded[labels[0].end :].strip(" :"):
        return None
    tried = f"{folded.rstrip()} 12.00"
    if any(find_rules(tried)):
        return None
    # Words beside the label may be a mark, or say that the number counts or measures something.
    beside = folded[: labels[0].start].strip()
    if beside and (MARK_ANYWHERE.search(folded) or without_noise(tried) != tried):
        return None
    return labels[0]
