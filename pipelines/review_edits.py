"""Edits of reviews: the same review in other words on a later page of the same kind."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Protocol

from pipelines.database import Database
from pipelines.normalize.names import sql_names
from pipelines.store.review_pages import EDITABLE, LATE

_CUT_END = "….。 "


class Sighting(Protocol):
    """A stored page, as far as edits are concerned."""

    @property
    def id(self) -> str: ...
    @property
    def shown(self) -> tuple[str, ...]: ...
    @property
    def at(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sure_time(self) -> bool: ...


def edits(db: Database, pages: Sequence[Sighting]) -> Iterator[dict[str, Any]]:
    """Rows of `review_history` about edits. `pages` are those that show reviews, oldest first.

    Only pages whose time is known and which are of one kind are compared: a product page may show the beginning of what
    a page of reviews shows whole.
    """
    said = _versions(db)
    if not said:
        return
    shown: dict[str, list[Sighting]] = defaultdict(list)
    for page in pages:
        if page.sure_time:
            for identity in said.keys() & set(page.shown):
                shown[identity].append(page)
    for identity, first in _first_words(db, said).items():
        for kind in sorted({page.kind for page in shown[identity]}):
            of_kind = [page for page in shown[identity] if page.kind == kind]
            for name in EDITABLE:
                words = [(page, said[identity].get((page.id, name), first[name])) for page in of_kind]
                yield from _of_field(identity, name, words)


def _versions(db: Database) -> dict[str, dict[tuple[str, str], str]]:
    """What pages say of reviews otherwise than the page that owns the row: review → (page, field) → words."""
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for page, review, name, value in db.conn.execute("SELECT page_id, review, field, value FROM review_versions"):
        found[review][page, name] = value
    return found


def _first_words(db: Database, said: Mapping[str, object]) -> dict[str, dict[str, str | None]]:
    """The words of the page that owns each row: what a later page filled in is not among them."""
    query = (
        f"SELECT {sql_names(('id', *EDITABLE, 'late_json'))} FROM reviews"  # noqa: S608
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    )
    found = {}
    for identity, *cells, late in db.conn.execute(query, (json.dumps(sorted(said)),)):
        filled = json.loads(late) if late else {}
        words = zip(EDITABLE, cells, strict=True)
        found[identity] = {name: None if name in filled else text for name, text in words}
    return found


def _of_field(identity: str, name: str, words: Sequence[tuple[Sighting, str | None]]) -> Iterator[dict[str, Any]]:
    changes: list[tuple[Sighting, str | None, Sighting, str]] = []
    for (before_page, before), (page, now) in pairwise(words):
        if now is not None and _differ(name, before, now):
            changes.append((before_page, before, page, now))
    if not changes:
        return
    order = [_plain(changes[0][1]), *(_plain(now) for *_, now in changes)]
    if len(set(order)) < len(order):
        before_page, before, page, now = changes[-1]
        why = "pages show the one wording and the other in turn"
        yield _row(identity, "cannot_tell", name, before_page, before, page, now, why)
        return
    for before_page, before, page, now in changes:
        why = (
            "a later page of the same kind adds it"
            if before is None
            else "a later page of the same kind says otherwise"
        )
        yield _row(identity, "edited", name, before_page, before, page, now, why)


def _differ(name: str, before: str | None, now: str) -> bool:
    if before is None:
        return name in LATE
    if name == "rating":
        try:
            return Decimal(before) != Decimal(now)
        except InvalidOperation:
            return before != now
    one, other = _plain(before), _plain(now)
    if one == other:
        return False
    short, long = sorted((one, other), key=len)
    # A text that ends in dots where the other goes on is shown cut, not edited.
    return not (short.endswith(("…", "...")) and long.startswith(short.rstrip(_CUT_END)))


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _row(
    identity: str, what: str, name: str, before_page: Sighting, before: str | None, page: Sighting, now: str, why: str
) -> dict[str, Any]:
    return {
        "review": identity,
        "what": what,
        "field": name,
        "after_page": before_page.id,
        "page_id": page.id,
        "before": before,
        "now": now,
        "after_at": before_page.at,
        "seen_at": page.at,
        "why": why,
    }
