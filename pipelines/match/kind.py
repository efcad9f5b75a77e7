"""What kind of thing it is, by words that only one kind of thing carries: 面膜 is no 洗发水."""

from __future__ import annotations

import re
from collections import defaultdict

from pipelines.match.evidence import Evidence, Points
from pipelines.match.kinds import KINDS

_Word = tuple[str, str]


def _by_first_character() -> dict[str, list[_Word]]:
    """Longest word first: 手机壳 is found before 手机."""
    index: dict[str, list[_Word]] = defaultdict(list)
    for kind, said in KINDS:
        for word in said.split("|"):
            index[word[0]].append((word, kind))
    return {first: sorted(found, key=lambda pair: (-len(pair[0]), pair[0])) for first, found in index.items()}


_INDEX = _by_first_character()
_AFTER_LATIN = re.compile(r"(?:s|es)?(?![a-z0-9])")


def read_kinds(folded: str) -> tuple[str, ...]:
    """The kinds a folded title names, each once, by its last place: titles name the thing itself last."""
    found: list[str] = []
    at = 0
    while at < len(folded):
        hit = next((word for word in _INDEX.get(folded[at], ()) if _is_at(word[0], folded, at)), None)
        if hit is not None:
            found.append(hit[1])
        at += len(hit[0]) if hit is not None else 1
    return tuple(reversed(dict.fromkeys(reversed(found))))


def _is_at(word: str, folded: str, at: int) -> bool:
    if not folded.startswith(word, at):
        return False
    if not word.isascii():
        return True
    starts = at == 0 or not (folded[at - 1].isascii() and folded[at - 1].isalnum())
    return starts and _AFTER_LATIN.match(folded, at + len(word)) is not None


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
