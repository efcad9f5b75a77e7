"""The product block: which price texts belong to the offer, what they say they are, and what stands beside it."""

from __future__ import annotations

import time

import pytest

from crawler.pages.document import Document
from crawler.pages.listing import next_links, read_items
from crawler.pages.product_block import read_visible
from crawler.pages.review_blocks import read_review_blocks
from crawler.pages.shells import shell_reason

URL = "https://shop.example/p/jug?id=7"


def document(body: str, head: str = "<title>Jug</title>") -> Document:
    return Document(URL, f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>")


def prices(body: str) -> list[tuple[str, str | None, bool]]:
    found = read_visible(document(f'<div class="product"><h1>Jug</h1>{body}</div>')).prices
    return [(price.text, price.kind, price.struck) for price in found]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<p class="price">$9.50</p>', [("$9.50", None, False)]),
        ('<p class="price">9,50 €</p>', [("9,50 €", None, False)]),
        ("<p>¥199</p>", [("¥199", None, False)]),
        ("<p>199元</p>", [("199元", None, False)]),
        ('<p class="price">1299.00</p>', [("1299.00", None, False)]),
        ('<p class="price">$<b>9</b><sup>50</sup></p>', [("$ 9.50", None, False)]),
        ('<p class="price"><span>$</span><strong>154</strong><sup>.99</sup></p>', [("$ 154.99", None, False)]),
        ('<p class="price"><span>¥</span><span>12.</span><span>48</span></p>', [("¥ 12.48", None, False)]),
        ("<p><span>$5.00</span> - <span>$9.00</span></p>", [("$5.00 - $9.00", None, False)]),
        ("<p>From $5.00</p>", [("From $5.00", "from", False)]),
        ('<p class="unit-price">$1.20 / 100 ml</p>', [("$1.20 / 100 ml", "unit", False)]),
        ("<p>4 x $25.00</p>", [("4 x $25.00", "instalment", False)]),
        ("<p>会员价 ¥89</p>", [("会员价 ¥89", "member", False)]),
        ("<p>券后价 ¥79</p>", [("券后价 ¥79", "coupon", False)]),
        ('<p style="text-decoration: line-through">$20.00</p>', [("$20.00", "list", True)]),
        ('<p class="product-price-old">$20.00</p>', [("$20.00", "list", True)]),
        ("<p><s>$20.00</s></p>", [("$20.00", "list", True)]),
        ("<p>You save $5.00</p>", []),
        ("<p>+ $6.99 shipping</p>", []),
        ("<p>Free delivery over $35.00</p>", []),
        ("<p>满99元包邮</p>", []),
        ('<p hidden class="price">$9.50</p>', []),
        ('<p style="display: none" class="price">$9.50</p>', []),
        ('<p class="price d-none">$9.50</p>', []),
        ('<p class="price">$0.00</p>', []),
        ('<a href="/p/other"><span class="price">$9.50</span></a>', []),
        ('<a href="?id=8"><span class="price">$9.50</span></a>', [("$9.50", None, False)]),
        ('<a href="/p/jug?id=8"><span class="price">$9.50</span></a>', []),
        ('<a href="#buy"><span class="price">$9.50</span></a>', [("$9.50", None, False)]),
        ('<div class="relatedProducts"><span class="price">$9.50</span></div>', []),
        ('<div class="you-may-also-like"><span class="price">$9.50</span></div>', []),
        ('<template><span class="price">$9.50</span></template>', []),
        ('<script>var a = "$9.50";</script>', []),
        ("<select><option>Big $9.50</option></select>", []),
        ('<nav><span class="price">$9.50</span></nav>', []),
        ("<p>Sizes S/165 M/170</p>", []),
    ],
)
def test_prices(markup: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert prices(markup) == expected


def test_the_suggested_retail_price_is_not_a_suggestion() -> None:
    assert prices('<span class="price">$9.00</span><del class="SuggestedRetailPrice">$12.00</del>')[1] == (
        "$12.00",
        "list",
        True,
    )


def test_a_label_belongs_to_its_own_price() -> None:
    found = prices('<div class="finance">As low as $21/month</div><div class="price">$499.00</div>')
    assert found[0] == ("$499.00", None, False)
    assert ("As low as $21/month", "instalment", False) in found


def test_repeated_blocks_with_links_are_other_goods() -> None:
    cards = "".join(
        f'<div class="c{i} card"><a href="/p/{i}">Item number {i}</a><span class="price">${i}.00</span></div>'
        for i in range(1, 6)
    )
    visible = read_visible(
        document(f'<div class="p"><h1>Jug</h1><span class="price">$30.00</span></div><div class="x">{cards}</div>')
    )
    assert [price.text for price in visible.prices] == ["$30.00"]
    items = read_items(document(""), visible.groups)
    assert [(item.name, item.url, item.prices[0].text) for item in items][:2] == [
        ("Item number 1", "https://shop.example/p/1", "$1.00"),
        ("Item number 2", "https://shop.example/p/2", "$2.00"),
    ]


@pytest.mark.parametrize(
    ("markup", "rating", "count"),
    [
        ('<div class="stars" aria-label="4.7 out of 5"></div><a href="#r">3,605 reviews</a>', "4.7", "3,605"),
        ("<p>(12 customer reviews)</p>", None, "12"),
        ("<p>累计评价 120</p>", None, "120"),
        ('<a href="/p/other">99 reviews</a>', None, None),
        ("<p>12 reviews</p><p>13 reviews</p>", None, None),
        ('<span itemprop="reviewCount">8</span><span itemprop="ratingValue">4.5</span>', "4.5", "8"),
        ("<p>We read all reviews</p>", None, None),
    ],
)
def test_rating_summary(markup: str, rating: str | None, count: str | None) -> None:
    visible = read_visible(document(f"<div><h1>Jug</h1><div>{markup}</div></div>"))
    assert (visible.rating, visible.review_count) == (rating, count)


@pytest.mark.parametrize(
    ("markup", "rating", "scale"),
    [
        ('<span class="star-rating-4"></span>', "4", "5"),
        ('<i class="star sa3"></i>', "3", "5"),
        ('<span class="stars"><span class="rating" style="width:80%"></span></span>', "4", "5"),
        ('<span aria-label="3.5 out of 5 stars"></span>', "3.5", "5"),
        ('<span data-rating="2"></span>', "2", "5"),
        ('<p class="star-rating Three"></p>', "3", "5"),
        ("<b>9/10</b>", "9", "10"),
        ("<b>★★★★☆</b>", "4", "5"),
        ("<b>no stars</b>", None, None),
    ],
)
def test_review_ratings(markup: str, rating: str | None, scale: str | None) -> None:
    block = (
        f'<div class="review-item">{markup}<span class="date">2026-01-05</span><p class="text">It pours well.</p></div>'
    )
    (review,) = read_review_blocks(document(f'<div class="reviews">{block}</div>'))
    assert (review.rating, review.rating_scale, review.date, review.text) == (
        rating,
        scale,
        "2026-01-05",
        "It pours well.",
    )


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<a rel="next" href="/p?page=2">2</a>', "https://shop.example/p?page=2"),
        (
            '<ul class="pagination"><li class="next"><a href="?page=3">›</a></li></ul>',
            "https://shop.example/p/jug?page=3",
        ),
        ('<div class="pages"><a href="/list-2.html">下一页</a></div>', "https://shop.example/list-2.html"),
        ('<div class="carousel"><a class="slick-next" href="/x2">Next</a></div>', None),
        ('<a class="next disabled" href="#">Next</a>', None),
        ('<a href="https://other.example/?page=2">Next</a>', None),
        ("<p>next week</p>", None),
    ],
)
def test_next_link(markup: str, url: str | None) -> None:
    assert [link.url for link in next_links(document(markup))] == ([url] if url else [])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('<div id="root"></div><script src="/a.js"></script>', "the page's application root is empty"),
        ('<div id="app"><!-- loading --></div>', "the page's application root is empty"),
        ('<h1>x</h1><p class="price">{{ item.price }}</p>', "the price is a template placeholder"),
        ('<p class="p">{$ sku.price $}</p>', "the price is a template placeholder"),
        ("<noscript>Please enable JavaScript</noscript>", "the page says that it needs JavaScript"),
        ("<p>Just a page about jugs, with some text.</p>", None),
    ],
)
def test_shells(body: str, reason: str | None) -> None:
    page = document(body)
    assert shell_reason(page, 20, has_price=False) == reason
    assert shell_reason(page, 20, has_price=True) is None


