"""How every method is judged: the threshold that is best on `valid` is used on `test`."""

from __future__ import annotations

import numpy as np


def threshold(scores: np.ndarray, labels: np.ndarray) -> float:
    """Between the two scores where F1 is highest; equal scores stay on one side."""
    order = np.argsort(-scores, kind="stable")
    ranked, right = scores[order], np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(labels) + 1) + labels.sum())
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(f1.argmax())
    return float((ranked[best] + ranked[min(best + 1, len(ranked) - 1)]) / 2)


def f1(scores: np.ndarray, labels: np.ndarray, at: float) -> float:
    """In percent; a score equal to the threshold counts as the same."""
    said = scores >= at
    both = int((said & (labels == 1)).sum())
    return 200.0 * both / max(1, int(said.sum()) + int(labels.sum()))


def judged(valid: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]) -> float:
    """F1 on test at the threshold chosen on valid, each given as (scores, labels)."""
    return f1(*test, threshold(*valid))


def ordered(scores: np.ndarray, labels: np.ndarray) -> float:
    """Area under the ROC curve in percent: how often a positive pair scores above a negative one; 50 is chance."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    positive = int(labels.sum())
    above = ranks[labels == 1].sum() - positive * (positive + 1) / 2
    return 100.0 * float(above) / max(1, positive * (len(labels) - positive))


def precision_recall(scores: np.ndarray, labels: np.ndarray, at: float) -> tuple[float, float, int]:
    """In percent, and how many pairs are at or above `at`."""
    said = scores >= at
    both = int((said & (labels == 1)).sum())
    return 100.0 * both / max(1, int(said.sum())), 100.0 * both / max(1, int(labels.sum())), int(said.sum())
