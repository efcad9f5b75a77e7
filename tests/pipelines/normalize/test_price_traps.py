"""Price texts in which the nearest number is not the price: shares, taxes, hidden digits, negatives, neighbors."""

from __future__ import annotations

import pytest

from pipelines.normalize.money import read_price

# text, amount, amount_max, currency, count
TRAPS: list[tuple[str, str | None, str | None, str | None, int]] = [
    ("2件到手¥138 折合¥69/件", "138", None, "CNY", 2),
    ("拍3件到手价¥99 约¥33/件", "99", None, "CNY", 3),
    ("¥69/件 3件到手¥150", "69", None, "CNY", 1),
    ("￥2,980 (税込 ￥3,278)", "3278", None, "JPY", 1),
    ("2,980円(税抜) 3,278円(税込)", "3278", None, "JPY", 1),
    ("¥1,200(税込) ¥1,320(税込)", "1200", None, "JPY", 1),
    ("£20.00 ex VAT £24.00 inc VAT", "24.00", None, "GBP", 1),
    ("20,00 € HT 24,00 € TTC", "24.00", None, "EUR", 1),
    ("2個セット 2,480円", "2480", None, "JPY", 2),
    ("2/$9", "9", None, "USD", 2),
    ("16GB/¥2999", "2999", None, "CNY", 1),
    ("¥29.9 已售1.6万件", "29.9", None, "CNY", 1),
    ("直播间专享价￥88 日常售价￥128", "88", None, "CNY", 1),
    ("百亿补贴 ¥759 官方价¥999", "759", None, "CNY", 1),
    ("官方价¥999", "999", None, "CNY", 1),
    ("近30天最低价¥49 现价¥59", "59", None, "CNY", 1),
    ("Najniższa cena z 30 dni przed obniżką: 89,90 zł", None, None, None, 1),
    ("Lowest price in the last 30 days: €24 €19", "19", None, "EUR", 1),
    ("De: R$ 259,90 Por: R$ 189,90", "189.90", None, "BRL", 1),
    ("Clubcard Price £6.00 £7.50", "7.50", None, "GBP", 1),
    ("Pre-order $45.99", "45.99", None, "USD", 1),
    ("2025-11-11 ¥79", "79", None, "CNY", 1),
    ("11/11 ¥79", "79", None, "CNY", 1),
    ("¥79.00-129.00", "79.00", "129.00", "CNY", 1),
    ("¥ 3 9 . 9", "39.9", None, "CNY", 1),
    ("¥9 2件", "9", None, "CNY", 2),
    ("2499Kč", "2499", None, "CZK", 1),
    ("12.5k人付款 ¥79", "79", None, "CNY", 1),
    ("S/.1299", "1299", None, "PEN", 1),
    ("Free", "0", None, None, 1),
    ("Free shipping", None, None, None, 1),
    ("AU$35.00 RRP AU$49.00", "35.00", None, "AUD", 1),
    ("NT$1,380 特價NT$990", "990", None, "TWD", 1),
    ("29,900원 → 21,900원", "21900", None, "KRW", 1),
    ("5,980円→4,380円(税込)", "4380", None, "JPY", 1),
    ("2 for $30 or $18 each", "18", None, "USD", 1),
    ("2件¥99 单件¥59", "59", None, "CNY", 1),
    ("¥0首付 月供¥199", None, None, None, 1),
    ("3 x 9,99 €", None, None, None, 1),
    ("首件价¥29.9 ¥39.9", "39.9", None, "CNY", 1),
    ("-¥30", None, None, None, 1),
    ("-30元", None, None, None, 1),
    ("¥99 -¥30", "99", None, "CNY", 1),
    ("现价-¥99", "99", None, "CNY", 1),
    ("¥2?9", None, None, None, 1),
    ("¥?59", None, None, None, 1),
    ("¥2XX", None, None, None, 1),
    ("¥1**", None, None, None, 1),
    ("只要¥199?", "199", None, "CNY", 1),
    ("$19.99*", "19.99", None, "USD", 1),
]


@pytest.mark.parametrize(("text", "amount", "amount_max", "currency", "count"), TRAPS)
def test_trap(text: str, amount: str | None, amount_max: str | None, currency: str | None, count: int) -> None:
    reading = read_price(text)
    said = tuple(None if value is None else str(value) for value in (reading.amount, reading.amount_max))
    assert (*said, reading.currency, reading.count) == (amount, amount_max, currency, count)


def test_a_hidden_digit_is_named() -> None:
    assert [issue.why for issue in read_price("¥2?9").issues] == ["a digit is hidden"]
