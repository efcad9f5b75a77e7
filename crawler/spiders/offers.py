"""Watched goods: the promoted page and the official pages of every watchlist row, those that were found included."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.spiders.watch import WatchSpider
from pipelines.official.candidates import chosen
from pipelines.store.frontier import Planned


class OffersSpider(WatchSpider):
    """`scrapy crawl offers -a dataset=FOLDER`: each promo_url and official_url of the watchlist, once; then the
    best candidates that the spider `official` has found for a claim.
    """

    name = "offers"
    purpose = "offers"

    def targets(self) -> Iterator[Planned]:
        for claim in self.dataset.claims:
            for url in (claim.promo_url, *claim.official_urls):
                yield self.plan(url)
        official_for: dict[str, list[str]] = {}
        for claim_id, candidates in chosen(self.store.db, self.dataset).items():
            for candidate in candidates:
                # A store's page that is itself the product was read by the spider that searched the store.
                if candidate.found_in != "store":
                    official_for.setdefault(candidate.url, []).append(claim_id)
        for url, claims in official_for.items():
            yield self.plan(url, official_for=claims)
