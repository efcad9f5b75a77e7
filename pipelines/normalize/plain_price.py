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
    BEFORE_NUMBERS,
    FIELD_MARKS,
    ISO_CODES,
    MARK_ANYWHERE,
    WORD_CODES,
    WORDS,
    codes_of,
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
        return _dotted(dotted, before or after, written)
    return Plain(Decimal(number), before or after, written)


def _dotted(token: str, mark: str | None, written: str) -> Plain | None:
    """12.500 ₫: what the dot does depends on the currency of the mark, if it has one."""
    codes = codes_of(fold(mark)) if mark is not None else ()
    value, unsure = parse_number(token, codes[0] if len(codes) == 1 else None)
    return None if value is None else Plain(value, mark, written, token if unsure else None)


class Prefix(NamedTuple):
    """The words before a price: the label that decides, None when they say nothing about it."""

    label: Label | None


_LABELLED = re.compile(r"\s*([^\W\d_][^\d$€£¥￥₹₩]{0,40}[\s:])([^\s:][^\n]{0,24})")
# Words that need the grammar: counts, shares, dates.
_TOO_MUCH = re.compile(
    rf"[{HAN_DIGITS}\u3000-\uffff\x00-\x1f]|\b(?:two|three|four|five|six|between|each|per)\b|[|/(+-]", re.I
)


def read_labelled(text: str) -> tuple[Label | None, Plain] | None:
    """One label in an alphabet and a marked price after it: "Price: $129.00", "běžná cena 890 Kč"; None otherwise."""
    match = _LABELLED.fullmatch(text)
    if match is None:
        return None
    plain = read_plain(match.group(2))
    if plain is None or plain.mark is None or not _sure_mark(plain.mark):
        return None
    prefix = prefix_of(match.group(1))
    return None if prefix is None else (prefix.label, plain)


def _sure_mark(mark: str) -> bool:
    """Whether a mark is one in any text, and no word or unit."""
    if mark in FIELD_MARKS or mark in ONLY_IN_FIELDS:
        return False
    return not (mark.isalpha() and mark.isascii()) or mark in WORDS or (mark in ISO_CODES and mark not in WORD_CODES)


@lru_cache(maxsize=4096)
def prefix_of(words: str) -> Prefix | None:
    """What words before a price say about it; None when more than labels may be in them."""
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
    return Prefix(labels[0])
