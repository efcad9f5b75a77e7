"""Scrapy downloader middlewares: the gate before every request, the archive behind every answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from w3lib.url import safe_url_string

from crawler.fetch.archive import Pointer
from crawler.fetch.browser import Rendered
from crawler.fetch.capture import Capture, faults_of_note
from crawler.fetch.records import Exchange, Known, Resource, pack_revisit, utc_now
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
        if self.crawler.settings.getbool("DAIHUO_REPLAY"):
            return
        gate = self.crawler.spider.gate  # type: ignore[union-attr]
        # A request's own URL is already mended by Scrapy; how the address was spelled shows what was meant to be asked.
        asked = request.meta.get("asked")
        reason = (asked and gate.spelling_refusal(asked)) or await gate.refusal(request.url)
        if reason is not None:
            raise Refused(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """An exchange whose body the archive has already; `original` is where. In `request.meta["revisit"]`."""

    exchange: Exchange
    known: Known
    original: Pointer


class ArchiveMiddleware:
    """Notes each exchange as it came off the wire, for the archive.

    It stands next to the downloader, so that the body still has its content coding. What will be read as a page is
    compressed by the worker that reads it (`crawler.pages.readers`); everything else (redirects, robots.txt, answers
    that will be asked for again) is written here.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        from scrapy import signals

        middleware = cls(crawler)
        crawler.signals.connect(middleware.close, signal=signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("capture") is not None and self.crawler.settings.getbool("DAIHUO_REPLAY"):
            return response
        spider: Any = self.crawler.spider
        revisit: Revisit | None = request.meta.pop("revisit", None)
        if revisit is not None:
            capture, _ = _plain(request, response)
            exchange = replace(revisit.exchange, fetched_at=capture.fetched_at)
            pointers = (revisit.original, *spider.archive.append(pack_revisit(exchange, revisit.known)))
            request.meta["capture"], request.meta["parts"] = replace(capture, pointers=pointers), ()
            return response
        capture, parts = _rendered(request, response) if "playwright" in response.flags else _plain(request, response)
        if capture.rendered:
            request.meta["faults"] = capture.faults
        if request.callback == spider.parse_page and response.status == OK:
            request.meta["capture"], request.meta["parts"] = capture, parts
        else:
            pointers = tuple(pointer for part in parts for pointer in spider.archive.write(part))
            request.meta["capture"], request.meta["parts"] = replace(capture, pointers=pointers), ()
        return response

    def close(self) -> None:
        self.crawler.spider.archive.close()  # type: ignore[union-attr]


OK = 200
Parts = tuple[Exchange | Resource, ...]


def _plain(request: Request, response: Response) -> tuple[Capture, Parts]:
    fetched_at = utc_now()
    exchange = exchange_of(request, response, response.body, fetched_at)
    capture = Capture(
        url=request.url,
        body=response.body,
        fetched_at=fetched_at,
        time_source="fetch",
        method=request.method,
        status=response.status,
        headers=tuple(exchange.headers),
    )
    return capture, (exchange,)


def _rendered(request: Request, response: Response) -> tuple[Capture, Parts]:
    rendered: Rendered = request.meta["rendered"]
    fetched_at = rendered.taken_at
    content_type = f"text/html; charset={getattr(response, 'encoding', 'utf-8')}"

    def resource(kind: str, url: str, body: bytes, body_type: str, *more: tuple[str, str]) -> Resource:
        return Resource(
            kind=kind,
            url=url,
            page_url=request.url,
            body=body,
            content_type=body_type,
            fetched_at=fetched_at,
            more=more,
        )

    about = (("Final-Url", safe_url_string(response.url)), ("Status", str(response.status)), ("Note", rendered.note))
    parts: list[Exchange | Resource] = [resource("dom", request.url, response.body, content_type, *about)]
    parts += [
        resource("captured", body.url, body.text.encode("utf-8"), body.content_type) for body in rendered.captured
    ]
    if rendered.screenshot:
        parts.append(resource("screenshot", request.url, rendered.screenshot, "image/png"))
    if rendered.document is not None:
        parts.append(exchange_of(request, response, rendered.document, fetched_at))
    capture = Capture(
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
        note=rendered.note,
        faults=faults_of_note(rendered.note),
    )
    return capture, tuple(parts)


def exchange_of(request: Request, response: Response, body: bytes, fetched_at: str) -> Exchange:
    """What went over the wire for a request."""
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=header_pairs(request.headers),
        status=response.status,
        headers=header_pairs(response.headers),
        body=body,
        fetched_at=fetched_at,
        truncated=request.meta.get("truncated", ""),
        faults=tuple(request.meta.get("faults", ())),
    )


def header_pairs(headers: Any) -> list[tuple[str, str]]:
    """Scrapy's headers as pairs, one for each value."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]
