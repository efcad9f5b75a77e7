"""Watched goods: the promoted page and the official pages of every watchlist row."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.spiders.watch import WatchSpider
from pipelines.store.frontier import Planned


class OffersSpider(WatchSpider):
    """`scrapy crawl offers -a dataset=FOLDER`: each promo_url and official_url of the watchlist, once."""

    name = "offers"
    purpose = "offers"

    def targets(self) -> Iterator[Planned]:
        for claim in self.dataset.claims:
            for url in (claim.promo_url, *claim.official_urls):
                yield self.plan(url)
