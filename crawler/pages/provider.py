"""Lets scrapy-poet hand a `Page` to a callback: every response goes through `read_page`, the door that files use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from scrapy_poet import PageObjectInputProvider

from crawler.pages.read import read_page
from pipelines.items import Page


class PageProvider(PageObjectInputProvider):  # type: ignore[misc]
    """Builds the `Page` of a response, with the JSON the browser captured for it."""

    provided_classes: ClassVar[set[Callable[..., Any]]] = {Page}
    name = "daihuo_page"

    def __call__(self, to_provide: set[Callable[..., Any]], request: Request, response: Response) -> Sequence[Page]:
        capture = request.meta.get("capture")
        headers = {
            name.decode("latin-1"): b",".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        return [
            read_page(
                response.url,
                response.body,
                status=response.status,
                headers=headers,
                captured=None if capture is None else capture.captured,
            )
        ]
