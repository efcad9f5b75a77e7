"""Reviews that a shop showed before and does not show any more, as the table `review_history` has them."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.changes.change import Change, Side
from pipelines.changes.looks import Looks
from pipelines.database import Database
from pipelines.observation import utc

_HISTORY = """
SELECT h.review, h.what, r.product, h.after_page, h.after_at, h.page_id, h.seen_at, h.why
FROM review_history h JOIN reviews r ON r.id = h.review
WHERE h.what IN ('vanished', 'back') ORDER BY h.review, julianday(h.seen_at), h.what
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A review with the last page that showed it, and the page that shows its place without it."""

    review: str
    product: str
    last_page_id: str
    last_seen_at: str
    page_id: str
    seen_at: str
    why: str = ""


def vanished_reviews(db: Database, since: str, until: str) -> list[Vanished]:
    """Reviews that were found missing after `since` and up to `until`, UTC times, and were not seen again by then."""
    first, last = utc(since), utc(until)
    found: dict[str, Vanished] = {}
    for review, what, product, after_page, after_at, page_id, seen_at, why in db.execute(_HISTORY):
        if utc(seen_at) > last:
            continue
        found.pop(review, None)
        if what == "vanished" and utc(seen_at) > first:
            found[review] = Vanished(
                review=review,
                product=product or "",
                last_page_id=after_page,
                last_seen_at=after_at,
                page_id=page_id,
                seen_at=seen_at,
                why=why or "",
            )
    return list(found.values())


def review_changes(db: Database, looks: Looks, since: str, until: str) -> list[Change]:
    """`review_vanished`; the review itself is in the table `reviews` under `subject`. Its words are not repeated."""
    return [
        Change(
            kind="review_vanished",
            subject=gone.review,
            name=looks.names.get(gone.product, gone.product),
            old=Side(value="shown", page_ids=(gone.last_page_id,), seen_at=gone.last_seen_at),
            new=Side(value="not_shown", page_ids=(gone.page_id,), seen_at=gone.seen_at),
            urls=tuple(look.url for look in (looks.by_id.get(gone.page_id),) if look is not None),
            claims=looks.claims_of(key for key, product in looks.products.items() if product == gone.product),
            why=gone.why,
        )
        for gone in vanished_reviews(db, since, until)
    ]
