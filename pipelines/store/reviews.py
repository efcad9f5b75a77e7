"""Reviews as rows: who wrote them is hashed, and each stands once however many pages show it."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from pipelines.facts import PageFacts, ReviewFact
from pipelines.items import Issue
from pipelines.normalize.urls import host_of, page_key
from pipelines.store.rows import not_stored
from pipelines.store.schema import TABLES
from pipelines.store.sql import Row, cell, columns, decimal_cell, insert, stored_text

# What a platform adds to a review after it was written: a later page may fill it in, no page empties it.
_LATE = frozenset({"reply", "follow_up_date", "follow_up_text"})
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

    def __init__(self, connection: sqlite3.Connection, secret: bytes) -> None:
        self._connection = connection
        self._keyed = hmac.new(secret, digestmod="sha256")
        self._contents: dict[tuple[str, str], str] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def make(self, batch: Iterable[PageReview]) -> tuple[list[Row], list[PageIssue]]:
        """Rows that can be stored, and an issue for each review that cannot or whose id is not its own."""
        rows: list[Row] = []
        issues: list[PageIssue] = []
        for said in batch:
            try:
                rows.append(self._row(said, issues))
            except _BAD_VALUES:
                rows += self._mended_row(said, issues)
        return self._without_foreign_ids(rows, issues), issues

    def author_key(self, product: str, author: str | None) -> str | None:
        """HMAC-SHA-256 over the product's host and the name: the same name at another shop gets another key."""
        if not author:
            return None
        keyed = self._keyed.copy()
        keyed.update(f"{product.partition('/')[0]}\n{author}".encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()

    def _row(self, said: PageReview, issues: list[PageIssue]) -> Row:
        page_id, product, review = said
        rating, scale = decimal_cell(review.rating), decimal_cell(review.rating_scale)
        helpful, pictures = cell(review.helpful), cell(review.pictures)
        author = self.author_key(product, review.author)
        content = _hash(product, author or "", review.date_said or "", review.title or "", review.text or "")
        if review.id and self._contents.setdefault((page_id, review.id), content) != content:
            issues.append(_shared_id(page_id, review.id))
            identity = content
        else:
            identity = _hash(product, review.id) if review.id else self._counted(page_id, content)
        return (
            identity,
            page_id,
            product,
            _text(review.id),
            rating,
            scale,
            review.date,
            _text(review.date_said),
            _text(review.title),
            _text(review.text),
            author,
            _text(review.variant),
            review.verified,
            helpful,
            pictures,
            _text(review.reply),
            review.follow_up_date,
            _text(review.follow_up_text),
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
                review = replace(review, **{name: None})
        try:
            return [self._row(said._replace(review=review), issues)]
        except _BAD_VALUES as error:
            issues.append(PageIssue(said.page_id, not_stored("reviews", said.review, error)))
            return []

    def _counted(self, page_id: str, content: str) -> str:
        """Two buyers may write the same words: the second time on one page is another review."""
        times = self._seen[page_id, content] = self._seen.get((page_id, content), 0) + 1
        return content if times == 1 else _hash(content, str(times))

    def _without_foreign_ids(self, rows: list[Row], issues: list[PageIssue]) -> list[Row]:
        """Some shops number reviews from 1 on each page: a row whose id another page gave to other words gets its own."""
        known = self._stored([str(row[0]) for row in rows if row[3]])
        for position, row in enumerate(rows):
            stored = known.get(str(row[0]))
            if stored is None or stored[0] == row[1]:
                continue
            author, text = row[10], row[9]
            if stored[1] != author and stored[2] != text and author and text:
                issues.append(_shared_id(str(row[1]), str(row[3])))
                content = _hash(str(row[2]), str(author), str(row[7] or ""), str(row[8] or ""), str(text))
                rows[position] = (content, *row[1:])
        return rows

    def _stored(self, ids: list[str]) -> dict[str, tuple[str, str | None, str | None]]:
        found = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ", ".join("?" * len(part))
            query = f"SELECT id, page_id, author_key, text FROM reviews WHERE id IN ({marks})"  # noqa: S608
            found.update({row[0]: row[1:] for row in self._connection.execute(query, part)})
        return found


def _text(text: str | None) -> str | None:
    return None if text is None else stored_text(text)


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _shared_id(page_id: str, review_id: str) -> PageIssue:
    why = "the page gives this id to different reviews: told apart by author, date and text"
    return PageIssue(page_id, Issue(field="review.id", value=review_id, why=why))
