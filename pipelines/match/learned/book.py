"""Many wordings, each taken apart once, and how rare each word is among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.match.learned.bags import Bags, Floats, Ints, Vocabulary
from pipelines.match.learned.grams import grams
from pipelines.match.learned.wording import Wording, Words, read

FEWEST_KNOWN = 100
VIEWS = ("words", "others", "numbers", "quantities", "units", "colors", "pairs", "names")


class Book:
    """`bags` by view, all counted in one vocabulary; `weights` says how much each word of it tells.

    known  the wordings stand for what a market offers, so that how often a word occurs says how rare it is; else, and
           when they are too few to say so, words are weighed by their shape alone
    """

    def __init__(self, wordings: Sequence[Wording], *, known: bool) -> None:
        numbers: dict[Wording, int] = {}
        for wording in wordings:
            numbers.setdefault(wording, len(numbers))
        self.place = np.array([numbers[wording] for wording in wordings], np.int64)
        self.records: list[Words] = [read(wording) for wording in numbers]
        self.known = known and len(self.records) >= FEWEST_KNOWN
        vocabulary = Vocabulary()
        self.bags = {view: Bags.of([getattr(record, view) for record in self.records], vocabulary) for view in VIEWS}
        self.bags["all"] = Bags.of([record.words + record.others for record in self.records], vocabulary)
        self.size = max(1, len(vocabulary))
        self.bags["grams"], self.gram_size = grams([record.title for record in self.records])
        self.weights, self.gram_weights = self._weights(vocabulary)

    def _weights(self, vocabulary: Vocabulary) -> tuple[Floats, Floats]:
        if not self.known:
            return np.array([_by_shape(token) for token in vocabulary] or [1.0]), np.ones(self.gram_size)
        merged = np.concatenate((self.bags["all"].ids, self.bags["pairs"].ids))
        return rarity(merged, self.size, len(self.records)), rarity(
            self.bags["grams"].ids, self.gram_size, len(self.records)
        )


def rarity(ids: Ints, size: int, records: int) -> Floats:
    """Inverse document frequency, smoothed: 1 for a word of every record."""
    seen: Floats = np.bincount(ids, minlength=size).astype(np.float64)
    return np.log((1 + records) / (1 + seen)) + 1.0


def _by_shape(token: str) -> float:
    """Roughly what the rarity of such a word is in catalogues: numbers and long words tell more."""
    if token[0].isdigit():
        return 4.0 + 0.4 * min(len(token), 6)
    if token[0] > "\u3040":
        return 4.5
    return (2.0, 3.0, 3.5, 4.5, 5.0)[min(len(token), 5) - 1]
