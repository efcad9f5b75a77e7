"""Pairs of texts that share most of their character bigrams, without comparing all with all.

Candidates are texts whose MinHash signatures agree in one band (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of
Massive Datasets, 3.4): 30 bands of 4 values find a pair of Jaccard 0.7 with 99.98 %, and every candidate is verified on
its bigrams, so no pair is wrong. Time and memory grow with the number of texts, and with the number of alike pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from pipelines.signals.sharing import Shapes

BANDS, ROWS = 30, 4
_CHUNK = 4_000
_VERIFIED = 20_000
# Of a thousand texts that are copies of each other not all 499,500 pairs are looked at, but each with so many others.
_NEIGHBORS = 100
_TOGETHER = 4_000_000
_DEVIATIONS = 5.5
_LOW = np.uint64(0xFFFFFFFF)
# A code point has 21 bits.
_CODE_BITS, _CODE = np.uint64(42), np.uint64((1 << 42) - 1)
_Array = np.ndarray[Any, Any]


def alike_pairs(texts: Sequence[str], jaccard: float, ratio: float = 0) -> Iterator[tuple[int, int]]:
    """Positions (low, high) of the pairs with bigram Jaccard ≥ `jaccard`, and, for a `ratio` above 0, of those
    candidates with rapidfuzz ratio ≥ `ratio`. Bigrams are overlapping pairs of characters, and a character that is all
    of a text. The texts must be different from each other, not empty, and without NUL; the answer is the same in any
    process.
    """
    if len(texts) < 2:
        return
    keys, signatures = _signatures(texts)
    pairs = _candidates(keys)
    # What the bigrams of two texts have in common says nothing of their ratio.
    if ratio <= 0:
        pairs = _likely(pairs, signatures, jaccard)
    del keys, signatures
    parts = [pairs[start : start + _VERIFIED] for start in range(0, len(pairs), _VERIFIED)]
    if ratio <= 0:
        parts = _possible(parts, texts, jaccard)
    for part in parts:
        yield from _verified(part, texts, jaccard, ratio)


def _places(pairs: _Array) -> _Array:
    """The positions that are in the pairs, ascending."""
    return _distinct([pairs >> np.uint64(32), pairs & _LOW])


def _possible(parts: list[_Array], texts: Sequence[str], jaccard: float) -> list[_Array]:
    """The parts, those with more pairs than texts without the pairs that cannot be alike."""
    of_part = [_places(part) for part in parts]
    dense = [len(part) > len(places) for part, places in zip(parts, of_part, strict=True)]
    if not any(dense):
        return parts
    places = _distinct([found for found, is_dense in zip(of_part, dense, strict=True) if is_dense])
    shapes = _shapes([texts[at] for at in places.tolist()])
    kept = []
    for part, is_dense in zip(parts, dense, strict=True):
        if is_dense:
            low, high = (np.searchsorted(places, found) for found in (part >> np.uint64(32), part & _LOW))
            part = part[shapes.can_be_alike(low, high, jaccard)]
        kept.append(part)
    return kept


def _shapes(texts: list[str]) -> Shapes:
    found = []
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        found.append(Shapes.of(*_hashed_bigrams(part), _different_bigrams(part)[1]))
    return Shapes(*map(np.concatenate, zip(*found, strict=True)))


def _verified(pairs: _Array, texts: Sequence[str], jaccard: float, ratio: float) -> Iterator[tuple[int, int]]:
    """The pairs that are alike."""
    places = _places(pairs)
    grams, sizes = _different_bigrams([texts[at] for at in places.tolist()])
    one, other = pairs >> np.uint64(32), pairs & _LOW
    low, high = np.searchsorted(places, one), np.searchsorted(places, other)
    shared = _shared(grams, sizes, low, high)
    # Integers on both sides: 7/10 must not fail for a rounding error of the last place.
    alike = shared * 1_000_000 >= round(jaccard * 1_000_000) * (sizes[low] + sizes[high] - shared)
    if ratio > 0:
        for at in np.nonzero(~alike)[0].tolist():
            alike[at] = fuzz.ratio(texts[int(one[at])], texts[int(other[at])], score_cutoff=ratio) > 0
    yield from zip(one[alike].tolist(), other[alike].tolist(), strict=True)


def _shared(grams: _Array, sizes: _Array, low: _Array, high: _Array) -> _Array:
    """How many different bigrams the two texts of each pair have in common: those that are twice among both's."""
    starts = np.cumsum(sizes) - sizes
    ends = np.cumsum(sizes[low] + sizes[high])
    found = np.zeros(len(low), np.int64)
    begun = 0
    while begun < len(low):
        # At least one pair, as many as `_TOGETHER` bigrams have room for.
        before = ends[begun - 1] if begun else 0
        until = max(begun + 1, int(np.searchsorted(ends, before + _TOGETHER, "right")))
        here = slice(begun, until)
        both = np.sort(np.concatenate([_of_pairs(grams, starts, sizes, texts[here]) for texts in (low, high)]))
        twice = both[1:][both[1:] == both[:-1]] >> _CODE_BITS
        found[here] = np.bincount(twice.astype(np.intp), minlength=until - begun)
        begun = until
    return found


def _of_pairs(grams: _Array, starts: _Array, sizes: _Array, texts: _Array) -> _Array:
    """The bigrams of the one text of each pair, as number of the pair and code."""
    counts = sizes[texts]
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - starts[texts], counts)
    found: _Array = np.repeat(np.arange(len(texts), dtype=np.uint64), counts) << _CODE_BITS | (grams[at] & _CODE)
    return found


