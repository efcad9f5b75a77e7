"""How alike two titles are, once brand, quantities, gifts and shop talk are out of them. Explained by its three
features.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from pipelines.match.record import Record

_CONTAINED = 0.9
_SHARED = 1 / 3
# A title of one or two plain words is contained in too many others. A Latin word says as much as two Han pairs.
_LEAST_SAID = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleScore:
    """`contained` share of the shorter title's words in the other, `shared` share of all words, `sequence` order-aware.

    alike  the words are the same, or a title that says enough is nearly contained in the other
    """

    contained: float
    shared: float
    sequence: float
    alike: bool

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
        return TitleScore(contained=0.0, shared=0.0, sequence=0.0, alike=False)
    both = len(left & right)
    said = min(sum(2 if word[0].isascii() else 1 for word in side) for side in (left, right))
    contained, shared = both / min(len(left), len(right)), both / len(left | right)
    return TitleScore(
        contained=contained,
        shared=shared,
        sequence=fuzz.token_sort_ratio(" ".join(promoted.words), " ".join(official.words)) / 100,
        alike=left == right or (contained >= _CONTAINED and shared >= _SHARED and said >= _LEAST_SAID),
    )
