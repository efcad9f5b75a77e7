"""Cells of a watchlist: understood, or refused by name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.cells import CellRefused, currency_cell, gtin_cell, price_cell, time_cell, url_cell
from pipelines.normalize.addresses import Allowed

PRICES = [
    ("129.9", "CNY", "129.9"),
    ("129", "CNY", "129"),
    ("１２９．９", "CNY", "129.9"),
    ("￥１，２９９", "CNY", "1299"),
    ("¥1,299", "CNY", "1299"),
    ("1,299", "CNY", "1299"),
    ("1,299,000.50", "CNY", "1299000.50"),
    ("1.299,00", "EUR", "1299.00"),
    ("1.299.000", "IDR", "1299000"),
    ("89,90", "EUR", "89.90"),
    ("89,9 €", "EUR", "89.9"),
    ("1 299,50", "SEK", "1299.50"),
    ("1'299.50", "CHF", "1299.50"),
    ("199元", "CNY", "199"),
    ("人民币199", "CNY", "199"),
    ("HK$399", "HKD", "399"),
    ("US$ 19.99", "USD", "19.99"),
    ("1.2万", "CNY", "12000"),
    ("CNY 59", "CNY", "59"),
    ("1.250", "KWD", "1.250"),
    ("'99.00", "CNY", "99.00"),
]

REFUSED_PRICES = [
    ("1.299", "CNY", "ambiguous"),
    ("0,899", "EUR", "ambiguous"),
    ("Mar-99", "CNY", "a date"),
    ("99-Mar", "CNY", "a date"),
    ("3月9日", "CNY", "a date"),
    ("2026/3/9", "CNY", "a date"),
    ("1.299E+03", "CNY", "scientific"),
    ("199-299", "CNY", "range"),
    ("199~299", "CNY", "range"),
    ("¥199-¥299", "CNY", "range"),
    ("199起", "CNY", "'from'"),
    ("#REF!", "CNY", "spreadsheet error"),
    ("########", "CNY", "spreadsheet error"),
    ("=B2*2", "CNY", "formula"),
    ("0", "CNY", "zero or below"),
    ("-5", "CNY", "zero or below"),
    ("$99", "CNY", "contradicts"),
    ("99 USD", "CNY", "contradicts"),
    ("99.999", "CNY", "ambiguous"),
    ("1299.999", "CNY", "more than 2 decimals"),
    ("1,29,900", "CNY", "not a price"),
    ("1.2.3", "CNY", "not a price"),
    ("N/A", "CNY", "not a price"),
    ("九十九", "CNY", "not a price"),
    ("3件99元", "CNY", "not a price"),
    ("99元到手价", "CNY", "words beside"),
]


@pytest.mark.parametrize(("text", "currency", "amount"), PRICES)
def test_price_is_understood(text: str, currency: str, amount: str) -> None:
    assert str(price_cell(text, currency)) == amount


@pytest.mark.parametrize(("text", "currency", "what"), REFUSED_PRICES)
def test_price_is_refused_by_name(text: str, currency: str, what: str) -> None:
    with pytest.raises(CellRefused, match=what):
        price_cell(text, currency)


def test_price_without_currency_keeps_two_decimals() -> None:
    assert price_cell("12.50", None) == Decimal("12.50")


TIMES = [
    ("2026-11-11 20:00", "2026-11-11T12:00:00Z"),
    ("2026/11/11 20:00", "2026-11-11T12:00:00Z"),
    ("2026年11月11日 20:00", "2026-11-11T12:00:00Z"),
    ("2026年11月11日20时30分", "2026-11-11T12:30:00Z"),
    ("2026年11月11日 20点", "2026-11-11T12:00:00Z"),
    ("2026年１１月１１日 ２０：００", "2026-11-11T12:00:00Z"),
    ("2026.11.11 20:00", "2026-11-11T12:00:00Z"),
    ("2026/1/5 8:05", "2026-01-05T00:05:00Z"),
    ("2026-11-11 20:00:30", "2026-11-11T12:00:30Z"),
    ("2026-11-11T20:00", "2026-11-11T12:00:00Z"),
    ("2026-11-11T20:00:00Z", "2026-11-11T20:00:00Z"),
    ("2026-11-11T20:00:00.123Z", "2026-11-11T20:00:00Z"),
    ("2026-11-11T20:00+09:00", "2026-11-11T11:00:00Z"),
    ("2026-11-11 20:00 -0500", "2026-11-12T01:00:00Z"),
    ("2026-11-11", "2026-11-10T16:00:00Z"),
]

REFUSED_TIMES = [
    ("11/12/2026", "ambiguous"),
    ("11/12/2026 20:00", "ambiguous"),
    ("11-12-26", "ambiguous"),
    ("2026-02-30 20:00", "no such date"),
    ("2026-11-11 25:00", "no such date"),
    ("2026-13-01", "no such date"),
    ("46337.8333", "day number"),
    ("46337", "day number"),
    ("2026-11-11 下午8点", "in words"),
    ("2026-11-11 8:00 PM", "in words"),
    ("Nov 11, 2026", "month in words"),
    ("1926-11-11", "year"),
    ("tomorrow", "not a date"),
    ("20:00", "not a date"),
    ("#VALUE!", "spreadsheet error"),
]


@pytest.mark.parametrize(("text", "utc"), TIMES)
def test_time_is_understood(text: str, utc: str) -> None:
    assert time_cell(text, "Asia/Shanghai") == utc


@pytest.mark.parametrize(("text", "what"), REFUSED_TIMES)
def test_time_is_refused_by_name(text: str, what: str) -> None:
    with pytest.raises(CellRefused, match=what):
        time_cell(text, "Asia/Shanghai")


@pytest.mark.parametrize("text", ["2026-03-29 02:30", "2026-10-25 02:30"])
def test_time_that_a_zone_skips_or_repeats_needs_its_offset(text: str) -> None:
    with pytest.raises(CellRefused, match="twice or not at all"):
        time_cell(text, "Europe/Berlin")
    assert time_cell(text + "+01:00", "Europe/Berlin").endswith("01:30:00Z")


GTINS = [
    ("9520000801014", "9520000801014"),
    ("9520 0008 0101 4", "9520000801014"),
    ("９５２００００８０１０１４", "9520000801014"),
    ("'012345678905", "012345678905"),
    ("96385074", "96385074"),
]
REFUSED_GTINS = [
    ("6.90123E+12", "scientific"),
    ("6,90123E+12", "scientific"),
    ("9520000801014.0", "decimal number"),
    ("9520000801015", "check digit"),
    ("0000000000000", "zeros only"),
    ("12345678905", "11 digits"),
    ("95200008", "check digit"),
    ("SKU-1", "not a GTIN"),
]


@pytest.mark.parametrize(("text", "gtin"), GTINS)
def test_gtin_is_understood(text: str, gtin: str) -> None:
    assert gtin_cell(text) == gtin


@pytest.mark.parametrize(("text", "what"), REFUSED_GTINS)
def test_gtin_is_refused_by_name(text: str, what: str) -> None:
    with pytest.raises(CellRefused, match=what):
        gtin_cell(text)


def test_gtin_that_lost_its_leading_zero_is_shown_with_it() -> None:
    with pytest.raises(CellRefused) as refused:
        gtin_cell("12345678905")
    assert "012345678905" in refused.value.hint


@pytest.mark.parametrize(("text", "code"), [("CNY", "CNY"), ("cny", "CNY"), (" ＵＳＤ ", "USD")])
def test_currency_is_understood(text: str, code: str) -> None:
    assert currency_cell(text) == code


@pytest.mark.parametrize(("text", "hint"), [("RMB", "CNY"), ("元", "CNY"), ("XYZ", ""), ("DEM", ""), ("CN", "")])
def test_currency_is_refused_with_the_code_that_was_meant(text: str, hint: str) -> None:
    with pytest.raises(CellRefused) as refused:
        currency_cell(text)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/p/1",
        "http://127.0.0.1:8871/item/1?x=1#a",
        "https://店.example/商品/1",
        "HTTPS://shop.example",
    ],
)
def test_url_stays_as_written(text: str) -> None:
    assert url_cell(text, Allowed(["127.0.0.1:8871"])) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("/item/1", "relative"),
        ("shop.example/p/1", "relative"),
        ("//shop.example/p", "of the kind"),
        ("ftp://shop.example/p", "of the kind 'ftp'"),
        ("file:///etc/passwd", "of the kind 'file'"),
        ("javascript:alert(1)", "of the kind"),
        ("https://me:secret@shop.example/", "user name"),
        ("https://shop.example@evil.example/", "user name"),
        ("https://", "without a host"),
        ("https://shop..example/", "without a host"),
        ("https://shop.example:99999/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://shop.example/a b", "white space"),
    ],
)
def test_url_is_refused_by_name(text: str, what: str) -> None:
    with pytest.raises(CellRefused, match=what):
        url_cell(text)
