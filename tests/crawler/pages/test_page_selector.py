"""The selector for whole pages finds what parsel finds, in the same order."""

from __future__ import annotations

import pytest
from lxml import etree
from parsel import Selector

from crawler.pages.page_selector import PageSelector

PAGE = """<html lang="zh"><body><a name="buy">named</a><div id="shop" class="box wide"><h1 class="name">云雀口红</h1>
<p id="price" class="now big">¥199<span class="now">.00</span></p><p class="note">包邮</p>
<ul><li id="twice" class="one">甲</li><li id="twice" class="two"><b id="inner">乙</b></li></ul></div>
<form id="buy"><button id="add-to-cart" class="big">加入购物车</button></form><p class="now">¥9</p></body></html>"""
QUERIES = (
    "#price", "#price::text", "#price, .note", "#price .now", "#price ~ .note", "#price + p", "#shop > p.now::text",
    "#twice", "#twice b", "#twice.two", "#buy", "#buy button::attr(id)", "#absent", "#absent .now", ".absent",
    ".absent, #price", "#price > span, #price", ".now", "p.now:not(.big)", "li:not(.absent)", "div:has(#inner)",
    "[id^=add]", "html::attr(lang)",
    "#shop #price", "#price #shop", "#shop li.two b::text", ".box .now", "*", "h1, #inner, a[name]",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_same_as_parsel(query: str) -> None:
    tree = etree.fromstring(PAGE.encode(), parser=etree.HTMLParser(encoding="utf-8"))
    found = PageSelector(root=tree, type="html").css(query)
    assert found.getall() == Selector(root=tree, type="html").css(query).getall()
    assert [each.css("::text").getall() for each in found if hasattr(each.root, "tag")] == [
        each.css("::text").getall() for each in Selector(root=tree, type="html").css(query) if hasattr(each.root, "tag")
    ]
