"""Where a pair stands among all pairs of its two records: is each the best candidate of the other?

Needs the records of both sides, no labels. The similarities are computed in blocks, so memory stays bounded.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from pipelines.match.learned.bags import Floats, Ints
from pipelines.match.learned.book import Book
from pipelines.match.learned.sparse_rows import unit_rows

_BLOCK_CELLS = 4_000_000
_KINDS = (("grams", "letters"), ("all", "words"))
NAMES = tuple(
    (f"{view}_{name}_{side}", f"{words} ({said}), {'worse' if side == 'worse' else 'better'} side")
    for view, said in _KINDS
    for name, words in (
        ("rank", "how many other records are more alike"),
        ("lead", "how far this record is ahead of the next most alike"),
    )
    for side in ("worse", "better")
)


def standing(book: Book, i: Ints, j: Ints, left: Ints, right: Ints) -> Floats:
    """For pairs (i, j) of a book whose sides are `left` and `right`: one row a pair, columns as in `NAMES`."""
    columns: list[Floats] = []
    for view, _ in _KINDS:
        rows = unit_rows(book.bags[view], book.gram_weights if view == "grams" else book.weights)
        there = _against(rows, i, j, np.unique(right))
        back = _against(rows, j, i, np.unique(left))
        ranks = np.log1p(np.stack((there[0], back[0])))
        leads = np.stack((there[1], back[1]))
        columns += [ranks.max(0), ranks.min(0), leads.min(0), leads.max(0)]
    return np.stack(columns, axis=1) if len(i) else np.zeros((0, len(NAMES)))


def _against(rows: sparse.csr_matrix, i: Ints, j: Ints, others: Ints) -> tuple[Floats, Floats]:
    """Of each pair: how many `others` are more like `i` than `j` is, and the lead of `j` over the best of them."""
    rank, lead = np.zeros(len(i)), np.zeros(len(i))
    order = np.argsort(i, kind="stable")
    place = np.searchsorted(others, j)
    turned = rows[others].T.tocsr()
    step = max(1, _BLOCK_CELLS // max(1, len(others)))
    for start in range(0, len(order), step):
        block = order[start : start + step]
        mine, back = np.unique(i[block], return_inverse=True)
        near = (rows[mine] @ turned).toarray()[back]
        at = np.arange(len(block))
        own = near[at, place[block]].copy()
        # The other record of the pair may itself stand on this side, and a page is most like itself.
        near[at, place[block]] = -1.0
        near[others[None, :] == i[block][:, None]] = -1.0
        rank[block] = (near > own[:, None] + 1e-6).sum(1)
        lead[block] = own - near.max(1)
    return rank, lead
