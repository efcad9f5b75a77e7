"""Embedded state and bare JSON bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from crawler.pages.document import Document
from crawler.pages.embedded import attributes, json_body, states
from crawler.pages.objects import listing, products, reviews


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a":1.50}', {"a": Decimal("1.50")}),
        ('cb({"a":"x"});', {"a": "x"}),
        ('/**/ cb_1({"a":1})', {"a": 1}),
        ("callback && callback({'a':'1'})", {"a": "1"}),
        ('try{jQuery12_3({"a":1});}catch(e){}', {"a": 1}),
        ("var x = {a:1, b:[1,2,],};", {"a": 1, "b": [1, 2]}),
        (
            'var _DATA_Detail = {a:"x"};\nvar _DATA_Mdskip = {"b":2};',
            {"_DATA_Detail": {"a": "x"}, "_DATA_Mdskip": {"b": 2}},
        ),
        ("export default {a:1}", {"a": 1}),
        ('window.__S__ = JSON.parse("{\\"a\\":\\"b\\\\\\"c\\"}");', {"__S__": {"a": 'b"c'}}),
        ('"{\\"a\\":{\\"b\\":1}}"', {"a": {"b": 1}}),
        ('{"data":"{\\"k\\":[1]}"}', {"data": {"k": [1]}}),
        ('// made by a script\nvar y = {"price": "5"};', {"price": "5"}),
        ("<html></html>", None),
        ("hello world", None),
        ("", None),
        ("NaN", None),
        ("{" * 50_000, None),
    ],
)
def test_json_body(body: str, value: Any) -> None:
    assert json_body(body) == value


def page(scripts: str, body: str = "") -> Document:
    return Document("https://shop.example/", f"<html><head>{scripts}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("script", "name", "value"),
    [
        ('<script id="__NEXT_DATA__" type="application/json">{"price":1}</script>', "__NEXT_DATA__", {"price": 1}),
        ('<script>window.__INITIAL_STATE__ = {"price": 2};</script>', "__INITIAL_STATE__", {"price": 2}),
        ('<script>window["__INIT__"]={"price":3}</script>', "__INIT__", {"price": 3}),
        (
            "<script>var pageConfig = {product: {price: '4', sku: 7,}};</script>",
            "pageConfig",
            {"product": {"price": "4", "sku": 7}},
        ),
        ('<script>self.x={"price":5};</script>', "x", {"price": 5}),
        ('<script>dataLayer.push({"price": 6});</script>', "dataLayer[0]", {"price": 6}),
        ('<script>window.a.b.rawData = {"price": {"min": 7}};</script>', "a.b.rawData", {"price": {"min": 7}}),
        ('<script>window.y = JSON.parse(\'{"price":"8"}\');</script>', "y", {"price": "8"}),
    ],
)
def test_states(script: str, name: str, value: Any) -> None:
    assert states(page(script))[name] == value


def test_states_of_a_tree_and_of_script_text() -> None:
    document = page('<script>window.s = {"price": 2};</script>')
    assert document.tree is not None
    assert states(document.tree) == {"s": {"price": 2}}
    assert states('var t = {"sku": 1}') == {"t": {"sku": 1}}


def test_attributes_escaped_twice() -> None:
    inner = json.dumps({"sku": "T1", "price": "9.50"}).replace('"', "&amp;quot;")
    assert dict(attributes(page("", f'<div data-json="{inner}"></div>')))["data-json"] == {"sku": "T1", "price": "9.50"}


def test_products_by_field_names() -> None:
    body = {
        "d": {
            "productName": "Rain coat",
            "SKU": 5,
            "Price": {"amount": "9.90", "currencyCode": "EUR"},
            "memberPrice": "8.00",
            "price_cents": 990,
            "soldOut": False,
        }
    }
    ((offer, path),) = products(body, "$", "api")
    assert (offer.name, offer.sku, path) == ("Rain coat", "5", "$.d")
    assert [(p.text, p.kind, p.currency, p.minor_digits) for p in offer.prices] == [
        ("9.90", None, "EUR", 0),
        ("8.00", "member", None, 0),
        ("990", None, None, 2),
    ]
    assert offer.availability[0].text == "InStock"


def test_reviews_and_lists_by_field_names() -> None:
    rows = [{"id": i, "score": 5, "content": f"text {i}", "creationTime": "2026-01-01"} for i in range(3)]
    assert [r.text for r in reviews({"list": rows}, "$")] == ["text 0", "text 1", "text 2"]
    goods = [{"title": f"Item {i}", "price": "1.50"} for i in range(5)]
    assert len(listing(products({"goods": goods}, "$", "api"))) == 5
    assert listing(products({"goods": goods[:2]}, "$", "api")) == []
