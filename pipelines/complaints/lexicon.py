"""The lexicon: what the TOML files beside this module say, checked and made ready for one pass over a text.

All words of all topics are found together by one Aho-Corasick automaton (Aho, Corasick 1975); what a word may mean is a
list of roles beside it. `lexicon()` is built once a process.
"""

from __future__ import annotations

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from pipelines.complaints.complaint import TOPICS
from pipelines.complaints.scope import Scope

HERE = Path(__file__).parent
FILES = ("zh.toml", "en.toml")
COMMON = "common"
_KEYS = {"says", "except", "unless", "pairs"}
_PAIR_KEYS = {"of", "is", "within", "either", "across"}
# Full-width forms, and the apostrophes that people type for one another.
_HALF_WIDTH = {0x2018: 0x27, 0x2019: 0x27, 0x3000: 0x20} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of one list and a word of another, at most `within` characters apart."""

    topic: str
    within: int
    either: bool
    across: bool


class Roles(NamedTuple):
    """What a word of the lexicon may be: a complaint, the first or second half of a pair, or harmless for topics."""

    says: tuple[str, ...]
    of: tuple[int, ...]
    then: tuple[int, ...]
    harmless: tuple[str, ...]
    latin: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`words` in the order of the automaton's indexes, `roles` beside them.

    scopes    of texts without spaces between words, and with them
    unless    topic → words that take it back anywhere before it in the clause
    begins    beside `words`: a bit for each pair of which it can be the first half
    ends      beside `words`: a bit for each pair of which it can be the second half; a complaint by itself has the
              lowest bit of both
    longest   characters of the longest word
    folds     code point → code point in lower case, simplified and of half width
    """

    words: tuple[str, ...]
    roles: tuple[Roles, ...]
    pairs: tuple[Pair, ...]
    scopes: tuple[Scope, Scope]
    unless: dict[str, tuple[str, ...]]
    automaton: AhoCorasick
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    longest: int
    folds: np.ndarray[Any, Any]

    def fold(self, text: str) -> str:
        """The text in lower case, simplified and of half width, each character for itself, so that all places stay."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return bytes(self.folds[points]).decode("utf-32-le")


class LexiconInvalid(ValueError):
    """A file of the lexicon has a key, a topic or a value that means nothing. Says which."""


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package. Raises `LexiconInvalid`."""
    return build({name: (HERE / name).read_text("utf-8") for name in FILES})


def build(files: Mapping[str, str]) -> Lexicon:
    """A lexicon from the texts of its files, by name. Raises `LexiconInvalid`."""
    said: dict[str, _Said] = defaultdict(_Said)
    pairs: list[Pair] = []
    scopes: list[Scope] = []
    unless: dict[str, tuple[str, ...]] = {}
    simplified: dict[int, int] = {}
    for name, text in files.items():
        data = tomllib.loads(text)
        scopes.append(Scope.of(data.pop("scope")))
        traditional = data.pop("traditional", {"from": "", "to": ""})
        simplified |= str.maketrans(traditional["from"], traditional["to"])
        for topic, entry in data.items():
            _read_topic(f"{name}: [{topic}]", topic, entry, said, pairs)
            unless[topic] = (*unless.get(topic, ()), *entry.get("unless", ()))
    words = tuple(sorted(said))
    roles = tuple(said[word].roles(word) for word in words)
    automaton = AhoCorasick(
        words, matchkind=MatchKind.Standard, store_patterns=False, implementation=Implementation.DFA
    )
    by_spaces = {scope.spaced: scope for scope in scopes}
    return Lexicon(
        words=words,
        roles=roles,
        pairs=tuple(pairs),
        scopes=(by_spaces[False], by_spaces[True]),
        unless=unless,
        automaton=automaton,
        begins=tuple(_bits(role.says, role.of) for role in roles),
        ends=tuple(_bits(role.says, role.then) for role in roles),
        longest=max(map(len, words)),
        folds=_folds(simplified),
    )


def _bits(says: tuple[str, ...], pairs: tuple[int, ...]) -> int:
    return (1 if says else 0) | sum(2 << number for number in pairs)


def _folds(simplified: Mapping[int, int]) -> np.ndarray[Any, Any]:
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    for point in range(0x2000):
        # The lower case of İ is two characters.
        if len(low := chr(point).lower()) == 1:
            table[point] = ord(low)
    table[0xD800:0xE000] = 0xFFFD
    for old, new in (_HALF_WIDTH | dict(simplified)).items():
        table[old] = ord(chr(new).lower())
    return table


class _Said:
    """The roles of one word, while the files are read."""

    def __init__(self) -> None:
        self.says: set[str] = set()
        self.of: set[int] = set()
        self.then: set[int] = set()
        self.harmless: set[str] = set()

    def roles(self, word: str) -> Roles:
        return Roles(
            says=tuple(topic for topic in TOPICS if topic in self.says),
            of=tuple(sorted(self.of)),
            then=tuple(sorted(self.then)),
            harmless=tuple(topic for topic in (COMMON, *TOPICS) if topic in self.harmless),
            latin=word[0].isascii() and word[0].isalpha(),
        )


def _read_topic(place: str, topic: str, entry: Mapping[str, Any], said: dict[str, _Said], pairs: list[Pair]) -> None:
    if topic not in (COMMON, *TOPICS):
        raise LexiconInvalid(f"{place}: no such topic; known are {', '.join(TOPICS)}")
    if unknown := entry.keys() - _KEYS:
        raise LexiconInvalid(f"{place}: unknown key {', '.join(sorted(unknown))}; known are {', '.join(sorted(_KEYS))}")
    for word in _words(place, entry.get("says", [])):
        said[word].says.add(topic)
    for word in _words(place, entry.get("except", [])):
        said[word].harmless.add(topic)
    for pair in entry.get("pairs", []):
        if unknown := pair.keys() - _PAIR_KEYS:
            raise LexiconInvalid(f"{place}: unknown key {', '.join(sorted(unknown))} of a pair")
        number = len(pairs)
        pairs.append(Pair(topic, int(pair["within"]), bool(pair.get("either")), bool(pair.get("across"))))
        for word in _words(place, pair["of"]):
            said[word].of.add(number)
        for word in _words(place, pair["is"]):
            said[word].then.add(number)


def _words(place: str, words: Iterable[str]) -> Iterable[str]:
    for word in words:
        if not word or word != word.lower().strip():
            raise LexiconInvalid(f"{place}: {word!r} is no word in lower case")
        yield word
