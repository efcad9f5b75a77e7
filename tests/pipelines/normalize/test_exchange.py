"""Conversions at the bank's reference rates. Rates of the past do not change, so they can be named here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.normalize.exchange import convert


def test_rate_and_day_stand_with_the_amount() -> None:
    found = convert(Decimal("100"), "EUR", "USD", date(2014, 3, 28))
    assert found is not None
    assert (found.amount, found.currency, found.rate, found.rate_date) == (
        Decimal("137.5900"), "USD", Decimal("1.375900"), date(2014, 3, 28),
    )  # fmt: skip


def test_on_a_sunday_the_rate_of_friday_counts() -> None:
    found = convert(Decimal("100"), "EUR", "USD", date(2014, 3, 30))
    assert found is not None and found.rate_date == date(2014, 3, 28)


def test_between_two_currencies_that_are_not_the_euro() -> None:
    one, two = (convert(Decimal(1), *pair, date(2014, 3, 28)) for pair in (("CNY", "JPY"), ("JPY", "CNY")))
    assert one is not None and two is not None
    assert abs(one.rate * two.rate - 1) < Decimal("0.0001")


@pytest.mark.parametrize(
    ("currency", "into", "on"),
    [("CNY", "TWD", date(2014, 3, 28)), ("CNY", "USD", date(1990, 1, 1)), ("RUB", "USD", date(2024, 1, 1)),
     ("CNY", "USD", date(2199, 1, 1)), ("XXX", "USD", date(2014, 3, 28))],
)  # fmt: skip
def test_without_a_recent_rate_there_is_no_amount(currency: str, into: str, on: date) -> None:
    assert convert(Decimal(100), currency, into, on) is None


def test_one_currency_is_itself() -> None:
    found = convert(Decimal("9.90"), "CNY", "CNY", date(2026, 1, 1))
    assert found is not None and (found.amount, found.rate) == (Decimal("9.90"), 1)
