"""The frontier of a crawl: which URLs are to be asked, who is asking which, and how each ended.

It is the table `ledger`. A page is one transaction: what it said, the links found on it and the end of its own row are
committed together, so a killed crawl goes on where its last committed page left it. A claimed row carries its owner and
a lease; it is free again when the owner is dead or the lease is over, and only its owner can end it. `claim`,
`commit_page`, `release` and `stats` are all that a crawl needs of a frontier.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.errors import DaihuoError
from pipelines.normalize.urls import host_of
from pipelines.store import presence
from pipelines.store.sql import text_cell
from pipelines.store.write import Store

LEASE_SECONDS = 300.0
ENDED = ("done", "refused", "failed")


class LeaseLost(DaihuoError):
    """A page came back after its lease was over and another process had taken it: nothing of it is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A URL to be asked. `key` is its one spelling in the ledger; `request` is JSON and comes back with the claim."""

    url: str
    key: str
    depth: int = 0
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A URL that this process is to ask."""

    url: str
    key: str
    host: str
    depth: int
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a URL ended, and how it was asked.

    state       done, refused or failed; `reason` for the latter two
    robots      what robots.txt said · `delay` seconds between two requests to the host · `user_agent` as sent
    attempts    how often it was asked
    """

    key: str
    state: str
    reason: str | None = None
    renderer: str | None = None
    robots: str | None = None
    delay: str | None = None
    user_agent: str | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page showed of a chain (the reviews of a product, a shop's listing); a chain ends without anything new."""

    chain: str
    items: Collection[str]


