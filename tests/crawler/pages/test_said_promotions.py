"""Lines that state promotions: which of them belong to the offer, and which are prose, menus or other goods."""

from __future__ import annotations

import pytest

from crawler.pages.read import read_page
from pipelines.items import Offer

_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>补水面膜 5片</title></head><body>
<header><nav class="menu"><a href="/sale">满300减50专区</a></nav></header>
<main><h1>青禾 补水面膜 5片</h1><p class="price">¥59.00</p>%s<button>加入购物车</button></main>
<section class="reviews"><p>满199减100的时候买的</p></section>
<section><h2>猜你喜欢</h2><div class="card"><a href="/p/9">润唇膏</a><p>买1送1</p><p>¥19</p></div></section>
</body></html>"""


def _offer(inside: str) -> Offer:
    offer = read_page("https://qinghe.example/p/1", (_PAGE % inside).encode()).offer
    assert offer is not None
    return offer


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("<p>促销：买2送1</p>", ("促销：买2送1",)),
        ("<ul><li>满199减100</li><li>第二件半价</li></ul>", ("满199减100", "第二件半价")),
        ("<div>满<b>300</b>减<b>50</b></div>", ("满 300 减 50",)),
        ("<p>Buy 2 get 1 free</p>", ("Buy 2 get 1 free",)),
        ("<p>领券立减20元</p>", ("领券立减20元",)),
        ("<p>满299包邮</p>", ()),
        ("<p>这款面膜我是在满300减50的时候和朋友一起买的，用起来很清爽，也不油腻，推荐</p>", ()),
        ("<p hidden>满199减100</p>", ()),
        ("<div class='recommend'><p>满199减100</p></div>", ()),
        ("<script>var tip = '满199减100';</script>", ()),
        ("", ()),
    ],
)
def test_lines(inside: str, lines: tuple[str, ...]) -> None:
    assert _offer(inside).promotions == lines


def test_a_title_is_no_line() -> None:
    page = _PAGE.replace("<h1>青禾 补水面膜 5片</h1>", "<h1>青禾 补水面膜 5片 买一送一</h1>") % ""
    offer = read_page("https://qinghe.example/p/1", page.encode()).offer
    assert offer is not None and offer.promotions == ()


def test_lines_end_after_eight() -> None:
    inside = "".join(f"<p>满{100 * n}减{n}</p>" for n in range(1, 20))
    assert len(_offer(inside).promotions) == 8
