"""Small worlds: what shops showed when, what was claimed, and the answer that is true by the way the world was made."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from pipelines.facts import OfferFact, PageFacts, PriceFact, VariantFact
from pipelines.normalize.quantity import read_quantity
from pipelines.store.write import PageRecord, Store

BROADCAST = datetime(2026, 11, 11, 12, tzinfo=UTC)
COLUMNS = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls"
)
MANIFEST = """
title = "Worlds"
description = "Invented shops, goods and people."
licence = "CC0-1.0"
[[shops]]
name = "云雀小店"
host = "streamer.example"
role = "streamer"
[[shops]]
name = "白鹭官方"
host = "official.example"
role = "official"
[[shops]]
name = "白鹭旗舰店"
host = "flagship.example"
role = "official"
"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One look: `shop` is S (promoted), A or B (official) or X (another shop), `hours` from the broadcast.

    outcome   anything but ok: the page showed no offer
    variants  (number, option name, option, price) of each
    """

    shop: str
    hours: float
    name: str = "白鹭 云朵修护面霜 50g"
    price: str | None = None
    list_price: str | None = None
    most: str | None = None
    currency: str | None = "CNY"
    stock: str = "in_stock"
    brand: str | None = "白鹭"
    gtin: str | None = None
    sku: str | None = None
    coupon: str | None = None
    member: str | None = None
    only_from: bool = False
    promotions: tuple[str, ...] = ()
    variants: tuple[tuple[str, str, str, str], ...] = ()
    outcome: str = "ok"

    @property
    def at(self) -> datetime:
        return BROADCAST + timedelta(hours=self.hours)


@dataclass(frozen=True, kw_only=True)
class World:
    """A claim, the pages, and the truth: the price verdict and what becomes of the words."""

    id: str
    why: str
    seen: tuple[Seen, ...]
    truth: str
    words: str = "not_testable"
    claim: dict[str, str] = field(default_factory=dict)
    official: str = "A"
    query: str = ""

    def row(self) -> str:
        urls = " ".join(url_of(self.id, shop) for shop in self.official)
        values = {
            "id": self.id,
            "streamer": "云雀小姐",
            "platform": "demo",
            "broadcast_at": "2026-11-11 20:00",
            "product": "云朵修护面霜",
            "currency": "CNY",
            "promo_url": url_of(self.id, "S") + self.query,
            "official_urls": urls,
            **self.claim,
        }
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([values.get(name, "") for name in COLUMNS.split(",")])
        return line.getvalue()


def url_of(world: str, shop: str) -> str:
    hosts = {"S": "streamer.example/item", "A": "official.example/p", "B": "flagship.example/p", "X": "other.example/g"}
    return f"https://{hosts[shop]}/{world}"


def write_dataset(path: Path, worlds: list[World], more: str = "") -> None:
    """The dataset folder of worlds, without pages."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "dataset.toml").write_text(MANIFEST + more, encoding="utf-8")
    rows = "\n".join([COLUMNS, *(world.row() for world in worlds)]) + "\n"
    (path / "watchlist.csv").write_text(rows, encoding="utf-8")


# As observations.


def store_world(store: Store, world: World) -> None:
    for n, seen in enumerate(world.seen):
        url = url_of(world.id, seen.shop)
        offer = _offer(seen) if seen.outcome == "ok" else None
        facts = PageFacts(url=url, kind="product", outcome=seen.outcome, offer=offer)  # type: ignore[arg-type]
        stamp = seen.at.isoformat().replace("+00:00", "Z")
        store.write_page(PageRecord(url=url, fetched_at=stamp, status=200, sha256=f"{world.id}{n}"), facts)


def _offer(seen: Seen) -> OfferFact:
    layers = [
        PriceFact(kind=kind, amount=Decimal(amount), currency=seen.currency, label=kind, found_in="visible")
        for kind, amount in (("coupon", seen.coupon), ("member", seen.member))
        if amount
    ]  # type: ignore[misc]
    if seen.price:
        kind = "from" if seen.only_from else "sale"
        amount = Decimal(seen.price)
        layers.append(
            PriceFact(kind=kind, amount=amount, currency=seen.currency, found_in="visible", chosen="price")  # type: ignore[arg-type]
        )
    variants = tuple(
        VariantFact(
            sku=sku,
            options=((name, value),),
            price=Decimal(price),
            quantity=read_quantity(value),
            availability="in_stock",
        )
        for sku, name, value, price in seen.variants
    )
    return OfferFact(
        name=seen.name,
        brand=seen.brand,
        gtin=seen.gtin,
        sku=seen.sku,
        availability=seen.stock,  # type: ignore[arg-type]
        currency=seen.currency,
        price=_decimal(seen.price),
        price_max=_decimal(seen.most),
        list_price=_decimal(seen.list_price),
        quantity=read_quantity(seen.name),
        prices=tuple(layers),
        promotions=seen.promotions,
        variants=variants,
    )


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


