"""Which of many marks a page has, found in one pass over its bytes."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind


class Marks:
    """Marks to look for. Some dozens are found as fast as two or three are one by one; beyond 64 it is slower."""

    def __init__(self, marks: Iterable[str]) -> None:
        known = list(dict.fromkeys(marks))
        self._search = BytesAhoCorasick(
            [mark.encode() for mark in known], matchkind=MatchKind.LeftmostFirst, implementation=Implementation.DFA
        )
        # What is found may stand over another mark, which then is not.
        self._near = [frozenset(other for other in known if _overlap(mark, other)) for mark in known]

    def maybe_in(self, text: bytes) -> frozenset[str]:
        """All marks that the text in UTF-8 holds, and perhaps some that it does not hold."""
        found = {match[0] for match in self._search.find_matches_as_indexes(text)}
        return frozenset().union(*(self._near[index] for index in found))


def _overlap(one: str, other: str) -> bool:
    """Whether places of the two in a text may have a character in common."""
    if one in other or other in one:
        return True
    sizes = range(1, min(len(one), len(other)))
    return any(one.endswith(other[:size]) or other.endswith(one[:size]) for size in sizes)