class Frontier:
    """The frontier of one spider in one crawl, as one process sees it; `mine` is what it has claimed and not ended.

    `per_start` limits the pages whose request names the same `start`.
    """

    def __init__(
        self, store: Store, crawl: str, spider: str, *, max_pages: int, max_depth: int, per_start: int | None = None
    ) -> None:
        self.store = store
        self.crawl = crawl
        self.spider = spider
        self.max_pages = max_pages
        self.max_depth = max_depth
        self.per_start = per_start
        left_out = "SELECT json_extract(left_out_json, '$.' || ?) FROM crawls WHERE id = ?"
        known = self._execute(left_out, (spider, crawl)).fetchone()
        self.mine: dict[str, Claimed] = {}
        self._renewed = time.monotonic()
        self.left_out: Counter[str] = Counter(json.loads(known[0]) if known and known[0] else {})
        self.total = self._scalar("SELECT COUNT(*) FROM ledger WHERE crawl = ? AND spider = ?", crawl, spider)

    # Adding.

    def add(self, planned: Iterable[Planned]) -> int:
        """Plan URLs; those known in this crawl, too deep or too many are left out. Returns how many are new."""
        with self.store.transaction():
            return self._add(planned)

    def _add(self, planned: Iterable[Planned]) -> int:
        before, left = self.total, self.left_out.total()
        now = _now()
        asked: dict[str, int] = {}
        for each in planned:
            start = each.request.get("start") if self.per_start is not None else None
            if start is not None and start not in asked:
                asked[start] = self._scalar(_OF_START, self.crawl, self.spider, start)
            if each.depth > self.max_depth:
                self.left_out["max_depth"] += 1
            elif self.total >= self.max_pages:
                self.left_out["max_pages"] += 0 if self.knows(each.key) else 1
            elif start is not None and asked[start] >= (self.per_start or 0):
                self.left_out["official_pages"] += 0 if self.knows(each.key) else 1
            else:
                request = json.dumps({"depth": each.depth, **each.request}, ensure_ascii=False)
                cells = (each.key, each.url, host_of(each.url), request)
                row = (self.crawl, self.spider, *map(text_cell, cells), now)
                new = self._execute(_ADD, row).rowcount
                self.total += new
                if start is not None:
                    asked[start] += new
        if self.left_out.total() != left:
            self._execute(_LEFT_OUT, (json.dumps({self.spider: self.left_out}), self.crawl))
        return self.total - before

    def knows(self, key: str) -> bool:
        """Whether this URL is in the ledger of this crawl already."""
        query = "SELECT EXISTS (SELECT 1 FROM ledger WHERE crawl = ? AND spider = ? AND url = ?)"
        return bool(self._scalar(query, self.crawl, self.spider, key))

    def new_items(self, shown: Shown) -> bool:
        """Whether a page shows anything that no committed page of its chain showed."""
        query = (
            "SELECT COUNT(*) FROM json_each(?) WHERE value NOT IN"
            " (SELECT item FROM shown WHERE crawl = ? AND spider = ? AND chain = ?)"
        )
        items = json.dumps(list(shown.items))
        return bool(self._scalar(query, items, self.crawl, self.spider, shown.chain))

    def read_plainly(self, host: str, purpose: str) -> bool:
        """Whether a page of this kind on this host was done without the browser in this crawl."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM ledger WHERE crawl = ? AND spider = ? AND state = 'done' AND host = ?"
            " AND renderer = 'static' AND json_extract(request_json, '$.purpose') = ?)"
        )
        return bool(self._scalar(query, self.crawl, self.spider, host, purpose))

    # The four verbs.

    def claim(self, limit: int, *, per_host: int, skip: Collection[str] = ()) -> list[Claimed]:
        """Take up to `limit` queued URLs, oldest first, at most `per_host` of one host, none of those in `skip`."""
        claimed: list[Claimed] = []
        with self.store.transaction():
            until = _now(LEASE_SECONDS)
            if time.monotonic() - self._renewed > LEASE_SECONDS / 4:
                self._execute(_RENEW, (until, self.crawl, self.spider, self._owner))
                self._renewed = time.monotonic()
            host = self._next_host("")
            while host is not None and len(claimed) < limit:
                if host not in skip:
                    claimed += self._claim_of(host, min(per_host, limit - len(claimed)), until)
                host = self._next_host(host)
        self.mine |= {each.key: each for each in claimed}
        return claimed

    def _next_host(self, after: str) -> str | None:
        query = "SELECT MIN(host) FROM ledger WHERE crawl = ? AND spider = ? AND state = 'queued' AND host > ?"
        found: str | None = self._execute(query, (self.crawl, self.spider, after)).fetchone()[0]
        return found

    def _claim_of(self, host: str, limit: int, until: str) -> list[Claimed]:
        rows = self._execute(_QUEUED, (self.crawl, self.spider, host, limit)).fetchall()
        self.store.connection.executemany(_CLAIM, [(self._owner, until, row[0]) for row in rows])
        return [
            Claimed(key=key, url=url, host=host, depth=request.pop("depth", 0), request=request)
            for _, key, url, request in ((row[0], row[1], row[2], json.loads(row[3])) for row in rows)
        ]

    def commit_page(
        self,
        write: Callable[[], str],
        ended: Ended,
        links: Iterable[Planned] = (),
        shown: Iterable[Shown] = (),
    ) -> str:
        """In the open transaction: what `write` stores (it returns the page's id), the links found, the end of the row.

        Raises LeaseLost when the row is no longer ours; the transaction must then be rolled back.
        """
        page = write()
        cells = (ended.state, ended.reason, ended.renderer, ended.robots, ended.delay, ended.user_agent)
        where = (self.crawl, self.spider, text_cell(ended.key), self._owner)
        row = (*map(text_cell, cells), ended.attempts, page, _now(), *where)
        if not self._execute(_END, row).rowcount:
            raise LeaseLost(f"{ended.key}: another process has taken this page over; it stores it")
        self._add(links)
        for each in shown:
            rows = [(self.crawl, self.spider, each.chain, item) for item in each.items]
            self.store.connection.executemany(_SHOW, rows)
        self.mine.pop(ended.key, None)
        return page

    def release(self, keys: Iterable[str] | None = None) -> None:
        """Give claimed URLs back, all of ours without `keys`: somebody may claim them at once."""
        keys = list(self.mine if keys is None else keys)
        with self.store.transaction():
            mine = (self.crawl, self.spider, self._owner)
            self.store.connection.executemany(f"{_RELEASE} AND url = ?", [(*mine, key) for key in keys])
        for key in keys:
            self.mine.pop(key, None)

    def stats(self) -> dict[str, int]:
        """How many URLs of this spider are `queued`, `claimed` (by anybody), `done`, `refused`, `failed`."""
        query = "SELECT state, COUNT(*) FROM ledger WHERE crawl = ? AND spider = ? GROUP BY state"
        found = dict(self._execute(query, (self.crawl, self.spider)).fetchall())
        return {state: found.get(state, 0) for state in ("queued", "claimed", *ENDED)}

    # What others hold.

    def reclaim(self) -> int:
        """Free what dead processes and overdue leases hold; returns how many URLs others still hold."""
        query = "SELECT DISTINCT owner FROM ledger WHERE crawl = ? AND spider = ? AND state = 'claimed' AND owner <> ?"
        build = self.store.path.parent
        mine = (self.crawl, self.spider)
        others = [row[0] for row in self._execute(query, (*mine, self._owner))]
        with self.store.transaction():
            for owner in others:
                if not presence.alive(build, owner):
                    self._execute(_RELEASE, (*mine, owner))
            self._execute(f"{_RELEASE_OVERDUE} AND lease_until < ?", (*mine, self._owner, _now()))
        query = "SELECT COUNT(*) FROM ledger WHERE crawl = ? AND spider = ? AND state = 'claimed' AND owner <> ?"
        return self._scalar(query, *mine, self._owner)

    def queued(self) -> bool:
        """Whether any URL waits to be claimed."""
        return self._next_host("") is not None

    @property
    def _owner(self) -> str:
        return self.store.owner

    def _execute(self, query: str, cells: tuple[Any, ...]) -> sqlite3.Cursor:
        return self.store.connection.execute(query, cells)

    def _scalar(self, query: str, *cells: Any) -> int:
        return int(self._execute(query, cells).fetchone()[0])


_ADD = (
    "INSERT INTO ledger (crawl, spider, url, asked, host, request_json, state, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 'queued', ?) ON CONFLICT (crawl, spider, url) DO NOTHING"
)
_OF_START = "SELECT COUNT(*) FROM ledger WHERE crawl = ? AND spider = ? AND json_extract(request_json, '$.start') = ?"
_LEFT_OUT = "UPDATE crawls SET left_out_json = json_patch(COALESCE(left_out_json, '{}'), ?) WHERE id = ?"
_QUEUED = (
    "SELECT rowid, url, asked, request_json FROM ledger"
    " WHERE crawl = ? AND spider = ? AND state = 'queued' AND host = ? ORDER BY rowid LIMIT ?"
)
_CLAIM = "UPDATE ledger SET state = 'claimed', owner = ?, lease_until = ? WHERE rowid = ?"
_RENEW = "UPDATE ledger SET lease_until = ? WHERE crawl = ? AND spider = ? AND state = 'claimed' AND owner = ?"
_END = (
    "UPDATE ledger SET state = ?, reason = ?, renderer = ?, robots = ?, delay = ?, user_agent = ?, attempts = ?,"
    " page_id = ?, updated_at = ?, owner = NULL, lease_until = NULL"
    " WHERE crawl = ? AND spider = ? AND url = ? AND state = 'claimed' AND owner = ?"
)
_RELEASE = (
    "UPDATE ledger SET state = 'queued', owner = NULL, lease_until = NULL"
    " WHERE crawl = ? AND spider = ? AND state = 'claimed' AND owner = ?"
)
_RELEASE_OVERDUE = (
    "UPDATE ledger SET state = 'queued', owner = NULL, lease_until = NULL"
    " WHERE crawl = ? AND spider = ? AND state = 'claimed' AND owner <> ?"
)
_SHOW = "INSERT INTO shown (crawl, spider, chain, item) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"


def _now(later: float = 0.0) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=later)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
