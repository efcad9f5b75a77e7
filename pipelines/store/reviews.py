"""Reviews as rows: who wrote them is hashed, and each stands once however many pages show it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import sha256
from typing import NamedTuple

from pipelines.facts import PageFacts, ReviewFact
from pipelines.items import Issue
from pipelines.normalize.urls import host_of, page_key
from pipelines.store.rows import not_stored
from pipelines.store.schema import TABLES
from pipelines.store.sql import Cell, Row, cell, columns, decimal_cell, insert, text_cell

# What a platform adds to a review after it was written: a later page may fill it in, no page empties it.
_LATE = frozenset({"reply", "follow_up_date", "follow_up_text"})
# Author key, date as said, title and text: what tells two reviews apart that have no id of their own.
_Content = tuple[str | None, ...]
_CONTENT = tuple(columns("reviews").index(name) for name in ("author_key", "date_said", "title", "text"))
_AUTHOR, _, _, _TEXT = _CONTENT
_ID, _PAGE, _PRODUCT, _REVIEW_ID = range(4)
_BAD_VALUES = (TypeError, ValueError, ArithmeticError, AttributeError)


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


def product_key(url: str, sku: str | None) -> str:
    """What `product_of` gives for a page at this URL that states this number."""
    return f"{host_of(url)}/{sku}" if sku else page_key(url)


@cache
def insert_new_reviews() -> str:
    """Insert where the id is new. The cheap way for what is nearly always the case."""
    return f"{insert('reviews')} ON CONFLICT (id) DO NOTHING"


@cache
def upsert_reviews() -> str:
    """The first page that shows a review owns its row: it changes with that page only. Others fill in late columns."""
    changes = []
    for name in columns("reviews"):
        if name in TABLES["reviews"].pk or name == "page_id":
            continue
        own, old = f"excluded.{name}", f"reviews.{name}"
        if name in _LATE:
            own, old = f"COALESCE({own}, {old})", f"COALESCE({old}, {own})"
        changes.append(f"{name} = CASE WHEN reviews.page_id = excluded.page_id THEN {own} ELSE {old} END")
    return f"{insert('reviews')} ON CONFLICT (id) DO UPDATE SET {', '.join(changes)}"


class ReviewRows:
    """Makes review rows with the secret of one dataset. One object for all rows of a page: it counts equal texts."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._contents: dict[tuple[str, str], int] = {}
        self._seen: dict[tuple[str, int], int] = {}

    def make(self, batch: Iterable[PageReview]) -> tuple[list[Row], list[PageIssue]]:
        """Rows that can be stored, and an issue for each review that cannot or whose id is not its own."""
        rows: list[Row] = []
        issues: list[PageIssue] = []
        for said in batch:
            try:
                rows.append(self._row(said, issues))
            except _BAD_VALUES:
                rows += self._mended_row(said, issues)
        return rows, issues

    def author_key(self, product: str, author: str | None) -> str | None:
        """HMAC-SHA-256 over the product's host and the name: the same name at another shop gets another key."""
        if not author:
            return None
        message = f"{product.partition('/')[0]}\n{author}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, message, "sha256").hex()

    def _row(self, said: PageReview, issues: list[PageIssue]) -> Row:
        page_id, product, review = said
        rating, scale = decimal_cell(review.rating), decimal_cell(review.rating_scale)
        helpful, pictures = cell(review.helpful), cell(review.pictures)
        author = self.author_key(product, review.author)
        content = (author, review.date_said, review.title, review.text)
        if not review.id:
            identity = self._counted(page_id, product, content)
        elif self._contents.setdefault((page_id, review.id), hash(content)) == hash(content):
            identity = _hash(product, review.id)
        else:
            issues.append(_shared_id(page_id, review.id))
            identity = _hash(product, *content)
        return (
            identity,
            page_id,
            product,
            text_cell(review.id),
            rating,
            scale,
            review.date,
            text_cell(review.date_said),
            text_cell(review.title),
            text_cell(review.text),
            author,
            text_cell(review.variant),
            review.verified,
            helpful,
            pictures,
            text_cell(review.reply),
            review.follow_up_date,
            text_cell(review.follow_up_text),
            review.default_text,
            review.language,
            review.language_confidence,
            review.language_method,
        )

    def _mended_row(self, said: PageReview, issues: list[PageIssue]) -> list[Row]:
        """The row without the values that no column takes; no row when that does not help. Says so in `issues`."""
        review = said.review
        for name in ("rating", "rating_scale", "helpful", "pictures"):
            try:
                cell(getattr(review, name))
            except _BAD_VALUES as error:
                issues.append(PageIssue(said.page_id, not_stored(f"reviews.{name}", getattr(review, name), error)))
                review = replace(review, **{name: None})  # type: ignore[arg-type]
        try:
            return [self._row(said._replace(review=review), issues)]
        except _BAD_VALUES as error:
            issues.append(PageIssue(said.page_id, not_stored("reviews", said.review, error)))
            return []

    def _counted(self, page_id: str, product: str, content: _Content) -> str:
        """Two buyers may write the same words: the second time on one page is another review."""
        key = (page_id, hash(content))
        times = self._seen[key] = self._seen.get(key, 0) + 1
        return _hash(product, *content, *([str(times)] if times > 1 else []))


def own_ids(rows: list[Row], stored: Mapping[Cell, Row]) -> tuple[list[Row], list[PageIssue]]:
    """Some shops number reviews from 1 on each page: a row whose id stands for other words gets an id of its own.

    `stored` are the rows that the database has, by id.
    """
    kept, issues = [], []
    for row in rows:
        there = stored.get(row[_ID])
        if there and there[_PAGE] != row[_PAGE] and all(row[c] and there[c] != row[c] for c in (_AUTHOR, _TEXT)):
            issues.append(_shared_id(str(row[_PAGE]), str(row[_REVIEW_ID])))
            row = (_hash(str(row[_PRODUCT]), *(str(row[c] or "") for c in _CONTENT)), *row[1:])
        kept.append(row)
    return kept, issues


def _hash(product: str, *parts: str | None) -> str:
    """24 digits; the first 8 are the product's, so that its reviews lie side by side in the index."""
    said = "\x1f".join([product, *[part or "" for part in parts]])
    return _product_digits(product) + sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=1024)
def _product_digits(product: str) -> str:
    return sha256(product.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _shared_id(page_id: str, review_id: str) -> PageIssue:
    why = "the page gives this id to different reviews: told apart by author, date and text"
    return PageIssue(page_id, Issue(field="review.id", value=review_id, why=why))
