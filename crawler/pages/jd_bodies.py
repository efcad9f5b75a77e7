"""JD offers in JSON.

Price list `[{id: "J_<sku>", p, op, m, tpp, up}]` of p.3.cn (samples of 2019-2021): `p` what one pays, `op` the price
before a promotion, `m` a "market" price (often absurd), `tpp` the price for members of the programme that `up` names.
`pc_detailpage_wareBusiness` (described in public code of 2024-2026): price.p, price.op, price.finalPrice (到手价,
after coupons). JD states no currency: its mainland shops sell in CNY.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.pages.paths import at, flag, pairs, rows, said
from pipelines.items import FoundIn, Offer, PriceKind, PriceSaid, Said, ShopSaid, VariantSaid

_STOCK = {"33": "有货", "34": "无货", "36": "预订", "39": "有货", "40": "有货"}


def price(
    text: str | None, kind: PriceKind | None, label: str, found_in: FoundIn, path: str, variant: str | None = None
) -> Iterator[PriceSaid]:
    """A JD amount in yuan; nothing for an empty one and for "-1.00", which says that there is none."""
    if text and not text.startswith("-"):
        yield PriceSaid(
            text=text, kind=kind, label=label, currency="CNY", found_in=found_in, path=path, variant=variant
        )


def read_price_list(data: Any, found_in: FoundIn) -> list[Offer]:
    """One offer for each sku of a price list."""
    offers = []
    entries = rows({"r": data}, "r") or ([data] if isinstance(at(data, "p"), str) and at(data, "id") else [])
    for n, row in enumerate(entries):
        number = (said(row, "id") or "").removeprefix("J_")
        if not number.isdecimal() or "p" not in row:
            continue
        where = f"$[{n}]"
        now, before = said(row, "p"), said(row, "op")
        prices = [*price(now, None, "p", found_in, f"{where}.p")]
        if before != now:
            prices += price(before, "list", "op", found_in, f"{where}.op")
        # `m` is nobody's price: it is left to the archive.
        prices += price(said(row, "tpp"), "member", said(row, "up") or "tpp", found_in, f"{where}.tpp")
        offers.append(Offer(sku=number, prices=tuple(prices)))
    return offers


def read_ware(data: Any, found_in: FoundIn) -> tuple[Offer, ShopSaid] | None:
    """The offer and shop of a wareBusiness body, or None for another body."""
    data = data if isinstance(at(data, "price"), dict) else at(data, "data")
    info, money = at(data, "wareInfoReadMap"), at(data, "price")
    if not isinstance(money, dict) or not ("colorSizeVO" in data or info or "pageConfigVO" in data):
        return None
    now, before = said(money, "p"), said(money, "op")
    prices = [*price(now, None, "p", found_in, "$.price.p")]
    if before != now:
        prices += price(before, "list", "op", found_in, "$.price.op")
    final = at(money, "finalPrice")
    label = said(final, "priceContent") or "到手价"
    prices += price(said(final, "price"), "coupon", label, found_in, "$.price.finalPrice.price")
    attributes = dict(_attributes(data))
    shown = said(info, "sku_id") or said(at(data, "pageConfigVO"), "skuid") or said(money, "id")
    offer = Offer(
        name=said(info, "sku_name"),
        brand=attributes.get("品牌") or said(info, "brand_name"),
        sku=shown,
        mpn=attributes.get("型号") or attributes.get("货号"),
        prices=tuple(prices),
        availability=tuple(_stock(data, shown, found_in)),
        promotions=tuple(_promotions(data)),
        variants=tuple(_variants(data)),
    )
    return offer, _shop(data, info)


def _shop(data: Any, info: Any) -> ShopSaid:
    own = flag(data, "pageConfigVO", "isSelf")
    name = said(info, "shop_name") or said(data, "itemShopInfo", "shopName")
    return ShopSaid(name=name, official=True if own else None, evidence="pageConfigVO.isSelf" if own else "")


def _attributes(data: Any) -> Iterator[tuple[str, str]]:
    for row in rows(data, "productAttributeVO", "attributes"):
        for entry in [row, *rows(row, "attrList")]:
            label = said(entry, "labelName") or said(entry, "attrName")
            value = said(entry, "labelValue") or said(entry, "attrValue")
            if label and value:
                yield label.rstrip("：:"), value


def _promotions(data: Any) -> Iterator[str]:
    for name in ("sharedLabel", "againSharedLabel"):
        for row in rows(data, "preferenceVO", name):
            parts = (
                said(row, "text") or said(row, "title"),
                said(row, "shortText") or said(row, "value") or said(row, "content"),
            )
            line = " ".join(part for part in parts if part)
            if line:
                yield line


def _stock(data: Any, shown: str | None, found_in: FoundIn) -> Iterator[Said]:
    infos = dict(pairs(data, "colorSizeVO", "stockInfo"))
    state = said(infos.get(shown or ""), "stockState") or said(data, "stockInfo", "stockState")
    if state and (_STOCK.get(state) or not state.isdecimal()):
        yield Said(text=_STOCK.get(state, state), found_in=found_in, path="$.colorSizeVO.stockInfo.stockState")


def _variants(data: Any) -> Iterator[VariantSaid]:
    """Each button names the sku that it leads to; the options of a sku are the buttons that name it."""
    options: dict[str, list[tuple[str, str]]] = {}
    for group in rows(data, "colorSizeVO", "colorSizeList"):
        for button in rows(group, "buttons"):
            number, value = said(button, "skuId"), said(button, "text")
            if number and value:
                options.setdefault(number, []).append((said(group, "title") or "", value))
    infos = dict(pairs(data, "colorSizeVO", "stockInfo"))
    for number, chosen in options.items():
        state = said(infos.get(number), "stockState") or ""
        yield VariantSaid(sku=number, options=tuple(chosen), availability=_STOCK.get(state))
