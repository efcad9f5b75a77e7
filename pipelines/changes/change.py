"""One change, and all changes between two times. Plain data, in an order that depends on nothing but the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "verdict_changed", "raised_before_broadcast", "price_changed", "review_vanished", "new_wall", "page_gone"
]

# What a reader looks for first stands first.
KINDS: tuple[Kind, ...] = (
    "verdict_changed",
    "raised_before_broadcast",
    "price_changed",
    "review_vanished",
    "new_wall",
    "page_gone",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How something was at one of the two times.

    value     the word, amount (decimal string) or outcome
    page_ids  the pages that show it, as in the table `pages`
    seen_at   UTC time of the look: the last one before for the old side, the first one after for the new side
    """

    value: str | None
    page_ids: tuple[str, ...] = ()
    seen_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was.

    subject  what changed, the same in every run: a claim's id, a product's key, a review's id
    part     which of its parts: `verdict` or `words`; the kind of price; empty otherwise
    name     what a reader calls it: the product as the watchlist or the page says
    shop     whose page it is: the name that the dataset gives to its host, else the host; empty for a claim
    urls     where it was seen, the watched address first
    claims   ids of the claims that it touches
    why      one plain sentence where the values do not say it all
    """

    kind: Kind
    subject: str
    part: str = ""
    name: str = ""
    shop: str = ""
    currency: str | None = None
    old: Side
    new: Side
    urls: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    why: str = ""

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Sort key: the kinds as in `KINDS`, then by claim, those without a claim last."""
        return KINDS.index(self.kind), self.claims[0] if self.claims else "\uffff", self.subject, self.part, self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """All changes of a dataset after `since` and up to `until`, UTC times.

    started  whether anything was seen before `since`: without that, nothing can have changed
    """

    dataset: str
    title: str
    since: str
    until: str
    started: bool = True
    changes: tuple[Change, ...] = ()
    looks: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[Kind, int]:
        """Number of changes by kind, all kinds in their order."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}
