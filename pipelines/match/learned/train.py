"""Fit the trees: gradient boosting over trees whose thresholds are drawn at random, several ensembles averaged.

Random thresholds make trees that err in different places, so that their sum is steadier on few examples than that of
trees which search for the best threshold. scikit-learn grows the trees; nothing of it is kept but numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.match.learned.bags import Floats, Ints
from pipelines.match.learned.trees import UNSTATED, Trees


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`ensembles` of `rounds` trees with `leaves` leaves; a tree sees the share `rows`, a node `columns`."""

    ensembles: int = 2
    rounds: int = 140
    leaves: int = 48
    smallest_leaf: int = 3
    rate: float = 0.1
    columns: float = 0.4
    rows: float = 0.7
    shrink: float = 1.0


@dataclass(slots=True)
class _Nodes:
    roots: list[int]
    feature: list[int]
    threshold: list[float]
    child: list[int]
    value: list[float]


def fit(
    names: Sequence[str], rows: Floats, labels: Ints, *, seed: int, plan: Plan, weights: Floats | None = None
) -> Trees:
    """Trees for rows of features (NaN: not stated) and labels 1 or 0. The same seed gives the same trees."""
    filled = np.where(np.isnan(rows), UNSTATED, rows).astype(np.float32)
    given = np.ones(len(labels)) if weights is None else weights
    share = float(np.average(labels, weights=given))
    base = float(np.log(share / (1 - share)))
    nodes = _Nodes([], [], [], [], [])
    for number in range(plan.ensembles):
        _boost(nodes, filled, labels, given, base, np.random.default_rng((seed, number)), plan)
    return Trees(
        names=tuple(names),
        base=base,
        roots=np.array(nodes.roots, np.int64),
        feature=np.array(nodes.feature, np.int64),
        threshold=np.array(nodes.threshold, np.float32),
        child=np.array(nodes.child, np.int64),
        value=np.array([round(number, 5) for number in nodes.value], np.float64),
    )


def _boost(
    nodes: _Nodes, rows: np.ndarray, labels: Ints, weights: Floats, base: float, dice: np.random.Generator, plan: Plan
) -> None:
    # Loaded here: scoring needs none of it.
    from sklearn.tree import ExtraTreeRegressor

    logit = np.full(len(labels), base)
    for _ in range(plan.rounds):
        chance = 1 / (1 + np.exp(-logit))
        gap, bend = (labels - chance) * weights, (chance * (1 - chance) + 1e-6) * weights
        drawn = np.flatnonzero(dice.random(len(labels)) < plan.rows)
        tree = ExtraTreeRegressor(
            max_leaf_nodes=plan.leaves,
            max_features=plan.columns,
            min_samples_leaf=plan.smallest_leaf,
            random_state=int(dice.integers(2**31)),
        )
        tree.fit(rows[drawn], (gap / bend)[drawn].clip(-4, 4), sample_weight=bend[drawn])
        leaf = tree.apply(rows)
        count = tree.tree_.node_count
        gaps, bends = (np.bincount(leaf[drawn], part[drawn], count) for part in (gap, bend))
        step = plan.rate * gaps / (bends + plan.shrink)
        logit += step[leaf]
        _append(nodes, tree.tree_, step / plan.ensembles)


def _append(nodes: _Nodes, tree: Any, step: Floats) -> None:
    """Renumber a tree so that two children stand side by side after their parent, and give inner nodes their mean."""
    left, right = tree.children_left, tree.children_right
    sizes, value = tree.weighted_n_node_samples, step.copy()
    for node in range(len(left) - 1, -1, -1):
        if left[node] >= 0:
            pair = [left[node], right[node]]
            value[node] = np.average(value[pair], weights=sizes[pair])
    order, at = [0], 0
    while at < len(order):
        if left[order[at]] >= 0:
            order += [left[order[at]], right[order[at]]]
        at += 1
    place = {node: len(nodes.feature) + number for number, node in enumerate(order)}
    nodes.roots.append(len(nodes.feature))
    for node in order:
        inner = left[node] >= 0
        nodes.feature.append(int(tree.feature[node]) if inner else -1)
        nodes.threshold.append(_at_most(float(tree.threshold[node])) if inner else 0.0)
        nodes.child.append(place[left[node]] if inner else 0)
        nodes.value.append(float(value[node]))


def _at_most(threshold: float) -> float:
    """The largest 32-bit number that is not above: features are 32-bit numbers, so no row changes sides."""
    short = np.float32(threshold)
    return float(short if short <= threshold else np.nextafter(short, np.float32(-np.inf)))
