"""Cells that a person typed into a watchlist: a price, a currency, a date, a GTIN, a web address.

Each reader takes the text of one cell and returns its value, or raises `CellRefused` with what is wrong by name. They
are stricter than the readers of shop pages: whoever wrote the cell can be asked, so one with two readings is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipelines.normalize.addresses import NOTHING, Allowed, refusal
from pipelines.normalize.identity import gtin_said, read_gtin
from pipelines.normalize.marks import ISO_CODES, MINOR_DIGITS, codes_of

# Codes of money that is no longer paid with: pages may show them, a promise of today cannot be in them.
CURRENCIES = ISO_CODES - {"DEM", "FRF", "ITL", "ESP", "PTE", "ATS", "BEF", "NLG", "GRD", "HRK", "ANG", "ZWL"}
_CURRENCY_HINTS = {
    "RMB": "CNY",
    "CNH": "CNY",
    "YUAN": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "¥": "CNY or JPY",
    "$": "USD",
}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"


class CellRefused(ValueError):
    """One cell that was not understood: what is wrong, what was expected, and what to do."""

    def __init__(self, what: str, expected: str, hint: str = "") -> None:
        self.what, self.expected, self.hint = what, expected, hint
        super().__init__(what)


def plain(text: str) -> str:
    """Full-width and other compatibility forms made plain (NFKC); outer white space and a spreadsheet's ' removed."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()


def _refuse_spreadsheet_traps(text: str, expected: str) -> None:
    if re.fullmatch(r"#+|#(REF|N/A|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC)[!?]?", text, re.IGNORECASE):
        raise CellRefused(
            "a spreadsheet error instead of a value",
            expected,
            "mend the formula or widen the column, then save as CSV again",
        )
    if text.startswith("="):
        raise CellRefused("a formula instead of its value", expected, "paste as values before saving as CSV")


# Price.

_PRICE = "an amount such as 129.90 or 1,299.00"
_NUMBER = {
    "plain": re.compile(r"\d+(?:\.\d+)?"),
    "comma thousands": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    "point thousands": re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}"),
    "space thousands": re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d{1,2})?"),
    "decimal comma": re.compile(r"\d+,\d{1,2}"),
}


def price_cell(text: str, currency: str | None) -> Decimal:
    """The amount of a price cell; `currency` is the row's code: it limits the decimals and contradicts a wrong sign."""
    said = plain(text)
    _refuse_spreadsheet_traps(said, _PRICE)
    _refuse_dates_and_powers(said)
    number, scale = _without_signs(said, currency)
    amount = _amount(number, currency, scale)
    if amount <= 0:
        raise CellRefused(
            "a price of zero or below", "an amount above 0", "leave the cell empty when no price was promised"
        )
    return amount


def _refuse_dates_and_powers(text: str) -> None:
    if re.fullmatch(
        rf"\d{{0,4}}[-/ ]?{_MONTH}[-/ ]?\d{{0,4}}|\d{{1,2}}月\d{{1,2}}日|\d{{1,4}}([-/])\d{{1,2}}\1\d{{1,4}}",
        text,
        re.IGNORECASE,
    ):
        raise CellRefused(
            "a date where a price should be",
            _PRICE,
            "the spreadsheet turned the price into a date: format the column as text",
        )
    if re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", text):
        raise CellRefused(
            "a number in scientific notation", _PRICE, "format the column as text and type the price again"
        )
    if re.search(r"\d\s*(?:-|~|–|—|至|到)\s*\D{0,2}\d", text):
        raise CellRefused("a range of prices", "one amount", "one row for each promised price")
    if re.search(r"\d\s*起$|^(?:from|ab|ca\.?|约)\b", text, re.IGNORECASE):
        raise CellRefused("a 'from' or 'about' price", "one amount", "write the price of the promised variant")


def _without_signs(text: str, currency: str | None) -> tuple[str, int]:
    match = re.fullmatch(r"(?P<before>[^\d.,+-]*)(?P<number>[-+]?[\d.,'’ ]*\d)\s*(?P<wan>万?)(?P<after>\D*)", text)
    if match is None:
        raise CellRefused(
            "not a price",
            _PRICE,
            "leave the cell empty when no price was promised" if not re.search(r"\d", text) else "",
        )
    for sign in (match["before"].strip(), match["after"].strip()):
        _check_sign(sign, currency)
    return match["number"].strip(), 10_000 if match["wan"] else 1


def _check_sign(sign: str, currency: str | None) -> None:
    if not sign:
        return
    means = codes_of(sign)
    if not means:
        raise CellRefused(f"words beside the amount: {sign!r}", _PRICE, "conditions belong into the column claim")
    if currency is not None and currency not in means:
        what = f"the sign {sign!r} contradicts the currency {currency}"
        raise CellRefused(what, f"a price in {currency}", "correct one of the two")


def _amount(number: str, currency: str | None, scale: int) -> Decimal:
    kind = next((name for name, form in _NUMBER.items() if form.fullmatch(number.lstrip("+-"))), None)
    if kind is None:
        raise CellRefused("not a price", _PRICE, "use digits, at most one decimal point")
    places = max(2, MINOR_DIGITS.get(currency or "", 2))
    if scale == 1 and places < 3 and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}|0,\d{3}", number):
        hint = f"write {number[:-1].replace(',', '.')} or {re.sub('[.,]', '', number)}"
        raise CellRefused("ambiguous: a decimal mark or a thousands separator", _PRICE, hint)
    dropped = {"comma thousands": ",", "point thousands": ".", "space thousands": " '’"}.get(kind, "")
    amount = Decimal(number.translate(str.maketrans("", "", dropped)).replace(",", "."))
    if scale > 1:
        amount = Decimal(format((amount * scale).normalize(), "f"))
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise CellRefused(f"more than {places} decimals", _PRICE, "a price per unit belongs into the column claim")
    return amount


