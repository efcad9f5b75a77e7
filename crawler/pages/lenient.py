"""JSON as pages write it: trailing commas, comments, control characters, HTML escapes, JavaScript literals.

Numbers come back as `Decimal` or `int`, never as float; NaN and Infinity as None. Nothing here raises.
"""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from typing import Any

import chompjs
import msgspec

_NOISE = re.compile(r'"(?:\\.|[^"\\])*"|(/\*.*?\*/|(?<!:)//[^\n]*|,(?=\s*[}\]]))', re.S)
_WRAP = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>"
    r"|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_LONGEST_INT = 40
# Of every fifth character, a number longer than that has eight.
_MAYBE_LONG = re.compile("[0-9]" * 8)
CUT = "the JSON ends in its middle"
TOO_DEEP = "nested too deep"
_LARGEST_CHOMP = 3_000_000


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits


def _decimal(digits: str) -> Decimal | str:
    return Decimal(digits) if len(digits) <= _LONGEST_INT else digits


def _refused(_name: str) -> None:
    return None


DECODER = json.JSONDecoder(strict=False, parse_float=_decimal, parse_int=_integer, parse_constant=_refused)
_STRICT = msgspec.json.Decoder(float_hook=_decimal)


def read_json(text: str) -> tuple[Any, str | None]:
    """(value, problem): problem says what had to be mended, or why the value is None."""
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        return None, "empty"
    try:
        return _decoded(stripped), None
    except RecursionError:
        return None, TOO_DEEP
    except ValueError as error:
        first, place = str(error), getattr(error, "pos", 0)
        if first.startswith("Extra data") and stripped[place] in "{[" and "\n" in stripped[place - 2 : place]:
            return _lines(stripped)
    if stripped[0] in "{[" and (place >= len(stripped) or _is_cut(stripped)):
        return None, CUT
    try:
        return _mended(stripped, first)
    except RecursionError:
        return None, TOO_DEEP


def _decoded(text: str) -> Any:
    """The value as `DECODER` gives it, in half the time where it can be had: msgspec gives the same for what it does
    not refuse, but for long integers, which it cannot leave as text.
    """
    if _MAYBE_LONG.search(text[::5]) is None:
        try:
            return _STRICT.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError):
            pass
    return DECODER.decode(text)


def _lines(text: str) -> tuple[list[Any], str | None]:
    """The values of JSON Lines (https://jsonlines.org); one that is broken or cut is left out."""
    values, problem = [], None
    for line in text.split("\n"):
        said = line.strip()
        if not said:
            continue
        try:
            values.append(DECODER.decode(said))
        except RecursionError:
            problem = TOO_DEEP
        except ValueError:
            problem = CUT if _is_cut(said) else problem or f"no JSON: {said[:40]}"
    return values, problem


def fault_of(problem: str | None) -> str | None:
    """The code of `pipelines.faults` that a problem of `read_json` is."""
    return {CUT: "cut_json", TOO_DEEP: "deep_json"}.get(problem or "")


def _is_cut(text: str) -> bool:
    """Whether an object or array has no end: what stands last in it may be half a number."""
    unwrapped = _WRAP.sub("", _WRAP.sub("", text)).strip()
    return unwrapped[:1] in ("{", "[") and not unwrapped.rstrip("; \t\r\n").endswith(("}", "]"))


def _mended(text: str, first: str) -> tuple[Any, str | None]:
    unwrapped = _WRAP.sub("", _WRAP.sub("", text)).strip()
    for candidate in (unwrapped, html.unescape(unwrapped) if "&quot;" in unwrapped or "&#34;" in unwrapped else None):
        if candidate is None:
            continue
        cleaned = _NOISE.sub(lambda match: "" if match.group(1) else match.group(), candidate).strip().rstrip(";")
        try:
            value, end = DECODER.raw_decode(cleaned)
        except ValueError:
            continue
        rest = cleaned[end:].strip()
        if rest.startswith(("{", "[")):
            more, _ = read_json(rest)
            value = [value, *(more if isinstance(more, list) else [more])]
        return value, f"mended JSON: {first}"
    value = chomp(unwrapped)
    return (value, f"read as JavaScript: {first}") if value is not None else (None, f"not JSON: {first}")


def chomp(text: str) -> Any:
    """A JavaScript object or array literal; None when it is none, or too large."""
    if len(text) > _LARGEST_CHOMP or ("{" not in text[:200_000] and "[" not in text[:200_000]):
        return None
    try:
        return chompjs.parse_js_object(text, loader=DECODER.decode)
    except (ValueError, RecursionError, TypeError, AttributeError, IndexError):
        return None


def written(value: Any) -> str | None:
    """A text to the character, white space at its ends and empty ones too; any other scalar as `said`."""
    return value if isinstance(value, str) else said(value)


def said(value: Any) -> str | None:
    """A scalar as text: trimmed, plain digits, None for empty, bool, lists and objects."""
    if isinstance(value, str):
        text = value.strip()
        return text or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or abs(exponent) > _LONGEST_INT:
            return None
        return format(value, "f")
    return None
