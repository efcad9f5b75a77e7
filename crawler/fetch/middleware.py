"""Scrapy downloader middlewares: the gate before every request, the archive behind every answer."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.fetch.archive import Archive, Exchange, Pointer, sha256_hex, utc_now
from crawler.fetch.browser import Rendered
from crawler.fetch.capture import Capture
from crawler.pages.captured import Captured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Refused(IgnoreRequest):
    """The request was not sent, on purpose; the message is the reason the ledger keeps."""


class GateMiddleware:
    """Stops requests to addresses that must not be fetched. Off when the archive answers."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        reason = await self.crawler.spider.gate.refusal(request.url)  # type: ignore[union-attr]
        if reason is not None:
            raise Refused(reason)


class ArchiveMiddleware:
    """Writes each exchange to the WARC archive as it came off the wire and leaves a `Capture` in the request's meta.

    It stands next to the downloader, so that the body still has its content coding; gzip and disk work is done by one
    thread beside the reactor.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="archive")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        from scrapy import signals

        middleware = cls(crawler)
        crawler.signals.connect(middleware.close, signal=signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("capture") is not None and self.crawler.settings.getbool("DAIHUO_REPLAY"):
            return response
        work = self._write_rendered if "playwright" in response.flags else self._write_plain
        loop = asyncio.get_running_loop()
        archive: Archive = self.crawler.spider.archive  # type: ignore[union-attr]
        request.meta["capture"] = await loop.run_in_executor(self.thread, work, archive, request, response)
        return response

    def _write_plain(self, archive: Archive, request: Request, response: Response) -> Capture:
        fetched_at = utc_now()
        headers = _headers(response.headers)
        exchange = Exchange(
            url=request.url,
            method=request.method,
            request_headers=_headers(request.headers),
            status=response.status,
            headers=headers,
            body=response.body,
            fetched_at=fetched_at,
        )
        return Capture(
            url=request.url,
            body=response.body,
            fetched_at=fetched_at,
            time_source="fetch",
            method=request.method,
            status=response.status,
            headers=tuple(headers),
            pointers=archive.write_exchange(exchange),
        )

    def _write_rendered(self, archive: Archive, request: Request, response: Response) -> Capture:
        fetched_at = utc_now()
        rendered = rendered_of(request)
        headers = _headers(response.headers)
        content_type = f"text/html; charset={getattr(response, 'encoding', 'utf-8')}"
        pointers: list[Pointer] = [
            archive.write_resource(
                "dom",
                request.url,
                response.body,
                content_type,
                fetched_at,
                request.url,
                final_url=response.url,
                status=str(response.status),
                note=rendered.note,
            )
        ]
        for body in rendered.captured:
            data = body.text.encode("utf-8")
            kind = body.content_type
            pointers.append(archive.write_resource("captured", body.url, data, kind, fetched_at, request.url))
        if rendered.screenshot:
            shot = rendered.screenshot
            pointers.append(
                archive.write_resource("screenshot", request.url, shot, "image/png", fetched_at, request.url)
            )
        pointers += archive.write_exchange(
            Exchange(
                url=request.url,
                method=request.method,
                request_headers=_headers(request.headers),
                status=response.status,
                headers=headers,
                body=rendered.document,
                fetched_at=fetched_at,
            )
        )
        return Capture(
            url=request.url,
            final_url=response.url,
            body=response.body,
            fetched_at=fetched_at,
            time_source="fetch",
            method=request.method,
            status=response.status,
            headers=(("Content-Type", content_type),),
            captured=Captured(tuple(rendered.captured)),
            rendered=True,
            pointers=tuple(pointers),
            note=rendered.note,
        )

    def close(self) -> None:
        self.thread.shutdown(wait=True)
        self.crawler.spider.archive.close()  # type: ignore[union-attr]


def rendered_of(request: Request) -> Rendered:
    """What `browser.settle` kept for this request; empty when the browser answered with a download."""
    method: Any = (request.meta.get("playwright_page_methods") or {}).get("settle")
    result = getattr(method, "result", None)
    return result if isinstance(result, Rendered) else Rendered(note="not rendered as a page")


def body_sha256(response: Response) -> str:
    """Hash of the body as the reader sees it, content coding removed."""
    return sha256_hex(response.body)


def _headers(headers: Any) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]
