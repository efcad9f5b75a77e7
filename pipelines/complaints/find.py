"""Where a text complains: the words of the lexicon in it, without what their clause takes back.

A clause ends at punctuation, at a line's end, and at white space that does not stand between two Latin words; English
clauses also before "but", "however", "although". A text with kana or hangul is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.complaints.complaint import FIELDS, TOPICS, Complaint, Place, Said, readable
from pipelines.complaints.lexicon import COMMON, Lexicon, lexicon
from pipelines.complaints.scope import LIST

_BREAK = re.compile(
    r"[,。!?;…~\n\r|]+|(?<!\d)\.+|\.+(?!\d)|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|\s+-+\s+|"
    r"\s(?=(?:but|however|although|though|while)\b)"
)
_SENTENCE = re.compile(r"[。!?;…\n\r.]")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Hit(NamedTuple):
    """Characters `start` to `end` speak of `topic`; a pair's halves meet at `first_end` and `second`."""

    start: int
    end: int
    topic: str
    first_end: int
    second: int
    across: bool


def complaints(reviews: Iterable[Said]) -> Iterator[Complaint]:
    """The complaints of each review, review by review in their order, topics in the order of `TOPICS`.

    Needs one review at a time: any iterator will do. Reviews in a language that the lexicon does not know give none.
    """
    known = lexicon()
    for review in reviews:
        if not readable(review.language):
            continue
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for field in FIELDS:
            text = getattr(review, field)
            if text:
                for topic, place in _places(known, field, text):
                    found[topic].append(place)
        if found:
            for topic in TOPICS:
                if topic in found:
                    yield Complaint(review=review.id, topic=topic, places=tuple(found[topic]))


def topics_of(text: str, words: Lexicon | None = None) -> dict[str, tuple[str, ...]]:
    """Topic → the words of the text that complain of it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for topic, place in _places(words or lexicon(), "text", text):
        found[topic].append(place.words)
    return {topic: tuple(found[topic]) for topic in TOPICS if topic in found}


def _places(known: Lexicon, field: str, text: str) -> Iterator[tuple[str, Place]]:
    folded = text.translate(known.folded).lower()
    # A character whose lower case is two would move all places behind it.
    if len(folded) != len(text):
        folded = "".join(c if len(c.lower()) != 1 else c.lower() for c in text.translate(known.folded))
    hits = _hits(known, folded)
    if not hits:
        return
    clauses = _Clauses(folded)
    denied_to = -1
    last: dict[str, int] = {}
    for hit in hits:
        at = clauses.at(hit.start)
        if clauses.at(hit.end - 1) != at and (not hit.across or _SENTENCE.search(folded, hit.first_end, hit.second)):
            continue
        spaced = _HAN.search(folded, hit.start, hit.end) is None
        scope = next(scope for scope in known.scopes if scope.spaced is spaced)
        begin, end = clauses.bounds(at)
        before, behind = folded[begin : hit.start], folded[hit.end : clauses.bounds(clauses.at(hit.end - 1))[1]]
        listed = denied_to > hit.start or (denied_to >= 0 and LIST.fullmatch(folded, denied_to, hit.start) is not None)
        if listed or scope.denies(before, behind) or scope.denies(folded[hit.first_end : hit.second], ""):
            denied_to = hit.end
            continue
        if scope.asks_or_supposes(clauses.earlier(at), before, behind + clauses.mark(hit.end - 1)):
            continue
        if hit.topic != "cheaper_elsewhere" and scope.about_others(before):
            continue
        if any(word in before for word in known.unless[hit.topic]):
            continue
        if hit.start < last.get(hit.topic, 0):
            continue
        last[hit.topic] = hit.end
        yield hit.topic, Place(
            field=field, start=hit.start, end=hit.end, words=text[hit.start : hit.end], clause=text[begin:max(end, hit.end)].strip()
        )


def _hits(known: Lexicon, folded: str) -> list[Hit]:
    """All words and pairs that may be a complaint, by place, longer ones first; the harmless ones are left out."""
    matches = known.automaton.find_matches_as_indexes(folded, overlapping=True)
    if not matches:
        return []
    roles = known.roles
    harmless = [(start, end, roles[index].harmless) for index, start, end in matches if roles[index].harmless]
    hits: list[Hit] = []
    firsts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    thens: list[tuple[int, int, int]] = []
    for index, start, end in matches:
        role = roles[index]
        if role.latin and not _whole(folded, start, end):
            continue
        for topic in role.says:
            if not _is_harmless(harmless, topic, start, end):
                hits.append(Hit(start, end, topic, end, end, False))
        for number in role.of:
            if not _is_harmless(harmless, known.pairs[number].topic, start, end):
                firsts[number].append((start, end))
        for number in role.then:
            thens.append((number, start, end))
    for number, start, end in thens:
        pair = known.pairs[number]
        if number in firsts and not _is_harmless(harmless, pair.topic, start, end):
            hits.extend(_pairs(pair.topic, pair.within, pair.either, pair.across, firsts[number], start, end))
    hits.sort(key=lambda hit: (hit.start, -hit.end, hit.second))
    return hits


def _pairs(
    topic: str, within: int, either: bool, across: bool, firsts: list[tuple[int, int]], start: int, end: int
) -> Iterator[Hit]:
    for first, first_end in firsts:
        if 0 <= start - first_end <= within:
            yield Hit(first, end, topic, first_end, start, across)
        elif either and 0 <= first - end <= within:
            yield Hit(start, first_end, topic, end, first, across)


def _is_harmless(harmless: list[tuple[int, int, tuple[str, ...]]], topic: str, start: int, end: int) -> bool:
    return any(
        low <= start and end <= high and high - low > end - start and (topic in topics or COMMON in topics)
        for low, high, topics in harmless
    )


def _whole(text: str, start: int, end: int) -> bool:
    """Whether the Latin word is one: no letter, digit or apostrophe touches it."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and (before.isalnum() or before == "'")) and not (behind.isascii() and behind.isalnum())


class _Clauses:
    """The clauses of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts, self._ends = [0], []
        for match in _BREAK.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))

    def at(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def bounds(self, at: int) -> tuple[int, int]:
        return self._starts[at], self._ends[at]

    def mark(self, place: int) -> str:
        """The punctuation behind the clause of this place."""
        at = self.at(place)
        return self._text[self._ends[at] : self._starts[at + 1]] if at + 1 < len(self._starts) else ""

    def earlier(self, at: int) -> str:
        """The clause before this one when it belongs to the same sentence, else nothing."""
        if at == 0 or _SENTENCE.search(self._text, self._ends[at - 1], self._starts[at]):
            return ""
        return self._text[self._starts[at - 1] : self._ends[at - 1]]
