"""scrapy-poet's injection, with its plans remembered.

What a callback needs depends on its signature only here, where callbacks ask for nothing that depends on the URL;
planning it anew twice a request costs as much as the download.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.http import Request, Response
from scrapy_poet.downloadermiddlewares import InjectionMiddleware

from crawler.pages.provider import ReadingProvider
from crawler.pages.readers import Reading

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Injection(InjectionMiddleware):
    """Fills in the arguments that a callback's signature asks for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        injector = self.injector
        make_plan, provide, known = injector.build_plan, injector.build_instances_from_providers, dict[object, Any]()
        readings = next(each for each in injector.providers if isinstance(each, ReadingProvider))

        def build_plan(request: Request) -> Any:
            if request.callback not in known:
                known[request.callback] = make_plan(request)
            return known[request.callback]

        async def build_instances(request: Request, response: Response, plan: Any) -> Any:
            if [cls for cls, _ in plan.dependencies] != [Reading]:
                return await provide(request, response, plan)
            return {Reading: (await readings({Reading}, request, response))[0]}

        injector.build_plan = build_plan  # type: ignore[method-assign]
        injector.build_instances_from_providers = build_instances  # type: ignore[method-assign]
