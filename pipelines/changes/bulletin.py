"""All changes of a dataset between two times. Reads only; the same database gives the same bulletin."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta

from pipelines.cells import CellRefused, time_cell
from pipelines.changes.change import Bulletin, Change
from pipelines.changes.looks import read_looks
from pipelines.changes.prices import price_changes
from pipelines.changes.reviews import review_changes
from pipelines.changes.verdicts import verdict_changes
from pipelines.changes.walls import wall_changes
from pipelines.compare import Said
from pipelines.database import Database
from pipelines.dataset import Dataset
from pipelines.errors import InputMissing
from pipelines.normalize.urls import host_of
from pipelines.observation import utc
from pipelines.store.read import newest_crawl, open_read

LAST = "last"
_BACK = re.compile(r"(\d{1,4})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def bulletin(dataset: Dataset, since: str, until: str | None = None, said: Said | None = None) -> Bulletin:
    """What changed after `since`: `last` (the start of the newest crawl), a time as in the watchlist, or `12h`, `7d`,
    `2w` before the newest look. Up to `until`, a time as in the watchlist; without it up to the newest look.

    Raises `InputMissing` (2) without a database, and for a time that is none.
    """
    with closing(open_read(dataset.database)) as db:
        end = _time(until, dataset.zone, "--until") if until else _newest(db)
        start = _since(db, since, end, dataset.zone)
        if utc(start) >= utc(end) and since != LAST:
            raise InputMissing(f"--since {since}: expected a time before {end}, the newest look; found {start}")
        looks = read_looks(db, start, end, dataset.claims)
        found = [*price_changes(db, looks), *wall_changes(looks), *review_changes(db, looks, start, end)]
    if looks.started:
        found += verdict_changes(dataset, looks, start, end, said)
    return Bulletin(
        dataset=dataset.name,
        title=dataset.title,
        since=start,
        until=end,
        started=looks.started,
        changes=tuple(sorted((_with_shop(dataset, change) for change in found), key=lambda change: change.order)),
        looks=looks.counts(),
    )


def _with_shop(dataset: Dataset, change: Change) -> Change:
    if change.kind == "verdict_changed" or not change.urls:
        return change
    shop = dataset.shop_of(change.urls[0])
    return replace(change, shop=shop.name if shop else host_of(change.urls[0]))


def _newest(db: Database) -> str:
    found: str | None = db.execute("SELECT MAX(fetched_at) FROM pages").fetchone()[0]
    if found is None:
        raise InputMissing("no page is stored yet: run `daihuo crawl` or `daihuo ingest` first")
    return found


def _since(db: Database, said: str, end: str, zone: str) -> str:
    if said == LAST:
        crawl = newest_crawl(db)
        if crawl is None:
            raise InputMissing("--since last: nothing was crawled yet; give a time, such as --since 2026-11-01 or 7d")
        return str(crawl["started_at"])
    back = _BACK.fullmatch(said.strip().lower())
    if back:
        moment = utc(end) - int(back[1]) * _UNITS[back[2]]
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return _time(said, zone, "--since")


def _time(text: str, zone: str, option: str) -> str:
    try:
        return time_cell(text, zone)
    except CellRefused as refused:
        hint = f" ({refused.hint})" if refused.hint else ""
        more = " Or `last`, `12h`, `7d`, `2w`." if option == "--since" else ""
        expected = f"expected {refused.expected}, found {text!r}{hint}"
        raise InputMissing(f"{option}: {refused.what}: {expected}.{more}") from None
