"""Pairs of texts that share most of their character bigrams, without comparing all with all.

A prefix filter: with bigrams ordered from rare to frequent, two texts of Jaccard ≥ t share one of their first
|x| - ceil(t·|x|) + 1 bigrams (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007), so no pair at or above t is
missed, and every candidate is verified. Pairs by rapidfuzz ratio alone are found among the same candidates only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from rapidfuzz import fuzz


def bigrams(text: str) -> frozenset[str]:
    """Overlapping pairs of characters; the text itself when it has one."""
    return frozenset(map("".join, pairwise(text))) or frozenset((text,))


def alike_pairs(texts: Sequence[str], jaccard: float, ratio: float) -> Iterator[tuple[int, int]]:
    """Positions (low, high) of all pairs with bigram Jaccard ≥ `jaccard`, and those candidates with rapidfuzz ratio ≥
    `ratio`.
    """
    grams = [bigrams(text) for text in texts]
    frequency = Counter(gram for found in grams for gram in found)
    rank = {gram: at for at, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
    ranked = [sorted(rank[gram] for gram in found) for found in grams]
    index: dict[int, list[int]] = defaultdict(list)
    for at in sorted(range(len(texts)), key=lambda position: (len(ranked[position]), position)):
        mine = ranked[at]
        size = len(mine)
        shortest = jaccard * size
        candidates: set[int] = set()
        for gram in mine[: size - ceil(jaccard * size) + 1]:
            bucket = index[gram]
            candidates.update(other for other in bucket if len(ranked[other]) >= shortest)
            bucket.append(at)
        for other in sorted(candidates):
            if _alike(grams[at], grams[other], texts[at], texts[other], jaccard, ratio):
                yield (min(at, other), max(at, other))


def _alike(one: frozenset[str], other: frozenset[str], text: str, against: str, jaccard: float, ratio: float) -> bool:
    shared = len(one & other)
    # Integers on both sides: 7/10 must not fail for a rounding error of the last place.
    if shared * 1_000_000 >= round(jaccard * 1_000_000) * (len(one) + len(other) - shared):
        return True
    return fuzz.ratio(text, against, score_cutoff=ratio) > 0
