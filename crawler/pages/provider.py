"""Lets scrapy-poet hand callbacks what a response said: it goes through `read_page`, the door that files use too.

scrapy-poet could build the page object of a URL by itself, but then walls, wrong charsets and platforms that only their
content shows would be seen by nobody; so what is injected is a `Reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy_poet.page_input_providers import PageObjectInputProvider

from crawler.pages.read import read_page
from pipelines.items import Page


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response said."""

    page: Page


class ReadingProvider(PageObjectInputProvider):
    """Builds the `Reading` of a response, with the JSON the browser captured for it."""

    provided_classes = {Reading}  # noqa: RUF012
    name = "daihuo_reading"

    def __call__(self, to_provide: set[Callable[..., Any]], request: Request, response: Response) -> Sequence[Reading]:
        capture = request.meta.get("capture")
        headers = {
            name.decode("latin-1"): b",".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        captured = None if capture is None else capture.captured
        page = read_page(response.url, response.body, status=response.status, headers=headers, captured=captured)
        return [Reading(page)]
