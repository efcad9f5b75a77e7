"""The reviews of a database, batch by batch and product by product: no more of them are held than one batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from pipelines.normalize.names import sql_names
from pipelines.normalize.numerals import stored_decimal
from pipelines.signals import Goods, ReviewText

# What a review says; when one of these is other than before, the review was changed.
_SAID = (
    *("id", "product", "text", "title", "rating", "rating_scale", "date", "follow_up_text", "follow_up_date"),
    *("default_text", "language", "author_key", "bought_date"),
)
_MORE = ("variant", "verified", "helpful", "pictures", "reply")
# Larger batches leave the processor's cache: 4,000 take a tenth longer a review.
BATCH = 1_000
_BETWEEN = f"SELECT {sql_names((*_SAID, *_MORE))} FROM reviews WHERE product BETWEEN ? AND ? ORDER BY product, id"  # noqa: S608
_NOWHERE = f"SELECT {sql_names((*_SAID, *_MORE))} FROM reviews WHERE product IS NULL ORDER BY id"  # noqa: S608
_TEXTS = "SELECT id, product, text, default_text, author_key FROM reviews"
_json = msgspec.json.Encoder().encode


class Batch(NamedTuple):
    """Reviews, and 16 digits of a hash of what each says."""

    reviews: list[ReviewText]
    contents: list[str]


def products_of(connection: sqlite3.Connection) -> dict[str, int]:
    """Product → number of reviews, in order; the empty name stands for reviews without one."""
    query = "SELECT COALESCE(product, ''), COUNT(*) FROM reviews GROUP BY 1 ORDER BY 1"
    return dict(connection.execute(query).fetchall())


def batches(connection: sqlite3.Connection, products: dict[str, int], goods: Mapping[str, Goods]) -> Iterator[Batch]:
    """All reviews in the order of product and id, about `BATCH` at a time; no product is in two batches."""
    for first, last in _ranges(products):
        found = connection.execute(_BETWEEN, (first, last)).fetchall()
        if not first:
            found = connection.execute(_NOWHERE).fetchall() + found
        contents = [blake2b(_json(row), digest_size=8).hexdigest() for row in found]
        yield Batch([_review(goods, *row[: len(_SAID)]) for row in found], contents)


def texts(connection: sqlite3.Connection) -> Iterator[list[ReviewText]]:
    """All reviews in no order, with no more than what tells alike texts apart."""
    cursor = connection.execute(_TEXTS)
    while found := cursor.fetchmany(BATCH):
        yield [
            ReviewText(id=row[0], product=row[1] or "", text=row[2] or "", default_text=bool(row[3]), author_key=row[4])
            for row in found
        ]


def _ranges(products: dict[str, int]) -> Iterator[tuple[str, str]]:
    """First and last product of each batch."""
    first, count = None, 0
    for product, reviews in products.items():
        first = product if first is None else first
        count += reviews
        if count >= BATCH:
            yield first, product
            first, count = None, 0
    if first is not None:
        yield first, product


def _review(
    goods: Mapping[str, Goods],
    id: str,
    product: str | None,
    text: str | None,
    title: str | None,
    rating: str | None,
    rating_scale: str | None,
    date: str | None,
    follow_up_text: str | None,
    follow_up_date: str | None,
    default_text: int | None,
    language: str | None,
    author_key: str | None,
    bought_date: str | None,
) -> ReviewText:
    return ReviewText(
        id=id,
        product=product or "",
        text=text or "",
        title=title or "",
        rating=stored_decimal(rating),
        rating_scale=stored_decimal(rating_scale),
        date=date,
        follow_up_text=follow_up_text,
        follow_up_date=follow_up_date,
        default_text=bool(default_text),
        language=language or "und",
        author_key=author_key,
        bought_date=bought_date,
        goods=goods.get(product or ""),
    )
