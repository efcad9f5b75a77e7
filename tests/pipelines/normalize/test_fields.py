"""Fields of one number or one range, and what labels and marks mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.normalize.money import currency_of, kind_of_label, read_amount, read_range


@pytest.mark.parametrize(
    ("text", "minor_digits", "currency", "amount"),
    [
        ("4999.00", 0, None, "4999.00"),
        ("24900", 2, None, "249.00"),
        ("0", 2, None, "0.00"),
        ("2.499,00 €", 0, None, "2499.00"),
        ("2,499", 0, None, "2499"),
        ("2.499", 0, None, "2.499"),
        ("2.499", 0, "CLP", "2499"),
        ("2.499", 0, "JPY", "2499"),
        ("29.990", 0, "KWD", "29.990"),
        ("¥4,999.00", 0, None, "4999.00"),
        ("4 999,50", 0, None, "4999.50"),
        ("￥１２９", 0, None, "129"),
        ("1.5万", 0, None, "15000"),
        ("19,99 € inkl. MwSt", 0, None, None),
        ("NaN", 0, None, None),
        ("Infinity", 0, None, None),
        ("-5", 0, None, None),
        ("1e5", 0, None, None),
        ("12 34", 0, None, None),
        ("10-20", 0, None, None),
        ("50%", 0, None, None),
        ("9999999999999", 0, None, None),
        ("12.5", 2, None, None),
        ("abc", 0, None, None),
        ("5 stars", 0, None, None),
        ("", 0, None, None),
    ],
)
def test_one_number(text: str, minor_digits: int, currency: str | None, amount: str | None) -> None:
    found = read_amount(text, minor_digits=minor_digits, currency=currency)
    assert found == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("24.50 - 31.00", "24.50", "31.00"),
        ("299.00-399.00", "299.00", "399.00"),
        ("¥299~¥399", "299", "399"),
        ("299.00", "299.00", None),
        ("399-299", None, None),
        ("a-b", None, None),
    ],
)
def test_range(text: str, low: str | None, high: str | None) -> None:
    assert read_range(text) == tuple(None if end is None else Decimal(end) for end in (low, high))


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("原价", "list"), ("专柜价", "list"), ("吊牌价", "list"), ("划线价", "list"), ("was", "list"), ("RRP", "list"),
        ("compare_at_price", "list"), ("定価", "list"), ("券后价", "coupon"), ("到手价", "coupon"), ("直播间券后价",
        "coupon"),
        ("直播价", "live"), ("会员价", "member"), ("PLUS价", "member"), ("非会员", None), ("定金", "deposit"),
        ("尾款", "balance"),
        ("/mo.", "instalment"), ("分期", "instalment"), ("套装价", "bundle"), ("/盒", "unit"), ("per 100ml", "unit"),
        ("used", "used"), ("二手", "used"), ("起", "from"), ("starting at", "from"), ("现价", "sale"), ("促销价",
        "sale"),
        ("Special Price", "sale"), ("salePrice", "sale"), ("price", None), ("价格", None), ("", None),
    ],
)  # fmt: skip
def test_kind_of_label(label: str, kind: str | None) -> None:
    assert kind_of_label(label) == kind


@pytest.mark.parametrize(
    ("said", "host", "language", "code"),
    [
        ("CNY", None, None, "CNY"), ("¥", None, None, None), ("¥", "item.taobao.com", None, "CNY"), ("￥", None, "ja",
        "JPY"),
        ("元", None, None, "CNY"), ("S$", None, None, "SGD"), ("RM", None, None, "MYR"), ("US$", None, None, "USD"),
        ("$", "x.example.mx", None, "MXN"), ("$", "x.example.com", None, None), ("kr", None, "da", "DKK"), ("REI",
        None, None, None),
        (None, None, None, None), ("", None, None, None), ("¥", "x.example.de", None, None), ("$", "eviljd.com", None,
        None),
    ],
)  # fmt: skip
def test_currency(said: str | None, host: str | None, language: str | None, code: str | None) -> None:
    found, why = currency_of(said, host=host, language=language)
    assert found == code
    assert why
