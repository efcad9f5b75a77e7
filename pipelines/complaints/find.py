"""Where a text complains: the words of the lexicon in it, without what their clause takes back.

A clause ends at punctuation, at a line's end, and at white space that does not stand between two Latin words; English
clauses also before "but", "however", "although". A text with kana or hangul is not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import NamedTuple

from pipelines.complaints.complaint import FIELDS, TOPICS, Complaint, Place, Said, readable
from pipelines.complaints.lexicon import COMMON, Lexicon, Pair, Roles, lexicon
from pipelines.complaints.scope import LIST

# Index of the word, start and end.
Match = tuple[int, int, int]

_CHUNK = 256
# A clause is looked at so far; some texts have no punctuation.
_REACH = 200
# Its first character is one of a set, which is searched for fast; what must be around it is said behind that.
_BREAK = re.compile(
    r"[,。!?;…~\n\r|.\s](?:(?<=[,。!?;…~\n\r|])[,。!?;…~\n\r|]*|(?<=\.)(?:(?<!\d\.)\.*|\.*(?!\d))|"
    r"(?<=[^\x00-\x7f]\s)|(?<=\s)(?:(?=[^\x00-\x7f])|-+\s|(?=(?:but|however|although|though|while)\b)))"
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
    waiting = iter(reviews)
    while chunk := list(islice(waiting, _CHUNK)):
        texts = [
            (review.id, field, text)
            for review in chunk
            if readable(review.language)
            for field in FIELDS
            if (text := getattr(review, field))
        ]
        found: defaultdict[str, defaultdict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for at, topic, place in _places(known, texts):
            found[texts[at][0]][topic].append(place)
        for review, by_topic in found.items():
            for topic in TOPICS:
                if topic in by_topic:
                    yield Complaint(review=review, topic=topic, places=tuple(by_topic[topic]))


def topics_of(text: str, words: Lexicon | None = None) -> dict[str, tuple[str, ...]]:
    """Topic → the words of the text that complain of it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for _, topic, place in _places(words or lexicon(), [("", "text", text)]):
        found[topic].append(place.words)
    return {topic: tuple(found[topic]) for topic in TOPICS if topic in found}


def _places(known: Lexicon, texts: Sequence[tuple[str, str, str]]) -> Iterator[tuple[int, str, Place]]:
    """(number of the text, topic, place) of (review, field, text), in their order. All are searched in one pass."""
    folded = known.fold("\n".join([text for _, _, text in texts]))
    ends = list(accumulate([len(text) + 1 for _, _, text in texts]))
    for at, met, matches in _met(known, known.automaton.find_matches_as_indexes(folded, overlapping=True), ends):
        _, field, text = texts[at]
        start = ends[at] - len(text) - 1
        own = [(index, low - start, high - start) for index, low, high in matches]
        for topic, place in _judged(known, own, met, field, text, folded[start : ends[at] - 1]):
            yield at, topic, place


def _met(known: Lexicon, matches: Sequence[Match], ends: Sequence[int]) -> Iterator[tuple[int, int, Sequence[Match]]]:
    """The texts in which both halves of a pair, or a complaint by itself, are among the words: the number of each, the
    bits that say which ones, and its words. `ends` says where each text ends.
    """
    begins, closes = known.begins, known.ends
    # Matches come by their ends, so those of a text stand together.
    begun = first = second = 0
    end = -1
    for number, (index, low, _) in enumerate(matches):
        if low >= end:
            if first & second:
                yield bisect_left(ends, end), first & second, matches[begun:number]
            begun, first, second = number, 0, 0
            end = ends[bisect_right(ends, low)]
        first |= begins[index]
        second |= closes[index]
    if first & second:
        yield bisect_left(ends, end), first & second, matches[begun:]


def _judged(
    known: Lexicon, matches: Sequence[Match], met: int, field: str, text: str, folded: str
) -> Iterator[tuple[str, Place]]:
    """The complaints of one text: its hits without those that their clause takes back; what overlaps is one."""
    hits = _hits(known, matches, met, folded)
    if not hits:
        return
    clauses = _Clauses(folded)
    denied_to = -1
    kept: list[_Kept] = []
    last: dict[str, _Kept] = {}
    for hit in hits:
        start, stop, topic, first_end, second, across = hit
        first, final = clauses.at(start), clauses.at(stop - 1)
        if first != final and (not across or _SENTENCE.search(folded, first_end, second)):
            continue
        scope = known.scopes[0 if _HAN.search(folded, start, stop) else 1]
        begin, end = clauses.around(first, final, start, stop)
        before, behind = folded[begin:start], folded[stop:end]
        listed = denied_to > start or (denied_to >= 0 and LIST.fullmatch(folded, denied_to, start) is not None)
        if (
            listed
            or scope.denies(before, behind)
            or (first_end < second and scope.denies(folded[first_end:second], ""))
        ):
            denied_to = stop
        elif not (
            scope.asks_or_supposes(clauses.earlier(first), before, behind + clauses.mark(final))
            or (topic != "cheaper_elsewhere" and scope.about_others(before))
            or any(word in before for word in known.unless[topic])
        ):
            there = last.get(topic)
            if there is not None and start < there.end:
                if stop > there.end:
                    there.end, there.final = stop, final
            else:
                last[topic] = _Kept(topic, start, stop, first, final)
                kept.append(last[topic])
    for one in kept:
        begin, end = clauses.around(one.first, one.final, one.start, one.end)
        words, clause = text[one.start : one.end], text[begin:end].strip()
        yield one.topic, Place(field=field, start=one.start, end=one.end, words=words, clause=clause)


