"""What a version of the corpus is: the hash over all of it, and how each review differs from the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from itertools import chain
from typing import Any

import msgspec

from pipelines.signals import Signal
from pipelines.store.corpus_rows import CorpusRows
from pipelines.store.sql import Row

CHANGES = ("added", "removed", "changed", "moved", "signals")
_json = msgspec.json.Encoder(order="deterministic").encode
# Signals fill their evidence in one order.
_plain = msgspec.json.Encoder().encode
_REVIEW, _SPLIT, _CLUSTER, _CONTENT, _SIGNALS = range(5)


@dataclass(slots=True)
class Comparison:
    """The corpus that is being made, beside the newest version. `written` counts rows that had to be written."""

    rows: CorpusRows
    newest: Row | None
    digest: Any = field(default_factory=sha256)
    written: int = 0

    @property
    def number(self) -> int:
        """That of the version which is made if anything is other than before."""
        return 1 + (int(self.newest[0] or 0) if self.newest else 0)

    def begin(self, parameters: Mapping[str, object], products: Sequence[Row], clusters: Sequence[Row]) -> None:
        """Hash what stands before the reviews."""
        for said in (parameters, products, clusters):
            self.digest.update(_json(said) + b"\n")

    def batch(self, made: Sequence[Row]) -> None:
        """Hash a batch: rows of `corpus_reviews` without their signals."""
        self.digest.update(_json(made) + b"\n")

    def write(self, made: Sequence[Row], signals: Sequence[str], complaints: Mapping[str, Sequence[Row]]) -> None:
        """Compare and write reviews: rows of `corpus_reviews`, the signals of each, and by review the rows of
        `complaints`.
        """
        reviews = [str(row[_REVIEW]) for row in made]
        known, broken = self.rows.before(reviews)
        other = [n for n, row in enumerate(made) if known.get(reviews[n]) != row or reviews[n] in broken]
        if self.newest is not None:
            self.rows.change([change for n in other for change in self._changes(known.get(reviews[n]), made[n])])
        # Rows go to the disk in the order of their key: those of one page are written at once.
        other.sort(key=reviews.__getitem__)
        changed = [reviews[n] for n in other]
        self.rows.replace("complaints", changed, chain.from_iterable(complaints.get(one, ()) for one in changed))
        self.rows.replace("corpus_reviews", changed, [(*made[n], signals[n]) for n in other])
        self.written += len(other)

    def forget(self) -> None:
        """Take out what is no longer in the database."""
        gone = self.rows.gone()
        self.rows.forget([str(row[_REVIEW]) for row in gone])
        if self.newest is not None:
            self.rows.change([(self.number, "removed", row[_REVIEW], row[_CONTENT], None) for row in gone])
        self.written += len(gone)

    def _changes(self, before: Row | None, after: Row) -> list[Row]:
        review, number = after[_REVIEW], self.number
        if before is None:
            return [(number, "added", review, None, after[_CONTENT])]
        kinds = (("changed", _CONTENT), ("moved", _SPLIT), ("signals", _SIGNALS))
        return [(number, kind, review, before[at], after[at]) for kind, at in kinds if before[at] != after[at]]


def signals_cell(found: Mapping[str, Signal], complaints: Sequence[Row]) -> tuple[str, str]:
    """`signals_json` of a review, as compact JSON, and 16 digits of the hash of it and the review's complaints."""
    said = _plain(found)
    told = said + _plain(complaints) if complaints else said
    return said.decode(), blake2b(told, digest_size=8).hexdigest()


def parameters_of(shares: Mapping[str, object], signals: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """All parameters as a version states them: numbers as texts."""
    of_signals = {name: {key: str(value) for key, value in given.items()} for name, given in signals.items() if given}
    return {"splits": {name: str(share) for name, share in shares.items()}, "signals": of_signals}


def counted(changes: Mapping[str, int]) -> dict[str, int]:
    """A number for each kind of change, in the order of `CHANGES`."""
    return {kind: changes.get(kind, 0) for kind in CHANGES}
