"""What a text says about prices: `专柜价¥1,080 直播价¥899`, `定金50 尾款249`, `2 for $5`, `1.299,- €`.

A text may hold several prices. Each becomes a `LabelledPrice`; `PriceReading.amount` is what a buyer pays for the
smallest purchase the text describes. Gifts, unmet conditions and reference prices are not it (docs/prices.md).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from pipelines.items import Issue, PriceKind
from pipelines.normalize.choose import SEVERAL, choose, payable_with
from pipelines.normalize.currency import currency_of
from pipelines.normalize.fields import read_amount, read_range
from pipelines.normalize.labels import Label, kind_of_label
from pipelines.normalize.numerals import DOT_MAY_DECIDE, HAN_DIGITS, fold, with_plain_decimals
from pipelines.normalize.offers import Found, find_prices
from pipelines.normalize.plain_price import Plain, read_counted, read_labelled, read_odd, read_plain, read_two
from pipelines.normalize.price_currency import SURE, Currencies, currency_of_mark
from pipelines.normalize.promotions import Rule, rule_json

__all__ = [
    "LabelledPrice",
    "PriceReading",
    "currency_of",
    "kind_of_label",
    "read_amount",
    "read_price",
    "read_range",
    "reading_json",
]

# No text that states a price is longer; the rest of a longer one is named in an issue.
_LONGEST = 4_000


# A price field may say that nothing is to pay; inside a longer text the word may be about anything.
_FREE = re.compile(
    r"\s*(?:free|gratis|kostenlos|gratuite?|grátis|za darmo|zdarma|免费|免費|無料|무료|"
    r"бесплатно)[!.]?\s*",
    re.I,
)


class LabelledPrice(NamedTuple):
    """One price of a text. `per` is the unit it is stated for ("件", "100g"), None for the whole."""

    amount: Decimal
    currency: str | None = None
    text: str = ""
    kind: PriceKind | None = None
    label: str = ""
    amount_max: Decimal | None = None
    # The number of pieces hides the method of tuples, which nobody needs here.
    count: int = 1  # type: ignore[assignment]
    per: str | None = None


class PriceReading(NamedTuple):
    """A text about prices, understood. `amount` None means the text names no payable price, or `issues` says why.

    Without an amount, `currency` is what the hint says, None without a hint.
    """

    text: str
    amount: Decimal | None = None
    currency: str | None = None
    prices: tuple[LabelledPrice, ...] = ()
    issues: tuple[Issue, ...] = ()
    amount_max: Decimal | None = None
    # The number of pieces hides the method of tuples, which nobody needs here.
    count: int = 1  # type: ignore[assignment]
    kind: PriceKind | None = None
    rules: tuple[Rule, ...] = ()


def read_price(
    text: str,
    *,
    currency_hint: str | None = None,
    language: str | None = None,
    host: str | None = None,
    decimal_separator: str | None = None,
) -> PriceReading:
    """Read a free text that may hold several prices and promotions.

    `currency_hint` is what stands beside the text about currency (a code, a mark, a text holding one); a mark in the
    text itself wins unless it is ambiguous and the hint is one of its meanings. Without host, language and hint, a
    bare ¥ is taken as yuan, $ as US dollar and Rs as Indian rupee, each with an issue that says so.
    `decimal_separator` is the sign before the decimals where the source is known to use one: with "." the other
    signs of "1.299" group nothing, with "," they group.
    """
    if len(text) <= _LONGEST_KEPT:
        return kept_readings(text, currency_hint, language, host, decimal_separator)
    return _read(text, currency_hint, language, host, decimal_separator)


def _read(
    text: str, hint: str | None, language: str | None, host: str | None, decimal_separator: str | None = None
) -> PriceReading:
    if decimal_separator is None:
        plain = read_plain(text)
        if plain is not None:
            return _plain_reading(text, plain, hint, language, host)
        if _SAYS_SOMETHING.search(text) is None:
            return _without_number(text, hint, language, host)
        labelled = read_labelled(text)
        if labelled is not None:
            return _labelled_reading(text, *labelled, hint, language, host)
        rare = _rare(text, hint, language, host)
        if rare is not None:
            return rare
    folded = fold(text[:_LONGEST])
    if decimal_separator is not None:
        folded = with_plain_decimals(folded, decimal_separator)
    if _FREE.fullmatch(folded):
        return PriceReading(text=text, amount=Decimal(0))
    currencies = Currencies(folded, hint, language, host)
    prices, rules = find_prices(folded)
    chosen = choose(prices, rules)
    price = chosen.price
    currency, why = currencies.of(price) if price is not None and chosen.amount is not None else currencies.of_hint()
    issues = _issues(
        text, amount=chosen.why, currency=why, mark=price.money.marks[0] if price and price.money.marks else hint
    )
    if price is not None and price.money.unsure and price.money.value is not None and decimal_separator is None:
        issues += (Issue(field="amount", value=price.money.token, why=price.money.unsure),)
    return PriceReading(
        text=text,
        amount=chosen.amount,
        amount_max=chosen.amount_max,
        currency=currency,
        count=price.count if price is not None else 1,
        kind=chosen.kind,
        rules=rules,
        issues=issues,
        prices=tuple(_labelled(each, currencies.of(each)[0], text) for each in prices if each.money.value is not None),
    )


def _currency_of(
    mark: str | None, hint: str | None, language: str | None, host: str | None
) -> tuple[str | None, tuple[Issue, ...]]:
    if mark is None:
        return currency_of_mark(mark, hint, language, host) if hint is not None else (None, ())
    code = SURE.get(mark)
    return (code, ()) if code is not None else currency_of_mark(mark, hint, language, host)


def _plain_reading(text: str, plain: Plain, hint: str | None, language: str | None, host: str | None) -> PriceReading:
    amount, mark, written, unsure = plain
    currency, said = _currency_of(mark, hint, language, host)
    if unsure is not None:
        said += (Issue(field="amount", value=unsure, why=DOT_MAY_DECIDE),)
    return PriceReading(text, amount, currency, (LabelledPrice(amount, currency, written),), said)


def _rare(text: str, hint: str | None, language: str | None, host: str | None) -> PriceReading | None:
    """Fields with more than one plain number, read without the grammar; None for any other text."""
    if len(text) > _LONGEST_KEPT:
        return None
    counted = read_counted(text)
    if counted is False:
        return _without_number(text, hint, language, host)
    plain = counted or read_odd(text)
    if isinstance(plain, Plain):
        return _plain_reading(text, plain, hint, language, host)
    two = read_two(text)
    return None if two is None else _two_readings(text, *two, hint, language, host)


def _two_readings(
    text: str, first: Plain, second: Plain, span: str, hint: str | None, language: str | None, host: str | None
) -> PriceReading:
    currency, said = _currency_of(first.mark, hint, language, host)
    if span:
        price = LabelledPrice(first.amount, currency, span, amount_max=second.amount)
        return PriceReading(text, first.amount, currency, (price,), said, second.amount)
    if first.amount != second.amount:
        said = (Issue(field="amount", value=text[:80], why=SEVERAL), *said)
    prices = tuple(LabelledPrice(each.amount, currency, each.written) for each in (first, second))
    return PriceReading(text, first.amount, currency, prices, said)


def _without_number(text: str, hint: str | None, language: str | None, host: str | None) -> PriceReading:
    if _FREE.fullmatch(text):
        return PriceReading(text, Decimal(0))
    if hint is None and len(text) <= _LONGEST:
        return PriceReading(text)
    currency, why = Currencies("", hint, language, host).of_hint()
    return PriceReading(text, None, currency, (), _issues(text, currency=why, mark=hint))


def _labelled_reading(
    text: str, label: Label, plain: Plain, hint: str | None, language: str | None, host: str | None
) -> PriceReading:
    payable, kind, why = payable_with(label)
    currency, said = _currency_of(plain.mark, hint, language, host)
    if plain.unsure is not None:
        said += (Issue(field="amount", value=plain.unsure, why=DOT_MAY_DECIDE),)
    prices = (LabelledPrice(plain.amount, currency, plain.written, label.kind, label.text),)
    if payable:
        return PriceReading(text, plain.amount, currency, prices, said, kind=kind)
    hinted, doubt = Currencies("", hint, language, host).of_hint()
    return PriceReading(text, None, hinted, prices, _issues(text, amount=why, currency=doubt, mark=hint))


def _issues(text: str, *, amount: str | None = None, currency: str | None, mark: str | None) -> tuple[Issue, ...]:
    found = []
    if len(text) > _LONGEST:
        found.append(Issue(field="text", value=text[:80], why=f"only the first {_LONGEST} characters were read"))
    if amount:
        found.append(Issue(field="amount", value=text[:80], why=amount))
    if currency:
        found.append(Issue(field="currency", value=mark or text[:80], why=currency))
    return tuple(found)


# Digits of any script are folded; words of rules need no number.
_SAYS_SOMETHING = re.compile(
    f"[\\d{HAN_DIGITS}満满滿免送减減赠贈限秒半%券劵会會员만천백무료할増증]|free|bogo|gift|member|off|送料|limited|flash|today",
    re.I,
)
# A page says its price several times, and pages of a shop repeat each other's words.
_LONGEST_KEPT = 80
kept_readings = lru_cache(maxsize=8192)(_read)


def _labelled(price: Found, currency: str | None, text: str) -> LabelledPrice:
    assert price.money.value is not None
    return LabelledPrice(
        kind=price.kind,
        label=price.label,
        amount=price.money.value,
        amount_max=price.money.value_max,
        currency=currency,
        count=price.count,
        per=price.per,
        text=text[price.money.start : price.money.end].strip(),
    )


def reading_json(reading: PriceReading) -> dict[str, Any]:
    """`{text, amount, amount_max, currency, count, kind, rules, issues}`; amounts as decimal strings."""
    return {
        "text": reading.text,
        "amount": None if reading.amount is None else format(reading.amount, "f"),
        "amount_max": None if reading.amount_max is None else format(reading.amount_max, "f"),
        "currency": reading.currency,
        "count": reading.count,
        "kind": reading.kind,
        "rules": [rule_json(rule) for rule in reading.rules],
        "issues": [{"field": issue.field, "value": issue.value, "why": issue.why} for issue in reading.issues],
    }
