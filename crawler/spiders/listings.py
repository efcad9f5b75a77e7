"""A shop's goods: listing pages, their next pages, and every product they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrapy.http import Response

from crawler.spiders.watch import WatchSpider
from pipelines.items import Page
from pipelines.normalize.urls import host_of
from pipelines.store.frontier import Planned, Shown


class ListingsSpider(WatchSpider):
    """`scrapy crawl listings -a dataset=FOLDER`: the `listings` of every shop in dataset.toml.

    A listing ends where a page names no product that an earlier page of it did not name. New is a product whose URL and
    whose name are both new: some shops answer every page number with their last page, others give the same product
    another URL on each page.
    """

    name = "listings"
    purpose = "listings"

    def targets(self) -> Iterator[Planned]:
        for shop in self.dataset.shops:
            for url in shop.listings:
                yield self.plan(url)

    def follow(self, response: Response, page: Page) -> tuple[Iterable[Planned], Iterable[Shown]]:
        if response.meta["purpose"] != "listings":
            return (), ()
        chain = host_of(response.meta["asked"])
        names = {item.url: item.name for item in page.items if item.url}
        urls = dict.fromkeys([*names, *(link.url for link in page.links if link.kind == "product")])
        products = [self.plan(url, purpose="offers") for url in urls]
        new = [each for each in products if not self.frontier.knows(each.key)]
        named = [Shown(chain=chain, items={name}) for each in new if (name := names.get(each.url))]
        if not new or (len(named) == len(new) and not any(map(self.frontier.new_items, named))):
            return (), ()
        following = [self.plan(link.url, response) for link in page.links if link.kind == "next"]
        return [*new, *following], named
