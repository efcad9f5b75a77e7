"""The download of one page without a browser: Scrapy's HTTP/1.1 handler with every connection watched.

After a download `request.meta` says what was wrong on the wire: `faults` (codes of `pipelines.faults`), `trouble` (why
it was ended early, an exception) and `truncated` (`length`, `time` or `disconnect`, as WARC-Truncated has it). What
came is in the response in any case; the first `KEPT` bytes of a body that was refused.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.fetch.bodies import BodyTooLarge
from crawler.fetch.handler import BrowserHandler
from crawler.fetch.sentences import causes, sentence_of
from crawler.fetch.traffic import AnswerUnusable, TooSlow, Traffic, watched_factory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

KEPT = 64 * 1024


class _Agent(_ScrapyAgent):
    """One download; keeps what its connection noted."""

    traffic: Traffic | None = None

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        self.traffic = getattr(result["txresponse"], "_daihuo_traffic", None)
        if self.traffic is not None and isinstance(self.traffic.trouble, BodyTooLarge):
            result["body"] = result.get("body", b"")[:KEPT]
        return super()._cb_bodydone(result, url)


class HttpHandler(HTTP11DownloadHandler):
    """Scrapy download handler for http and https; bodies are limited by DOWNLOAD_MAXSIZE."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = watched_factory(self._default_maxsize)

    async def download_request(self, request: Request) -> Response:
        request.meta["faults"], request.meta["trouble"], request.meta["truncated"] = (), None, ""
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            fail_on_dataloss=False,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
        except DownloadFailedError as error:
            for cause in causes(error):
                if isinstance(cause, AnswerUnusable):
                    raise cause from error
            hopeless = sentence_of(error, hopeless=True)
            if hopeless is not None:
                raise AnswerUnusable(hopeless) from error
            raise
        return await _noted(request, response, agent.traffic)


async def _noted(request: Request, response: Response, traffic: Traffic | None) -> Response:
    if traffic is None:
        return response
    # Bytes beyond the announced length that are here already are read in the next two turns of the loop.
    for _ in range(2):
        await asyncio.sleep(0)
    faults = list(traffic.faults)
    if traffic.extra:
        faults.append("length_mismatch")
    if traffic.trouble is not None:
        request.meta["trouble"] = traffic.trouble
        request.meta["truncated"] = "time" if isinstance(traffic.trouble, TooSlow) else "length"
    elif "dataloss" in response.flags or "truncated_body" in faults:
        request.meta["truncated"] = "disconnect"
        if "bad_chunks" not in faults:
            faults.append("truncated_body")
    request.meta["faults"] = tuple(dict.fromkeys(faults))
    return response


class DownloadHandler(BrowserHandler, HttpHandler):
    """Pages that ask for the browser go there; all others go to HttpHandler."""
