"""Bags of tokens of many records, held as flat arrays, and what two records share, for many pairs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Vocabulary(dict[str, int]):
    """Token to number, in order of first sight."""

    def __missing__(self, token: str) -> int:
        number = len(self)
        self[token] = number
        return number


@dataclass(frozen=True, slots=True)
class Bags:
    """Record `i` holds `ids[starts[i]:starts[i + 1]]`, ascending, each once."""

    starts: Ints
    ids: Ints

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Bags:
        """The tokens of each row, numbered by a vocabulary that learns them."""
        sizes = [len(row) for row in rows]
        numbers = np.fromiter(map(vocabulary.__getitem__, chain.from_iterable(rows)), np.int64, sum(sizes))
        return cls.once(np.repeat(np.arange(len(rows)), sizes), numbers, len(rows))

    @classmethod
    def once(cls, owner: Ints, numbers: Ints, rows: int) -> Bags:
        """Number `numbers[n]` is in the bag of row `owner[n]`; what is there twice is kept once."""
        size = int(numbers.max()) + 1 if len(numbers) else 1
        keys = np.sort(owner * size + numbers)
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys
        starts = np.zeros(rows + 1, np.int64)
        np.cumsum(np.bincount(keys // size, minlength=rows), out=starts[1:])
        return cls(starts, keys % size)

    @property
    def sizes(self) -> Ints:
        return np.diff(self.starts)

    def sums(self, weights: Floats) -> Floats:
        """The weight of each record's tokens together."""
        total = np.concatenate(([0.0], np.cumsum(weights[self.ids])))
        return total[self.starts[1:]] - total[self.starts[:-1]]

    def rows(self, which: Ints) -> tuple[Ints, Ints]:
        """For each token of the records named, in order: the place in `which`, and the token."""
        sizes = self.sizes[which]
        place = np.repeat(np.arange(len(which)), sizes)
        ends = np.cumsum(sizes)
        at = np.arange(len(place)) - np.repeat(ends - sizes, sizes) + np.repeat(self.starts[which], sizes)
        return place, self.ids[at]


@dataclass(frozen=True, slots=True)
class Shared:
    """For each token of the left bags: which pair, which token, and whether the right bag has it, too."""

    pairs: int
    place: Ints
    token: Ints
    found: NDArray[np.bool_]

    def sum(self, weights: Floats | None = None) -> Floats:
        """Per pair the number, or the weight, of shared tokens."""
        place = self.place[self.found]
        given = None if weights is None else weights[self.token[self.found]]
        return np.bincount(place, given, minlength=self.pairs).astype(np.float64)

    def most(self, weights: Floats, *, found: bool) -> Floats:
        """Per pair the weight of the heaviest token that is (or is not) shared; 0 without any."""
        chosen = self.found if found else ~self.found
        most = np.zeros(self.pairs)
        np.maximum.at(most, self.place[chosen], weights[self.token[chosen]])
        return most


def shared(left: Bags, right: Bags, i: Ints, j: Ints, vocabulary: int) -> Shared:
    """Which tokens of `left[i]` are in `right[j]`, pair by pair. Both bags count tokens in one vocabulary."""
    place, token = left.rows(i)
    other_place, other_token = right.rows(j)
    keys, others = place * vocabulary + token, other_place * vocabulary + other_token
    if not len(others):
        return Shared(len(i), place, token, np.zeros(len(keys), bool))
    at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    return Shared(len(i), place, token, others[at] == keys)
