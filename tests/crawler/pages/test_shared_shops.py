"""The two real shop programs of the sample material, if they run: every price, currency and review against their
databases."""

from __future__ import annotations

import functools
import html
import json
import os
import urllib.error
import urllib.request
from collections import deque
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler.pages.baykeshop import BaykeShopPage
from crawler.pages.oscar import OscarPage
from pipelines.items import Page

pytestmark = pytest.mark.shared
_ROOT = Path(
    os.environ.get("SHOP_DIR") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "test-shops"
)
_MOST_PAGES = 60


@functools.cache
def fetch(url: str) -> HttpResponse:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return HttpResponse(url, answer.read(), encoding="utf-8")


def shop(name: str, port: str, start: str) -> tuple[str, list[dict[str, Any]]]:
    base = f"http://127.0.0.1:{os.environ.get('DAIHUO_' + name.upper() + '_PORT', port)}"
    try:
        fetch(base + start)
        return base, json.loads((_ROOT / name / "truth.json").read_text("utf-8"))
    except (OSError, urllib.error.URLError) as error:
        pytest.skip(
            f"THE {name} TEST SHOP IS NOT RUNNING at {base} (start_{name}.sh of the sample material starts it): {error}"
        )


def walk(page_class: Any, start: str, kinds: tuple[str, ...]) -> list[Page]:
    """The pages reachable from `start` by links of these kinds, each once, as a crawler would go."""
    queue, seen, pages = deque([start]), {start}, []
    while queue and len(pages) < _MOST_PAGES:
        page = page_class(response=fetch(queue.popleft())).extract()
        pages.append(page)
        for link in page.links:
            if link.kind in kinds and link.url not in seen:
                seen.add(link.url)
                queue.append(link.url)
    assert not queue, f"more than {_MOST_PAGES} pages from {start}: paging does not end"
    return pages


def amount(text: str) -> Decimal:
    digits = "".join(letter for letter in text if letter.isdigit() or letter in ".,")
    return Decimal(digits.replace(",", ""))


def test_oscar_products_and_all_their_reviews_agree_with_its_database() -> None:
    base, truth = shop("oscar", "18081", "/catalogue/")
    for row in truth:
        pages = walk(OscarPage, base + row["path"], ("reviews", "next"))
        offer = pages[0].offer
        assert offer is not None and offer.name == row["name"]
        assert [price.currency for price in offer.prices] == [_sign(row["currency"])], row["name"]
        assert amount(offer.prices[0].text) in [Decimal(price) for price in row["prices"]], row["name"]
        assert offer.prices[0].kind is None
        state = "in_stock" if row["stock"] else "out_of_stock"
        assert [said.text for said in offer.availability] == [state]
        assert len(offer.variants) == (len(row["prices"]) if len(row["prices"]) > 1 else 0)
        reviews = {review.id: review for page in pages for review in page.reviews}
        assert None not in reviews
        assert len(reviews) == row["n_reviews"] == int(offer.review_count or "0")
        if row["first_review"]:
            first = pages[0].reviews[0]
            assert int(first.rating or "0") == row["first_review"][0]
            assert (first.text or "").startswith(_without_tags(row["first_review"][1])[:20])


def _sign(currency: str) -> str:
    return {"EUR": "€", "GBP": "£"}.get(currency, currency)


def _without_tags(text: str) -> str:
    return text.replace("<b>", "").replace("</b>", "")


def test_oscar_catalogue_lists_every_product_once() -> None:
    base, truth = shop("oscar", "18081", "/catalogue/")
    pages = walk(OscarPage, base + "/catalogue/", ("next",))
    items = [item for page in pages for item in page.items]
    assert all(page.kind == "listing" for page in pages)
    assert sorted(str(item.url) for item in items) == sorted(base + row["path"] for row in truth)
    assert all(item.prices and item.name for item in items)


def test_baykeshop_products_and_all_their_reviews_agree_with_its_database() -> None:
    base, truth = shop("baykeshop", "18083", "/goods/")
    for row in truth:
        pages = walk(BaykeShopPage, base + row["path"], ("reviews", "next"))
        offer = pages[0].offer
        assert offer is not None and offer.name == row["name"]
        now = [price for price in offer.prices if price.kind is None]
        assert [Decimal(price.text) for price in now] == [Decimal(price) for price in row["prices"]]
        assert {price.currency for price in offer.prices} == {"CNY"}
        listed = [Decimal(price.text) for price in offer.prices if price.kind == "list"]
        assert listed == [Decimal(old) for old, new in zip(row["list_price"], row["prices"], strict=True) if old != new]
        assert all(Decimal(price.text) != 1 or "1.00" in row["prices"] for price in offer.prices), (
            "the cost price was read"
        )
        if len(row["variants"]) > 1:
            assert [dict(variant.options) for variant in offer.variants] == row["variants"]
            assert [variant.availability == "in_stock" for variant in offer.variants] == [n > 0 for n in row["stock"]]
        reviews = [review for page in pages for review in page.reviews]
        assert len(reviews) == len({review.text for review in reviews}) == row["n_reviews"]
        if row["first_review"]:
            assert int(reviews[0].rating or "0") == row["first_review"][0]
            assert (reviews[0].text or "").startswith(html.unescape(row["first_review"][1]))


def test_baykeshop_list_ends_and_holds_every_product_once() -> None:
    base, truth = shop("baykeshop", "18083", "/goods/")
    pages = walk(BaykeShopPage, base + "/goods/", ("next",))
    items = [item for page in pages for item in page.items]
    assert sorted(str(item.url) for item in items) == sorted(base + row["path"] for row in truth)
    assert [amount(item.prices[0].text) for item in items if item.prices]


def test_baykeshop_repeats_its_last_page_of_comments_without_a_next_link() -> None:
    base, _ = shop("baykeshop", "18083", "/goods/")
    page = BaykeShopPage(response=fetch(base + "/spu/3/?page=99")).extract()
    assert page.reviews
    assert [link for link in page.links if link.kind == "next"] == []


def test_baykeshop_markup_in_a_review_is_text() -> None:
    base, _ = shop("baykeshop", "18083", "/goods/")
    page = BaykeShopPage(response=fetch(base + "/spu/4/")).extract()
    assert any((review.text or "").startswith("<script>alert(1)</script> 假货") for review in page.reviews)
