"""`daihuo ingest`: saved files go down the same path as a crawl."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from crawler import VERSION
from crawler.evidence.adopt import adopt
from crawler.fetch.archive import Archive
from crawler.fetch.capture import Capture
from crawler.fetch.records import Exchange, Resource, sha256_hex
from crawler.fetch.saved import captures, whole_file
from crawler.memory import prepare_for_many
from crawler.pages.read import read_page, unreadable
from crawler.terminal import bars, many
from pipelines.dataset import Dataset, load
from pipelines.errors import InputMissing
from pipelines.items import Page
from pipelines.normalize.urls import page_key
from pipelines.official.evidence import official_evidence
from pipelines.steps import facts_of
from pipelines.store.write import EvidenceRecord, PageRecord, Store, open_store, page_id

_UNNAMED_SHOWN = 5


def run_ingest(name: str, files: tuple[Path, ...], url: str | None, console: Console) -> int:
    """Read files or folders of files into a dataset. Reading the same file again adds nothing. Exit code 0."""
    paths = _paths(files)
    if url is not None and not url.startswith(("http://", "https://")):
        raise InputMissing(f"--url must be an http or https address, found {url!r}")
    if url is not None and len(paths) > 1:
        raise InputMissing(f"--url is the address of one file, found {len(paths)} files; ingest them one by one")
    prepare_for_many()
    dataset = load(name)
    store = open_store(dataset.database, dataset.secret, "ingest")
    store.write_claims(dataset.claims)
    archive = Archive(dataset.archive, store)
    run_id = store.begin_run("ingest", VERSION)
    adopt(store, run_id)
    outcomes: Counter[str] = Counter()
    empty: list[Path] = []
    read: list[tuple[Path, _Ingested]] = []
    pages: list[str] = []
    try:
        with bars("ingest") as told_so_far:
            for number, path in enumerate(paths):
                told_so_far("files", number, len(paths))
                before = outcomes.total()
                for capture in captures(path, url):
                    found = _ingest(dataset, store, archive, run_id, capture, pages)
                    if found is not None:
                        outcomes[found.outcome] += 1
                        read.append((path, found))
                if outcomes.total() == before:
                    empty.append(path)
                    _ingest_nothing(dataset, store, archive, run_id, whole_file(path, None))
                    outcomes["unreadable"] += 1
        store.end_run(run_id, 0)
        delivered, distinct = _reviews_of(store, pages)
    finally:
        archive.close()
        store.close()
    told = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()) or "none"
    console.print(
        f"{dataset.name}: {many(outcomes.total(), 'page')} from {many(len(paths), 'file')} ({told})", highlight=False
    )
    if delivered:
        said = f"{many(delivered, 'review')} delivered: {distinct} distinct, {many(delivered - distinct, 'repeat')}"
        console.print(said, highlight=False)
    for path in empty:
        console.print(f"{path}: no page inside", highlight=False, soft_wrap=True)
    _say_unnamed(dataset, read, console)
    return 0


def _reviews_of(store: Store, pages: list[str]) -> tuple[int, int]:
    """How many reviews stand on these pages, and how many different ones."""
    query = (
        "SELECT COUNT(*), COUNT(DISTINCT shown.value) FROM review_pages, json_each(shown_json) AS shown"
        " WHERE page_id IN (SELECT value FROM json_each(?))"
    )
    delivered, distinct = store.connection.execute(query, (json.dumps(pages),)).fetchone()
    return int(delivered), int(distinct)


class _Ingested(NamedTuple):
    outcome: str
    product: bool
    urls: tuple[str, ...]


def _say_unnamed(dataset: Dataset, read: list[tuple[Path, _Ingested]], console: Console) -> None:
    """A product's page helps no claim that does not name its address."""
    named = {page_key(url) for claim in dataset.claims for url in (claim.promo_url, *claim.official_urls) if url}
    unnamed = [(path, page) for path, page in read if page.product and not named & set(map(page_key, page.urls))]
    for path, page in unnamed[:_UNNAMED_SHOWN]:
        said = f"{path}: no claim of watchlist.csv names {page.urls[0]}, in promo_url or official_urls"
        console.print(said, highlight=False, soft_wrap=True)
    if len(unnamed) > _UNNAMED_SHOWN:
        more = len(unnamed) - _UNNAMED_SHOWN
        console.print(f"… and {more} more pages of products that no claim names", highlight=False)


def _paths(files: tuple[Path, ...]) -> list[Path]:
    paths: list[Path] = []
    for path in files:
        if path.is_dir():
            paths += sorted(entry for entry in path.rglob("*") if entry.is_file() and not entry.name.startswith("."))
        elif path.is_file():
            paths.append(path)
        else:
            raise InputMissing(f"{path}: no such file; name saved pages, or a folder of them")
    return paths


