"""Which of many marks a page has, found in one pass over its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

# More are searched for without the processor's instructions that compare many bytes at once, ten times as slowly.
_MOST = 64


class Marks:
    """Marks to look for. Some dozens are found as fast as two or three are one by one."""

    def __init__(self, marks: Iterable[str]) -> None:
        known = list(dict.fromkeys(marks))
        # Marks of one script look alike in their first bytes, by which they are searched for.
        parts = [[mark for mark in known if mark.isascii() is plain] for plain in (True, False)]
        self._searches = [
            _Search(part[start : start + _MOST]) for part in parts for start in range(0, len(part), _MOST)
        ]

    def held_by(self, text: bytes) -> frozenset[str]:
        """Those of the marks that the text in UTF-8 holds."""
        return frozenset().union(*(search.held_by(text) for search in self._searches))

    def places_in(self, text: bytes) -> Iterator[int]:
        """Where marks begin in the text in UTF-8, all but those that another one begins before and stands over."""
        for search in self._searches:
            yield from search.places_in(text)


class _Search:
    def __init__(self, marks: list[str]) -> None:
        self._marks = marks
        self._search = _automaton(*marks)
        # What is found may stand over another mark, which then is not, and is looked for alone.
        self._near = [frozenset(other for other in marks if other != mark and _overlap(mark, other)) for mark in marks]
        self._alone = {mark: _automaton(mark) for mark in frozenset().union(*self._near)}

    def held_by(self, text: bytes) -> frozenset[str]:
        indexes = {match[0] for match in self._search.find_matches_as_indexes(text)}
        found = {self._marks[index] for index in indexes}
        near = frozenset().union(*(self._near[index] for index in indexes)) - found
        return frozenset(found.union(mark for mark in near if self._alone[mark].find_matches_as_indexes(text)))

    def places_in(self, text: bytes) -> Iterator[int]:
        return (match[1] for match in self._search.find_matches_as_indexes(text))


def _automaton(*marks: str) -> BytesAhoCorasick:
    return BytesAhoCorasick(
        [mark.encode() for mark in marks], matchkind=MatchKind.LeftmostFirst, implementation=Implementation.DFA
    )


def _overlap(one: str, other: str) -> bool:
    """Whether places of the two in a text may have a character in common."""
    if one in other or other in one:
        return True
    sizes = range(1, min(len(one), len(other)))
    return any(one.endswith(other[:size]) or other.endswith(one[:size]) for size in sizes)
