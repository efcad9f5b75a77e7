"""Where a plain request was led: redirects and connections that the gate refused.

The gate stands in front of a request; this stands behind it, and says of what broke there why it was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ada_url
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response

from crawler.fetch.middleware import Refused
from pipelines.normalize.addresses import REFUSED, has_host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.fetch.gate import Gate

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Hops:
    """Downloader middleware behind the archive's: a redirect is archived, then its target is judged as it was spelled.

    Scrapy would follow some targets by another reading than a browser's, and hand others on as a page. A name that
    changed its address since the gate was asked has none when it is connected to (`resolver.GateResolver`).
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Hops:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        gate = self._gate()
        location = response.headers.get("Location")
        if gate is not None and response.status in REDIRECTS and location and "playwright" not in response.flags:
            reason = redirect_refusal(gate, request.url, location.decode("utf-8", "replace").strip())
            if reason is not None:
                raise Refused(reason)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        gate = self._gate()
        if gate is not None and isinstance(exception, CannotResolveHostError):
            reason = gate.known_refusal(request.url)
            if reason is not None:
                raise Refused(reason) from exception

    def _gate(self) -> Gate | None:
        # When the archive answers, nothing is asked.
        if self.crawler.settings.getbool("DAIHUO_REPLAY"):
            return None
        gate: Gate = self.crawler.spider.gate  # type: ignore[union-attr]
        return gate


def redirect_refusal(gate: Gate, url: str, location: str) -> str | None:
    """Why the target of a redirect must not be followed, by its spelling and by what browsers make of it."""
    if has_host(location):
        spelled = f"{url.partition(':')[0]}:{location}" if location[:1] in "/\\" else location
        refusal = gate.spelling_refusal(spelled)
        if refusal is not None:
            return refusal
    try:
        return gate.spelling_refusal(ada_url.join_url(url, location))
    except ValueError:
        shown = location[:100].encode("ascii", "backslashreplace").decode("ascii")
        return f"{REFUSED}: the redirect leads to {shown!r}, which is no web address"
