"""Reviews of watched goods: the review pages that product pages point to, and their next pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response

from crawler.spiders.watch import WatchSpider
from pipelines.items import Page, Review
from pipelines.store.read import review_links


class ReviewsSpider(WatchSpider):
    """`scrapy crawl reviews -a dataset=FOLDER`, after `offers` or `listings`.

    The reviews of a product end where a page shows none that an earlier page did not show.
    """

    name = "reviews"
    purpose = "reviews"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown: dict[str, set[str]] = defaultdict(set)

    def targets(self) -> Iterator[Request | None]:
        for link in review_links(self.store.db):
            yield self.ask(link["url"], product=link["product"])

    def follow(self, response: Response, page: Page) -> Iterator[Request | None]:
        product = response.meta.get("product") or ""
        keys = {review_key(review) for review in page.reviews}
        if keys <= self.shown[product]:
            return
        self.shown[product] |= keys
        for link in page.links:
            if link.kind in ("next", "reviews"):
                yield self.ask(link.url, depth_of=response, product=product)


def review_key(review: Review) -> str:
    """What tells two reviews of one product apart on their pages."""
    return review.id or f"{review.author}\n{review.date}\n{review.text}"
