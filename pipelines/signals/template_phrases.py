"""How much of the text is phrases that many reviews of this product share, and reviews of other products do not?

The share of its letters in such phrases, two decimals. Scope: the whole corpus (`gather`), then all reviews of a
product.

A phrase is a run of `letters` letters and digits (default 10; `latin_letters`, default 28, in texts without Han,
kana or hangul), punctuation and width left out. It is a template where at least `least_texts` different texts
(default 5) of the product have it, copies counted once, and where it is at least `lift` times (default 20) as
frequent among the product's reviews as among all others: (texts with it / texts) ÷ ((reviews elsewhere with it + 1)
/ (reviews elsewhere + 1)). 好评如潮物流很快 is said everywhere and is none; phrases that hold four letters of the
product's name in a row are left out, since buyers repeat names. Evidence: the longest phrase, how many texts have
it, and both rates per 1,000. Not computable for platform texts and shorter texts, for a product with fewer than
`least_reviews` (default 20) texts, and where fewer than `least_elsewhere` (default 200) reviews of other products
are there to compare with. Source of the idea: shingles (Broder 1997) and lift against a background rate. Limits: a
platform's form (外观：… 效果：…) and what everybody says of one kind of goods are shared phrases, too; counts
elsewhere are kept in a table of 2²² numbers, which may count a phrase too often and so miss a template, never make
one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pipelines.signals.default_text import platform_sentence
from pipelines.signals.forms import plain
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number

DEFAULTS: dict[str, object] = {
    "letters": 10,
    "latin_letters": 28,
    "least_texts": 5,
    "lift": 20,
    "least_reviews": 20,
    "least_elsewhere": 200,
}
_NONE = Signal("0.00")
_SLOTS = 1 << 22
_FACTOR = np.uint32(0x9E3779B1)
_NAME = 4
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_Array = np.ndarray[Any, Any]


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; `reviews` are the whole corpus."""
    phrases = gather(parameters)
    phrases.add(reviews)
    phrases.settle()
    return phrases.observe(reviews)


def gather(parameters: Parameters) -> Phrases:
    """An empty gathering: see `signal.Gathering`."""
    return Phrases(parameters)


class Shared(NamedTuple):
    """A phrase of a text: its place among the letters, how many texts of the product have it, reviews elsewhere."""

    start: int
    texts: int
    elsewhere: int


