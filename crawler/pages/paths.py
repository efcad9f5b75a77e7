"""Walking JSON of unknown quality: a missing step is None, never an error."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import chompjs

# Page state objects are a few hundred kB at most; a longer tail is not worth parsing.
_STATE_CHARS = 2_000_000
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def at(data: object, *keys: str | int) -> Any:
    """The value under `keys`, or None where a step is missing or of another type."""
    for key in keys:
        # What the JSON reader makes is dicts and lists; the general questions below are slow.
        if type(data) is dict:
            data = data.get(key)
        elif data is None:
            return None
        elif isinstance(key, int):
            if not isinstance(data, Sequence) or isinstance(data, str) or not -len(data) <= key < len(data):
                return None
            data = data[key]
        elif isinstance(data, Mapping):
            data = data.get(key)
        else:
            return None
    return data


def said(data: object, *keys: str | int) -> str | None:
    """The text or number under `keys` as stripped text; None for anything else, for an empty text and for NaN."""
    return as_text(data.get(keys[0]) if len(keys) == 1 and type(data) is dict else at(data, *keys))


def texts(row: Mapping[str, Any], keys: Iterable[str]) -> dict[str, str | None]:
    """What `said` gives for each of the keys of one object."""
    get = row.get
    return {key: value.strip() or None if type(value := get(key)) is str else as_text(value) for key in keys}


def as_text(value: object) -> str | None:
    """A text or number as stripped text, see `said`."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None:
        return None
    if type(value) is int:
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if not math.isfinite(value):
        return None
    return format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")


def rows(data: object, *keys: str | int) -> list[Mapping[str, Any]]:
    """The objects of the list under `keys`; what is not an object is left out."""
    value = at(data, *keys)
    if not value or not isinstance(value, list | tuple):
        return []
    return [row for row in value if type(row) is dict or isinstance(row, Mapping)]


def pairs(data: object, *keys: str | int) -> list[tuple[str, Any]]:
    """The items of the object under `keys`."""
    value = at(data, *keys)
    return [(str(key), entry) for key, entry in value.items()] if isinstance(value, Mapping) else []


def flag(data: object, *keys: str | int) -> bool | None:
    """A boolean written as true, "true", 1 or "1" (and their opposites)."""
    value = at(data, *keys)
    text = str(value).lower() if isinstance(value, bool | int | str) else ""
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def after(text: str, mark: str) -> Any:
    """The first JavaScript object behind `mark`, parsed; None when the mark or the object is missing or broken."""
    start = text.find(mark)
    if start < 0:
        return None
    try:
        return chompjs.parse_js_object(text[start + len(mark) : start + _STATE_CHARS])
    except (ValueError, RecursionError):
        return None


def plain(text: str | None) -> str | None:
    """A text that an API delivers HTML-escaped: entities resolved, `<br>` as a line break, other markup untouched."""
    if text is None:
        return None
    if "<" not in text and "&" not in text:
        return text.strip() or None
    return html.unescape(_BREAK.sub("\n", text)).strip() or None
