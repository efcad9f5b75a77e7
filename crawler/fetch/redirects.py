"""Scrapy's RedirectMiddleware where every redirect that cannot be followed has a sentence, and none vanishes."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response
from w3lib.url import canonicalize_url, safe_url_string

from crawler.fetch.middleware import Refused
from crawler.fetch.traffic import AnswerUnusable

_CODES = frozenset({301, 302, 303, 307, 308})


class Redirects(RedirectMiddleware):
    """Follows redirects to http(s) addresses, at most REDIRECT_MAX_TIMES, not in circles."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status not in _CODES or "playwright" in response.flags:
            return response
        said = (response.headers.get("Location") or b"").decode("latin-1").strip()
        if not said:
            raise AnswerUnusable(f"redirects ({response.status}) without saying where to")
        target = _target(request.url, said)
        scheme = urlsplit(target).scheme
        if scheme not in ("http", "https"):
            raise Refused(f"address not allowed: redirects to a {scheme}: address")
        key, passed = _key(target), [_key(url) for url in request.meta.get("redirect_urls", ())]
        if key == _key(request.url):
            raise AnswerUnusable("redirects to itself")
        # Some shops send a visitor once through another address and back.
        if passed.count(key) > 1:
            raise AnswerUnusable(f"redirects in a circle over {len(set(passed))} addresses")
        if len(passed) >= self.max_redirect_times:
            raise AnswerUnusable(f"more than {self.max_redirect_times} redirects")
        return super().process_response(request, response)


def _target(url: str, said: str) -> str:
    try:
        target = urljoin(url, safe_url_string(said))
        parts = urlsplit(target)
        if parts.scheme in ("http", "https") and not (parts.hostname and parts.port != 0):
            raise ValueError(said)
    except ValueError as error:
        shown = said[:80].encode("ascii", "backslashreplace").decode("ascii")
        raise AnswerUnusable(f"redirects to what is no address: {shown!r}") from error
    return target


def _key(url: str) -> str:
    return str(canonicalize_url(urldefrag(url)[0], keep_blank_values=True))
