"""The bulletin as one HTML file in the style of the report: nothing from outside, no script, every text escaped."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from markupsafe import Markup

from pipelines.changes.change import Bulletin
from pipelines.export.changes_words import change_words, lead, part, plain, sentence, value
from pipelines.export.filters import link, moment
from pipelines.export.page import render_page
from pipelines.export.words import Language

_STYLE = ".more td { padding-top: 0; } tr:has(+ .more) > * { border-bottom: 0; }\n"
_LONGEST_LINK = 2_000


def html_text(bulletin: Bulletin, language: Language, zone: str) -> str:
    """The whole file; times are told in `zone`."""
    filters: dict[str, Callable[..., Any]] = {
        "plain": plain,
        "moment": lambda text: plain(moment(text, zone)),
        "part": lambda change: part(change, language),
        "sentence": lambda text: sentence(text, language),
        "value": lambda change, side: value(change, side, language),
        "link": _link,
    }
    return render_page(
        "changes.html",
        filters,
        _STYLE,
        w=change_words(language),
        bulletin=bulletin,
        lead=lead(bulletin, language),
        groups=[(kind, list(found)) for kind, found in groupby(bulletin.changes, key=lambda change: change.kind)],
    )


def _link(url: str) -> Markup:
    """A link only where all of the address is shown as it is."""
    shown = plain(url, _LONGEST_LINK)
    return link(url) if shown == url else Markup("<bdi>{}</bdi>").format(shown)