def _signatures(texts: Sequence[str]) -> tuple[_Array, _Array]:
    """For each band one row, with a hash of each text's values; for each text one row, with the last eight bits of its
    values. A value is the least one of a hash function over the text's bigrams.

    32 bits of a band are enough: of a million texts a hundred pairs agree by chance, and every pair is verified.
    """
    dice = np.random.default_rng(20261126)
    factors = dice.integers(0, 2**32, (BANDS, ROWS), dtype=np.uint64).astype(np.uint32) | np.uint32(1)
    keys = np.empty((BANDS, len(texts)), np.uint32)
    values = np.empty((len(texts), BANDS * ROWS), np.uint8)
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        here = slice(start, start + len(part))
        hashed, starts = _hashed_bigrams(part)
        moved = np.empty_like(hashed)
        least = np.empty((BANDS * ROWS, len(part)), np.uint32)
        for band, of_band in enumerate(factors):
            key = np.zeros(len(part), np.uint64)
            for row, factor in enumerate(of_band, band * ROWS):
                np.multiply(hashed, factor, out=moved)
                np.minimum.reduceat(moved, starts, out=least[row])
                key = (key ^ least[row]) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(29)
            keys[band, here] = key >> np.uint64(32)
        values[here] = least.astype(np.uint8).T
    return keys, values


def _hashed_bigrams(texts: Sequence[str]) -> tuple[_Array, _Array]:
    """The bigrams of all texts one after the other, mixed to 32 bits, and where each text's begin."""
    points, keep, counts = _points(texts)
    hashed: _Array = points[:-1] * np.uint32(0x9E3779B1) + points[1:] * np.uint32(0x85EBCA77)
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(0x2C1B3C6D)
    hashed ^= hashed >> np.uint32(12)
    hashed *= np.uint32(0x297A2D39)
    hashed ^= hashed >> np.uint32(15)
    return hashed[keep], np.cumsum(counts) - counts


def _different_bigrams(texts: Sequence[str]) -> tuple[_Array, _Array]:
    """The different bigrams of all texts one after the other, as number of the text and code, and how many each has."""
    points, keep, counts = _points(texts)
    codes = (points[:-1].astype(np.uint64) << np.uint64(21) | points[1:])[keep]
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), counts)
    grams = _distinct([owners << _CODE_BITS | codes])
    return grams, np.bincount((grams >> _CODE_BITS).astype(np.intp), minlength=len(texts))


def _points(texts: Sequence[str]) -> tuple[_Array, _Array, _Array]:
    """The code points of all texts one after the other, at which of them a bigram begins, and how many each text has.

    Between two texts stands NUL; a text of one character has the bigram of itself and NUL, so that none is empty.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    points = np.frombuffer("\0".join([*texts, "", ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(lengths + 1) - 1
    keep = np.ones(len(points) - 1, bool)
    keep[ends] = False
    keep[ends[lengths > 1] - 1] = False
    return points, keep, np.maximum(lengths - 1, 1)


def _candidates(keys: _Array) -> _Array:
    """The pairs that agree in a band, each once, as low position × 2³² + high position, ascending."""
    found: list[_Array] = []
    waiting = 0
    places = np.arange(keys.shape[1], dtype=np.uint64)
    for key in keys:
        # A key and a place are one number: sorting it puts those of one key together, in their order.
        together = np.sort(key.astype(np.uint64) << np.uint64(32) | places)
        found.append(_neighbors(together >> np.uint64(32), together & _LOW))
        waiting += len(found[-1])
        if waiting > _TOGETHER:
            found = [_distinct(found)]
            waiting = 0
    return _distinct(found)


def _distinct(found: list[_Array]) -> _Array:
    """All of them, each once, ascending. numpy's own `unique` hashes, which takes ten times as long for numbers."""
    pairs = np.sort(np.concatenate(found))
    keep = np.ones(len(pairs), bool)
    np.not_equal(pairs[1:], pairs[:-1], out=keep[1:])
    kept: _Array = pairs[keep]
    return kept


def _likely(pairs: _Array, signatures: _Array, jaccard: float) -> _Array:
    """The pairs whose signatures agree about as often as those of texts with this Jaccard do.

    Long texts in an alphabet share half of their bigrams, whatever they say, and many a band. Of alike texts the number
    of equal values is a binomial one: it is less than the mean by five and a half deviations in one of 10 million.
    """
    for rows in (BANDS * ROWS // 3, BANDS * ROWS):
        least = jaccard * rows - _DEVIATIONS * (rows * jaccard * (1 - jaccard)) ** 0.5
        found = [pairs[start : start + _CHUNK] for start in range(0, len(pairs), _CHUNK)]
        pairs = np.concatenate([part[_equal(signatures, rows, part) >= least] for part in found]) if found else pairs
    return pairs


def _equal(signatures: _Array, rows: int, pairs: _Array) -> _Array:
    """For each pair, how many of the first values of its texts are equal."""
    low, high = (np.take(signatures, found.astype(np.intp), axis=0) for found in (pairs >> np.uint64(32), pairs & _LOW))
    same = low[:, :rows] == high[:, :rows]
    # Eight truth values, each a byte of 0 or 1, at once.
    counts: _Array = np.bitwise_count(same.view(np.uint64)).sum(axis=1, dtype=np.int64)
    return counts


def _neighbors(key: _Array, order: _Array) -> _Array:
    """Pairs of positions whose keys are equal, each with at most `_NEIGHBORS` that follow it. `order` are the positions
    by key, those of one key ascending.
    """
    found = []
    live, step = np.nonzero(key[1:] == key[:-1])[0], 1
    while len(live) and step <= _NEIGHBORS:
        found.append(order[live] << np.uint64(32) | order[live + step])
        step += 1
        live = live[live + step < len(key)]
        live = live[key[live] == key[live + step]]
    return np.concatenate(found) if found else np.empty(0, np.uint64)
