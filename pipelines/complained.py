"""The complaints of a dataset's reviews as rows of their table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from pipelines.complaints import Complaint, Said, complaints
from pipelines.signals import ReviewText
from pipelines.signals.default_text import platform_sentence


def complaint_rows(reviews: Iterable[ReviewText]) -> Iterator[dict[str, Any]]:
    """A row of `complaints` for each topic that a review complains of. Any iterator will do: one review at a time."""
    return map(_row, complaints(map(_said, reviews)))


def _said(review: ReviewText) -> Said:
    by_platform = review.default_text or platform_sentence(review.text) is not None
    return replace(review, text="") if by_platform else review


def _row(found: Complaint) -> dict[str, Any]:
    return {
        "review": found.review,
        "topic": found.topic,
        "words": " · ".join(place.words for place in found.places),
        "clause": found.places[0].clause,
        "places_json": [
            {"field": one.field, "start": one.start, "end": one.end, "words": one.words, "clause": one.clause}
            for one in found.places
        ],
    }
