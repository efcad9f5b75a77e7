"""Lets scrapy-poet hand callbacks what a response said: it goes through `read_page`, the door of files too.

scrapy-poet could build the page object of a URL by itself, but then walls, wrong charsets and platforms that only their
content shows would be seen by nobody; so what is injected is a `Reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy_poet.page_input_providers import PageObjectInputProvider

from crawler.fetch.capture import Capture
from crawler.fetch.records import sha256_hex
from crawler.pages.readers import Asked, Part, Reading


class ReadingProvider(PageObjectInputProvider):
    """Builds the `Reading` of a response, with the JSON the browser captured for it, and archives the page."""

    provided_classes = {Reading}  # noqa: RUF012
    name = "daihuo_reading"

    async def __call__(
        self, to_provide: set[Callable[..., Any]], request: Request, response: Response
    ) -> Sequence[Reading]:
        capture: Capture = request.meta["capture"]
        parts = request.meta.pop("parts", ())
        spider: Any = self.injector.crawler.spider
        zone, currency = spider.dataset.zone_and_currency(response.url)
        as_sent = bool(parts) and response.body is parts[0].body
        headers = {
            name.decode("latin-1"): b",".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        asked = Asked(
            url=response.url,
            status=response.status,
            headers=headers,
            body=None if as_sent else response.body,
            captured=capture.captured,
            zone=zone,
            currency=currency,
            parts=tuple(map(Part.of, parts)),
            faults=tuple(request.meta.get("faults", ())),
        )
        reading = await spider.readers.read(asked)
        if parts:
            request.meta["capture"] = replace(capture, pointers=spider.archive.append(reading.members))
        elif response.body is not capture.body:
            # Its records were written before the content coding was removed.
            main, *others = capture.pointers
            main = replace(main, sha256=sha256_hex(response.body))
            request.meta["capture"] = replace(capture, pointers=(main, *others))
        return [reading]
