"""Many small decision trees as flat arrays of plain numbers: added up by numpy, and taken apart feature by feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import ScorerInvalid
from pipelines.match.learned.bags import Floats

# What a page does not state: below every value a feature can have.
UNSTATED = -2.0
# As many rows as keep the arrays of one step within a processor's cache.
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Trees:
    """Node `n` sends a row whose `feature[n]` is at most `threshold[n]` to `child[n]`, any other to the node after it.

    roots  first node of each tree; a node whose `feature` is -1 is a leaf
    value  of a leaf what it adds, of any other node the mean of what its training rows got
    base   what is there before the first tree
    """

    names: tuple[str, ...]
    base: float
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    child: NDArray[np.int64]
    value: Floats

    def logits(self, rows: Floats) -> Floats:
        """The sum of all trees for each row."""
        found = np.empty(len(rows))
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            found[start : start + _ROWS_AT_ONCE] = self._sums(rows[start : start + _ROWS_AT_ONCE])
        return found

    def _sums(self, rows: Floats) -> Floats:
        flat, node, active = self._start(rows)
        columns, trees = rows.shape[1], len(self.roots)
        offset = (active // trees) * columns
        here, leaf = node[active], self.feature < 0
        while len(active):
            asked = flat.take(offset + self.feature.take(here))
            here = self.child.take(here) + (asked > self.threshold.take(here))
            ended = leaf.take(here)
            node[active[ended]] = here[ended]
            on = np.flatnonzero(~ended)
            active, offset, here = active.take(on), offset.take(on), here.take(on)
        sums: Floats = self.base + self.value[node].reshape(len(rows), trees).sum(1)
        return sums

    def pushes(self, rows: Floats) -> tuple[float, Floats]:
        """The logit of a row with nothing known, and what each feature adds to it: one row a row, one column a feature.

        Along the path of a row through a tree, the step from a node to the next one is credited to the feature that the
        node asks for; so the two add up to the logit.
        """
        flat, node, active = self._start(rows)
        columns, trees = rows.shape[1], len(self.roots)
        added = np.zeros(rows.size)
        offset, here = (active // trees) * columns, node[active]
        while len(active):
            cell = offset + self.feature[here]
            after = self.child[here] + (flat[cell] > self.threshold[here])
            np.add.at(added, cell, self.value[after] - self.value[here])
            on = self.feature[after] >= 0
            active, offset, here = active[on], offset[on], after[on]
        return self.base + float(self.value[self.roots].sum()), added.reshape(rows.shape)

    def _start(self, rows: Floats) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
        if rows.shape[1] != len(self.names):
            raise ScorerInvalid(f"the model asks for {len(self.names)} features, the rows have {rows.shape[1]}")
        flat = np.where(np.isnan(rows), UNSTATED, rows).astype(np.float32).ravel()
        node = np.tile(self.roots, len(rows))
        return flat, node, np.flatnonzero(self.feature[node] >= 0)

    def plain(self) -> dict[str, object]:
        """Numbers and lists only, as JSON holds them."""
        return {
            "names": list(self.names),
            "base": self.base,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "threshold": [float(f"{number:.9g}") for number in self.threshold.tolist()],
            "child": self.child.tolist(),
            "value": self.value.tolist(),
        }


def read_trees(said: Mapping[str, Any]) -> Trees:
    """Trees from plain numbers. Raises `ScorerInvalid` for what would lead out of the arrays or round in a circle."""
    try:
        trees = Trees(
            names=tuple(str(name) for name in said["names"]),
            base=float(said["base"]),
            roots=np.array(said["roots"], np.int64),
            feature=np.array(said["feature"], np.int64),
            threshold=np.array(said["threshold"], np.float32),
            child=np.array(said["child"], np.int64),
            value=np.array(said["value"], np.float64),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ScorerInvalid(f"the model is not made of lists of numbers as expected: {error!r}") from error
    nodes = len(trees.feature)
    inner = np.flatnonzero(trees.feature >= 0)
    sound = (
        len(trees.threshold) == len(trees.child) == len(trees.value) == nodes
        and bool(((trees.roots >= 0) & (trees.roots < nodes)).all())
        and bool((trees.feature < len(trees.names)).all())
        # A child stands after its parent, so every path ends.
        and bool(((trees.child[inner] > inner) & (trees.child[inner] + 1 < nodes)).all())
        and bool(np.isfinite(trees.value).all() and np.isfinite(trees.threshold).all() and np.isfinite(trees.base))
    )
    if not sound:
        raise ScorerInvalid("the model has nodes that lead nowhere, or numbers that are none")
    return trees
