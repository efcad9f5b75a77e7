"""Reviews as rows of their table: values checked, authors hashed, each review with the id that it always gets.

A batch is checked a column at a time: most columns of texts are seen to be harmless in one look at all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import Any

from msgspec import structs

from pipelines.store.author_names import AuthorNames
from pipelines.store.reviews import PageIssue, PageReview, content_hash, review_hash, shared_id
from pipelines.store.rows import not_stored
from pipelines.store.sql import Column, Row, cell, columns, decimal_cell, filled_columns, json_cell, text_cell

BAD_VALUES = (TypeError, ValueError, ArithmeticError, AttributeError)
_NUMBERS = ("rating", "rating_scale", "helpful", "pictures")
_BLOCK = 64


def _texts(values: Sequence[Any]) -> Column:
    return [text_cell(value) for value in values]


def _decimals(values: Sequence[Any]) -> Column:
    said = list(map(str, values))
    cells = {text: decimal_cell(value) for text, value in dict(zip(said, values, strict=True)).items()}
    return [cells[text] for text in said]


def _cells(values: Sequence[Any]) -> Column:
    kinds = set(map(type, values))
    if kinds == {bool}:
        return list(map(int, values))
    small = kinds == {int} and max(map(int.bit_length, values)) < 64
    return values if small else [cell(value) for value in values]


def _said(values: Sequence[Any]) -> Column:
    return [json_cell(dict(value)) if value else None for value in values]


def _as_made(values: Sequence[Any]) -> Column:
    """For what our own readers make, and no page says."""
    return values


# Field of `ReviewFact` → how its values become cells.
_FIELDS: dict[str, Callable[[Sequence[Any]], Column]] = {
    "id": _texts,
    "rating": _decimals,
    "rating_scale": _decimals,
    "date": _as_made,
    "date_said": _texts,
    "title": _texts,
    "text": _texts,
    "author": _as_made,
    "variant": _texts,
    "bought_date": _as_made,
    "verified": _cells,
    "helpful": _cells,
    "pictures": _cells,
    "reply": _texts,
    "follow_up_date": _as_made,
    "follow_up_text": _texts,
    "default_text": _cells,
    "language": _as_made,
    "language_confidence": _as_made,
    "language_method": _as_made,
    "said_json": _said,
}
_values_of = attrgetter(*(name.removesuffix("_json") for name in _FIELDS))
_CHECKS = {name: check for name, check in _FIELDS.items() if check not in (_texts, _as_made)}
_TEXTS = ("page_id", "product", *(name for name, check in _FIELDS.items() if check is _texts))


class AuthorKeys:
    """Keyed hashes of authors: HMAC-SHA-256 (RFC 2104) over host, line feed and name, 64 hexadecimal digits.

    The same name at another shop gets another key. The two halves of the computation that do not depend on the name
    are done once a host. `names` are told whose keys are made.
    """

    def __init__(self, secret: bytes, names: AuthorNames | None = None) -> None:
        self.names = names or AuthorNames()
        key = (secret if len(secret) <= _BLOCK else sha256(secret).digest()).ljust(_BLOCK, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in key))
        self._hosts: dict[str, Any] = {}

    def key(self, product: str, author: str) -> str:
        """The key of an author at the shop of this product (see `product_of`)."""
        host = product.partition("/")[0]
        begun = self._hosts.get(host)
        if begun is None:
            begun = self._hosts[host] = self._inner.copy()
            begun.update(f"{host}\n".encode("utf-8", "surrogatepass"))
        inner, outer = begun.copy(), self._outer.copy()
        inner.update(f"{author}".encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.hexdigest()


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews that can be stored, as columns in the order of their table, and an issue for each that cannot.

    `sure` are ids made from a platform's own numbers: the same one is the same review on whatever page.
    """

    columns: tuple[Column, ...]
    issues: list[PageIssue]
    sure: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.columns[0])

    def rows(self) -> list[Row]:
        return list(zip(*self.columns, strict=True))

    def filled(self) -> tuple[tuple[str, ...], list[Row]]:
        """Names and rows of the columns that are not NULL everywhere: Python binds a NULL slower than a text."""
        filled = filled_columns(zip(columns("reviews"), self.columns, strict=True))
        return tuple(filled), list(zip(*filled.values(), strict=True))


