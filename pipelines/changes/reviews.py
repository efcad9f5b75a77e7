"""Reviews that a shop showed before and does not show any more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from pipelines.changes.change import Change
from pipelines.changes.looks import Looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A review with the last page that showed it and the first one that should have shown it and did not."""

    review: str
    product: str
    last_page_id: str
    last_seen_at: str
    missed_page_id: str
    missed_at: str


def vanished_reviews(db: Database, since: str, until: str) -> list[Vanished]:
    """Reviews found missing after `since` and up to `until`, UTC times."""
    return []


def review_changes(db: Database, looks: Looks) -> list[Change]:
    """`review_vanished`; the review itself is in the table `reviews` under `subject`."""
    return []
