"""How names and addresses are scored against a claim."""

from __future__ import annotations

import pytest

from pipelines.official.score import may_be_goods, rank, said_of, wanted_of, why
from pipelines.watchlist import Claim

CLAIM = Claim(
    id="A1",
    streamer="云雀",
    platform="douyin",
    product="晨雾 修护精华液 赠 面膜5片",
    brand="晨雾",
    spec="30ml",
    gtin="9520000801014",
    promo_url="https://lark.example/1",
    row=2,
)
ENGLISH = Claim(
    id="A2",
    streamer="云雀",
    platform="",
    product="Morning Mist Repair Serum 30ml",
    promo_url="https://lark.example/2",
    row=3,
)

# (claim, address, name, score in thousandths)
SCORES = [
    (CLAIM, "https://mist.example/p/1", "晨雾 修护精华液 30ml", 1000),
    (CLAIM, "https://mist.example/p/1", "修护精华液", 800),
    (CLAIM, "https://mist.example/p/%E4%BF%AE%E6%8A%A4%E7%B2%BE%E5%8D%8E%E6%B6%B2", None, 800),
    # Two of its four pairs of characters.
    (CLAIM, "https://mist.example/p/1", "修护 精华", 400),
    # One of four is too few; the brand and the numbers alone name no product, gifts are not looked for.
    (CLAIM, "https://mist.example/p/1", "修护面霜", None),
    (CLAIM, "https://mist.example/p/30", "晨雾 30ml", None),
    (CLAIM, "https://mist.example/p/1", "面膜5片", None),
    # The barcode number alone is enough, in any place.
    (CLAIM, "https://mist.example/p/9520000801014.html", None, 1000),
    (CLAIM, "https://mist.example/p/1", "未知 9520000801014", 1000),
    (CLAIM, "https://mist.example/p/9520000801021", None, None),
    (ENGLISH, "https://mist.example/products/repair-serum-30ml", None, 400 + 100),
    (ENGLISH, "https://mist.example/products/morning_mist_repair_serum.html", None, 800),
]


@pytest.mark.parametrize(("claim", "url", "name", "expected"), SCORES)
def test_scores(claim: Claim, url: str, name: str | None, expected: int | None) -> None:
    wanted = wanted_of(claim)
    assert rank(wanted, said_of(url, name)) == expected


def test_why_names_what_fits() -> None:
    said = said_of("https://mist.example/p/9520000801014", "晨雾 修护精华液 30ml")
    told = why(wanted_of(CLAIM), said)
    assert told == "barcode number 09520000801014 · 4 of 4 words: 修护 华液 护精 精华 · numbers 30 · brand 晨雾"


@pytest.mark.parametrize(
    ("url", "goods"),
    [
        ("https://mist.example/products/serum", True),
        ("https://mist.example/collections/all/products/serum", True),
        ("https://mist.example/item.htm?id=5", True),
        ("https://mist.example/", False),
        ("https://mist.example", False),
        ("https://mist.example/collections/serums", False),
        ("https://mist.example/blogs/news/serum", False),
        ("https://mist.example/media/serum.jpg", False),
        ("https://[mist/", False),
    ],
)
def test_what_may_be_a_product_page(url: str, goods: bool) -> None:
    assert may_be_goods(url) is goods
