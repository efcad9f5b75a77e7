"""One piece of evidence about two articles, in words that a reader can check on the two pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.observation import MatchAnswer

Points = Literal["same_variant", "same_product", "other_variant", "different", "caution", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`field` on the promoted side against the official side; `says` is a plain phrase, `points_to` what it means.

    caution  the two could differ here: enough to refuse an answer, never enough to call them different
    nothing  looked at, not deciding (also: stated on one side only)
    """

    field: str
    promoted: str
    official: str
    says: str
    points_to: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The answer, the evidence in order of weight, the title score (0 to 1) and the fields that decided."""

    answer: MatchAnswer
    evidence: tuple[Evidence, ...]
    score: float
    decided_by: tuple[str, ...]
    why: str
