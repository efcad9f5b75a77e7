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
from pipelines.facts import to_json
from pipelines.understand import understand
from tests.crawler.pages.test_generic import differences

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("crawler.pages.*/*/output.json"))
PLATFORMS = [page for page in all_page_classes() if page is not GenericPage]


def body_of(case: Path) -> tuple[str, bytes]:
    url = json.loads((case / "inputs" / "HttpResponse-info.json").read_text("utf-8"))["url"]
    return url, (case / "inputs" / "HttpResponse-body.html").read_bytes()


def captured_of(case: Path) -> Captured:
    path = case / "inputs" / "crawler.pages.captured.Captured.json"
    rows = json.loads(path.read_text("utf-8")) if path.exists() else []
    return Captured(tuple(CapturedBody(**row) for row in rows))


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


UNDERSTOOD = [case for case in CASES if (case / "expected.json").exists()]


@pytest.mark.parametrize("case", UNDERSTOOD, ids=lambda case: f"{case.parent.name.rpartition('.')[2]}-{case.name}")
def test_what_is_understood_of_it(case: Path) -> None:
    """`expected.json` beside a fixture states what the decision makes of what the page object says."""
    want = json.loads((case / "expected.json").read_text("utf-8"))
    facts = understand(read_page(*body_of(case), captured=captured_of(case)))
    got = to_json(facts)
    assert not differences(want, got), (differences(want, got), got["issues"], (got["offer"] or {}).get("prices"))


def test_every_platform_states_what_is_to_be_understood_of_a_page() -> None:
    stated = {page_class(case) for case in UNDERSTOOD}
    assert {page.__name__ for page in PLATFORMS if page not in stated} == set()


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
