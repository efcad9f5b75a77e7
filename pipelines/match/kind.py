"""What kind of thing it is, by words that only one kind of thing carries: 面膜 is no 洗发水."""

from __future__ import annotations

import re

from pipelines.match.evidence import Evidence, Points
from pipelines.match.kinds import KINDS

_ALL = sorted(
    ((word, kind) for kind, said in KINDS for word in said.split("|")), key=lambda pair: (-len(pair[0]), pair[0])
)


def _pattern(word: str) -> str:
    escaped = re.escape(word)
    return rf"\b{escaped}(?:s|es)?\b" if word.isascii() else escaped


_ANY = re.compile("|".join(f"({_pattern(word)})" for word, _ in _ALL))
_BY_GROUP = [kind for _, kind in _ALL]


def read_kinds(folded: str) -> tuple[str, ...]:
    """The kinds a folded title names, each once, by its last place: titles name the thing itself last."""
    found = [_BY_GROUP[match.lastindex - 1] for match in _ANY.finditer(folded) if match.lastindex is not None]
    return tuple(reversed(dict.fromkeys(reversed(found))))


def compare(promoted: tuple[str, ...], official: tuple[str, ...]) -> Evidence | None:
    """Different when the titles name kinds of things and share none; caution when they end in another one."""
    if not promoted or not official:
        return None
    says: str
    points_to: Points
    if not set(promoted) & set(official):
        says, points_to = "the titles name different kinds of goods", "different"
    elif promoted[-1] == official[-1]:
        says, points_to = "the titles name the same kind of goods", "nothing"
    else:
        says, points_to = "the titles name several kinds of goods, not the same ones", "caution"
    return Evidence(
        field="kind", promoted=", ".join(promoted), official=", ".join(official), says=says, points_to=points_to
    )
