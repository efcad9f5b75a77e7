"""The complaints of a dataset's reviews as rows of their table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import asdict, replace

from pipelines.complaints import Complaint, Said, complaints
from pipelines.signals import ReviewText, Signal
from pipelines.store.sql import Row, json_cell, text_cell


def complaint_rows(reviews: Iterable[ReviewText], default_text: Sequence[Signal]) -> Iterator[Row]:
    """A row of `complaints` for each topic that a review complains of. `default_text` is what that signal says of each:
    the platform's sentences complain of nothing.
    """
    return map(_row, complaints(map(_said, reviews, default_text)))


def _said(review: ReviewText, default_text: Signal) -> Said:
    return replace(review, text="") if default_text.value == "1" else review


def _row(found: Complaint) -> Row:
    words, clause = " · ".join([place.words for place in found.places]), found.places[0].clause
    places = json_cell([asdict(place) for place in found.places])
    return found.review, found.topic, text_cell(words), text_cell(clause), places
