"""What the platform page objects share. What each of them reads is tested by the folders in `tests/fixtures`, which the
web-poet plugin walks: a folder with an input and an expected output is a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from web_poet import HttpResponse
from web_poet.serialization import load_class

from crawler.pages.base import ShopPage
from crawler.pages.captured import Captured, CapturedBody
from crawler.pages.generic import GenericPage
from crawler.pages.jd import JdPage
from crawler.pages.read import all_page_classes, choose, read_page
from crawler.pages.taobao import TaobaoPage
from pipelines.understand import understand

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("crawler.pages.*/*/output.json"))
PLATFORMS = [page for page in all_page_classes() if page is not GenericPage]


def body_of(case: Path) -> tuple[str, bytes]:
    url = json.loads((case / "inputs" / "HttpResponse-info.json").read_text("utf-8"))["url"]
    return url, (case / "inputs" / "HttpResponse-body.html").read_bytes()


def page_class(case: Path) -> type[ShopPage]:
    found = load_class(case.parent.name)
    assert issubclass(found, ShopPage)
    return found


def test_every_platform_has_a_fixture() -> None:
    covered = {page_class(case) for case in CASES}
    assert {page.__name__ for page in PLATFORMS if page not in covered} == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name.rpartition('.')[2]}-{case.name}")
def test_a_saved_page_is_given_to_its_page_object(case: Path) -> None:
    url, body = body_of(case)
    assert choose(url, body.decode()) is page_class(case)


# (fixture, price, price_max, list_price, currency): the number that the decision makes of what the page object says.
DECIDED = [
    ("JdPage/rendered-2019-plus-price-and-bundle", "79.00", None, "99.00", "CNY"),
    ("JdPage/price-body-with-market-and-member-price", "68.00", None, "88.00", "CNY"),
    ("TaobaoPage/pc-rendered-range-with-promotion", "228.00", "368.00", "328.00", "CNY"),
    ("TaobaoPage/pc-raw-empty-price-block", "39.90", None, None, "CNY"),
    ("TaobaoPage/h5-page-data-with-mock-prices", "219", None, "399", "CNY"),
    ("TaobaoPage/mtop-getdetail-old-double-escaped", "138", None, "298", "CNY"),
    ("TaobaoPage/pcdetail-new-price-after-coupon", "2599", None, None, "CNY"),
    ("JuhuasuanPage/item-prices-in-fen", "89.00", None, "399.00", "CNY"),
    ("ShopifyPage/product-js-hundredths", "124.90", None, "159.00", None),
    ("ShopifyPage/html-on-own-domain-with-recommended-product", "1249.00", None, "1590.00", "SEK"),
    ("WooCommercePage/html-variations-attribute", "5.90", "9.90", None, "EUR"),
    ("WooCommercePage/store-api-one-product-with-range", "5.90", "9.90", None, "EUR"),
    ("MagentoPage/html-special-price-and-reviews-link", "59.95", None, "74.95", "GBP"),
    ("MagentoPage/html-configurable-option-prices", "20.00", None, None, "GBP"),
    ("MagentoPage/graphql-configurable", "20", "25", "25", "GBP"),
    ("OscarPage/product-yen-in-a-chinese-shop", "1980", None, None, "JPY"),
    ("OscarPage/parent-product-with-variant-pages", "159.00", None, None, "CNY"),
    ("BaykeShopPage/product-cost-price-and-script-review", "129.00", None, "169.00", "CNY"),
    ("AmazonPage/item-2024-list-unit-and-subscription-price", "48.00", None, "60.00", "USD"),
    ("AmazonPage/item-japan-bare-yen-is-jpy", "1980", None, None, "JPY"),
    ("AmazonPage/item-used-only", "4.45", None, None, "GBP"),
    ("SuningPage/app-item-with-zero-item-price", "299.00", None, "322.00", "CNY"),
    ("SuningPage/price-body-jsonp", "59.00", None, None, "CNY"),
    ("AliExpressPage/item-2020-range-struck-range-and-coupon", "9.39", "12.72", "16.32", "EUR"),
    ("EtsyPage/listing-prices-in-option-labels", "2.99", "8.99", None, "USD"),
    ("OpenCartPage/product-3x-special", "110.00", None, "122.00", "GBP"),
    ("PinduoduoPage/raw-data-group-and-single-price", "59.90", "109.90", "139.00", "CNY"),
]


@pytest.mark.parametrize(("name", "price", "price_max", "list_price", "currency"), DECIDED)
def test_the_price_decided(
    name: str, price: str | None, price_max: str | None, list_price: str | None, currency: str | None
) -> None:
    shop, _, case = name.partition("/")
    folder = next(path for path in CASES if path.parent.name.endswith(f".{shop}") and path.name == case)
    offer = understand(read_page(*body_of(folder))).offer
    assert offer is not None
    said = [None if value is None else format(value, "f") for value in (offer.price, offer.price_max, offer.list_price)]
    assert [*said, offer.currency] == [price, price_max, list_price, currency]


RUBBISH = [
    "",
    "<",
    "<html>",
    "null",
    "[]",
    "[null, 1, [[]]]",
    '{"comments": {"a": 1}}',
    '{"data": {"rateList": [null, {"feedback": 5}, {"feedback": "x", "appendedFeed": []}]}}',
    '{"data": {"item": [], "apiStack": [{"value": "{"}]}}',
    '{"price": {"p": {"deep": []}}, "colorSizeVO": {"colorSizeList": [1, {"buttons": "no"}]}, "wareInfoReadMap": []}',
    '[{"id": "J_1", "p": null}, {"id": 7, "p": "1"}]',
    '{"item": {"activityPrice": [], "itemId": {}}}',
    '{"product": {"variants": [{"price": "NaN", "compare_at_price": "x", "available": []}], "options": [1]}}',
    '{"title": "t", "handle": "h", "vendor": "v", "variants": [{"price": 1e400, "compare_at_price": true}]}',
    '[{"prices": {"price": "1", "currency_minor_unit": "many"}, "variations": 3, "name": []}]',
    '{"data": {"products": {"items": [{"price_range": 3, "variants": [{"product": []}, 4]}]}}}',
    '<div class="product_main"><p class="price_color">free</p><a href="http://[::1/reviews/">x</a></div>',
    '<script id="skusData" type="application/json">[{"price": []}, null]</script><article class="media"></article>',
    '<div class="product summary"><form class="variations_form" data-product_variations="[{&quot;a&quot;:1}]">',
    '<span id="productTitle">x</span><span id="price_inside_buybox">—</span><div data-hook="review"></div>',
    '<p class="product-info-main"><script type="text/x-magento-init">{"a": {"optionPrices": {"1": 2}}}</script>',
    '<script>window.pageConfig = {product: {skuid: [1]}}; var _DATA_Detail = {"mock": 1}</script>',
    '<h3 class="tb-main-title">x</h3><script>TShop.Setup({"valItemInfo": 3})</script>',
    "fetchJSON_comment98(" + "[" * 2000,
    '{"a":' * 3000,
    "\ud83d\x00\x01 ￥ 价格",
]


@pytest.mark.parametrize("page", PLATFORMS, ids=lambda page: page.__name__)
@pytest.mark.parametrize("text", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_a_page_without_an_offer_and_never_an_error(page: type[ShopPage], text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    response = HttpResponse("https://shop.example.com/products/1?page=2", body, status=200, encoding="utf-8")
    captured = Captured((CapturedBody(url="https://api.example.com/x", text=text),))
    said = page(response=response, captured=captured).extract()
    assert said.url == "https://shop.example.com/products/1?page=2"
    page.recognizes("", text)
    page.needs_browser("https://shop.example.com/")


def test_pages_filled_by_javascript_ask_for_a_browser() -> None:
    assert JdPage.needs_browser("https://item.jd.com/700000001.html")
    assert TaobaoPage.needs_browser("https://detail.tmall.com/item.htm?id=600000000001")
    assert TaobaoPage.needs_browser("https://rate.tmall.com/list_detail_rate.htm?itemId=1") is None
    assert [page.__name__ for page in PLATFORMS if page.needs_browser("https://shop.example.com/products/x")] == []


def test_no_reply_address_and_no_avatar_reaches_a_review() -> None:
    for case in CASES:
        output = (case / "output.json").read_text("utf-8")
        assert "192.0.2.7" not in output
        assert "publishArea" not in output and "userImage" not in output


def test_captured_bodies_survive_a_fixture_folder() -> None:
    folder = FIXTURES / "crawler.pages.jd.JdPage" / "frame-of-2024-with-captured-ware-business" / "inputs"
    rows = json.loads((folder / "crawler.pages.captured.Captured.json").read_text("utf-8"))
    assert [set(row) for row in rows] == [{"url", "content_type", "text"}] * 2
