"""The PC item page of Taobao and Tmall as HTML.

Rendered (samples of 2020): `.tb-detail-hd h1`/`.tb-main-title`, `#J_StrPrice…`, `#J_PromoPrice`. Raw (sample of
2015): the price block is empty and `TShop.Setup({…})`/`Hub.config.set('sku', {…})` hold `valItemInfo.skuMap` with
prices before any promotion. `itemDO.reservePrice` is not a price anybody sees. Recommended items further down carry
prices of their own and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from parsel import Selector

from crawler.pages.assemble import attribute, words
from crawler.pages.paths import after, at, pairs, rows, said
from crawler.pages.taobao_labels import kind_of
from crawler.pages.taobao_mtop import shop_of
from pipelines.items import Offer, PriceSaid, Said, ShopSaid, VariantSaid

_DIGIT = re.compile(r"\d")
_ITEM_ID = re.compile(r"""["']?itemId["']?\s*[:=]\s*["']?(\d{6,14})""")
_PROMO = "#J_PromoPrice .tm-price, #J_PromoPrice .tb-rmb-num, #J_PromoPriceNum"
_SHOWN = "#J_StrPriceModBox .tm-price, #J_StrPrice .tb-rmb-num, #J_StrPrice"


def item_id(url: str, text: str) -> str | None:
    """The item's number from the address, else from the page's own configuration."""
    query = parse_qs(urlsplit(url).query)
    for name in ("id", "item_id", "itemId"):
        if query.get(name, [""])[0].isdecimal():
            return query[name][0]
    found = re.search(r"/item/(\d{6,14})\.htm", url) or _ITEM_ID.search(text[:400_000])
    return found.group(1) if found else None


def read_html(url: str, text: str, selector: Selector) -> tuple[Offer, ShopSaid | None, str | None] | None:
    """The offer, the shop and why the page is only a shell; None for a page of another kind."""
    name = words(selector.css(".tb-detail-hd h1")) or selector.css(".tb-main-title::attr(data-title)").get()
    name = (name or words(selector.css(".tb-main-title")) or "").strip()
    if not name:
        return None
    setup = next(
        (state for mark in ("TShop.Setup(", "Hub.config.set('sku',") if isinstance(state := after(text, mark), dict)),
        {},
    )
    infos = at(setup, "valItemInfo")
    visible = list(_visible(selector))
    promoted = any(price.path == "#J_PromoPrice" for price in visible)
    prices = [*visible, *_variant_prices(infos, promoted)]
    if not visible and (default := said(setup, "itemDO", "defaultItemPrice")):
        path = "TShop.Setup.itemDO.defaultItemPrice"
        prices.append(PriceSaid(text=default, label="价格", currency="CNY", found_in="embedded", path=path))
    offer = Offer(
        name=name,
        brand=_brand(selector) or said(setup, "itemDO", "brand"),
        sku=item_id(url, text),
        mpn=_attribute(selector, "货号") or _attribute(selector, "型号"),
        prices=tuple(prices),
        availability=tuple(_stock(selector, infos)),
        review_count=_count(selector),
        promotions=tuple(
            line for row in selector.css(".tm-shopPromo-panel dd, .tb-other-discount") if (line := words(row))
        ),
        variants=tuple(_variants(selector, infos)),
    )
    return offer, _shop(selector), None if visible else "the price block is empty without JavaScript"


def _visible(selector: Selector) -> Iterator[PriceSaid]:
    promo, shown = words(selector.css(_PROMO)), words(selector.css(_SHOWN))
    promo = promo if promo and _DIGIT.search(promo) else None
    if promo:
        label = selector.css("#J_PromoPrice::attr(data-label)").get() or words(
            selector.css("#J_PromoPrice dt, #J_PromoPrice .tb-property-type")
        )
        yield PriceSaid(
            text=promo,
            kind=kind_of(label or "") or "sale",
            label=label or "",
            currency="CNY",
            found_in="visible",
            path="#J_PromoPrice",
        )
    if shown and _DIGIT.search(shown):
        label = words(selector.css("#J_StrPriceModBox dt, #J_StrPriceModBox .tb-property-type")) or ""
        struck = (
            bool(selector.css("#J_StrPriceModBox del, #J_StrPriceModBox.tm-price-del, #J_StrPrice.tb-del"))
            or promo is not None
        )
        kind = "list" if struck else kind_of(label)
        yield PriceSaid(
            text=shown,
            kind=kind,
            label=label,
            currency="CNY",
            struck=struck,
            found_in="visible",
            path="#J_StrPriceModBox",
        )


def _entries(infos: Any) -> Iterator[tuple[str, str, Any]]:
    """(path of properties, sku, entry) of `skuMap`."""
    for key, entry in pairs(infos, "skuMap"):
        if number := said(entry, "skuId"):
            yield key, number, entry


def _variant_prices(infos: Any, promoted: bool) -> Iterator[PriceSaid]:
    """What `skuMap` says is before any promotion: where the page shows a promotion, these are list prices."""
    for key, number, entry in _entries(infos):
        if text := said(entry, "price"):
            yield PriceSaid(
                text=text,
                kind="list" if promoted else None,
                label="价格",
                currency="CNY",
                variant=number,
                found_in="embedded",
                path=f"valItemInfo.skuMap[{key!r}].price",
            )


def _variants(selector: Selector, infos: Any) -> Iterator[VariantSaid]:
    names: dict[str, tuple[str, str]] = {}
    for group in selector.css(".tb-sku dl, #J_isku dl"):
        label = words(group.css("dt")) or ""
        for choice in group.css("li[data-value]"):
            names[attribute(choice, "data-value") or ""] = (
                label,
                attribute(choice, "title") or words(choice.css("a span, a")) or "",
            )
    lists = {said(row, "skuId"): said(row, "names") for row in rows(infos, "skuList")}
    for key, number, entry in _entries(infos):
        left = said(entry, "stock")
        state = None if left is None else "out_of_stock" if left == "0" else "in_stock"
        chosen = tuple(names[part] for part in key.strip(";").split(";") if part in names)
        yield VariantSaid(sku=number, options=chosen, availability=state, name=lists.get(number))


def _stock(selector: Selector, infos: Any) -> Iterator[Said]:
    if gone := words(selector.css(".tb-hint .sold-out-tit, .sold-out-info, .tb-stop-sale, .tm-action .sold-out-tit")):
        yield Said(text=gone, found_in="visible", path=".sold-out-tit")
        return
    left = [stock for _, _, entry in _entries(infos) if (stock := said(entry, "stock")) is not None]
    shown = re.search(r"\d+", words(selector.css("#J_SpanStock, #J_EmStock")) or "")
    if shown or left:
        any_left = any(number.strip("0.") for number in ([shown.group()] if shown else left))
        path = "#J_SpanStock" if shown else "valItemInfo.skuMap.*.stock"
        yield Said(
            text="in_stock" if any_left else "out_of_stock", found_in="visible" if shown else "embedded", path=path
        )


def _count(selector: Selector) -> str | None:
    for place in ("#J_ItemRates .tm-count", ".J_ReviewsCount", "#J_RateCounter", ".J_ReviewCount"):
        text = words(selector.css(place))
        if text and _DIGIT.search(text):
            return text
    return None


def _attribute(selector: Selector, label: str) -> str | None:
    """A value of the attribute list: `<li title="…">品牌: 云梳</li>`."""
    for row in selector.css("#J_AttrUL li, .attributes-list li, #J_AttrList li"):
        name, _, value = (words(row) or "").replace("：", ":").partition(":")
        if name.strip() == label:
            return value.strip() or None
    return None


def _brand(selector: Selector) -> str | None:
    return words(selector.css("#J_BrandAttr .J_EbrandLogo")) or _attribute(selector, "品牌")


def _shop(selector: Selector) -> ShopSaid | None:
    tmall = words(selector.css(".slogo-shopname"))
    return shop_of(
        tmall or words(selector.css(".tb-shop-name a, .tb-seller-name, .shop-name-link")), "B" if tmall else "C"
    )