class Phrases:
    """How many reviews of a corpus have each phrase."""

    def __init__(self, parameters: Parameters) -> None:
        self._lengths = (int(number(parameters, "letters")), int(number(parameters, "latin_letters")))
        self._least_texts, self._lift = int(number(parameters, "least_texts")), number(parameters, "lift")
        self._least_reviews = int(number(parameters, "least_reviews"))
        self._least_elsewhere = int(number(parameters, "least_elsewhere"))
        self._table = np.zeros(_SLOTS, np.uint32)
        self._reviews = 0

    def add(self, reviews: Sequence[ReviewText]) -> None:
        """Count the phrases of further reviews."""
        said = [review.text for review in reviews if review.text and not _by_platform(review)]
        self._reviews += len(said)
        of_cjk = [text for text in said if _CJK.search(text)]
        of_latin = [text for text in said if not _CJK.search(text)] if len(of_cjk) < len(said) else []
        for length, texts in zip(self._lengths, (of_cjk, of_latin), strict=True):
            hashes, _, _ = _windows(*_points([plain(text) for text in texts]), length)
            np.add.at(self._table, (hashes & np.uint32(_SLOTS - 1)).astype(np.intp), np.uint32(1))

    def settle(self) -> None:
        """Nothing to do: all counts are there."""

    def observe(self, reviews: Sequence[ReviewText]) -> Iterator[Signal]:
        """One signal for each of these reviews, which were all added before; all reviews of a product at once."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, review in enumerate(reviews):
            places[review.product].append(at)
        found: list[Signal | None] = [None] * len(reviews)
        for group in places.values():
            for at, signal in zip(group, self._product([reviews[at] for at in group]), strict=True):
                found[at] = signal
        return (signal for signal in found if signal is not None)

    def _by_length(self, texts: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        by_length: dict[int, list[str]] = {length: [] for length in self._lengths}
        for text in texts:
            if len(text) >= (length := self._length_of(text)):
                by_length[length].append(text)
        return ((length, found) for length, found in by_length.items() if found)

    def _length_of(self, text: str) -> int:
        return self._lengths[0 if _CJK.search(text) else 1]

    def _product(self, reviews: list[ReviewText]) -> Iterator[Signal]:
        by_platform = [_by_platform(review) for review in reviews]
        said = ["" if is_so else plain(review.text) for review, is_so in zip(reviews, by_platform, strict=True)]
        copies = Counter(text for text in said if text)
        written = sum(1 for review, is_so in zip(reviews, by_platform, strict=True) if review.text and not is_so)
        elsewhere = self._reviews - written
        because = ""
        if len(copies) < self._least_reviews:
            because = f"only {len(copies)} different texts of this product"
        elif elsewhere < self._least_elsewhere:
            because = f"only {elsewhere} reviews of other products to compare with"
        name = plain(reviews[0].goods.name) if reviews[0].goods else ""
        shared = {} if because else self._shared(copies, elsewhere, name)
        for text, is_so in zip(said, by_platform, strict=True):
            if is_so:
                yield not_computable("the platform wrote the text")
            elif len(text) < (length := self._length_of(text)):
                yield not_computable(f"fewer than {length} letters")
            elif because:
                yield not_computable(because)
            else:
                yield self._signal(text, shared.get(text, []), len(copies), elsewhere)

    def _shared(self, copies: Mapping[str, int], elsewhere: int, name: str) -> dict[str, list[Shared]]:
        """Text → its template phrases, by place; `copies` says how often each text is there."""
        found: defaultdict[str, list[Shared]] = defaultdict(list)
        for length, group in self._by_length(sorted(copies)):
            hashes, owners, starts = _windows(*_points(group), length)
            # What fewer reviews of the whole corpus have, fewer of this product have as well.
            often = self._table[hashes & np.uint32(_SLOTS - 1)] >= self._least_texts
            hashes, owners, starts = hashes[often], owners[often], starts[often]
            each, counts = _frequent(hashes, owners, self._least_texts)
            if not len(each):
                continue
            phrases = np.minimum(np.searchsorted(each, hashes), len(each) - 1)
            known = each[phrases] == hashes
            phrases, owners, starts = phrases[known], owners[known], starts[known]
            times = np.fromiter((copies[text] for text in group), np.int64, len(group))
            all_here = np.bincount(phrases, times[owners], minlength=len(each)).astype(np.int64)
            others = np.maximum(self._table[each & np.uint32(_SLOTS - 1)].astype(np.int64) - all_here, 0)
            lift = (counts / len(copies)) / ((others + 1) / (elsewhere + 1))
            for at in np.nonzero(lift[phrases] >= self._lift)[0]:
                text, start, phrase = group[owners[at]], int(starts[at]), int(phrases[at])
                if not _of_name(text[start : start + length], name):
                    found[text].append(Shared(start, int(counts[phrase]), int(others[phrase])))
        return found

    def _signal(self, text: str, shared: list[Shared], texts: int, elsewhere: int) -> Signal:
        if not shared:
            return _NONE
        length = self._length_of(text)
        runs = list(_runs(shared, length))
        covered = sum(end - start for start, end, _ in runs)
        start, end, inside = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
        rarest = min(inside, key=lambda one: (one.texts, one.start))
        evidence: dict[str, object] = {
            "phrase": text[start:end],
            "texts": rarest.texts,
            "of": texts,
            "per_1000": f"{1000 * rarest.texts / texts:.1f}",
            "per_1000_elsewhere": f"{1000 * rarest.elsewhere / elsewhere:.1f}",
        }
        return Signal(f"{covered / len(text):.2f}", evidence)


def _by_platform(review: ReviewText) -> bool:
    return review.default_text or platform_sentence(review.text) is not None


def _of_name(phrase: str, name: str) -> bool:
    return len(name) >= _NAME and any(phrase[at : at + _NAME] in name for at in range(len(phrase) - _NAME + 1))


def _runs(shared: Sequence[Shared], length: int) -> Iterator[tuple[int, int, list[Shared]]]:
    """(start, end, phrases) of the stretches of a text that phrases cover without a gap."""
    run: list[Shared] = []
    for one in sorted(shared):
        if run and one.start > run[-1].start + length:
            yield run[0].start, run[-1].start + length, run
            run = []
        run.append(one)
    if run:
        yield run[0].start, run[-1].start + length, run


def _points(texts: Sequence[str]) -> tuple[_Array, _Array]:
    """The code points of all texts, one after the other, and how many each has."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32), sizes


def _frequent(hashes: _Array, owners: _Array, least: int) -> tuple[_Array, _Array]:
    """The phrases that at least so many texts have, ascending, and how many have each."""
    # A phrase may stand twice in one text.
    pairs = np.sort(hashes.astype(np.uint64) << np.uint64(32) | owners.astype(np.uint64))
    once = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]] >> np.uint64(32)
    firsts = np.nonzero(np.append(True, once[1:] != once[:-1])[: len(once)])[0]
    counts = np.diff(firsts, append=len(once))
    frequent = counts >= least
    return once[firsts[frequent]].astype(np.uint32), counts[frequent]


def _windows(points: _Array, sizes: _Array, length: int) -> tuple[_Array, _Array, _Array]:
    """Hash (32 bits), number of the text and place in it, of each run of `length` characters."""
    if len(points) < length:
        none = np.empty(0, np.int64)
        return none.astype(np.uint32), none, none
    hashes = np.zeros(len(points) - length + 1, np.uint32)
    for step in range(length):
        hashes *= _FACTOR
        hashes += points[step : step + len(hashes)]
        hashes ^= hashes >> np.uint32(15)
    counts = np.maximum(sizes - length + 1, 0)
    firsts = np.cumsum(sizes) - sizes
    owners = np.repeat(np.arange(len(sizes)), counts)
    starts = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return hashes[firsts[owners] + starts], owners, starts
