from __future__ import annotations

import random

import pytest

from pipelines.export.scrub import leaks, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话 138 0000 0000 一起", "打我电话 [phone] 一起"),
        ("１３８００００００００", "[phone]"),
        ("+86 138-0000-0000 找我", "[phone] 找我"),
        ("138.0000.0000", "[phone]"),
        ("1 3 8 0 0 0 0 0 0 0 0", "[phone]"),
        ("电话010-12345678", "电话[phone]"),
        ("客服400-820-8820", "客服[phone]"),
        ("call (555) 123-4567", "call [phone]"),
        ("+44 20 7946 0958", "[phone]"),
        ("写信到 a＠b.com 问", "写信到 [email] 问"),
        ("priya@reviews.example", "[email]"),
        ("来自192.168.1.10的用户", "来自[ip]的用户"),
        ("2001:db8::1", "[ip]"),
        ("加微信 abc_12345 返现", "加微信 [contact] 返现"),
        ("QQ: 123456789", "QQ: [contact]"),
        ("订单号 2026101012345678901", "订单号 [number]"),
    ],
)
def test_what_identifies_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert not leaks(mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-10 13:13:05 买了第3盒，条码 9520000801014",
        "15.90 16.80 17.5 三个价",
        "¥139.00，涨了 99.99%",
        "时间 12:30:05",
        "3.5.2 版本",
        "std::cout",
        "很QQ弹弹，QQ hello",
        "30ml*2 赠7ml*3",
        "@小鹿 你看",
        "",
    ],
)
def test_all_else_is_kept(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", ["138 0000 0000", "8613800000000", "x@y.com", "10.0.0.1", "１３８-００００-００００"])
def test_the_second_look_sees_what_was_not_masked(text: str) -> None:
    assert leaks(text)


def test_the_second_look_never_refuses_masked_text() -> None:
    chosen = random.Random(20261123)
    letters = "0123456789 0123456789-·._@ab:+１３８微信Q/中13"
    for _ in range(3000):
        text = "".join(chosen.choices(letters, k=chosen.randint(5, 45)))
        assert not leaks(mask(text)), text
