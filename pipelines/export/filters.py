"""The filters of the report's templates. Every text from outside goes through one of them, and comes out escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from pipelines.export.sentences import translated
from pipelines.export.words import Language, words
from pipelines.observation import utc

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

# Control characters are no text in HTML; the report shows that one was there.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# A page may call itself anything, at any length; the tables hold all of it.
_LONGEST = 4_000
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def filters(lang: Language, dataset: Dataset) -> dict[str, Callable[..., Any]]:
    """By name, for the environment of the templates."""
    words_of = words(lang)
    return {
        "said": said,
        "sentence": lambda text: sentence(text, lang),
        "link": link,
        "money": money,
        "percent": lambda gap: f"{abs(gap) * 100:.1f}%",
        "moment": lambda text: moment(text, dataset.zone),
        "day": lambda text: (text or "")[:10],
        "word": lambda key, table: words_of[table].get(key, key or ""),
        "content": lambda parts: content(parts, words_of),
        "shop": lambda url: getattr(dataset.shop_of(url), "name", ""),
        "languages": lambda rows: [(words_of["language"].get(code, code), count) for code, count in rows],
        "fraction": lambda number: f"{number:,.1f}",
    }


def clean(text: object) -> str:
    """The text with a mark in place of each control character."""
    return _CONTROL.sub("\ufffd", str(text))


def said(text: object) -> Markup:
    """A text from outside: escaped, control characters made visible, its writing direction kept to itself."""
    shown = clean(text)
    return Markup("<bdi>{}</bdi>").format(shown if len(shown) <= _LONGEST else shown[:_LONGEST].rstrip() + "…")


def sentence(text: str, lang: Language) -> Markup:
    """A rule's sentence in the report's language; marked as English where nobody has translated it."""
    found = translated(text, lang)
    return Markup('<bdi lang="en">{}</bdi>').format(clean(text)) if found is None else said(found)


def link(url: object) -> Markup:
    """A link for http and https addresses, plain text for everything else."""
    text = clean(url)
    try:
        safe = urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).netloc) and not re.search(r"\s", text)
    except ValueError:
        safe = False
    if not safe:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<a class="out" href="{}" rel="noopener noreferrer"><bdi>{}</bdi></a>').format(text, text)


def money(amount: str | Decimal | None, currency: str | None = None, most: str | None = None) -> Markup:
    """`¥129.00`, `129.00 CHF`, `¥99.00–129.00`; an en dash without an amount."""
    if amount in (None, ""):
        return Markup("–")
    span = f"{amount}" + (f"–{most}" if most and most != amount else "")
    sign = _SIGNS.get(currency or "")
    text = f"{sign}{span}" if sign else f"{span} {currency or ''}".strip()
    return escape(text)


def moment(text: str | None, zone: str) -> str:
    """A UTC time in the dataset's zone, `2026-11-20 20:05 +08:00`; what is no time stays as it is."""
    try:
        given = utc(text or "")
    except ValueError:
        return text or ""
    local = given.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def content(parts: Any, words_of: dict[str, Any]) -> str:
    """`30 ml × 2 + 5 g`."""
    named = []
    for part in parts:
        size = f"{format(part.size.normalize(), 'f')} {words_of['unit'][part.unit]}"
        named.append(size if part.count == 1 else f"{size} × {part.count}")
    return " + ".join(named)
