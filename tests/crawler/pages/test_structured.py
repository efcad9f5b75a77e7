"""Structured data → offers, reviews, listing items."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.pages.document import Document
from crawler.pages.lenient import read_json, said
from crawler.pages.structured import Found, read_structured

URL = "https://shop.example/p/1"


def found(markup: str) -> Found:
    return read_structured(Document(URL, f"<html><head></head><body>{markup}</body></html>"))


def ld(value: Any) -> Found:
    return found(
        f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'
    )


def prices(result: Found) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(p.text, p.text_max, p.kind, p.variant) for product in result.products for p in product.offer.prices]


OFFER = {"@type": "Offer", "price": "10.00", "priceCurrency": "EUR"}


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        (OFFER, [("10.00", None, None, None)]),
        ({"@type": "Offer", "price": 10.5}, [("10.5", None, None, None)]),
        ([OFFER], [("10.00", None, None, None)]),
        ({"@type": "AggregateOffer", "lowPrice": "5", "highPrice": "9"}, [("5", "9", None, None)]),
        ({"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 5}, [("5", None, None, None)]),
        (
            [{**OFFER, "sku": "A"}, {**OFFER, "sku": "B", "price": 12}],
            [("10.00", None, None, "A"), ("12", None, None, "B")],
        ),
        ({**OFFER, "itemCondition": "https://schema.org/UsedCondition"}, [("10.00", None, "used", None)]),
        (
            {"@type": "Offer", "priceSpecification": {"price": "7", "priceType": "https://schema.org/ListPrice"}},
            [("7", None, "list", None)],
        ),
        (
            {"@type": "Offer", "priceSpecification": {"price": "7", "priceType": "StrikethroughPrice"}},
            [("7", None, "list", None)],
        ),
        (
            {**OFFER, "priceSpecification": {"price": "1", "referenceQuantity": {"value": 100, "unitCode": "MLT"}}},
            [("10.00", None, None, None), ("1", None, "unit", None)],
        ),
        (
            {**OFFER, "priceSpecification": {"price": "8", "validForMemberTier": {"name": "Gold"}}},
            [("10.00", None, None, None), ("8", None, "member", None)],
        ),
        (
            {**OFFER, "priceSpecification": {"price": "2", "billingDuration": "P1M"}},
            [("10.00", None, None, None), ("2", None, "instalment", None)],
        ),
        (
            {**OFFER, "priceSpecification": {"@type": "DeliveryChargeSpecification", "price": "4"}},
            [("10.00", None, None, None)],
        ),
        (
            {**OFFER, "priceSpecification": {"price": "9", "eligibleQuantity": {"minValue": 3}}},
            [("10.00", None, None, None), ("9", None, "bundle", None)],
        ),
        ({"@type": "Offer", "price": ""}, []),
        ({"@type": "Offer", "price": True}, []),
        ({"@type": "Offer", "price": [None, "3"]}, [("3", None, None, None)]),
        ("not an offer", []),
        ({"@type": "Offer", "price": {"@value": "6.00"}}, [("6.00", None, None, None)]),
    ],
)
def test_offer_prices(offers: Any, expected: list[tuple[str, str | None, str | None, str | None]]) -> None:
    assert prices(ld({"@type": "Product", "name": "x", "offers": offers})) == expected


def test_graph_with_references() -> None:
    result = ld({"@graph": [{"@type": "Product", "name": "x", "offers": {"@id": "#o"}}, {"@id": "#o", **OFFER}]})
    assert prices(result) == [("10.00", None, None, None)]


def test_product_group_variants() -> None:
    variant = {"@type": "Product", "sku": "A", "color": "red", "gtin13": "4006381333931", "offers": OFFER}
    result = ld({"@type": "ProductGroup", "name": "x", "hasVariant": [variant, {**variant, "sku": "B"}]})
    assert len(result.products) == 1
    offer = result.products[0].offer
    assert next((v.sku, v.options, v.gtin) for v in offer.variants) == ("A", (("color", "red"),), "4006381333931")
    assert [p.variant for p in offer.prices] == ["A", "B"]


def test_related_products_stand_apart() -> None:
    result = ld(
        {
            "@type": "Product",
            "name": "x",
            "offers": OFFER,
            "isRelatedTo": {"@type": "Product", "name": "y", "offers": OFFER},
        }
    )
    assert [(p.offer.name, p.apart) for p in result.products] == [("x", False), ("y", True)]


def test_item_list() -> None:
    entries = [
        {"@type": "ListItem", "item": {"@type": "Product", "name": f"n{i}", "url": f"/p/{i}", "offers": OFFER}}
        for i in range(4)
    ]
    result = ld({"@type": "ItemList", "itemListElement": entries})
    assert [(item.name, item.url) for item in result.items][:2] == [("n0", "/p/0"), ("n1", "/p/1")]


def test_reviews_and_rating() -> None:
    review = {
        "@type": "Review",
        "author": {"@type": "Person", "name": "Ada"},
        "datePublished": "2026-01-02",
        "reviewBody": "Good.",
        "reviewRating": {"ratingValue": 4, "bestRating": 5},
    }
    result = ld(
        {
            "@type": "Product",
            "name": "x",
            "review": [review],
            "aggregateRating": {"ratingValue": "4.5", "ratingCount": 7},
        }
    )
    assert [(r.author, r.date, r.text, r.rating, r.rating_scale) for r in result.reviews] == [
        ("Ada", "2026-01-02", "Good.", "4", "5")
    ]
    assert (result.products[0].offer.rating, result.products[0].offer.review_count) == ("4.5", "7")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1,}', {"a": 1}),
        ("[1,2,]", [1, 2]),
        ('{"a":1 /* why */}', {"a": 1}),
        ('{"u":"http://x/y", // note\n "b":2}', {"u": "http://x/y", "b": 2}),
        ('{"a":"line\nbreak"}', {"a": "line\nbreak"}),
        ("{&quot;a&quot;:1}", {"a": 1}),
        ('<!-- {"a":1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a":1}\n//]]>', {"a": 1}),
        ('{"a":1}{"b":2}', [{"a": 1}, {"b": 2}]),
        ("{'a': 'b'}", {"a": "b"}),
        ('{"a":NaN}', {"a": None}),
        ('{"a":"x /* kept */, ]"}', {"a": "x /* kept */, ]"}),
        ("", None),
        ("oops", None),
        ("[" * 100_000, None),
    ],
)
def test_lenient_json(text: str, value: Any) -> None:
    assert read_json(text)[0] == value


def test_numbers_stay_decimal() -> None:
    value, problem = read_json('{"a": 19.90, "b": 1e400, "c": 123456789012345678901234567890123456789012345}')
    assert problem is None
    assert said(value["a"]) == "19.90"
    assert said(value["b"]) is None
    assert said(value["c"]) == "123456789012345678901234567890123456789012345"
    assert said(True) is None


def test_microdata() -> None:
    result = found("""<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Pot <b>big</b></h1>
      <a itemprop="url" href="/p/1"></a><img itemprop="image" src="/i.jpg">
      <div itemprop="brand" itemscope itemtype="http://schema.org/Brand"><span itemprop="name">Finch</span></div>
      <div itemprop="offers" itemscope itemtype="http://schema.org/Offer">
      <meta itemprop="price" content="5.00">
      <meta itemprop="priceCurrency" content="EUR">
      <link itemprop="availability" href="http://schema.org/InStock"></div></div>""")
    offer = result.products[0].offer
    assert (offer.name, offer.brand) == ("Pot big", "Finch")
    assert [(p.text, p.currency, p.found_in) for p in offer.prices] == [("5.00", "EUR", "microdata")]
    assert offer.availability[0].text == "http://schema.org/InStock"


def test_open_graph() -> None:
    result = found(
        '<meta property="og:type" content="product">'
        '<meta property="product:price:amount" content="20">'
        '<meta property="product:sale_price:amount" content="15">'
        '<meta property="product:price:currency" content="EUR">'
    )
    assert result.meta is not None
    assert [(p.text, p.kind, p.currency) for p in result.meta.prices] == [("15", "sale", "EUR"), ("20", "list", "EUR")]
    assert found('<meta property="og:type" content="article">').meta is None