def _ingest(
    dataset: Dataset, store: Store, archive: Archive, run_id: str, capture: Capture, pages: list[str]
) -> _Ingested | None:
    """Archive, read and store one page, and add it to `pages`; what it was, or None when it was an unrecognized part of
    a container.
    """
    if capture.too_large:
        store.write_page(_refused(capture, run_id), None)
        return _Ingested("refused", False, (capture.url,))
    page = read_page(
        capture.final_url or capture.url,
        capture.body,
        status=capture.status,
        headers=dict(capture.headers),
        captured=capture.captured,
        faults=capture.faults,
    )
    if capture.optional and page.kind == "unknown":
        return None
    page = _with_own_url(page, capture)
    record = _record(store, archive, run_id, capture)
    facts = facts_of(dataset, page)
    evidence = official_evidence(dataset, record.url, record.final_url or record.url, facts)
    pages.append(store.write_page(record, facts, beside={"official_evidence": evidence}))
    urls = dict.fromkeys(url for url in (record.url, record.final_url, page.url) if url)
    return _Ingested(page.outcome, page.kind == "product" and page.outcome == "ok", tuple(urls))


def _ingest_nothing(dataset: Dataset, store: Store, archive: Archive, run_id: str, capture: Capture) -> None:
    """A container of parts that no page object recognizes: it is kept as one page of which nothing can be said."""
    page = unreadable(capture.url, "a container without a page: none of its parts is recognized")
    store.write_page(_record(store, archive, run_id, capture), facts_of(dataset, page))


def _refused(capture: Capture, run_id: str) -> PageRecord:
    return PageRecord(
        url=capture.url,
        status=capture.status,
        fetched_at=capture.fetched_at,
        time_source=capture.time_source,
        content_type=capture.content_type,
        renderer="ingest",
        spider="ingest",
        run_id=run_id,
        outcome="refused",
        reason=capture.too_large,
        faults=capture.faults,
    )


def _with_own_url(page: Page, capture: Capture) -> Page:
    return page if page.url == capture.url or capture.final_url else replace(page, url=capture.url)


def _record(store: Store, archive: Archive, run_id: str, capture: Capture) -> PageRecord:
    digest = sha256_hex(capture.body)
    record = PageRecord(
        url=capture.url,
        final_url=capture.final_url or capture.url,
        method=capture.method,
        status=capture.status,
        fetched_at=capture.fetched_at,
        time_source=capture.time_source,
        sha256=digest,
        bytes=len(capture.body),
        content_type=capture.content_type,
        warc_file=None,
        warc_offset=None,
        renderer="ingest",
        spider="ingest",
        run_id=run_id,
    )
    known = _archived(store, page_id(record.url, digest, record.fetched_at, record.time_source))
    if known is not None:
        return replace(record, warc_file=known[0], warc_offset=known[1], evidence=known[2])
    pointer = archive.write(_part(capture))[0]
    evidence = [_evidence(pointer)]
    for body in capture.captured.bodies:
        resource = Resource(
            kind="captured",
            url=body.url,
            page_url=capture.url,
            body=body.text.encode("utf-8", "surrogatepass"),
            content_type=body.content_type,
            fetched_at=capture.fetched_at,
        )
        evidence += [_evidence(each) for each in archive.write(resource)]
    return replace(record, warc_file=pointer.warc_file, warc_offset=pointer.warc_offset, evidence=tuple(evidence))


def _part(capture: Capture) -> Exchange | Resource:
    """An exchange where the container kept one; what a browser saved is a resource, no answer of a server."""
    if capture.status is None or not capture.url.startswith(("http://", "https://")):
        return Resource(
            kind="saved",
            url=capture.url,
            page_url=capture.url,
            body=capture.body,
            content_type=capture.content_type,
            fetched_at=capture.fetched_at,
            more=(("Faults", ", ".join(capture.faults)),),
        )
    return Exchange(
        url=capture.url,
        method=capture.method,
        request_headers=[],
        status=capture.status,
        headers=[(name, value) for name, value in capture.headers if name.lower() not in _CODING],
        body=capture.body,
        fetched_at=capture.fetched_at,
        faults=capture.faults,
    )


# Headers that describe how the body travelled; it is archived as it was read.
_CODING = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def _evidence(pointer: object) -> EvidenceRecord:
    fields = ("kind", "url", "warc_file", "warc_offset", "sha256")
    return EvidenceRecord(**{name: getattr(pointer, name) for name in fields})


def _archived(store: Store, identity: str) -> tuple[str, int, tuple[EvidenceRecord, ...]] | None:
    row = store.db.execute("select warc_file, warc_offset from pages where id = ?", [identity]).fetchone()
    if row is None or row[0] is None:
        return None
    rows = store.db.execute(
        "select kind, url, warc_file, warc_offset, sha256 from evidence where page_id = ? order by n", [identity]
    ).fetchall()
    evidence = tuple(
        EvidenceRecord(kind=kind, url=url, warc_file=file, warc_offset=offset, sha256=digest)
        for kind, url, file, offset, digest in rows
    )
    return row[0], row[1], evidence
