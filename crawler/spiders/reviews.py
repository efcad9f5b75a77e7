"""Reviews of watched goods: the lists of reviews that public pages link, each read page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from scrapy.http import Request, Response

from crawler.fetch.records import sha256_hex
from crawler.spiders.watch import WatchSpider
from pipelines.items import Page, Review, ReviewList
from pipelines.store.frontier import Planned, Shown
from pipelines.store.read import linked_review_lists, review_links, reviews_read_whole, stored_before
from pipelines.store.reviews import review_hash
from pipelines.store.write import ReviewPlace

# Below a page cap the first pages of a star's list repeat what the whole list showed; new ones come after them.
PATIENCE = 5
# What stands in front of a page, or spoils it, is no end of a list.
_WALLS = frozenset({"blocked", "login_wall", "captcha", "unreadable"})


class ReviewsSpider(WatchSpider):
    """`scrapy crawl reviews -a dataset=FOLDER`, after `offers` or `listings`.

    Every list ends where its platform ends it, where a page shows none that an earlier page of the list did not show,
    and where `PATIENCE` pages in a row bring none that is new to the product. A later crawl of a product that was read
    whole, whose pages offer a list with the newest first, ends each list at the first page of which all are known,
    unless `recheck_reviews` asks for everything again.
    """

    name = "reviews"
    purpose = "reviews"

    def targets(self) -> Iterator[Planned]:
        for link in review_links(self.store.db):
            yield self.page(link["url"], link["product"], number=1 if link["kind"] == "reviews" else 2)
        for product, lists in linked_review_lists(self.store.db):
            for each in lists:
                yield self.page(each["url"], product, filter=each["filter"], sort=each["sort"])

    def page(self, url: str, product: str, depth_of: Response | None = None, **place: Any) -> Planned:
        """A page of a list: `filter`, `sort`, its `number`, and how many pages before it were `dry`."""
        said = {"filter": "all", "sort": "default", "number": 1, "dry": 0, **place}
        return self.plan(url, depth_of, product=product, **said)

    def follow(self, response: Response, page: Page) -> tuple[Iterable[Planned], Iterable[Shown]]:
        meta = response.meta
        product, filter_, sort = meta.get("product") or "", meta.get("filter", "all"), meta.get("sort", "default")
        number, items = int(meta.get("number", 1)), {review_key(review) for review in page.reviews}
        of_list = Shown(chain=f"{product} {filter_} {sort}", items=items)
        of_product = Shown(chain=product, items=items)
        dry = 0 if self.frontier.new_items(of_product) else int(meta.get("dry", 0)) + 1
        following = [link.url for link in page.links if link.kind == "next"]
        ended = None
        if page.outcome in _WALLS:
            ended = None
        elif not items:
            ended = "empty"
        elif not self.frontier.new_items(of_list) or dry >= PATIENCE:
            ended = "nothing_new"
        elif self._known(product, sort, page):
            ended = "known"
        elif not following:
            ended = "last"
        meta["place"] = ReviewPlace(crawl=self.frontier.crawl, filter=filter_, sort=sort, number=number, ended=ended)
        if not items:
            return (), ()
        links = [
            self.page(each.url, product, response, filter=each.filter, sort=each.sort) for each in _lists(meta, page)
        ]
        if ended is None:
            place = {"filter": filter_, "sort": sort, "number": number + 1, "dry": dry}
            links += [self.page(url, product, response, **place) for url in following]
            links += [self.page(link.url, product, response) for link in page.links if link.kind == "reviews"]
        return links, (of_list, of_product)

    def may_be_missing(self, request: Request) -> bool:
        """Lists are read side by side: which brings a review first, and so where one ends, is not the same twice."""
        return int(request.meta.get("number", 1)) > 1

    @cached_property
    def _read_whole(self) -> frozenset[str]:
        return reviews_read_whole(self.store.db, self.frontier.crawl)

    def _known(self, product: str, sort: str, page: Page) -> bool:
        """Whether an earlier crawl has all reviews of this page and a list with the newest first tells of new ones."""
        if self.replay or self.dataset.crawl.recheck_reviews or product not in self._read_whole:
            return False
        lists = page.listed.lists if page.listed else ()
        if sort != "newest" and not any((each.filter, each.sort) == ("all", "newest") for each in lists):
            return False
        numbers = [review.id for review in page.reviews if review.id]
        scopes = {fact_scope(page), product}
        ids = [[review_hash(scope, number) for scope in scopes] for number in numbers]
        known = stored_before(self.store.db, (each for both in ids for each in both), self.frontier.crawl)
        return len(numbers) == len(page.reviews) and all(not known.isdisjoint(both) for both in ids)


def _lists(meta: dict[str, Any], page: Page) -> list[ReviewList]:
    """Lists that the first page of a list links: one filter in one order, never two choices of a kind at once."""
    if int(meta.get("number", 1)) > 1 or page.listed is None:
        return []
    if meta.get("filter", "all") != "all" and meta.get("sort", "default") != "default":
        return []
    return list(page.listed.lists)


def fact_scope(page: Page) -> str:
    """Where a review's number may be unique beside its product: on the page's platform."""
    return page.platform or ""


def review_key(review: Review) -> str:
    """What tells two reviews of one product apart on their pages."""
    said = review.id or f"{review.author}\n{review.date}\n{review.text}"
    return sha256_hex(said.encode("utf-8", "surrogatepass"))[:24]