def test_time_grows_with_the_page_not_with_its_square() -> None:
    def seconds(rows: int) -> float:
        body = "".join(
            f'<tr><td><span class="price">${i}.99</span></td><td>words about row {i}</td></tr>' for i in range(rows)
        )
        page = document(f"<h1>Jug</h1><table>{body}</table>")
        start = time.process_time()
        read_visible(page)
        return time.process_time() - start

    seconds(200)
    assert seconds(8_000) < 20 * max(seconds(1_000), 0.01)


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ('<div class="reply">商家回复：谢谢，欢迎再来，您的建议很好</div>', "谢谢，欢迎再来，您的建议很好"),
        ('<p class="seller-response">Response: Thank you for the kind words.</p>', "Thank you for the kind words."),
        ('<div class="review-reply-text">Sorry; a new one is on its way.</div>', "Sorry; a new one is on its way."),
        ('<a class="reply" href="#f">Reply</a>', None),
        ('<div class="reply"><form><textarea></textarea>Write a reply</form></div>', None),
        ('<div class="no-reply-yet">Nobody answered so far, be the first</div>', None),
    ],
)
def test_what_the_shop_answers_is_not_what_the_buyer_wrote(answer: str, reply: str | None) -> None:
    for around in ("{}", '<div class="review-content">{}</div>'):
        said = around.format(f"<p>It pours well.</p>{answer}")
        block = f'<div class="review-item"><i title="4/5"></i><span class="date">2026-01-05</span>{said}</div>'
        (review,) = read_review_blocks(document(f'<div class="reviews">{block}{block}</div>'))[:1]
        assert review.reply == reply
        if reply is not None:
            assert review.text == "It pours well."
