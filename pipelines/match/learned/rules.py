"""The scorer without a model: a few features with weights set by hand, for when the model file is not there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.match.learned.bags import Floats

# Feature, weight, and the value at which it says nothing.
_WEIGHTS: tuple[tuple[str, float, float], ...] = (
    ("codes_found_most", 2.0, 0.4),
    ("codes_found_least", 1.5, 0.4),
    ("codes_clash", -1.0, 0.0),
    ("all_cosine", 4.0, 0.5),
    ("across_least", 3.0, 0.6),
    ("grams_cosine", 3.0, 0.6),
    ("numbers_only_both", -0.5, 0.5),
    ("units_differ", -1.0, 0.0),
    ("brand", 1.0, 0.5),
)
_BASE = -1.0


@dataclass(frozen=True, slots=True)
class Rules:
    """A weighted sum over the features named `names`; what a page does not state adds nothing."""

    names: tuple[str, ...]

    def logits(self, rows: Floats) -> Floats:
        base, added = self.pushes(rows)
        logits: Floats = base + added.sum(1)
        return logits

    def pushes(self, rows: Floats) -> tuple[float, Floats]:
        added = np.zeros(rows.shape)
        for name, weight, middle in _WEIGHTS:
            column = self.names.index(name)
            added[:, column] = np.nan_to_num(weight * (rows[:, column] - middle), nan=0.0)
        return _BASE, added
