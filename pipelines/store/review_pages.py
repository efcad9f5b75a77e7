"""A page of reviews as a row, and where its words for a review differ from those of the page that owns its row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.facts import ListedFacts, PageFacts
from pipelines.store.sql import Cell, Row, columns

_AT = {name: n for n, name in enumerate(columns("reviews"))}
_ID, _PAGE, _AUTHOR, _DATE, _LATE = (_AT[name] for name in ("id", "page_id", "author_key", "date_said", "late_json"))
# What a platform adds to a review after it was written: a later page may fill it in, no page empties it.
LATE = ("reply", "follow_up_date", "follow_up_text")
# What a buyer can change in a review, and what is added to it.
EDITABLE = ("rating", "title", "text", *LATE)
# How a page came to be where it is: its first writing decides, a page read again does not know.
_FIRST_WINS = ("crawl", "filter", "sort", "number", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlace:
    """Which page of which list of a product's reviews was asked for; `ended` says why the list ends for us there."""

    crawl: str | None = None
    filter: str = "all"
    sort: str = "shown"
    number: int | None = None
    ended: str | None = None


def review_page(
    product: str | None,
    place: ReviewPlace | None,
    facts: PageFacts,
    ids: Sequence[Cell],
    known: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    """The row of `review_pages` without its page; None for a page that has nothing to do with reviews.

    `ids` are the reviews it shows, as stored; `known` is the row that is there.
    """
    asked = place is not None and place.number is not None
    if not (facts.reviews or facts.listed or asked or known):
        return None
    total = facts.offer.review_count if facts.offer else None
    listed, said = facts.listed or ListedFacts(), place or ReviewPlace()
    lists = [{"url": each.url, "filter": each.filter, "sort": each.sort, "count": each.count} for each in listed.lists]
    row = {
        "product": product,
        "crawl": said.crawl,
        "filter": said.filter,
        "sort": said.sort,
        "number": said.number,
        "ended": said.ended,
        "shown_json": list(ids),
        # A number that no column takes is an issue of the offer already.
        "total": None if total is None or total.bit_length() > 63 else total,
        "stars_json": [list(pair) for pair in listed.stars] or None,
        "most_pages": listed.most_pages,
        "folded": listed.folded,
        "lists_json": lists or None,
    }
    return row if known is None else row | {name: known[name] for name in _FIRST_WINS}


def filled_in(rows: Iterable[Row], stored: Mapping[Cell, Row]) -> list[Row]:
    """The rows with `late_json`: which page filled in the reply or follow-up that the owning page does not show."""
    made = []
    for row in rows:
        there = stored.get(row[_ID])
        if there is None:
            made.append(row)
            continue
        late = json.loads(str(there[_LATE])) if there[_LATE] else {}
        for name in LATE:
            if row[_AT[name]] is None:
                continue
            if row[_PAGE] == there[_PAGE]:
                late.pop(name, None)
            elif there[_AT[name]] is None:
                late[name] = row[_PAGE]
        said = json.dumps(late, sort_keys=True) if late else None
        made.append((*row[:_LATE], said, *row[_LATE + 1 :]))
    return made


def versions(rows: Iterable[Row], stored: Mapping[Cell, Row], sure: frozenset[str]) -> list[Row]:
    """Rows of `review_versions`: what pages say of reviews otherwise than the pages that own their rows.

    Only of what is surely the same review: its number is the platform's own (`sure`), or the author is the same, or,
    where one of the pages has no author, the date. What a page does not show is no version.
    """
    found: dict[tuple[Cell, Cell, str], Row] = {}
    for row in rows:
        there = stored.get(row[_ID])
        if there is None or there[_PAGE] == row[_PAGE] or not _same(row, there, sure):
            continue
        late = json.loads(str(there[_LATE])) if there[_LATE] else {}
        for name in EDITABLE:
            now, before = row[_AT[name]], None if name in late else there[_AT[name]]
            if now is not None and now != before and (before is not None or name in LATE):
                found[row[_PAGE], row[_ID], name] = (row[_PAGE], row[_ID], name, now)
    return list(found.values())


def _same(row: Row, there: Row, sure: frozenset[str]) -> bool:
    if row[_ID] in sure:
        return True
    if row[_AUTHOR] and there[_AUTHOR]:
        return row[_AUTHOR] == there[_AUTHOR]
    return row[_DATE] is not None and row[_DATE] == there[_DATE]
