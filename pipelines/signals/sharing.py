"""How many bigrams two texts can share at most, for many pairs of few texts at once.

Each text is 4,096 bits, one for each value that a hash of its bigrams takes. Two texts share no more bigrams than
bits, but for the bigrams of one that fell on one bit: |A ∩ B| ≤ |a & b| + min(|A| - |a|, |B| - |b|). So no pair that
is alike is left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

_BITS = 4096
_Array = np.ndarray[Any, Any]


class Shapes(NamedTuple):
    """A row a text: its bits, how many different bigrams it has, and how many of them fell on a bit of another one."""

    words: _Array
    sizes: _Array
    lost: _Array

    @classmethod
    def of(cls, hashed: _Array, starts: _Array, sizes: _Array) -> Shapes:
        """`hashed` are the hashes of all texts' bigrams one after the other, `starts` where each text's begin, `sizes`
        how many different bigrams each has.
        """
        lengths = np.diff(np.append(starts, len(hashed)))
        bits = np.zeros((len(starts), _BITS), bool)
        bits[np.repeat(np.arange(len(starts)), lengths), hashed & np.uint32(_BITS - 1)] = True
        words = np.packbits(bits, axis=1).view(np.uint64)
        return cls(words, sizes, sizes - np.bitwise_count(words).sum(axis=1, dtype=np.int64))

    def can_be_alike(self, low: _Array, high: _Array, jaccard: float) -> _Array:
        """Which of the pairs of rows (low, high) may have a Jaccard of at least `jaccard`."""
        _, sizes, lost = self
        together = np.bitwise_count(self.words[low] & self.words[high]).sum(axis=1, dtype=np.int64)
        shared = np.minimum(together + np.minimum(lost[low], lost[high]), np.minimum(sizes[low], sizes[high]))
        # A pair at the very limit must not fail for a rounding error.
        fits: _Array = shared * (1 + jaccard) + 1e-6 >= jaccard * (sizes[low] + sizes[high])
        return fits
