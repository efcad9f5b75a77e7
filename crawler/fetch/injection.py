"""scrapy-poet's injection, with its plans remembered.

What a callback needs depends on its signature only here, where callbacks ask for nothing that depends on the URL;
planning it anew twice a request costs as much as the download.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.http import Request
from scrapy_poet.downloadermiddlewares import InjectionMiddleware

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Injection(InjectionMiddleware):
    """Fills in the arguments that a callback's signature asks for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        plan, known = self.injector.build_plan, dict[object, Any]()

        def build_plan(request: Request) -> Any:
            if request.callback not in known:
                known[request.callback] = plan(request)
            return known[request.callback]

        self.injector.build_plan = build_plan  # type: ignore[method-assign]
