"""Reviews of watched goods: the review pages that product pages point to, and their next pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrapy.http import Response

from crawler.fetch.records import sha256_hex
from crawler.spiders.watch import WatchSpider
from pipelines.items import Page, Review
from pipelines.store.frontier import Planned, Shown
from pipelines.store.read import review_links


class ReviewsSpider(WatchSpider):
    """`scrapy crawl reviews -a dataset=FOLDER`, after `offers` or `listings`.

    The reviews of a product end where a page shows none that an earlier page did not show.
    """

    name = "reviews"
    purpose = "reviews"

    def targets(self) -> Iterator[Planned]:
        for link in review_links(self.store.db):
            yield self.plan(link["url"], product=link["product"])

    def follow(self, response: Response, page: Page) -> tuple[Iterable[Planned], Iterable[Shown]]:
        product = response.meta.get("product") or ""
        shown = Shown(chain=product, items={review_key(review) for review in page.reviews})
        if not self.frontier.new_items(shown):
            return (), ()
        links = (link for link in page.links if link.kind in ("next", "reviews"))
        return [self.plan(link.url, response, product=product) for link in links], (shown,)


def review_key(review: Review) -> str:
    """What tells two reviews of one product apart on their pages."""
    said = review.id or f"{review.author}\n{review.date}\n{review.text}"
    return sha256_hex(said.encode("utf-8", "surrogatepass"))[:24]
