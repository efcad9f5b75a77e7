"""Which review a row stands for: product keys, ids, and the statement that decides which page's words a row keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import NamedTuple

from pipelines.facts import PageFacts, ReviewFact
from pipelines.items import Issue
from pipelines.normalize.names import sql_name
from pipelines.normalize.urls import product_key as product_key
from pipelines.store.review_pages import LATE
from pipelines.store.schema import TABLES
from pipelines.store.sql import Cell, Row, columns, insert

# What tells two reviews apart that have no id of their own.
_CONTENT = tuple(columns("reviews").index(name) for name in ("author_key", "date_said", "title", "text"))
_AUTHOR, _, _, _TEXT = _CONTENT
_ID, _PAGE, _PRODUCT, _REVIEW_ID = range(4)
_LATE_JSON = columns("reviews").index("late_json")


class PageReview(NamedTuple):
    """A review, the id of the page that shows it, and the product it is about (see `product_of`)."""

    page_id: str
    product: str
    review: ReviewFact


class PageIssue(NamedTuple):
    """An issue and the id of its page."""

    page_id: str
    issue: Issue


def product_of(facts: PageFacts) -> str:
    """`shop.example/SKU-1`: host and the shop's number of the product, or the URL's path and query without one."""
    skus = [facts.offer.sku] if facts.offer else []
    skus += [review.product_sku for review in facts.reviews]
    sku = next((sku for sku in skus if sku), None)
    return product_key(facts.url, sku)


def products_of(facts: PageFacts) -> list[str] | None:
    """The product of each review where the page says of no single one what it is about: a file of comments of several
    products, or of a model's variants. None where all are about the page's own product.
    """
    numbers = {review.product_sku for review in facts.reviews}
    if len(numbers) < 2 or (facts.offer and facts.offer.sku) or facts.kind == "product":
        return None
    return [product_key(facts.url, review.product_sku) for review in facts.reviews]


@cache
def upsert_reviews() -> str:
    """The first page that shows a review owns its row: it changes with that page only. Others fill in late columns."""
    changes = []
    for name in columns("reviews"):
        if name in TABLES["reviews"].pk or name == "page_id":
            continue
        column = sql_name(name)
        if name == "late_json":
            changes.append(f"{column} = excluded.{column}")
            continue
        own, old = f"excluded.{column}", f"reviews.{column}"
        if name in LATE:
            own, old = f"COALESCE({own}, {old})", f"COALESCE({old}, {own})"
        changes.append(f"{column} = CASE WHEN reviews.page_id = excluded.page_id THEN {own} ELSE {old} END")
    return insert("reviews") + " ON CONFLICT (id) DO UPDATE SET " + ", ".join(changes)


def own_ids(rows: list[Row], stored: Mapping[Cell, Row], sure: frozenset[str]) -> tuple[list[Row], list[PageIssue]]:
    """Some shops number reviews from 1 on each page: a row whose id stands for other words gets an id of its own.

    `stored` are the rows that the database has, by id; `sure` the ids that are one review wherever they stand.
    """
    kept, issues = [], []
    for row in rows:
        there = None if row[_ID] in sure else stored.get(row[_ID])
        if there and there[_PAGE] != row[_PAGE] and all(row[c] and there[c] != row[c] for c in (_AUTHOR, _TEXT)):
            issues.append(shared_id(str(row[_PAGE]), str(row[_REVIEW_ID])))
            row = (content_hash(str(row[_PRODUCT]), [str(row[c] or "") for c in _CONTENT]), *row[1:])
        kept.append(row)
    return kept, issues


def changed(rows: list[Row], stored: Mapping[Cell, Row]) -> list[Row]:
    """The rows that the database does not have as they are; all of them where an id stands twice: the last counts.

    Of a review that another page owns, only what fills in its row: `late_json` then differs.
    """
    if len({row[_ID] for row in rows}) < len(rows):
        return rows
    return [row for row in rows if _changes(row, stored.get(row[_ID]))]


def _changes(row: Row, there: Row | None) -> bool:
    if there is None or there[_PAGE] == row[_PAGE]:
        return row != there
    return row[_LATE_JSON] != there[_LATE_JSON]


def review_hash(product: str, said: str) -> str:
    """24 digits; the first 8 are the product's, so that its reviews lie side by side in the index."""
    product_said = f"{product}\x1f{said}".encode("utf-8", "surrogatepass")
    return _product_digits(product) + sha256(product_said).hexdigest()[:16]


def content_hash(product: str, content: Iterable[str | None], times: int = 1) -> str:
    """The hash of a review without an id of its own: of author key, date as said, title, text, and which time it is."""
    parts = [part or "" for part in content]
    return review_hash(product, "\x1f".join([*parts, str(times)] if times > 1 else parts))


@lru_cache(maxsize=1024)
def _product_digits(product: str) -> str:
    return sha256(product.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def shared_id(page_id: str, review_id: str) -> PageIssue:
    why = "the page gives this id to different reviews: told apart by author, date and text"
    return PageIssue(page_id, Issue(field="review.id", value=review_id, why=why))
