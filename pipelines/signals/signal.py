"""What a signal looks at (`ReviewText`) and what it says (`Signal`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

import msgspec

Parameters = Mapping[str, object]

_FIVE = Decimal(5)


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What pages say of a product, beside its reviews; None where none does. One object for all its reviews.

    claimed       reviews, as its newest page states; `collected` is how many there are here
    sold          how many were sold, `sold_said` the words, `sold_rounded` whether they round down (1万+)
    reachable     reviews that a visitor can page to on the platform
    """

    name: str = ""
    claimed: int | None = None
    collected: int | None = None
    sold: int | None = None
    sold_said: str | None = None
    sold_rounded: bool = False
    reachable: int | None = None


class ReviewText(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
    bought_date: str | None = None
    goods: Goods | None = None

    @property
    def said(self) -> str:
        """Title and text."""
        return f"{self.title} {self.text}" if self.title else self.text

    @property
    def share(self) -> Decimal | None:
        """The rating as a share of the way from 1 to the best, None without one."""
        return None if self.rating is None else _share(self.rating, self.rating_scale or _FIVE)


@lru_cache(maxsize=1024)
def _share(rating: Decimal, scale: Decimal) -> Decimal | None:
    return min(max((rating - 1) / (scale - 1), Decimal(0)), Decimal(1)) if scale > 1 else None


class Signal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One observation about one review. `value` None means not computable; `evidence` then holds `because`.

    Reviews of which the same is said may share one object.
    """

    value: str | None
    evidence: dict[str, object] = msgspec.field(default_factory=dict)


class SignalModule(Protocol):
    """A module in this folder. `observe` answers for reviews in their order; it sees all reviews of a product at once.

    A signal that compares reviews of different products has `gather(parameters)` as well (see `Gathering`).
    """

    DEFAULTS: dict[str, object]

    def observe(self, reviews: Sequence[ReviewText], parameters: Parameters, /) -> Iterable[Signal]: ...


class Gathering(Protocol):
    """A signal that looks at all reviews before it says anything: all are added, then `settle`, then it is asked."""

    def add(self, reviews: Sequence[ReviewText], /) -> None: ...

    def settle(self) -> None: ...

    def observe(self, reviews: Sequence[ReviewText], /) -> Iterable[Signal]: ...


@lru_cache(maxsize=4096)
def not_computable(because: str) -> Signal:
    """A signal without a value, and why."""
    return Signal(None, {"because": because})


def number(parameters: Parameters, name: str) -> float:
    """A parameter as a plain number."""
    return float(str(parameters[name]))
