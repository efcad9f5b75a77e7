"""A shop's goods: listing pages, their next pages, and every product they name."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Request, Response

from crawler.fetch.replay import key_of
from crawler.spiders.watch import WatchSpider
from pipelines.items import Page


class ListingsSpider(WatchSpider):
    """`scrapy crawl listings -a dataset=FOLDER`: the `listings` of every shop in dataset.toml.

    A listing ends where a page names no product that an earlier page of it did not name: shops that answer every
    page number with the last page never end otherwise.
    """

    name = "listings"
    purpose = "listings"

    def targets(self) -> Iterator[Request | None]:
        for shop in self.dataset.shops:
            for url in shop.listings:
                yield self.ask(url)

    def follow(self, response: Response, page: Page) -> Iterator[Request | None]:
        if response.meta["purpose"] != "listings":
            return
        products = [item.url for item in page.items if item.url]
        products += [link.url for link in page.links if link.kind == "product"]
        new = [url for url in products if key_of(url) not in self.seen]
        for url in new:
            yield self.ask(url, purpose="offers")
        if new:
            for link in page.links:
                if link.kind == "next":
                    yield self.ask(link.url, depth_of=response)
