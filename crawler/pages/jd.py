"""JD item pages (item.jd.com, npcitem.jd.hk, item.yiyaojd.com) and the JSON they load.

Read shapes: the rendered page of 2014 (`#jd-price`, `#hidcomment`) and of 2016-2023 (`.sku-name`, `.J-p-<sku>`,
`.comment-item`), `pageConfig.product` in all of them; since 2024 the page is an empty frame and all is in JSON
(`jd_bodies`, `jd_reviews`). Bundle (套装), accessory and extended-warranty prices on the same page belong to other
offers and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector
from web_poet import handle_urls

from crawler.pages.assemble import Told, attribute, bodies, is_json, page_of, paragraphs, selector_of, words
from crawler.pages.base import ShopPage
from crawler.pages.jd_bodies import price, read_price_list, read_ware
from crawler.pages.jd_reviews import read_listed, read_reviews, read_totals
from crawler.pages.paths import after, said
from pipelines.items import ListingItem, Offer, Page, PriceSaid, Review, Said, ShopSaid

_ITEM = re.compile(
    r"//(?:item(?:\.m)?\.(?:jd|yiyaojd|jkcsjd)\.com|npcitem\.jd\.hk|item\.jd\.hk)/(?:product/)?(\d+)\.html"
)
_STAR = re.compile(r"\b(?:sa|star)([1-5])\b")
_COUNT = re.compile(r"[\d.,]+\s*万?\+?")
_MARKS = ("pageConfig", "skuid")
_BODY_MARKS = (
    '"commentInfoList"',
    '"productCommentSummary"',
    '"wareInfoReadMap"',
    '"colorSizeVO"',
    '"plusAvailable"',
    '"id":"J_',
    '"id": "J_',
)


@handle_urls(
    [
        "item.jd.com",
        "item.m.jd.com",
        "npcitem.jd.hk",
        "item.jd.hk",
        "item.yiyaojd.com",
        "p.3.cn",
        "api.m.jd.com",
        "club.jd.com",
    ]
)
class JdPage(ShopPage):
    """An item page, or one of its price, product and comment bodies."""

    platform = "jd"

    @classmethod
    def needs_browser(cls, url: str) -> str | None:
        return "JD item pages are filled by JavaScript" if _ITEM.search(url) else None

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        if _ITEM.search(url):
            return True
        head = body[:60_000]
        return any(mark in head for mark in _BODY_MARKS) if is_json(body) else all(mark in head for mark in _MARKS)

    def extract(self) -> Page:
        told = Told()
        page = not is_json(self.response.text)
        if page:
            self._read_html(told)
        shown = told.offers[0].sku if told.offers else None
        for body in bodies(self):
            ware = read_ware(body.data, body.found_in)
            if ware:
                told.offers.append(ware[0])
                told.shop = told.shop or ware[1]
            self._take_prices(told, read_price_list(body.data, body.found_in), shown)
            told.reviews += read_reviews(body.data)
            told.take_listed(read_listed(body.data))
            told.offers += filter(None, [read_totals(body.data)])
        if any(offer.prices for offer in told.offers):
            told.shell = None
        return page_of(self, told, kind="product" if page and told.offers and not told.items else None)

    def _take_prices(self, told: Told, offers: list[Offer], shown: str | None) -> None:
        """A price list may hold the accessories too: on an item page only its own sku counts."""
        if shown or len(offers) == 1:
            told.offers += [offer for offer in offers if shown in (None, offer.sku)]
        else:
            told.items += [ListingItem(sku=offer.sku, prices=offer.prices) for offer in offers]

    def _read_html(self, told: Told) -> None:
        selector = selector_of(self)
        product = after(self.response.text[:200_000], "pageConfig")
        product = product.get("product") if isinstance(product, dict) else None
        in_url = _ITEM.search(self.page_url)
        sku = said(product, "skuid") or (in_url.group(1) if in_url else None)
        name = words(selector.css(".sku-name, #name h1, .itemInfo-wrap h1")) or said(product, "name")
        if not sku and not name:
            return
        told.language = selector.css("html::attr(lang)").get()
        told.shop = _shop(selector)
        told.offers.append(
            Offer(
                name=name,
                brand=words(selector.css("#parameter-brand a")) or _detail(selector, "品牌"),
                sku=sku,
                mpn=_detail(selector, "货号") or _detail(selector, "型号"),
                prices=tuple(_prices(selector, sku)),
                availability=tuple(_stock(selector)),
                review_count=_review_count(selector),
                promotions=tuple(line for row in selector.css(".J-prom-item, .prom-item") if (line := words(row))),
            )
        )
        told.reviews += [*_old_reviews(selector, sku), *_reviews(selector, sku)]
        if not told.offers[0].prices:
            told.shell = "the price block is empty without JavaScript"


def _detail(selector: Selector, label: str) -> str | None:
    """A value of the parameter list: `<li>品牌：华为</li>`, `<tr><td>品牌</td><td>华为</td></tr>` or `<dt>`/`<dd>`."""
    for row in selector.css(".detail-list li, .p-parameter-list li, .parameter2 li"):
        text = words(row) or ""
        if text.startswith((label + "：", label + ":")):
            return text[len(label) + 1 :].strip() or None
    cells = selector.xpath(
        "//*[contains(@class,'Ptable')]//*[self::td or self::dt][normalize-space()=$label]", label=label
    )
    return words(cells[:1].xpath("following-sibling::*[1]"))


def _prices(selector: Selector, sku: str | None) -> Iterator[PriceSaid]:
    places = ["#jd-price", ".summary-price .p-price .price"]
    places += [f".summary-price .J-p-{sku}", f".itemInfo-wrap .J-p-{sku}", f".summary .J-p-{sku}"] if sku else []
    for place in places:
        text = words(selector.css(place))
        if text and re.search(r"\d", text):
            yield from price(text, None, "京东价", "visible", place)
            break
    for place in ("#page_origin_price", "#page_opprice", "#page_maprice"):
        text = words(selector.css(place))
        if text and re.search(r"\d", text):
            yield from price(text, "list", "原价", "visible", place)
            break
    plus = words(selector.css(".summary-price .p-price-plus .price, .summary-price .J-p-p-" + (sku or "0")))
    if plus and re.search(r"\d", plus):
        yield from price(plus, "member", "PLUS", "visible", ".p-price-plus")


def _stock(selector: Selector) -> Iterator[Said]:
    text = words(selector.css("#store-prompt strong")) or words(selector.css("#store-prompt"))
    if text:
        yield Said(text=text, found_in="visible", path="#store-prompt")


def _review_count(selector: Selector) -> str | None:
    for place in ("#comment-count .count", "#summary-grade a", "#p-con-comm span", "[data-anchor='#comment'] s"):
        number = _COUNT.search(words(selector.css(place)) or "")
        if number:
            return number.group()
    return None


def _shop(selector: Selector) -> ShopSaid | None:
    name = words(selector.css(".J-hove-wrap .name a, #popbox .mt h3 a, .seller-infor .name"))
    own = words(selector.css(".J-hove-wrap .u-jd, .contact .u-jd")) or ""
    official = True if own == "自营" else None
    return ShopSaid(name=name, official=official, evidence="自营" if official else "") if name or official else None


def _old_reviews(selector: Selector, sku: str | None) -> Iterator[Review]:
    """`#hidcomment` of 2014: the star rating is only in a CSS class (`sa3`), the text under 使用心得."""
    for n, row in enumerate(selector.css("#hidcomment > .item")):
        star = _STAR.search(row.css(".star::attr(class)").get() or "")
        body = row.xpath(".//dt[contains(., '使用心得')]/following-sibling::dd[1]")
        link = row.css(".topic a::attr(href)").get() or ""
        number = re.search(r"_([0-9a-f-]{36})_", link)
        yield Review(
            id=number.group(1) if number else None,
            rating=star.group(1) if star else None,
            rating_scale="5" if star else None,
            date=words(row.css(".date-comment")),
            title=words(row.css(".topic a")),
            text=paragraphs(body),
            author=words(row.css(".u-name")),
            product_sku=sku,
            path=f"#hidcomment > .item:nth-child({n + 1})",
        )


def _reviews(selector: Selector, sku: str | None) -> Iterator[Review]:
    """`.comment-item` of 2016-2023."""
    for n, row in enumerate(selector.css(".comment-item")):
        star = _STAR.search(row.css(".comment-star::attr(class)").get() or "")
        order = [text for part in row.css(".order-info span") if (text := words(part))]
        date = next((text for text in order if re.match(r"\d{4}-\d\d-\d\d", text)), None)
        helpful = _COUNT.search(words(row.css(".J-nice")) or "")
        yield Review(
            id=attribute(row, "data-guid") or row.css(".J-nice::attr(data-guid)").get(),
            rating=star.group(1) if star else None,
            rating_scale="5" if star else None,
            date=date,
            text=paragraphs(row.css(".comment-con")),
            author=words(row.css(".user-info")),
            variant=" ".join(text for text in order if text != date) or None,
            helpful=helpful.group() if helpful else None,
            pictures=len(row.css(".pic-list .J-thumb-img, .pic-list img")),
            reply=words(row.css(".recomment .reply-content")),
            follow_up_text=words(row.css(".append-comment .comment-con")),
            product_sku=sku,
            path=f".comment-item:nth({n})",
        )
