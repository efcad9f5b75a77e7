"""What became of reviews between crawls: edits, disappearances, and reviews that came back.

Precision comes first: an edit or a disappearance is said only where the stored pages prove it, by the rules of
`docs/review-collection.md`; a later crawl that merely does not show a review proves nothing.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from pipelines.database import Database
from pipelines.review_edits import edits
from pipelines.store.reviews import review_hash
from pipelines.store.write import Store

# A list whose order nobody names counts as one by date where so many reviews of so many days stand in that order: of
# eight reviews in any order one in 20,160 lists would.
LEAST_IN_ORDER, LEAST_DAYS = 8, 4
# How platforms round: "99+", "1,000+", "1.2万".
_ROUND = frozenset({99, 999, 9999})
READ_ON = frozenset({"last", "nothing_new", "empty"})
# Where no words differ and no product was crawled twice there is no history.
_MAY_HAVE_ONE = (
    "SELECT 1 FROM review_versions LIMIT 1",
    """SELECT 1 FROM review_pages WHERE product IS NOT NULL AND crawl IS NOT NULL
       GROUP BY product HAVING COUNT(DISTINCT crawl) > 1 LIMIT 1""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """One stored page of reviews; `shown` are ids in its order, `total` what it says of all reviews."""

    id: str
    product: str | None
    crawl: str | None
    list: tuple[str, str]
    number: int | None
    ended: str | None
    shown: tuple[str, ...]
    total: int | None
    at: str
    kind: str
    sure_time: bool
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of one review for this purpose; `date` as in the table, `sure` when its number is its own."""

    product: str
    date: str | None
    sure: bool


@dataclass(slots=True)
class _Last:
    """Where a review was last shown: the page, and the lists that have shown it."""

    page: ReviewPage
    lists: set[tuple[str, str]] = field(default_factory=set)
    gone: bool = False


def note_history(store: Store) -> None:
    """Make `review_history` say what the stored pages prove."""
    store.replace_history(history(store.db))


def history(db: Database) -> list[dict[str, Any]]:
    """The rows of `review_history`, by review."""
    if not any(db.conn.execute(query).fetchone() for query in _MAY_HAVE_ONE):
        return []
    pages = review_pages(db)
    rows = list(edits(db, pages))
    by_product: dict[str, list[ReviewPage]] = defaultdict(list)
    for page in pages:
        if page.product is not None and page.crawl is not None:
            by_product[page.product].append(page)
    again = [found for found in by_product.values() if len({page.crawl for page in found}) > 1]
    known = _known(db) if again else {}
    for found in again:
        rows += _disappearances(found, known)
    rows.sort(key=lambda row: (row["review"], row["what"], row["field"], row["after_page"]))
    return rows


def review_pages(db: Database) -> list[ReviewPage]:
    """All pages of reviews, oldest first."""
    query = """
        SELECT r.page_id, r.product, r.crawl, r.filter, r.sort, r.number, r.ended, r.shown_json, r.total, p.fetched_at,
        p.kind, p.time_source <> 'file', p.outcome = 'ok' AND p.faults_json IS NULL
        FROM review_pages r JOIN pages p ON p.id = r.page_id ORDER BY p.fetched_at, p.id
    """
    return [
        ReviewPage(
            id=row[0],
            product=row[1],
            crawl=row[2],
            list=(row[3], row[4]),
            number=row[5],
            ended=row[6],
            shown=tuple(json.loads(row[7])),
            total=row[8],
            at=row[9],
            kind=row[10],
            sure_time=bool(row[11]),
            whole=bool(row[12]),
        )
        for row in db.conn.execute(query)
    ]


def _known(db: Database) -> dict[str, Known]:
    """Reviews by id. The platform's number is a review's own where it makes the id: else another review has it too."""
    found = {}
    for identity, product, number, date, platform in db.conn.execute(
        "SELECT r.id, r.product, r.review_id, r.date, p.platform FROM reviews r JOIN pages p ON p.id = r.page_id"
    ):
        scopes = [scope for scope in (product, platform) if scope]
        sure = number is not None and any(review_hash(scope, number) == identity for scope in scopes)
        found[identity] = Known(product=product or "", date=date, sure=sure)
    return found


def _disappearances(pages: Sequence[ReviewPage], known: Mapping[str, Known]) -> Iterator[dict[str, Any]]:
    """Reviews of one product that a later crawl shows to be gone, and those that came back."""
    shown = {identity for page in pages for identity in page.shown}
    # A shop that counts its reviews anew on each page gives a new one an old one's number.
    numbered = all(identity in known and known[identity].sure for identity in shown)
    last: dict[str, _Last] = {}
    unsure: dict[str, dict[str, Any]] = {}
    for crawl, found in groupby(sorted(pages, key=lambda page: (page.crawl or "", page.at, page.id)), _crawl):
        look = Look(list(found), known, last.keys() & known.keys())
        for identity, state in last.items():
            if identity not in known:
                continue
            if identity in look.shown:
                unsure.pop(identity, None)
                if state.gone:
                    yield _row(identity, "back", state.page, look.page_of(identity), "a later crawl shows it again")
                    state.gone = False
            elif not state.gone and (row := _absence(identity, state, look, numbered, crawl)):
                state.gone = row["what"] == "vanished"
                unsure[identity] = row
                if state.gone:
                    yield unsure.pop(identity)
        for page in look.pages:
            for identity in page.shown:
                state = last.setdefault(identity, _Last(page))
                state.page = page
                state.lists.add(page.list)
    yield from unsure.values()


def _crawl(page: ReviewPage) -> str:
    return page.crawl or ""


def _absence(identity: str, state: _Last, look: Look, numbered: bool, crawl: str) -> dict[str, Any] | None:
    """What a look that does not show a review says of it; None where it did not come near its place."""
    counted = look.counted_whole
    passed = next((page for chain in sorted(state.lists) if (page := look.passed(chain, identity))), None)
    if numbered and counted is not None:
        why = f"the page counts {counted.total} reviews; all of them were read, and it is not among them"
        return _row(identity, "vanished", state.page, counted, why)
    if numbered and passed is not None:
        why = "the list by date shows newer and older reviews on one page, and not this one, which stood between them"
        return _row(identity, "vanished", state.page, passed, why)
    if not any(look.ends.get(chain) in READ_ON for chain in state.lists):
        return None
    why = "its list was read on without it, but the platform may have left it out: neither counts nor dates prove it"
    if not numbered:
        why = "its shop gives reviews no lasting numbers: it may be there in other words"
    row = _row(identity, "cannot_tell", state.page, look.pages[-1], why)
    return row | {"seen_at": crawl}


def _row(identity: str, what: str, before: ReviewPage, after: ReviewPage, why: str) -> dict[str, Any]:
    return {
        "review": identity,
        "what": what,
        "field": "",
        "after_page": before.id,
        "page_id": after.id,
        "after_at": before.at,
        "seen_at": after.at,
        "why": why,
    }


class Look:
    """What one crawl saw of one product; `before` are the reviews that earlier crawls saw."""

    def __init__(self, pages: Sequence[ReviewPage], known: Mapping[str, Known], before: Set[str]) -> None:
        self.pages = sorted(pages, key=lambda page: (page.at, page.id))
        self.shown = {identity for page in self.pages for identity in page.shown}
        self.ends = {page.list: page.ended for page in self.pages if page.ended}
        self._known = known
        self._before = before
        self._by_date: dict[tuple[str, str], list[ReviewPage]] = {}

    def page_of(self, identity: str) -> ReviewPage:
        return next(page for page in self.pages if identity in page.shown)

    @cached_property
    def counted_whole(self) -> ReviewPage | None:
        """The last page that states the number of all reviews, where exactly so many were shown and all pages agree.

        None for a number as platforms round it, and where less than half of what was known is seen again: then the shop
        may number its reviews anew.
        """
        stating = [page for page in self.pages if page.total is not None]
        totals = {page.total for page in stating}
        if len(stating) < 2 or len(totals) != 1 or not all(page.whole for page in self.pages):
            return None
        (total,) = totals
        rounded = total is None or total in _ROUND or (total >= 1000 and total % 100 == 0)
        if rounded or total != len(self.shown) or 2 * len(self.shown & self._before) < len(self._before):
            return None
        return stating[-1]

    def passed(self, chain: tuple[str, str], identity: str) -> ReviewPage | None:
        """The page of a list by date that shows known reviews of later and of earlier days, but not this one."""
        day = self._day(identity)
        if not day or chain[0] != "all":
            return None
        pages = self.by_date(chain)
        at = bisect_left(pages, True, key=lambda page: self._day(page.shown[-1]) < day)
        if at == len(pages):
            return None
        days = [self._day(each) for each in pages[at].shown if each in self._before]
        return pages[at] if days and max(days) > day > min(days) else None

    def by_date(self, chain: tuple[str, str]) -> list[ReviewPage]:
        """The pages of a list from the first on without a gap, where they are in the order of dates; none otherwise."""
        if chain not in self._by_date:
            self._by_date[chain] = self._read_by_date(chain)
        return self._by_date[chain]

    def _read_by_date(self, chain: tuple[str, str]) -> list[ReviewPage]:
        numbered = {page.number: page for page in self.pages if page.list == chain and page.whole and page.shown}
        pages: list[ReviewPage] = []
        while (page := numbered.get(len(pages) + 1)) is not None:
            pages.append(page)
        days = [self._day(identity) for page in pages for identity in page.shown]
        # A review that comes twice was pushed to the next page by a new one while the list was read.
        if not days or "" in days or days != sorted(days, reverse=True):
            return []
        if chain[1] != "newest" and (len(days) < LEAST_IN_ORDER or len(set(days)) < LEAST_DAYS):
            return []
        return pages

    def _day(self, identity: str) -> str:
        review = self._known.get(identity)
        return (review.date or "")[:10] if review else ""
