"""Lets scrapy-poet hand callbacks what a response said: it goes through `read_page`, the door of files too.

scrapy-poet could build the page object of a URL by itself, but then walls, wrong charsets and platforms that only their
content shows would be seen by nobody; so what is injected is a `Reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_poet.page_input_providers import PageObjectInputProvider

from pipelines.facts import PageFacts
from pipelines.items import Page


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response said, and what that means."""

    page: Page
    facts: PageFacts


class ReadingProvider(PageObjectInputProvider):
    """Builds the `Reading` of a response, with the JSON the browser captured for it."""

    provided_classes = {Reading}  # noqa: RUF012
    name = "daihuo_reading"

    async def __call__(
        self, to_provide: set[Callable[..., Any]], request: Request, response: Response, crawler: Crawler
    ) -> Sequence[Reading]:
        capture = request.meta.get("capture")
        headers = {
            name.decode("latin-1"): b",".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        captured = None if capture is None else capture.captured
        spider: Any = crawler.spider
        zone, currency = spider.dataset.zone_and_currency(response.url)
        page, facts = await spider.readers.read(
            response.url, response.body, response.status, headers, captured, zone, currency
        )
        return [Reading(page, facts)]
