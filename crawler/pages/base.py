"""The base of all page objects.

A page object says which URLs it is for (`handle_urls`), by which marks its platform shows in a body (`marks`,
`recognizes`), why its pages need a browser, if they do (`needs_browser`), and what a page said (`extract`).
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import attrs
from web_poet import HttpResponse, WebPage

from crawler.pages.captured import Captured
from pipelines.items import Page


@attrs.define(kw_only=True, slots=False)
class ShopPage(WebPage[Page]):
    """A page of a shop. Subclasses implement `extract`; it must not raise for any input.

    `marks`: markup is only this platform's where it or its URL holds one of them; () leaves all to `recognizes`.
    """

    response: HttpResponse
    captured: Captured = attrs.field(factory=Captured)

    platform: ClassVar[str | None] = None
    marks: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        """Why pages of this URL are only complete in a browser; None to try the plain page first."""
        return None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        """Whether the body (decoded text) carries this platform's marks, whatever host it came from."""
        return False

    @cached_property
    def page_url(self) -> str:
        return str(self.response.url)

    def extract(self) -> Page:
        raise NotImplementedError

    async def to_item(self) -> Page:
        return self.extract()
