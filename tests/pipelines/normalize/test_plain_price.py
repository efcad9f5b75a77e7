"""Fields of one number and one mark are read at once, and as the grammar reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.normalize import money
from pipelines.normalize.label_starts import alternatives, first_characters
from pipelines.normalize.plain_price import read_plain

MARKS = ["¥", "￥", "$", "US$", "HK$", "€", "£", "₹", "₩", "₫", "R$", "RM", "Rp", "Rs.", "kr", "zł", "Kč", "元", "円"]
NUMBERS = {"0": "0", "1299": "1299", "12.5": "12.5", "12,50": "12.50", "1,299": "1299", "1,299.00": "1299.00",
           "1.299,00": "1299.00", "1.299.000,00": "1299000.00"}  # fmt: skip
WHERE = [{}, {"host": "shop.example.jp"}, {"language": "zh"}, {"currency_hint": "JPY"}]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("number", NUMBERS)
def test_same_as_the_grammar(mark: str, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{mark}{number}", f"{mark} {number}", f"{number}{mark}", f"{number}\u00a0{mark}", number]
    asked = [(text, where) for text in texts for where in WHERE]

    def answers() -> list[money.PriceReading]:
        money.kept_readings.cache_clear()
        return [money.read_price(text, **where) for text, where in asked]

    fast = answers()
    monkeypatch.setattr(money, "read_plain", lambda text: None)
    monkeypatch.setattr(money, "read_labelled", lambda text: None)
    assert answers() == fast
    assert any(reading.amount == Decimal(NUMBERS[number]) for reading in fast)
    money.kept_readings.cache_clear()


RARE = [
    "1 CHf", "1 km", "200q", "12 ksh", "1 ft", "2 off", "1 k", "99p", "2xx", "1 денх", "1.11000000000000009770",
    "CHF 1'049,95", "1.837, 32 €", "118, 99 TL", "$119. 95", "123,456.789 OMR", "- $44.99", "-$44.99", ": 890 €",
    "€ 610,", "€30,40 **", "¥1**", "¥10 **", "$1,190.00 AUD", "£94.50 GBP", "$5 TOP", "$ 281.40 $ 265.70", "¥99 ¥99",
    "3,49 zł 1,75 zł", "£6.95 - £9.95", "£9.95 - £6.95", "841,00 zł – 995,00 zł", "35€ 99€", "$0 $5", "¥99-¥129",
    "- руб.06", ": R1 299 **", "- 1.299 KM", "Price kr1 299",
    "Pris från 172 kr", "Price: Rs 500", "Price RM 12.50", "Fiyat 12 TL", "ab 12 kr",
]  # fmt: skip


@pytest.mark.parametrize("text", RARE)
def test_rarer_fields_as_the_grammar(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers() -> list[money.PriceReading]:
        money.kept_readings.cache_clear()
        return [money.read_price(text, **where) for where in WHERE]

    fast = answers()
    for name in ("read_plain", "read_labelled", "read_counted", "read_odd", "read_two"):
        monkeypatch.setattr(money, name, lambda text: None)
    assert answers() == fast
    money.kept_readings.cache_clear()


@pytest.mark.parametrize("text", ["", " ", "1.299,5", "¥1.29.9", "¥99 ¥129", "99-129", "¥99起", "SPF50", "-5"])
def test_left_to_the_grammar(text: str) -> None:
    assert read_plain(text) is None


@pytest.mark.parametrize(
    ("pattern", "firsts"),
    [
        ("原价", "原"),
        ("(?:领|用)?券后", "领用券"),
        ("[定订]金", "定订"),
        (r"\+ ?gift", "+"),
        ("(?:a|b)c", "ab"),
        ("x?y", "xy"),
        (r"(?=z)was", "w"),
    ],
)
def test_first_characters(pattern: str, firsts: str) -> None:
    assert first_characters(pattern) == frozenset(firsts)


@pytest.mark.parametrize("pattern", ["", "a?", ".b", "[^a]b", "[a-z]b"])
def test_first_characters_not_known(pattern: str) -> None:
    assert first_characters(pattern) is None


def test_alternatives_outside_of_groups() -> None:
    assert alternatives(r"a(?:b|c)|[|]d|\|e") == ["a(?:b|c)", "[|]d", r"\|e"]
