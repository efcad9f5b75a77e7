"""The tables of a review's history; part of `pipelines.store.schema.TABLES`."""

from __future__ import annotations

from pipelines.store.table import Table

HISTORY_TABLES: dict[str, Table] = {
    "review_pages": Table(
        about="A page that shows reviews: which list of the product's reviews it is of, and what it shows.",
        columns={
            "page_id": (str, "the page"),
            "product": (str, "as in reviews; NULL for a file that holds reviews of several products"),
            "crawl": (str, "the crawl that fetched it; NULL for a saved file"),
            "filter": (
                str,
                "all, star_1 to star_5, positive, neutral, negative, pictures, video, follow_up, verified, language_xx",
            ),
            "sort": (str, "default, newest, oldest, helpful, or shown: what a product page shows by itself"),
            "number": (int, "which page of its list, from 1; NULL where nobody followed a list"),
            "ended": (
                str,
                "why its list was not followed further: last, nothing_new, known or empty; NULL where it was",
            ),
            "shown_json": (str, "ids of the reviews it shows, in its order, repeats too"),
            "total": (int, "number of all reviews, as the page says"),
            "stars_json": (str, "list of [stars, number of reviews], as the page says"),
            "most_pages": (int, "pages of a list that the platform shows at most, as it says"),
            "folded": (int, "reviews that the platform folds away, as it says"),
            "lists_json": (str, "lists of reviews that the page links: {url, filter, sort, count}"),
        },
        pk=("page_id",),
        foreign={"page_id": ("pages", "id")},
        indexes=(("product",),),
    ),
    "review_versions": Table(
        about="What a page says of a review otherwise than the page that first showed it.",
        columns={
            "page_id": (str, "the page that says it"),
            "review": (str, "the review"),
            "field": (str, "rating, title, text, reply, follow_up_text or follow_up_date"),
            "value": (str, "what this page says; the first page's words stand in reviews"),
        },
        pk=("page_id", "review", "field"),
        foreign={"page_id": ("pages", "id")},
        indexes=(("review",),),
    ),
    "review_history": Table(
        about="What became of a review: an edit, or whether it is still where it stood. Derived; facts of pages only.",
        columns={
            "review": (str, "the review"),
            "what": (str, "edited, vanished, back or cannot_tell"),
            "field": (str, "what was edited; empty for all else"),
            "after_page": (str, "the last page that shows it as it was"),
            "page_id": (str, "the page that shows it changed, or shows its place without it"),
            "before": (str, "the words before"),
            "now": (str, "the words after"),
            "after_at": (str, "UTC; when after_page came"),
            "seen_at": (str, "UTC; when page_id came, or for cannot_tell when the later crawl began"),
            "why": (str, "how it is known, or why nothing can be said"),
        },
        pk=("review", "what", "field", "after_page"),
        foreign={"review": ("reviews", "id")},
    ),
}