_NONE = Reviews(((),) * len(columns("reviews")), [])


class ReviewRows:
    """Makes review rows with the secret of one dataset. One object for all rows of a page: it counts equal texts."""

    def __init__(self, authors: AuthorKeys) -> None:
        self._authors = authors
        self._contents: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._seen: dict[tuple[str, int], int] = {}

    def make(self, batch: Sequence[PageReview]) -> Reviews:
        """The rows of a batch. An issue stands for each review that cannot be stored, or whose id is not its own."""
        if not batch:
            return _NONE
        try:
            cells = _checked(batch)
        except BAD_VALUES:
            if len(batch) == 1:
                return self._mended(batch[0])
            # Which one it is shows when the halves are made, in their order.
            half = len(batch) // 2
            first, second = self.make(batch[:half]), self.make(batch[half:])
            both = zip(first.columns, second.columns, strict=True)
            merged = tuple([*one, *other] for one, other in both)
            return Reviews(merged, first.issues + second.issues, first.sure | second.sure)
        key, authors, products = self._authors.key, cells.pop("author"), list(map(str, cells["product"]))
        self._authors.names.add(authors)
        scopes = [review.scope for _, _, review in batch]
        keys = [
            key(scope or product, str(author)) if author else None
            for scope, product, author in zip(scopes, products, authors, strict=True)
        ]
        ids, issues = self._ids(batch, products, keys)
        cells |= {"review_id": cells["id"], "id": ids, "author_key": keys, "late_json": [None] * len(ids)}
        sure = frozenset(identity for identity, scope in zip(ids, scopes, strict=True) if scope)
        return Reviews(tuple(cells[name] for name in columns("reviews")), issues, sure)

    def _ids(
        self, batch: Sequence[PageReview], products: Sequence[str], keys: Sequence[str | None]
    ) -> tuple[list[str], list[PageIssue]]:
        ids: list[str] = []
        issues: list[PageIssue] = []
        for (page_id, _, review), product, key in zip(batch, products, keys, strict=True):
            number, scope = review.id, review.scope
            if number and scope:
                ids.append(review_hash(scope, number))
                continue
            content = (key, review.date_said, review.title, review.text)
            words = hash(content)
            if number and self._contents[page_id].setdefault(number, words) == words:
                ids.append(review_hash(product, number))
                continue
            times = 1
            if number:
                issues.append(shared_id(page_id, number))
            else:
                # Two buyers may write the same words: the second time on one page is another review.
                times = self._seen[page_id, words] = self._seen.get((page_id, words), 0) + 1
            ids.append(content_hash(product, content, times))
        return ids, issues

    def _mended(self, said: PageReview) -> Reviews:
        """The row without the values that no column takes; no row when that does not help. Says so in the issues."""
        review, issues = said.review, []
        for name in _NUMBERS:
            try:
                cell(getattr(review, name))
            except BAD_VALUES as error:
                issues.append(PageIssue(said.page_id, not_stored(f"reviews.{name}", getattr(review, name), error)))
                review = structs.replace(review, **{name: None})
        mended = [said._replace(review=review)]
        try:
            _checked(mended)
        except BAD_VALUES as error:
            issues.append(PageIssue(said.page_id, not_stored("reviews", said.review, error)))
            return replace(_NONE, issues=issues)
        made = self.make(mended)
        return replace(made, issues=issues + made.issues)


def _checked(batch: Sequence[PageReview]) -> dict[str, Column]:
    """The fields, pages and products as columns of cells. Raises one of `BAD_VALUES` for what no column takes."""
    pages, products, said = zip(*batch, strict=True)
    fields = zip(*map(_values_of, said), strict=True)
    cells: dict[str, Sequence[Any]] = {"page_id": pages, "product": products, **dict(zip(_FIELDS, fields, strict=True))}
    filled = filled_columns(cells.items())
    cells |= {name: check(filled[name]) for name, check in _CHECKS.items() if name in filled}
    texts = {name: filled[name] for name in _TEXTS if name in filled}
    said_in_all: Iterable[Any] = chain.from_iterable(texts.values())
    together = "".join([text for text in said_in_all if text is not None])
    if text_cell(together) is not together:
        cells |= {name: _texts(column) for name, column in texts.items()}
    return cells
