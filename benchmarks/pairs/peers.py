"""What the scorer is measured beside: two similarities of titles, and the same kind of features pair by pair."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer

from pipelines.match.learned.wording import Wording, Words, read


def token_set(left: Sequence[Wording], right: Sequence[Wording]) -> np.ndarray:
    """rapidfuzz token_set_ratio of the titles, in lower case."""
    return np.array(
        [fuzz.token_set_ratio(a.title.lower(), b.title.lower()) for a, b in zip(left, right, strict=True)], float
    )


def char_cosine(fitted: Sequence[Wording], left: Sequence[Wording], right: Sequence[Wording]) -> np.ndarray:
    """Cosine of the titles' groups of two to four letters, weighed by rarity among `fitted`."""
    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    model.fit(list(dict.fromkeys(wording.title for wording in fitted)))
    one, other = (model.transform([wording.title for wording in side]) for side in (left, right))
    return np.asarray(one.multiply(other).sum(axis=1)).ravel()


def plain_loop(left: Sequence[Wording], right: Sequence[Wording]) -> np.ndarray:
    """Features of the same kind, each pair read and compared by itself in plain Python."""
    return np.array([_pair(read(a), read(b)) for a, b in zip(left, right, strict=True)], float)


def _overlap(one: set[str], other: set[str]) -> tuple[float, ...]:
    both, least = len(one & other), min(len(one), len(other))
    return (
        both,
        both / least if least else -1.0,
        both / len(one | other) if one or other else -1.0,
        len(one - other),
        len(other - one),
        max((len(token) for token in one & other), default=0),
    )


def _grams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _pair(a: Words, b: Words) -> tuple[float, ...]:
    found: list[float] = []
    for view in ("words", "others", "numbers", "quantities", "units", "colors", "pairs", "names", "models"):
        found += _overlap(set(getattr(a, view)), set(getattr(b, view)))
    found += _overlap(set(a.words + a.others), set(b.words + b.others))
    found += _overlap(set(a.words), set(b.words + b.others))
    found += _overlap(set(b.words), set(a.words + a.others))
    found += _overlap(_grams(a.title), _grams(b.title))
    for one, other in ((a, b), (b, a)):
        found.append(sum(token in other.compact for token in one.models))
        found.append(sum(token in other.compact_title for token in one.models))
    for ratio in (fuzz.token_set_ratio, fuzz.token_sort_ratio, fuzz.ratio, fuzz.partial_ratio):
        found.append(ratio(a.title, b.title))
    return tuple(found)
