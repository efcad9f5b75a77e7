"""Asking again for a page that is stored: only whether it has changed, and what has not is not kept twice.

The newest stored answer of a URL gives `If-None-Match`, `If-Modified-Since` (RFC 9110, 13.1). After a 304 the
archived body takes the answer's place, so the page is read and stored as seen now. A 200 with the archived body, byte
for byte, is not kept twice either. Both leave a `revisit` record (WARC/1.1, section 6.7) that refers to the first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from crawler.fetch.archive import Pointer, Record, read_record
from crawler.fetch.manners import again
from crawler.fetch.middleware import Revisit, exchange_of, header_pairs
from crawler.fetch.records import Known, payload_digest, sha256_hex
from crawler.fetch.revisit import NOT_MODIFIED, OK, updated
from pipelines.errors import EvidenceBroken
from pipelines.store.read import newest_static, open_read

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.database import Database

CONDITIONS = (("etag", "If-None-Match"), ("last_modified", "If-Modified-Since"))
LONGEST_VALIDATOR = 1024


class Conditional:
    """Scrapy downloader middleware, nearest to the downloader. Off when the archive answers."""

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.getbool("DAIHUO_REPLAY"):
            raise NotConfigured
        self.crawler = crawler
        # URLs whose archived body was lost: they are asked for without conditions.
        self._lost: set[str] = set()
        self._db: Database | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Conditional:
        conditional = cls(crawler)
        crawler.signals.connect(conditional.close, signal=signals.spider_closed)
        return conditional

    def process_request(self, request: Request) -> None:
        for _, header in CONDITIONS:
            # A redirected request carries the headers of the first one.
            request.headers.pop(header, None)
        stored = None if request.url in self._lost else self._stored(request)
        for header, validator in _conditions(stored).items():
            request.headers[header] = validator

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in (OK, NOT_MODIFIED):
            return response
        unchanged = response.status == NOT_MODIFIED
        said = {header: request.headers.get(header) for _, header in CONDITIONS}
        sent = {header: value.decode("ascii") for header, value in said.items() if value is not None}
        if unchanged and not sent:
            return response
        stored = self._stored(request)
        record = await asyncio.to_thread(self._read, stored) if stored else None
        if unchanged and (record is None or sent != _conditions(stored)):
            self._lost.add(request.url)
            return again(request, 0.0)
        if stored is None or record is None:
            return response
        if unchanged:
            return self._take_place(request, response, record, stored)
        if record.warc_header("WARC-Payload-Digest") == payload_digest(response.body):
            request.meta["revisit"] = _revisit("identical-payload-digest", request, response, record, stored)
        return response

    def _stored(self, request: Request) -> dict[str, Any] | None:
        spider: Any = self.crawler.spider
        if request.meta.get("playwright") or request.method != "GET" or request.callback != spider.parse_page:
            return None
        if self._db is None:
            # A connection of its own: the store's waits while a page is written to the disk.
            self._db = open_read(spider.store.path)
        return newest_static(self._db, request.url)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    def _read(self, stored: dict[str, Any]) -> Record | None:
        """The archived answer, unless it is gone or no longer what it was."""
        spider: Any = self.crawler.spider
        try:
            record = read_record(spider.archive.folder / stored["warc_file"], stored["warc_offset"])
        except EvidenceBroken:
            return None
        return record if record.type == "response" and sha256_hex(record.body) == stored["sha256"] else None

    def _take_place(self, request: Request, response: Response, record: Record, stored: dict[str, Any]) -> Response:
        request.meta["revisit"] = _revisit("server-not-modified", request, response, record, stored)
        headers = Headers()
        for name, value in updated(record.headers, header_pairs(response.headers)):
            headers.appendlist(name, value.encode("latin-1", "replace"))
        response_class = responsetypes.from_args(headers=headers, url=response.url, body=record.body)
        return response.replace(cls=response_class, status=OK, headers=headers, body=record.body)


def _conditions(stored: dict[str, Any] | None) -> dict[str, str]:
    """The headers that ask whether a stored page still holds; none for a validator that cannot be sent back."""
    said = {header: (stored or {}).get(column) or "" for column, header in CONDITIONS}
    return {header: text for header, text in said.items() if 0 < len(text) <= LONGEST_VALIDATOR and text.isascii()}


def _revisit(profile: str, request: Request, response: Response, record: Record, stored: dict[str, Any]) -> Revisit:
    return Revisit(
        exchange=exchange_of(request, response, b"", ""),
        known=Known(
            profile=profile,
            url=record.url,
            date=record.date,
            record_id=record.warc_header("WARC-Record-ID"),
            payload_digest=record.warc_header("WARC-Payload-Digest"),
        ),
        original=Pointer(
            kind="response",
            url=record.url,
            warc_file=stored["warc_file"],
            warc_offset=stored["warc_offset"],
            sha256=stored["sha256"],
        ),
    )
