"""What holds for every amount and every text: an amount written as a country writes it is read back; nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.normalize.money import kind_of_label, read_amount, read_price, read_range, reading_json

# The same examples on every run, so that a failure here is a failure everywhere.
settings.register_profile("stable", derandomize=True, max_examples=150, deadline=None, database=None)
stable = settings(settings.get_profile("stable"))

CENTS = st.integers(min_value=0, max_value=99_999_999_99).map(lambda number: Decimal(number).scaleb(-2))
WHOLE = st.integers(min_value=0, max_value=99_999_999).map(Decimal)


def _grouped(amount: Decimal, group: str, point: str, places: int) -> str:
    return f"{amount:,.{places}f}".translate(str.maketrans({",": group, ".": point}))


def _indian(amount: Decimal) -> str:
    whole, _, cents = f"{amount:.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    while head:
        tail = f"{head[-2:]},{tail}"
        head = head[:-2]
    return f"{tail}.{cents}"


def _digits(text: str, zero: int) -> str:
    return text.translate({ord("0") + digit: chr(zero + digit) for digit in range(10)})


# style → how it writes an amount, and the currency it names
WITH_CENTS: dict[str, tuple[Callable[[Decimal], str], str]] = {
    "English": (lambda a: f"£{_grouped(a, ',', '.', 2)}", "GBP"),
    "American": (lambda a: f"US${_grouped(a, ',', '.', 2)}", "USD"),
    "Chinese": (lambda a: f"￥{_grouped(a, ',', '.', 2)}元", "CNY"),
    "full width": (lambda a: f"人民币{_digits(f'{a:.2f}'.replace('.', '．'), 0xFF10)}元", "CNY"),
    "German": (lambda a: f"{_grouped(a, '.', ',', 2)} €", "EUR"),
    "French": (lambda a: f"{_grouped(a, chr(0x202F), ',', 2)}\u00a0€", "EUR"),
    "Swiss": (lambda a: f"CHF {_grouped(a, '’', '.', 2)}", "CHF"),
    "Czech": (lambda a: f"{_grouped(a, chr(0xA0), ',', 2)} Kč", "CZK"),
    "Polish": (lambda a: f"{_grouped(a, ' ', ',', 2)} zł", "PLN"),
    "Brazilian": (lambda a: f"R$ {_grouped(a, '.', ',', 2)}", "BRL"),
    "Turkish": (lambda a: f"{_grouped(a, '.', ',', 2)} TL", "TRY"),
    "Indian": (lambda a: f"₹{_indian(a)}", "INR"),
    "Arabic digits": (lambda a: f"{_digits(_grouped(a, '٬', '٫', 2), 0x660)} ر.س", "SAR"),
}
WITHOUT_CENTS: dict[str, tuple[Callable[[Decimal], str], str]] = {
    "Japanese": (lambda a: f"{a:,.0f}円(税込)", "JPY"),
    "Korean": (lambda a: f"{a:,.0f}원", "KRW"),
    "Vietnamese": (lambda a: f"{_grouped(a, '.', ',', 0)}₫", "VND"),
    "Indonesian": (lambda a: f"Rp {_grouped(a, '.', ',', 0)}", "IDR"),
    "Hungarian": (lambda a: f"{_grouped(a, ' ', ',', 0)} Ft", "HUF"),
    "Chinese": (lambda a: f"到手价{a:.0f}元", "CNY"),
    "Taiwanese": (lambda a: f"NT${a:,.0f}", "TWD"),
}


@pytest.mark.parametrize("style", WITH_CENTS)
@given(amount=CENTS)
@example(amount=Decimal("0.05"))
@example(amount=Decimal("1234567.80"))
@stable
def test_an_amount_with_cents_is_read_back(style: str, amount: Decimal) -> None:
    write, currency = WITH_CENTS[style]
    reading = read_price(write(amount))
    assert (reading.amount, reading.currency, reading.amount_max) == (amount, currency, None), write(amount)


@pytest.mark.parametrize("style", WITHOUT_CENTS)
@given(amount=WHOLE)
@example(amount=Decimal(1299))
@stable
def test_a_whole_amount_is_read_back(style: str, amount: Decimal) -> None:
    write, currency = WITHOUT_CENTS[style]
    reading = read_price(write(amount))
    assert (reading.amount, reading.currency, reading.amount_max) == (amount, currency, None), write(amount)


@given(low=CENTS, more=st.integers(min_value=1, max_value=9_999))
@stable
def test_a_range_is_read_back(low: Decimal, more: int) -> None:
    reading = read_price(f"¥{low} - ¥{low + more}")
    assert (reading.amount, reading.amount_max, reading.currency) == (low, low + more, "CNY")


@given(price=CENTS, list_price=CENTS)
@stable
def test_a_reference_price_never_wins(price: Decimal, list_price: Decimal) -> None:
    for text in (f"原价¥{list_price} 现价¥{price}", f"¥{price} 原价¥{list_price}"):
        assert read_price(text).amount == price, text


PIECES = st.sampled_from(
    [
        *"0123456789.,¥$€£₹元円원块毛万千百折满减送赠券后价原现定金尾款件 -~/%*()（）：:+",
        "到手",
        "直播",
        "was ",
        "now ",
        "/mo",
        " x ",
        "税込",
        "あたり",
        "만",
        "쿠폰",
        "between ",
        " and ",
        "😀",
        "\x00",
        "\ud800",
        "\n",
    ]
)


@given(text=st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join)), hint=st.text(max_size=6))
@settings(stable, max_examples=1_000)
def test_reading_never_raises_and_says_why(text: str, hint: str) -> None:
    reading = read_price(text, currency_hint=hint or None)
    reading_json(reading)
    read_amount(text)
    read_range(text)
    kind_of_label(text)
    assert reading.amount is None or reading.amount >= 0
    assert reading.amount_max is None or (reading.amount is not None and reading.amount_max > reading.amount)
    assert reading.count >= 1


@given(text=st.lists(PIECES, max_size=20).map("".join), separator=st.sampled_from([".", ",", "€"]))
@stable
def test_a_known_separator_never_raises(text: str, separator: str) -> None:
    read_price(text, decimal_separator=separator)
