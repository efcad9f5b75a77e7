"""Bags as rows of a sparse matrix, so that all pairs of two sides are one product."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from pipelines.match.learned.bags import Bags, Floats


def unit_rows(bags: Bags, weights: Floats) -> sparse.csr_matrix:
    """One row a record, weighted and of length 1."""
    data = weights[bags.ids]
    squares = np.concatenate(([0.0], np.cumsum(data * data)))
    lengths = np.sqrt(np.maximum(squares[bags.starts[1:]] - squares[bags.starts[:-1]], 1e-12))
    scaled = (data / np.repeat(lengths, bags.sizes)).astype(np.float32)
    return sparse.csr_matrix((scaled, bags.ids, bags.starts), shape=(len(lengths), len(weights)))
