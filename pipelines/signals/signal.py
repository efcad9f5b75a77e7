"""What a signal looks at (`ReviewText`), what it says (`Signal`), and the text normal form that signals share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

Parameters = Mapping[str, object]

_NOT_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewText:
    """A stored review. `date` is UTC ISO 8601 or a bare date, `rating` is on `rating_scale`, `author_key` a keyed
    hash.
    """

    id: str
    product: str
    text: str = ""
    title: str = ""
    rating: Decimal | None = None
    rating_scale: Decimal | None = None
    date: str | None = None
    follow_up_text: str | None = None
    follow_up_date: str | None = None
    default_text: bool = False
    language: str = "und"
    author_key: str | None = None

    @property
    def share(self) -> Decimal | None:
        """The rating as a share of the way from 1 to the best, None without one."""
        scale = self.rating_scale or Decimal(5)
        if self.rating is None or scale <= 1:
            return None
        return min(max((self.rating - 1) / (scale - 1), Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One observation about one review. `value` None means not computable; `evidence` then holds `because`."""

    review: str
    signal: str
    value: str | None
    evidence: dict[str, object] = field(default_factory=dict)


class SignalModule(Protocol):
    """A module in this folder. `observe` sees all reviews at once and answers in their order."""

    DEFAULTS: dict[str, object]

    def observe(self, reviews: Sequence[ReviewText], parameters: Parameters, /) -> Iterable[Signal]: ...


def plain(text: str) -> str:
    """NFKC, casefold, letters and digits only: what stays the same when punctuation, emoji or width change."""
    return _NOT_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


def not_computable(review: str, signal: str, because: str) -> Signal:
    """A signal without a value, and why."""
    return Signal(review=review, signal=signal, value=None, evidence={"because": because})


def number(parameters: Parameters, name: str) -> float:
    """A parameter as a plain number."""
    return float(str(parameters[name]))