# Currency.


def currency_cell(text: str) -> str:
    """An ISO 4217 code, upper case."""
    code = plain(text).upper()
    if code not in CURRENCIES:
        meant = _CURRENCY_HINTS.get(code)
        raise CellRefused("unknown currency", "an ISO 4217 code such as CNY", f"write {meant}" if meant else "")
    return code


# Date.

_DATE = "a time such as 2026-11-11 20:00"
_TIME = (
    r"(?:\s*T?\s*(?P<hour>\d{1,2})\s*(?::|时|點|点)\s*(?:(?P<minute>\d{1,2})\s*分?)?"
    r"(?::?(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?)?"
)
_OFFSET = r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
_DATES = tuple(
    re.compile(form + _TIME + _OFFSET, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<s>[-/.])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})(?=\D|$)",
        r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日?",
    )
)


def time_cell(text: str, zone: str) -> str:
    """A point in time as UTC ISO 8601, `2026-11-11T12:00:00Z`; in `zone` if it has no offset, at 0:00 if no time."""
    said = plain(text)
    _refuse_spreadsheet_traps(said, _DATE)
    match = next((found for form in _DATES if (found := form.fullmatch(said))), None)
    if match is None:
        raise _refused_date(said)
    numbers = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    try:
        naive = datetime(**numbers)  # type: ignore[arg-type]
    except ValueError as error:
        raise CellRefused(f"no such date or time ({error})", _DATE) from None
    if not 2000 <= naive.year <= 2100:
        raise CellRefused("a year far from the time of live streams", "a year from 2000 to 2100")
    return _in_utc(naive, match["offset"], zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_utc(naive: datetime, offset: str | None, zone: str) -> datetime:
    if offset:
        return datetime.fromisoformat(naive.isoformat() + offset.upper().replace("Z", "+00:00")).astimezone(UTC)
    first, second = (naive.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise CellRefused(f"a time that {zone} has twice or not at all", _DATE, "add the offset, e.g. +02:00")
    return first.astimezone(UTC)


def _refused_date(said: str) -> CellRefused:
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b", said):
        return CellRefused("ambiguous date: day or month first", _DATE, "put the year first")
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", said):
        return CellRefused(
            "a spreadsheet's day number instead of a date", _DATE, "format the column as text and type the date again"
        )
    if re.search(r"[上下]午|晚|\b[ap]\.?m\.?\b", said, re.IGNORECASE):
        return CellRefused("a time of day in words", _DATE, "use the 24-hour clock")
    if re.search(_MONTH, said, re.IGNORECASE):
        return CellRefused("a month in words", _DATE, "write the month as a number, year first")
    return CellRefused(
        "not a date in a form that is read", _DATE, "YYYY-MM-DD HH:MM, YYYY/MM/DD HH:MM or YYYY年MM月DD日 HH:MM"
    )


# GTIN.

_GTIN = "8, 12, 13 or 14 digits with a right check digit"


def gtin_cell(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 with its check digit right (GS1 General Specifications, 7.9), without spaces."""
    said = plain(text)
    _refuse_spreadsheet_traps(said, _GTIN)
    if re.fullmatch(r"\d+(?:[.,]\d+)?[eE]\+?\d+", said):
        raise CellRefused(
            "a GTIN in scientific notation: its last digits are lost",
            _GTIN,
            "format the column as text and type it again",
        )
    if re.fullmatch(r"\d+\.0+", said):
        raise CellRefused("a GTIN that became a decimal number", _GTIN, "format the column as text and type it again")
    digits = re.sub(r"[\s-]", "", said)
    if not re.fullmatch(r"[0-9]+", digits):
        raise CellRefused("not a GTIN", _GTIN, "leave the cell empty when it is not known")
    if len(digits) not in (8, 12, 13, 14):
        padded = digits.zfill(12)
        lost = 8 < len(digits) < 12 and gtin_said(padded) is not None
        hint = f"leading zeros lost? {padded} is valid" if lost else ""
        raise CellRefused(f"a GTIN of {len(digits)} digits", _GTIN, hint)
    why = read_gtin(digits).why
    if why is not None:
        raise CellRefused(f"no GTIN: {why}", _GTIN, "compare it with the bar code on the package")
    return digits


# Web address.

_URL = "an address starting with https:// or http://"


def url_cell(text: str, allowed: Allowed = NOTHING) -> str:
    """An absolute http(s) URL of a public place without user name, as written; `allowed` places need not be public."""
    said = text.strip()
    _refuse_spreadsheet_traps(said, _URL)
    if re.search(r"[\s\x00-\x1f]", said):
        raise CellRefused("white space inside an address", "one address", "")
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise CellRefused(f"not a web address ({error})", _URL) from None
    if not parts.scheme and not parts.netloc:
        looks = re.match(r"[\w-]+(\.[\w-]+)+(?=[/:?#]|$)", said)
        raise CellRefused(
            "a relative address", _URL, f"write https://{said}" if looks else "copy it from the address bar"
        )
    if parts.scheme.lower() not in ("http", "https"):
        raise CellRefused(f"an address of the kind {(parts.scheme or '//')!r}", _URL)
    if "@" in parts.netloc:
        raise CellRefused(
            "a user name or password in an address", _URL, "only public pages are read: remove the part before @"
        )
    if not host or ".." in host or host.startswith("."):
        raise CellRefused("an address without a host", _URL)
    refused = refusal(said, allowed)
    if refused is not None:
        raise CellRefused(refused, "the address of a public page", "copy it from the address bar")
    return said
