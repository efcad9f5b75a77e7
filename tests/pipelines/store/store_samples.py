"""Pages to put into a store."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipelines.facts import ListingFact, OfferFact, PageFacts, PriceFact, ReviewFact, VariantFact
from pipelines.items import Issue
from pipelines.normalize.quantity import Part, Quantity
from pipelines.store.write import EvidenceRecord, PageRecord, Store

SECRET = b"not a secret, a test" * 2
URL = "https://egret.example/products/mist"


def record(**changed: Any) -> PageRecord:
    """A fetched page with two more archive records."""
    evidence = tuple(
        EvidenceRecord(kind=kind, url=URL, warc_file="a.warc.gz", warc_offset=n, sha256="e" * 64)
        for n, kind in enumerate(("request", "dom"))
    )
    base = PageRecord(
        url=URL,
        final_url=URL + "?from=home",
        status=200,
        fetched_at="2026-11-11T12:00:00Z",
        sha256="a" * 64,
        bytes=1234,
        content_type="text/html",
        warc_file="a.warc.gz",
        warc_offset=0,
        spider="offers",
        run_id="r",
        evidence=evidence,
    )
    return replace(base, **changed)


def facts(**changed: Any) -> PageFacts:
    """A product page that has something for every table."""
    prices = tuple(
        PriceFact(
            kind=kind, amount=Decimal(amount), currency="CNY", text=f"¥{amount}", found_in="json-ld", path=f"$[{n}]"
        )
        for n, (kind, amount) in enumerate((("sale", "89.90"), ("list", "129.00"), ("coupon", "79.90")))
    )
    offer = OfferFact(
        name="晨雾精华 30ml",
        sku="S1",
        currency="CNY",
        price=Decimal("89.90"),
        list_price=Decimal("129.00"),
        prices=prices,
        quantity=Quantity(parts=(Part(size=Decimal(30), unit="ml"),)),
        variants=(VariantFact(sku="S1-a", options=(("色号", "01"),), price=Decimal("89.90")), VariantFact(sku="S1-b")),
        promotions=("满300减40",),
    )
    base = PageFacts(
        url=URL,
        kind="product",
        outcome="ok",
        platform="shopify",
        shop_name="白鹭",
        shop_official=True,
        offer=offer,
        reviews=(
            ReviewFact(id="1", text="很好用", author="王**", date="2026-11-01", date_said="11月1日", rating=Decimal(5)),
            ReviewFact(text="好评", author="匿名"),
            ReviewFact(text="好评", author="匿名"),
        ),
        items=(ListingFact(name="山茶护手霜", url=URL + "2", price=Decimal(69)),),
        links=(("reviews", URL + "/reviews"), ("next", URL + "?page=2")),
        issues=(Issue(field="price", value="¥?", why="no digits"),),
    )
    return replace(base, **changed)


def dump(store: Store) -> list[str]:
    """Everything in the database, as SQL, but the time of its making."""
    return [line for line in store.db.conn.iterdump() if not line.startswith('INSERT INTO "_migrations"')]
