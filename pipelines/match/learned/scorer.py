"""How likely two wordings name one product, and which features said so.

A score is a judgement learned from labelled pairs of public sets, not a proof: hard evidence goes before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from pipelines.errors import ScorerInvalid
from pipelines.match.learned import features, pool
from pipelines.match.learned.bags import Floats, Ints
from pipelines.match.learned.book import Book
from pipelines.match.learned.rules import Rules
from pipelines.match.learned.trees import Trees, read_trees
from pipelines.match.learned.wording import Wording

FORMAT = 1
MODEL = "model.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What one feature added to the logit; `value` is None where the pages state nothing to compare."""

    feature: str
    says: str
    value: float | None
    logit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`base` and the pushes, strongest first, add up to `logit`; `score` is the same between 0 and 1."""

    score: float
    logit: float
    base: float
    pushes: tuple[Push, ...]

    def says(self, most: int = 3) -> str:
        """The strongest pushes in words, of features that the pages state."""
        stated = [push for push in self.pushes if push.value is not None]
        return "; ".join(_phrase(push) for push in stated[:most])


@dataclass(frozen=True, slots=True)
class Table:
    """One row of features a pair; `meanings` says what each column is, in words, `known` which model reads it."""

    known: bool
    names: tuple[str, ...]
    meanings: tuple[str, ...]
    rows: Floats


def table(book: Book, i: Ints, j: Ints) -> Table:
    """Features of the pairs (i, j) of a book; with where they stand among its records when these stand for a market."""
    rows, columns = features.compare(book, i, j)
    if book.known:
        rows, columns = np.concatenate((rows, pool.standing(book, i, j, i, j)), axis=1), columns + pool.NAMES
    return Table(book.known, tuple(name for name, _ in columns), tuple(words for _, words in columns), rows)


def pair_table(left: Sequence[Wording], right: Sequence[Wording], *, known: bool) -> Table:
    """Features of the pairs (left[n], right[n]); each wording is taken apart once."""
    book = Book([*left, *right], known=known)
    return table(book, book.place[: len(left)], book.place[len(left) :])


def chances(logits: Floats) -> Floats:
    """Logits as scores between 0 and 1."""
    return 1 / (1 + np.exp(-np.clip(logits, -50, 50)))


class Scorer:
    """`alone` judges a pair by itself, `known` beside the other records of both sides; each falls back to rules."""

    def __init__(self, alone: Trees | None = None, known: Trees | None = None) -> None:
        self._trees = {False: alone, True: known}

    def judge(self, found: Table) -> Trees | Rules:
        """The model for such rows. Raises `ScorerInvalid` when it was made for other features."""
        trees = self._trees[found.known]
        if trees is None:
            return Rules(found.names)
        if trees.names != found.names:
            raise ScorerInvalid(
                "the model was made for other features; write it anew with benchmarks/matching.py --train"
            )
        return trees

    def score(self, left: Sequence[Wording], right: Sequence[Wording], *, known: bool = False) -> Floats:
        """A score from 0 to 1 for each pair (left[n], right[n]).

        known  the wordings are what both sides offer, so rarity and rank among them are used if they are 100 and more
        """
        if len(left) != len(right):
            raise ValueError(f"pairs have two sides: {len(left)} left, {len(right)} right")
        if not left:
            return np.zeros(0)
        found = pair_table(left, right, known=known)
        return chances(self.judge(found).logits(found.rows))

    def explain(
        self, left: Sequence[Wording], right: Sequence[Wording], *, known: bool = False
    ) -> tuple[Explanation, ...]:
        """Each pair's score with what every feature added to it."""
        if not left:
            return ()
        found = pair_table(left, right, known=known)
        base, added = self.judge(found).pushes(found.rows)
        return tuple(_explanation(found, base, added[at], found.rows[at]) for at in range(len(left)))


def _explanation(found: Table, base: float, added: Floats, row: Floats) -> Explanation:
    order = np.argsort(-np.abs(added), kind="stable")
    pushes = tuple(
        Push(
            feature=found.names[at],
            says=found.meanings[at],
            value=None if np.isnan(row[at]) else float(row[at]),
            logit=float(added[at]),
        )
        for at in order.tolist()
        if added[at] != 0
    )
    logit = base + float(added.sum())
    return Explanation(score=float(chances(np.array([logit]))[0]), logit=logit, base=base, pushes=pushes)


def _phrase(push: Push) -> str:
    return f"{push.says}: {push.value:.3g} ({'for' if push.logit > 0 else 'against'} it, {push.logit:+.2f})"


def read_model(text: str) -> Scorer:
    """The scorer that a model file describes. Raises `ScorerInvalid`."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise ScorerInvalid(f"the model is no JSON: {error}") from error
    if not isinstance(said, Mapping) or said.get("format") != FORMAT:
        raise ScorerInvalid(f"the model is not of format {FORMAT}")
    return Scorer(*(read_trees(said[name]) if name in said else None for name in ("alone", "known")))


@lru_cache(maxsize=1)
def shipped() -> Scorer:
    """The scorer with the model that comes with the package; by rules alone when the file is not there."""
    file = resources.files("pipelines.match.learned").joinpath(MODEL)
    return read_model(file.read_text("utf-8")) if file.is_file() else Scorer()
