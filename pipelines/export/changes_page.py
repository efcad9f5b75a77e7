"""The bulletin as one HTML file in the style of the report: nothing from outside, no script, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.changes.change import Bulletin
from pipelines.export.changes_words import change_words, lead, part, plain, sentence, value
from pipelines.export.words import Language

_STYLE = ".more td { padding-top: 0; } tr:has(+ .more) > * { border-bottom: 0; }\n"


def html_text(bulletin: Bulletin, language: Language, zone: str) -> str:
    """The whole file; times are told in `zone`."""
    css = (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8") + _STYLE
    environment = Environment(
        loader=PackageLoader("pipelines.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "plain": plain,
        "moment": partial(_moment, zone),
        "part": lambda change: part(change, language),
        "sentence": lambda text: sentence(text, language),
        "value": lambda change, side: value(change, side, language),
        "safe_link": _safe_link,
    }
    return environment.get_template("changes.html").render(
        w=change_words(language),
        bulletin=bulletin,
        lead=lead(bulletin, language),
        groups=[(kind, list(found)) for kind, found in groupby(bulletin.changes, key=lambda change: change.kind)],
        css=Markup(css),  # noqa: S704 - the project's own file, not a page's text
        style_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )


def _safe_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url == plain(url, 2_000)


def _moment(zone: str, text: str) -> str:
    """A UTC time in the zone, `2026-11-20 20:05 +08:00`; what is no time stays as it is."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return plain(text)
    local = (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
