"""What a pair of records has in common, as numbers: one row a pair, no price, the same for (a, b) and (b, a)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import distance, fuzz, process

from pipelines.match.learned import codes
from pipelines.match.learned.bags import Floats, Ints, shared
from pipelines.match.learned.book import Book

_OVERLAPS = (("words", "title words"), ("all", "words of the page"), ("others", "words beside the title"))


def compare(book: Book, i: Ints, j: Ints) -> tuple[Floats, tuple[tuple[str, str], ...]]:
    """The rows for pairs (i, j) of the book's records, and (name, meaning in words) of each column."""
    found: list[tuple[str, str, Floats]] = []
    for view, said in _OVERLAPS:
        found += _overlap(book, view, said, i, j)
    found += _grams(book, i, j)
    found += _across(book, i, j)
    found += _told_apart(book, i, j)
    found += _agreements(book, i, j)
    found += _strings(book, i, j)
    found += _shape(book, i, j)
    rows = np.stack([values for _, _, values in found], axis=1)
    names = tuple((name, words) for name, words, _ in found)
    return np.concatenate((rows, codes.compare(book.records, i, j)), axis=1), names + codes.NAMES


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where there is no whole."""
    share: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share


def _overlap(book: Book, view: str, said: str, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    bags, weights = book.bags[view], book.weights
    both = shared(bags, bags, i, j, book.size)
    one, other = bags.sums(weights)[i], bags.sums(weights)[j]
    common, count = both.sum(weights), both.sum()
    sizes = np.stack((bags.sizes[i], bags.sizes[j])).astype(float)
    squares = bags.sums(weights**2)
    return [
        (
            f"{view}_shorter",
            f"weight of the shorter side's {said} that the other has",
            _share(common, np.minimum(one, other)),
        ),
        (
            f"{view}_longer",
            f"weight of the longer side's {said} that the other has",
            _share(common, np.maximum(one, other)),
        ),
        (f"{view}_jaccard", f"share of all {said} that both have", _share(count, sizes.sum(0) - count)),
        (f"{view}_cosine", f"closeness of the {said}", _share(both.sum(weights**2), np.sqrt(squares[i] * squares[j]))),
        (f"{view}_count", f"number of {said} that both have", count),
        (f"{view}_rarest", f"rarity of the rarest of the {said} that both have", both.most(weights, found=True)),
    ]


def _grams(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    bags, weights = book.bags["grams"], book.gram_weights
    both = shared(bags, bags, i, j, book.gram_size)
    squares, common = bags.sums(weights**2), both.sum(weights**2)
    least = np.minimum(squares[i], squares[j])
    return [
        (
            "grams_cosine",
            "closeness of the titles by groups of letters",
            _share(common, np.sqrt(squares[i] * squares[j])),
        ),
        ("grams_shorter", "weight of the shorter title's groups of letters that the other has", _share(common, least)),
    ]


def _across(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    title, everything, weights = book.bags["words"], book.bags["all"], book.weights
    total = title.sums(weights)
    there = _share(shared(title, everything, i, j, book.size).sum(weights), total[i])
    back = _share(shared(title, everything, j, i, book.size).sum(weights), total[j])
    return [
        (
            "across_least",
            "weight of title words that stand anywhere on the other page, worse side",
            np.fmin(there, back),
        ),
        (
            "across_most",
            "weight of title words that stand anywhere on the other page, better side",
            np.fmax(there, back),
        ),
    ]


def _told_apart(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    title, everything, weights = book.bags["words"], book.bags["all"], book.weights
    there, back = shared(title, everything, i, j, book.size), shared(title, everything, j, i, book.size)
    rare = np.stack((there.most(weights, found=False), back.most(weights, found=False)))
    lost = np.stack(
        [title.sums(weights)[i] - there.sum(weights), title.sums(weights)[j] - back.sum(weights)],
    )
    return [
        ("missing_rarest_both", "rarity of a title word that the other page lacks, on both sides", rare.min(0)),
        ("missing_rarest_any", "rarity of a title word that the other page lacks, on either side", rare.max(0)),
        ("missing_least", "weight of title words that the other page lacks, better side", lost.min(0)),
        ("missing_most", "weight of title words that the other page lacks, worse side", lost.max(0)),
    ]


def _agreements(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    found: list[tuple[str, str, Floats]] = []
    for view, said in (
        ("numbers", "numbers of the titles"),
        ("quantities", "quantities"),
        ("colors", "colours"),
        ("pairs", "attributes"),
    ):
        bags = book.bags[view]
        count = shared(bags, bags, i, j, book.size).sum()
        sizes = np.stack((bags.sizes[i], bags.sizes[j])).astype(float)
        found += [
            (f"{view}_share", f"share of the {said} that both have", _share(count, sizes.min(0))),
            (f"{view}_only_both", f"{said} that each side has and the other lacks", sizes.min(0) - count),
            (f"{view}_only_any", f"{said} that only one side has", sizes.sum(0) - 2 * count),
            (f"{view}_same", f"{said} that both have", count),
        ]
    for view, values, said in (
        ("units", "quantities", "quantities of one unit that differ"),
        ("names", "pairs", "attributes that differ"),
    ):
        same = shared(book.bags[view], book.bags[view], i, j, book.size).sum()
        equal = shared(book.bags[values], book.bags[values], i, j, book.size).sum()
        found.append((f"{view}_differ", said, same - equal))
    return found


def _strings(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    titles = [record.title for record in book.records]
    one, other = [titles[at] for at in i.tolist()], [titles[at] for at in j.tolist()]

    def of(scorer: object) -> Floats:
        # A C function for many pairs; its own types say less.
        values: NDArray[np.float32] = process.cpdist(one, other, scorer=scorer, workers=1)  # type: ignore[arg-type]
        return values.astype(np.float64)

    return [
        ("token_set", "closeness of the titles as sets of words", of(fuzz.token_set_ratio)),
        ("token_sort", "closeness of the titles, words sorted", of(fuzz.token_sort_ratio)),
        ("ratio", "closeness of the titles, letter by letter", of(fuzz.ratio)),
        ("partial", "closeness of the shorter title to a part of the other", of(fuzz.partial_ratio)),
        ("beginning", "closeness of the titles' beginnings", of(distance.JaroWinkler.similarity)),
    ]


def _shape(book: Book, i: Ints, j: Ints) -> list[tuple[str, str, Floats]]:
    words, others = book.bags["words"].sizes.astype(float), book.bags["others"].sizes.astype(float)
    rows = [_brand(book, left, right) for left, right in zip(i.tolist(), j.tolist(), strict=True)]
    stated = np.array(rows, np.float64).reshape(len(rows), 3)
    return [
        ("shorter_title", "words of the shorter title", np.minimum(words[i], words[j])),
        ("longer_title", "words of the longer title", np.maximum(words[i], words[j])),
        (
            "title_lengths",
            "shorter against longer title",
            _share(np.minimum(words[i], words[j]), np.maximum(words[i], words[j])),
        ),
        ("less_text", "words beside the title, the page with fewer", np.minimum(others[i], others[j])),
        ("more_text", "words beside the title, the page with more", np.maximum(others[i], others[j])),
        ("brand", "the brands: 1 the same, 0.5 one in the other's title, 0 differing", stated[:, 0]),
        ("first_word", "the titles begin with the same word", stated[:, 1]),
        ("first_words", "beginnings of the titles are on the other page", stated[:, 2]),
    ]


def _brand(book: Book, left: int, right: int) -> tuple[float, float, float]:
    one, other = book.records[left], book.records[right]
    first = float(one.words[:1] == other.words[:1])
    begins = float(sum(a.words[0] in b.title for a, b in ((one, other), (other, one)) if a.words))
    if one.brand and other.brand and (one.brand in other.brand or other.brand in one.brand):
        return 1.0, first, begins
    if (one.brand and one.brand in other.title) or (other.brand and other.brand in one.title):
        return 0.5, first, begins
    return (0.0 if one.brand and other.brand else float("nan")), first, begins