def _hits(known: Lexicon, matches: Sequence[Match], met: int, folded: str) -> list[Hit]:
    """All words and pairs that may be a complaint, by place, longer ones first; the harmless ones are left out."""
    roles, begins, ends = known.roles, known.begins, known.ends
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    speaking: list[tuple[Roles, int, int]] = []
    for index, start, end in matches:
        role = roles[index]
        if role.harmless:
            spans.append((end, start, role.harmless))
        if (begins[index] | ends[index]) & met and not (role.latin and not _whole(folded, start, end)):
            speaking.append((role, start, end))
    harmless = _Harmless(spans, known.longest)
    hits: list[Hit] = []
    thens: list[tuple[int, int, int]] = []
    for role, start, end in speaking:
        for topic in role.says:
            if not harmless.at(topic, start, end):
                hits.append(Hit(start, end, topic, end, end, False))
        for number in role.then:
            if met >> number & 2 and not harmless.at(known.pairs[number].topic, start, end):
                thens.append((number, start, end))
    if thens:
        awaited = {number for number, _, _ in thens}
        firsts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for role, start, end in speaking:
            for number in awaited.intersection(role.of) if role.of else ():
                if not harmless.at(known.pairs[number].topic, start, end):
                    firsts[number].append((end, start))
        for number, start, end in thens:
            if number in firsts:
                hits.extend(_pairs(known.pairs[number], firsts[number], start, end, known.longest))
    hits.sort(key=lambda hit: (hit.start, -hit.end, hit.second))
    return hits


def _pairs(pair: Pair, firsts: list[tuple[int, int]], start: int, end: int, longest: int) -> Iterator[Hit]:
    """The pairs of a second half with first halves, (end, start) in order; only near ones are looked at."""
    nearest = bisect_left(firsts, (start - pair.within, 0))
    furthest = end + pair.within + longest if pair.either else start
    for first_end, first in firsts[nearest : bisect_right(firsts, (furthest, furthest))]:
        if first_end <= start:
            yield Hit(first, end, pair.topic, first_end, start, pair.across)
        elif pair.either and 0 <= first - end <= pair.within:
            yield Hit(start, first_end, pair.topic, end, first, pair.across)


class _Harmless:
    """The longer words of a text in which a word means something else: (end, start, topics), by their ends."""

    def __init__(self, spans: list[tuple[int, int, tuple[str, ...]]], longest: int) -> None:
        self._spans = spans
        self._longest = longest

    def at(self, topic: str, start: int, end: int) -> bool:
        """Whether the word of this topic stands within one of them."""
        if not self._spans:
            return False
        for at in range(bisect_left(self._spans, (end, 0)), len(self._spans)):
            high, low, topics = self._spans[at]
            if high > end + self._longest:
                break
            if low <= start and high - low > end - start and (topic in topics or COMMON in topics):
                return True
        return False


def _whole(text: str, start: int, end: int) -> bool:
    """Whether the Latin word is one: no letter, digit or apostrophe touches it."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    if before.isascii() and (before.isalnum() or before == "'"):
        return False
    return not (behind.isascii() and behind.isalnum())


@dataclass(slots=True)
class _Kept:
    """Characters that complain of a topic, and the first and the last clause that they stand in."""

    topic: str
    start: int
    end: int
    first: int
    final: int


class _Clauses:
    """The clauses of a text, by number."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts, self._ends = [0], []
        for match in _BREAK.finditer(text):
            end, start = match.span()
            self._ends.append(end)
            self._starts.append(start)
        self._ends.append(len(text))

    def at(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def around(self, first: int, final: int, start: int, end: int) -> tuple[int, int]:
        """From where to where the clauses of these characters go, at most `_REACH` beyond them."""
        begin, stop = self._starts[first], self._ends[final]
        return max(begin, start - _REACH), min(max(stop, end), end + _REACH)

    def mark(self, at: int) -> str:
        """The punctuation behind a clause."""
        return self._text[self._ends[at] : self._starts[at + 1]] if at + 1 < len(self._starts) else ""

    def earlier(self, at: int) -> str:
        """The clause before this one when it belongs to the same sentence, else nothing."""
        if at == 0 or _SENTENCE.search(self._text, self._ends[at - 1], self._starts[at]):
            return ""
        return self._text[max(self._starts[at - 1], self._ends[at - 1] - _REACH) : self._ends[at - 1]]
