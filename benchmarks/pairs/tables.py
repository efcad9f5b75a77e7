"""The features of a set, computed once for all its pairs; models learned from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.pairs.sets import Pairs
from pipelines.match.learned.scorer import Table, pair_table
from pipelines.match.learned.train import Plan, fit
from pipelines.match.learned.trees import Trees

OWN = Plan()
SHIPPED = Plan(ensembles=2, rounds=110, leaves=24, rate=0.12, smallest_leaf=8, shrink=3.0)


@dataclass(frozen=True, slots=True)
class Set:
    """`rows` and `labels` by split; `judge` is the split that F1 is told of."""

    names: tuple[str, ...]
    rows: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]

    @property
    def judge(self) -> str:
        return "test" if "test" in self.rows else "valid"


def of_set(splits: Mapping[str, Pairs], *, known: bool) -> Set:
    """All records of a set, without their labels, are what the pairs are ranked and weighed among."""
    left = [wording for pairs in splits.values() for wording in pairs.left]
    right = [wording for pairs in splits.values() for wording in pairs.right]
    found: Table = pair_table(left, right, known=known)
    rows, at = {}, 0
    for split, pairs in splits.items():
        rows[split] = found.rows[at : at + len(pairs.labels)]
        at += len(pairs.labels)
    return Set(found.names, rows, {split: pairs.labels for split, pairs in splits.items()})


def own_model(found: Set, seed: int, *, permuted: bool = False) -> Trees:
    labels = found.labels["train"]
    if permuted:
        labels = np.random.default_rng(seed).permutation(labels)
    return fit(found.names, found.rows["train"], labels, seed=seed, plan=OWN)


def joint_model(sets: Mapping[str, Set], seed: int) -> Trees:
    """One model from the training pairs of several sets; each set weighs the same."""
    rows = np.concatenate([found.rows["train"] for found in sets.values()])
    labels = np.concatenate([found.labels["train"] for found in sets.values()])
    share = len(labels) / len(sets)
    weights = np.concatenate(
        [np.full(len(found.labels["train"]), share / len(found.labels["train"])) for found in sets.values()]
    )
    names = next(iter(sets.values())).names
    return fit(names, rows, labels, seed=seed, plan=SHIPPED, weights=weights)
