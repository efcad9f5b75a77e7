"""How alike two titles are, once brand, quantities, gifts and shop talk are out of them. Explained by its three
features.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from pipelines.match.record import Record

ALIKE = 0.62
UNLIKE = 0.10
_FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleScore:
    """`contained` share of the shorter title's words in the other, `shared` share of all words, `sequence` order-aware.

    comparable  both titles have enough words in a common script; otherwise a low score says nothing
    """

    contained: float
    shared: float
    sequence: float
    comparable: bool

    @property
    def value(self) -> float:
        return 0.5 * self.contained + 0.2 * self.shared + 0.3 * self.sequence

    @property
    def says(self) -> str:
        return f"{self.contained:.0%} of the shorter title's words are in the other title (score {self.value:.2f})"


def score(promoted: Record, official: Record) -> TitleScore:
    """Words compared as sets and as text; numbers that only one title has weigh like words."""
    left, right = set(promoted.words), set(official.words)
    if not left or not right:
        return TitleScore(contained=0.0, shared=0.0, sequence=0.0, comparable=False)
    both = len(left & right)
    return TitleScore(
        contained=both / min(len(left), len(right)),
        shared=both / len(left | right),
        sequence=fuzz.token_sort_ratio(" ".join(promoted.words), " ".join(official.words)) / 100,
        comparable=min(len(left), len(right)) >= _FEWEST and bool(promoted.scripts & official.scripts),
    )
