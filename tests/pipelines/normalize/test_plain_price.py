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