# As saved files.


def save_world(folder: Path, world: World) -> None:
    """One file a look: HTML as a browser extension saves it, HAR where the shop refused."""
    for n, seen in enumerate(world.seen):
        url = url_of(world.id, seen.shop)
        if seen.outcome == "ok":
            (folder / f"{world.id}-{n}.html").write_text(_html(seen, url), encoding="utf-8")
        else:
            (folder / f"{world.id}-{n}.har").write_text(_har(seen, url), encoding="utf-8")


_STATUS = {"blocked": 403, "not_found": 404, "failed": 503}
_SIGNS = {"CNY": "¥", "USD": "US$"}
_SCHEMA = {"in_stock": "InStock", "out_of_stock": "OutOfStock"}
_STOCK = {"in_stock": "有货", "out_of_stock": "已售罄"}


def _har(seen: Seen, url: str) -> str:
    body = {"mimeType": "text/html", "text": "<html><title>403</title><body>Access denied</body></html>"}
    answer = {"status": _STATUS[seen.outcome], "headers": [], "content": body}
    entry = {"startedDateTime": seen.at.isoformat(), "request": {"method": "GET", "url": url}, "response": answer}
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


def _html(seen: Seen, url: str) -> str:
    sign = _SIGNS[seen.currency or "CNY"]
    shown = f"{sign}{seen.price}" if seen.price else ""
    if seen.most:
        shown = f"{sign}{seen.price} - {sign}{seen.most}"
    if seen.only_from:
        shown = f"{shown}起"
    parts = [f"<h1>{escape(seen.name)}</h1>", f'<p><span class="price">{shown}</span>']
    parts += [f' <del class="list-price">原价 {sign}{seen.list_price}</del>'] if seen.list_price else []
    parts += [f'</p><p class="coupon">券后{sign}{seen.coupon}</p>'] if seen.coupon else []
    parts += [f'</p><p class="member">会员价{sign}{seen.member}</p>'] if seen.member else []
    parts += [f'</p><p class="promotion">{escape(text)}</p>' for text in seen.promotions]
    parts.append(f'<p class="stock">{_STOCK[seen.stock]}</p>')
    parts.append(
        '<button class="buy">立即购买</button>' if seen.stock == "in_stock" else "<button disabled>已售罄</button>"
    )
    data = json.dumps(_structured(seen, url), ensure_ascii=False)
    saved = seen.at.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")
    return (
        '<!DOCTYPE html> <html lang="zh-CN"><!--\n Page saved with SingleFile \n '
        f"url: {url} \n saved date: {saved}\n-->\n"
        f'<head><meta charset="utf-8"><title>{escape(seen.name)}</title><link rel="canonical" href="{url}">'
        f'<script type="application/ld+json">{data}</script></head><body><main class="product">'
        f"{''.join(parts)}</main></body></html>"
    )


def _structured(seen: Seen, url: str) -> dict[str, Any]:
    product: dict[str, Any] = {"@context": "https://schema.org", "@type": "Product", "name": seen.name, "url": url}
    product |= {"brand": {"@type": "Brand", "name": seen.brand}} if seen.brand else {}
    product |= {"gtin13": seen.gtin} if seen.gtin else {}
    product |= {"sku": seen.sku} if seen.sku else {}
    stock = f"https://schema.org/{_SCHEMA[seen.stock]}"
    if seen.variants:
        each = [
            {
                "@type": "Product",
                "sku": sku,
                "name": f"{seen.name} {value}",
                "additionalProperty": [{"@type": "PropertyValue", "name": name, "value": value}],
                "offers": {"@type": "Offer", "price": price, "priceCurrency": seen.currency, "availability": stock},
            }
            for sku, name, value, price in seen.variants
        ]
        return {**product, "@type": "ProductGroup", "hasVariant": each}
    if seen.most:
        span = {"lowPrice": seen.price, "highPrice": seen.most, "priceCurrency": seen.currency}
        return {**product, "offers": {"@type": "AggregateOffer", **span, "availability": stock}}
    if seen.price and not seen.only_from:
        offer = {
            "@type": "Offer",
            "price": seen.price,
            "priceCurrency": seen.currency,
            "availability": stock,
            "url": url,
        }
        product["offers"] = offer
    return product
