"""Amounts in another currency, at the reference rates that the European Central Bank publishes on working days.

The rates come with the package currencyconverter; nothing is asked over the network. A converted amount stands beside
the one that was seen; no rule compares two prices by it, since what a buyer's bank takes is not the reference rate.

Source: European Central Bank, euro foreign exchange reference rates (eurofxref-hist).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from currency_converter import CurrencyConverter, RateNotFoundError

# There is no rate on weekends and holidays, and none yet for the days after the package was made.
_OLDEST_DAYS = 62
_SIX_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """`amount` in `currency`, not rounded: what was seen, times `rate`, which the bank published on `rate_date`."""

    amount: Decimal
    currency: str
    rate: Decimal
    rate_date: date


def convert(amount: Decimal, currency: str, into: str, on: date) -> Conversion | None:
    """An amount seen on a day, at the last rate published up to that day.

    None for a currency without a reference rate (TWD, VND …), and when the last rate is more than two months older.
    """
    rates = _rates()
    if currency not in rates.currencies or into not in rates.currencies:
        return None
    if currency == into:
        return Conversion(amount=amount, currency=into, rate=Decimal(1), rate_date=on)
    for back in range(_OLDEST_DAYS):
        day = on - timedelta(days=back)
        try:
            rate = Decimal(rates.convert(1, currency, into, date=day)).quantize(_SIX_DIGITS)
        except RateNotFoundError:
            continue
        return Conversion(amount=amount * rate, currency=into, rate=rate, rate_date=day)
    return None


@lru_cache(maxsize=1)
def _rates() -> CurrencyConverter:
    return CurrencyConverter(decimal=True)
