"""The bulletin's sentences in one language, from `templates/changes.<language>.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pipelines.changes.change import Bulletin, Change, Side
from pipelines.export.sentences import translated
from pipelines.export.words import Language

# Controls are no text in XML or HTML, and a lone surrogate is none in UTF-8: the reader sees that one was there.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 300


@cache
def change_words(language: Language) -> dict[str, Any]:
    """All words, nested as in the file."""
    path = files("pipelines.export").joinpath("templates", f"changes.{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def plain(text: object, longest: int = _LONGEST) -> str:
    """A text from outside in one line, at most `longest` characters, with nothing in it that is no text."""
    said = " ".join(_NO_TEXT.sub("\ufffd", str(text)).split())
    return said if len(said) <= longest else said[: longest - 1] + "…"


def value(change: Change, side: Side, language: Language) -> str:
    """`129.00 CNY`, `dearer at the streamer`, or an en dash where the values do not say it."""
    if side.value is None:
        return "–"
    if change.kind == "price_changed":
        return plain(f"{side.value} {change.currency or ''}")
    return str(change_words(language)["value"].get(side.value, plain(side.value)))


def part(change: Change, language: Language) -> str:
    """`price`, `price #316`: the variant as the page names it."""
    kind, _, variant = change.part.partition(" ")
    said = str(change_words(language)["part"].get(kind, plain(kind)))
    return f"{said} {plain(variant, 80)}" if variant else said


def sentence(text: str, language: Language) -> str:
    """A sentence of a rule in the language, as it is where that has none; at most 2,000 characters."""
    return plain(translated(text, language) or text, 2_000)


def headline(change: Change, language: Language) -> str:
    """One line that says what changed."""
    words = change_words(language)
    old, new = value(change, change.old, language), value(change, change.new, language)
    name = plain(change.name or change.subject, 120)
    if change.shop:
        name = words["at_shop"].format(shop=plain(change.shop, 60), name=name)
    form = words["headline"][change.kind]
    if change.kind == "price_changed" and old == new:
        form = words["headline"]["price_came_back"]
    return str(form.format(name=name, part=part(change, language), old=old, new=new))


def lead(bulletin: Bulletin, language: Language) -> str:
    """How many changes there are, by kind."""
    words = change_words(language)
    if not bulletin.changes:
        return str(words["lead_none" if bulletin.started else "lead_first"])
    counted = [
        words["count"].format(kind=words["short"][kind], n=count) for kind, count in bulletin.counts.items() if count
    ]
    said = "lead_one" if len(bulletin.changes) == 1 else "lead"
    return str(words[said].format(n=len(bulletin.changes), counts=words["join"].join(counted)))
