"""The sentences of rules, matching and verdicts in another language, by `templates/sentences.<language>.toml`.

A pattern is a sentence with places: `{name}` takes a value as it is, `{money_a}` an amount and its currency, `{_name}`
a phrase that must have a pattern of its own, or several of them with semicolons between. A sentence without a pattern,
or with a phrase that has none, stays as the rule wrote it: half a translation would say something that no rule said.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pipelines.export.words import Language

Pattern = tuple[re.Pattern[str], str]

_PLACE = re.compile(r"\{(_?\w+)\}")
_YUAN = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) CNY\b")


def translated(text: str, language: Language) -> str | None:
    """The sentence in the language, or None when it has no full translation. English needs none."""
    if language == "en":
        return text
    for pattern, wanted in _patterns(language):
        found = pattern.fullmatch(text)
        if found is None:
            continue
        places: dict[str, str] = {}
        for name, value in found.groupdict().items():
            said = _phrases(value, language) if name.startswith("_") else _YUAN.sub(r"¥\1", value)
            if said is None:
                break
            places[name] = said
        else:
            return wanted.format(**places)
    return None


def _phrases(text: str, language: Language) -> str | None:
    whole = translated(text, language)
    if whole is not None or "; " not in text:
        return whole
    parts = [translated(part, language) for part in text.split("; ")]
    return None if None in parts else "；".join(part for part in parts if part)


@cache
def _patterns(language: Language) -> tuple[Pattern, ...]:
    """Patterns in the order of the file: the first that fits is taken."""
    path = files("pipelines.export").joinpath("templates", f"sentences.{language}.toml")
    pairs = tomllib.loads(path.read_text(encoding="utf-8"))["sentences"]
    return tuple((_regex(said), wanted) for said, wanted in pairs)


def _regex(said: str) -> re.Pattern[str]:
    parts = _PLACE.split(said)
    places = [f"(?P<{part}>{_takes(part)})" if n % 2 else re.escape(part) for n, part in enumerate(parts)]
    return re.compile("".join(places), re.DOTALL)


def _takes(place: str) -> str:
    return r"[\d.]+ (?:[A-Z]{3}|\(currency not stated\))" if place.startswith("money") else ".+?"
