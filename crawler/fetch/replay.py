"""Answers requests from the archive instead of the network.

The newest record of a URL answers: a plain request gets its `response` record, a browser request its settled DOM with
the JSON captured then, or the plain record where it was never rendered. What is not in the archive fails with
`NotArchived`; nothing is ever fetched.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import canonicalize_url, safe_url_string

from crawler.fetch.archive import Pointer, Record, read_record, records
from crawler.fetch.bodies import BodyTooLarge, codings_of
from crawler.fetch.capture import Capture, faults_of_note
from crawler.fetch.records import RESOURCE_PREFIX, sha256_hex
from crawler.fetch.revisit import seen_again
from crawler.pages.captured import Captured, CapturedBody
from pipelines.faults import joined
from pipelines.store.read import newest_look

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class NotArchived(Exception):
    """The archive has no answer for this request."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, and when it was written; for a revisit also the record that has its body."""

    date: str
    warc_file: str
    warc_offset: int
    target: str
    original: Place | None = None


@dataclass(slots=True)
class ArchiveIndex:
    """Every record of a folder of WARC files, by what it answers."""

    folder: Path
    responses: dict[str, Place] = field(default_factory=dict)
    doms: dict[str, Place] = field(default_factory=dict)
    parts: dict[tuple[str, str], list[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(list))
    _all: dict[tuple[str, str], Place] = field(default_factory=dict)
    _again: dict[tuple[str, str], Place] = field(default_factory=dict)
    _revisits: list[tuple[Place, tuple[str, str]]] = field(default_factory=list)

    def load(self) -> ArchiveIndex:
        """Read all files once; damaged ends are passed over."""
        for path in sorted(self.folder.glob("*.warc.gz")):
            for record in records(path):
                self._note(record)
        for place, refers in self._revisits:
            # One whose body is lost says nothing; the newest answer before it stands.
            if refers in self._all:
                seen = replace(place, original=self._all[refers])
                _newest(self.responses, key_of(place.target), seen)
                self._again[key_of(place.target), place.date] = seen
        return self

    def _note(self, record: Record) -> None:
        place = Place(record.date, record.warc_file, record.warc_offset, record.url)
        if record.type == "response":
            _newest(self.responses, key_of(record.url), place)
            self._all[key_of(record.url), record.date] = place
        elif record.type == "revisit":
            target = record.warc_header("WARC-Refers-To-Target-URI") or record.url
            self._revisits.append((place, (key_of(target), record.warc_header("WARC-Refers-To-Date"))))
        elif record.type == "resource":
            page = key_of(record.warc_header("WARC-Refers-To-Target-URI"))
            if record.url.startswith(RESOURCE_PREFIX["dom"]):
                _newest(self.doms, page, place)
            if record.url.startswith("http"):
                _newest(self.responses, key_of(record.url), place)
            for kind in ("captured", "screenshot"):
                if record.url.startswith(RESOURCE_PREFIX[kind]):
                    self.parts[page, record.date].append((kind, place))

    def answer(self, url: str, *, browser: bool, date: str | None = None) -> Capture:
        """The rendered page for a browser request; the plain one otherwise, and where it was never rendered."""
        return self.rendered(url) if browser and key_of(url) in self.doms else self.plain(url, date)

    def plain(self, url: str, date: str | None = None) -> Capture:
        """The plain answer of that very time, else the newest. Raises NotArchived."""
        key = key_of(url)
        known = (self._all.get((key, date)) or self._again.get((key, date))) if date else None
        place = known or self.responses.get(key)
        if place is None:
            raise NotArchived(f"not in the archive: {url}")
        record = self._read(place)
        pointers = [_pointer("saved" if record.type == "resource" else "response", url, record)]
        if place.original is not None:
            original = self._read(place.original)
            pointers = [_pointer("response", url, original), _pointer("revisit", url, record)]
            record = seen_again(record, original)
        return Capture(
            url=url,
            body=record.body,
            fetched_at=record.date,
            time_source="fetch",
            status=record.status,
            headers=record.headers or (("Content-Type", record.content_type),),
            pointers=tuple(pointers),
            faults=record.faults,
            too_large=record.too_large,
        )

    def rendered(self, url: str) -> Capture:
        """The newest settled DOM with its captured JSON. Raises NotArchived."""
        place = self.doms.get(key_of(url))
        if place is None:
            raise NotArchived(f"not in the archive as a rendered page: {url}")
        record = self._read(place)
        bodies: list[CapturedBody] = []
        pointers = [_pointer("dom", url, record)]
        for kind, part in self.parts.get((key_of(url), place.date), []):
            read = self._read(part)
            target = read.url.removeprefix(RESOURCE_PREFIX[kind])
            pointers.append(_pointer(kind, target, read))
            if kind == "captured":
                text = read.body.decode("utf-8", "replace")
                bodies.append(CapturedBody(url=target, content_type=read.content_type, text=text))
        status = record.warc_header("Daihuo-Status")
        return Capture(
            url=url,
            final_url=record.warc_header("Daihuo-Final-Url") or url,
            body=record.body,
            fetched_at=record.date,
            time_source="fetch",
            status=int(status) if status.isdigit() else None,
            headers=(("Content-Type", record.content_type),),
            captured=Captured(tuple(bodies)),
            rendered=True,
            pointers=tuple(pointers),
            note=record.warc_header("Daihuo-Note"),
            faults=joined(record.faults, faults_of_note(record.warc_header("Daihuo-Note"))),
        )

    def _read(self, place: Place) -> Record:
        return read_record(self.folder / place.warc_file, place.warc_offset)


def key_of(url: str) -> str:
    """The same URL in two spellings gives one key."""
    return str(canonicalize_url(safe_url_string(url)))


def _newest(places: dict[str, Place], key: str, place: Place) -> None:
    if key not in places or places[key].date <= place.date:
        places[key] = place


def _pointer(kind: str, url: str, record: Record) -> Pointer:
    return Pointer(
        kind=kind,
        url=url,
        warc_file=record.warc_file,
        warc_offset=record.warc_offset,
        sha256=sha256_hex(record.body),
    )


class ReplayDownloadHandler:
    """Scrapy download handler for http and https that knows only the archive of the running spider's dataset."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._index: ArchiveIndex | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayDownloadHandler:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        if self._index is None:
            self._index = ArchiveIndex(Path(self.crawler.settings["DAIHUO_ARCHIVE"])).load()
        browser = bool(request.meta.get("playwright"))
        date = None
        if request.meta.get("purpose") == "robots":
            # Every spider asks robots.txt for its rules as well: the newest answer need not be the stored page.
            date = newest_look(self.crawler.spider.store.db, request.url)  # type: ignore[union-attr]
        capture = self._index.answer(request.url, browser=browser, date=date)
        request.meta["capture"], request.meta["faults"] = capture, capture.faults
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        if capture.too_large or len(capture.body) > limit:
            request.meta["trouble"] = BodyTooLarge(limit, ", ".join(codings_of(capture.headers)))
        headers = Headers({name: value for name, value in capture.headers if name.lower() not in _CODING})
        url = capture.final_url or request.url
        response_class = responsetypes.from_args(headers=headers, url=url, body=capture.body)
        return response_class(
            url=url, status=capture.status or 200, headers=headers, body=capture.body, request=request
        )

    async def close(self) -> None:
        self._index = None


# Headers that describe how the body travelled; the archived body is read without them.
_CODING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
