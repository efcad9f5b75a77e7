"""Which official offers are worth comparing with a promoted one: the `k` whose letters and words are closest.

Groups of three letters (two Han characters) forgive spelling, words add weight to names; both are weighed by rarity.
Sides are compared in blocks, so memory grows with the size of the catalogues, not with their product.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from pipelines.match.learned.bags import Bags, Ints, Vocabulary
from pipelines.match.learned.book import rarity
from pipelines.match.learned.grams import grams
from pipelines.match.learned.sparse_rows import unit_rows
from pipelines.match.learned.wording import split
from pipelines.match.text import fold

_BLOCK_CELLS = 4_000_000
_WORDS_SHARE = 0.6


def candidates(left: Sequence[str], right: Sequence[str], k: int = 10) -> Ints:
    """For each left text the places of its `k` closest right texts, closest first: an array of len(left) rows.

    Equal closeness goes by place. Rows have fewer than `k` columns only when there are fewer right texts.
    """
    k = min(k, len(right))
    found = np.zeros((len(left), k), np.int64)
    if not k or not len(left):
        return found
    rows = _rows([*left, *right])
    ours, theirs = rows[: len(left)], rows[len(left) :].T.tocsr()
    step = max(1, _BLOCK_CELLS // len(right))
    for start in range(0, len(left), step):
        near = (ours[start : start + step] @ theirs).toarray()
        found[start : start + step] = _best(near, k)
    return found


def _best(near: np.ndarray[tuple[int, ...], np.dtype[np.float32]], k: int) -> Ints:
    # Rounded, so that sums added in another order leave equals equal; then places break the tie.
    keys = np.round(near.astype(np.float64), 6) * -1.0
    keys += np.arange(near.shape[1]) * 1e-13
    if k < near.shape[1]:
        kept = np.argpartition(keys, k - 1, axis=1)[:, :k]
    else:
        kept = np.broadcast_to(np.arange(k), near.shape)
    order = np.argsort(np.take_along_axis(keys, kept, axis=1), axis=1, kind="stable")
    return np.take_along_axis(kept, order, axis=1)


def _rows(texts: list[str]) -> sparse.csr_matrix:
    folded = [split(fold(text)) for text in texts]
    letters, different = grams([" ".join(found) for found in folded])
    vocabulary = Vocabulary()
    words = Bags.of(folded, vocabulary)
    size = max(1, len(vocabulary))
    by_letters = unit_rows(letters, rarity(letters.ids, different, len(texts)))
    by_words = unit_rows(words, rarity(words.ids, size, len(texts)))
    return sparse.hstack((by_letters, by_words * np.float32(_WORDS_SHARE**0.5)), format="csr")
