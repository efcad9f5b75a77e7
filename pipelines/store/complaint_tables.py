"""The table of complaints; part of `pipelines.store.schema.TABLES`."""

from __future__ import annotations

from pipelines.store.table import Table

COMPLAINT_TABLES: dict[str, Table] = {
    "complaints": Table(
        about="A review speaks of a topic as a complaint; found by words, as docs/reviews.md says.",
        columns={
            "review": (str, "the review"),
            "topic": (str, "one of the topics of docs/reviews.md"),
            "words": (str, "the words that were found, in their order, with · between"),
            "clause": (str, "the clause of the first of them"),
            "places_json": (
                str,
                "list of {field, start, end, words, clause}: where in the review's texts, in characters",
            ),
        },
        pk=("review", "topic"),
        foreign={"review": ("reviews", "id")},
        indexes=(("topic",),),
    ),
}
