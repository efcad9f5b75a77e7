"""Fields that should hold exactly one number or one range, such as a schema.org `price`."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize.amounts import find_money
from pipelines.normalize.currency import currency_of
from pipelines.normalize.marks import MARK_ANYWHERE, WHOLE_IN_SHOPS
from pipelines.normalize.numerals import fold

_MACHINE = re.compile(r"\d{1,12}(?:\.\d{1,20})?")
_DOTTED = re.compile(r"\d{1,3}\.\d{3}")
_MOST = Decimal(10) ** 9
# Words a field may hold around its one number.
_ALLOWED = re.compile(
    r"[\s:：()*]|incl?\.?|excl?\.?|vat|tax|price|价格?|售价|税込|税抜|起|元|圆|整|ht|ttc|mwst|dph|btw|(?:,|\.)-", re.I
)


def _dot_groups(text: str, currency: str | None) -> bool:
    """Whether "12.990" is twelve thousand: only where a currency has no minor unit in shops and none is asked for."""
    return currency in WHOLE_IN_SHOPS and _DOTTED.fullmatch(text) is not None


def read_amount(text: str, *, minor_digits: int = 0, currency: str | None = None) -> Decimal | None:
    """The one amount that a field holds, or None.

    `minor_digits` shifts an amount counted in the smallest unit ("12900" with 2 is 129.00); such a text must be a
    whole number. `currency` is an ISO code or mark if known.

    Digits with at most one dot are read as machines write them: "1.299" is 1.299, since a schema.org price uses the dot
    for decimals only. The exception is a currency whose prices are whole (JPY, CLP, VND, IDR …), where a dot before
    three digits groups. Anything else is read as shops write it ("1.299,00 €", "1,499"). NaN, infinity, negative
    amounts, exponents, amounts of a thousand million and more, several numbers and other words give None.
    """
    if not isinstance(text, str) or len(text) > 200:
        return None
    folded = fold(text).strip()
    code = currency_of(currency)[0] if currency else None
    value: Decimal | None
    if _MACHINE.fullmatch(folded):
        value = Decimal(folded.replace(".", "") if _dot_groups(folded, code) else folded)
        if minor_digits:
            value = value.scaleb(-minor_digits) if value == value.to_integral_value() else None
        return value if value is not None and value < _MOST else None
    if minor_digits:
        return None
    found = _only(folded, code, spans=1)
    return found[0] if found is not None else None


def _only(folded: str, code: str | None, *, spans: int) -> tuple[Decimal, Decimal | None] | None:
    moneys = list(find_money(folded))
    if len(moneys) != 1 or moneys[0].value is None:
        return None
    money = moneys[0]
    if spans == 1 and money.value_max is not None:
        return None
    rest = folded[: money.start] + " " + folded[money.end :]
    if "%" in rest or re.search(r"[-−]\s?$", folded[: money.start]):
        return None
    if _ALLOWED.sub("", MARK_ANYWHERE.sub("", rest)):
        return None
    value = money.value
    assert value is not None
    if money.unsure and not money.marks and code is None:
        return None
    if value >= _MOST or (money.value_max or value) >= _MOST:
        return None
    return value, money.value_max


def read_range(
    text: str, *, minor_digits: int = 0, currency: str | None = None
) -> tuple[Decimal | None, Decimal | None]:
    """The ends of a field that holds one amount or a range.

    "19.99 - 24.99" → (19.99, 24.99), "199.00" → (199.00, None).

    Both None when the text is neither. The arguments are those of `read_amount`.
    """
    single = read_amount(text, minor_digits=minor_digits, currency=currency)
    if single is not None:
        return single, None
    if not isinstance(text, str) or len(text) > 200:
        return None, None
    folded = fold(text).strip()
    halves = re.split(r"\s?(?:~|至|\s-\s|(?<=[\d元])-(?=[\d¥$€£]))\s?", folded)
    if len(halves) == 2:
        low, high = (read_amount(half, minor_digits=minor_digits, currency=currency) for half in halves)
        if low is not None and high is not None and low <= high:
            return low, high if high > low else None
    code = currency_of(currency)[0] if currency else None
    found = None if minor_digits else _only(folded, code, spans=2)
    return found if found is not None else (None, None)
