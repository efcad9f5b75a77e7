"""`daihuo read price|quantity|language`: one text a line in, one JSON object a line out, in constant memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

from pipelines.normalize.language import detect, language_json
from pipelines.normalize.money import read_price, reading_json
from pipelines.normalize.quantity import quantity_of_text_json, read_quantity

# A line of a text file; a longer one is a file that is no list of texts. Its head is read, the rest is skipped.
_LONGEST_LINE = 1_000_000


def _price(text: str) -> dict[str, Any]:
    return reading_json(read_price(text))


def _quantity(text: str) -> dict[str, Any]:
    return quantity_of_text_json(text, read_quantity(text))


def _language(text: str) -> dict[str, Any]:
    return language_json(text, detect(text))


def _lines(stdin: BinaryIO, stdout: BinaryIO, read: Callable[[str], dict[str, Any]]) -> int:
    """Answer every line with one object, empty lines too, so that line N of the output belongs to line N of the input.

    Undecodable bytes come back as they were: they travel as lone surrogates, which JSON writes as backslash escapes of
    the bytes (`surrogateescape`). Returns the number of lines.
    """
    count = 0
    first = True
    while raw := stdin.readline(_LONGEST_LINE):
        if first and raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        first = False
        cut = not raw.endswith(b"\n")
        while cut and (rest := stdin.readline(_LONGEST_LINE)):
            cut = not rest.endswith(b"\n")
        text = raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        line = json.dumps(read(text), ensure_ascii=False)
        stdout.write(_encodable(line) + b"\n")
        count += 1
    stdout.flush()
    return count


def _encodable(line: str) -> bytes:
    """UTF-8 with lone surrogates as JSON escapes (`\\udc80`), so that the output is valid UTF-8 and valid JSON."""
    try:
        return line.encode("utf-8")
    except UnicodeEncodeError:
        return "".join(
            f"\\u{ord(character):04x}" if "\ud800" <= character <= "\udfff" else character for character in line
        ).encode("utf-8")


def read_price_lines(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """`{text, amount, amount_max, currency, count, kind, rules, issues}` for every line; returns how many lines."""
    return _lines(stdin, stdout, _price)


def read_quantity_lines(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """`{text, parts, gifts, shade}` for every line; returns how many lines."""
    return _lines(stdin, stdout, _quantity)


def read_language_lines(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """`{text, language, confidence, method}` for every line; returns how many lines."""
    return _lines(stdin, stdout, _language)
