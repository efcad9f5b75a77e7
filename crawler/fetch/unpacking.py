"""Scrapy downloader middleware in place of HttpCompressionMiddleware: what came is unpacked, checked, or refused.

Bodies above DOWNLOAD_MAXSIZE (before or after unpacking) are refused; answers that drip or hold no page fail; a body
that came cut or damaged is asked for again and then read as it is. `request.meta["faults"]` says what is wrong with it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from crawler.fetch.bodies import BodyTooLarge, codings_of, unpack
from crawler.fetch.manners import again, is_robots
from crawler.fetch.middleware import Refused, header_pairs
from crawler.fetch.traffic import AnswerUnusable
from pipelines.faults import CUT, UNSURE, joined

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ACCEPTED = "gzip, deflate, br, zstd"
_WITHOUT_PAGE = frozenset({204, 205, 304})


class Unpacking:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.tries = crawler.settings.getint("DAIHUO_TRIES")
        self.replay = crawler.settings.getbool("DAIHUO_REPLAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unpacking:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if "playwright" in response.flags:
            return response
        trouble = request.meta.pop("trouble", None)
        if isinstance(trouble, BodyTooLarge):
            raise Refused(str(trouble)) from trouble
        if trouble is not None:
            raise trouble
        if response.status in _WITHOUT_PAGE and not response.body and _expects_page(request):
            phrase = HTTPStatus(response.status).phrase
            raise AnswerUnusable(f"the server answered {response.status} {phrase}, which has no page")
        response = self._unpacked(request, response)
        return self._again(request) or response

    def _again(self, request: Request) -> Request | None:
        """The next try for a body that came damaged; None when there were enough, or it came from the archive."""
        spoiled = (CUT | UNSURE).intersection(request.meta.get("faults", ()))
        if not spoiled or self.replay:
            return None
        if is_robots(request):
            # A rule may stand in what is missing: such a robots.txt could not be had.
            raise AnswerUnusable("its body came cut or damaged")
        return again(request, 0.0) if request.meta.get("attempts", 1) < self.tries else None

    def _unpacked(self, request: Request, response: Response) -> Response:
        codings = codings_of(header_pairs(response.headers))
        try:
            found = unpack(response.body, codings, self.limit)
        except BodyTooLarge as error:
            raise Refused(str(error)) from error
        if found.faults:
            request.meta["faults"] = joined(request.meta.get("faults", ()), found.faults)
        if found.body is response.body:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=found.body)
        return response.replace(cls=kind, headers=headers, body=found.body)


def _expects_page(request: Request) -> bool:
    """Whether somebody wants to read this answer; a condition may be answered with 304, robots.txt with nothing."""
    asked_if = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
    return not is_robots(request) and not asked_if
