"""What a text says about prices: `专柜价¥1,080 直播价¥899`, `定金50 尾款249`, `2 for $5`, `1.299,- €`.

A text may hold several prices. Each becomes a `LabelledPrice`; `PriceReading.amount` is what a buyer pays for the
smallest purchase the text describes. Gifts, unmet conditions and reference prices are not it (docs/prices.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from pipelines.items import Issue, PriceKind
from pipelines.normalize.amounts import Money
from pipelines.normalize.choose import choose
from pipelines.normalize.currency import currency_of
from pipelines.normalize.fields import read_amount, read_range
from pipelines.normalize.labels import kind_of_label
from pipelines.normalize.marks import MARK_ANYWHERE
from pipelines.normalize.numerals import fold
from pipelines.normalize.offers import Found, find_prices
from pipelines.normalize.plain_price import read_plain
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPrice:
    """One price of a text. `per` is the unit it is stated for ("件", "100g"), None for the whole."""

    kind: PriceKind | None = None
    label: str = ""
    amount: Decimal
    amount_max: Decimal | None = None
    currency: str | None = None
    count: int = 1
    per: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReading:
    """A text about prices, understood. `amount` None means the text names no payable price, or `issues` says why."""

    text: str
    amount: Decimal | None = None
    amount_max: Decimal | None = None
    currency: str | None = None
    count: int = 1
    kind: PriceKind | None = None
    rules: tuple[Rule, ...] = ()
    issues: tuple[Issue, ...] = ()
    prices: tuple[LabelledPrice, ...] = ()


def read_price(
    text: str, *, currency_hint: str | None = None, language: str | None = None, host: str | None = None
) -> PriceReading:
    """Read a free text that may hold several prices and promotions.

    `currency_hint` is what stands beside the text about currency (a code, a mark, a text holding one); a mark in the
    text itself wins unless it is ambiguous and the hint is one of its meanings. Without host, language and hint, a
    bare ¥ is taken as yuan, $ as US dollar and Rs as Indian rupee, each with an issue that says so.
    """
    if len(text) <= _LONGEST_KEPT:
        return kept_readings(text, currency_hint, language, host)
    return _read(text, currency_hint, language, host)


def _read(text: str, hint: str | None, language: str | None, host: str | None) -> PriceReading:
    plain = read_plain(text)
    if plain is not None:
        return _plain_reading(text, plain, hint, language, host)
    if not text or not text.strip():
        return PriceReading(text=text)
    issues: list[Issue] = []
    if len(text) > _LONGEST:
        issues.append(Issue(field="text", value=text[:80], why=f"only the first {_LONGEST} characters were read"))
    folded = fold(text[:_LONGEST])
    if _FREE.fullmatch(folded):
        return PriceReading(text=text, amount=Decimal(0))
    prices, rules = find_prices(folded)
    chosen = choose(prices, rules)
    if chosen.why:
        issues.append(Issue(field="amount", value=text[:80], why=chosen.why))
    currencies = _Currencies(folded, hint, language, host)
    currency, why = currencies.of(chosen.price) if chosen.price is not None else (None, None)
    if why:
        issues.append(Issue(field="currency", value=text[:80], why=why))
    if chosen.price is not None and chosen.price.money.unsure and chosen.price.money.value is not None:
        issues.append(Issue(field="amount", value=chosen.price.money.token, why=chosen.price.money.unsure))
    return PriceReading(
        text=text,
        amount=chosen.amount,
        amount_max=chosen.amount_max,
        currency=currency if chosen.amount is not None else None,
        count=chosen.price.count if chosen.price is not None else 1,
        kind=chosen.kind,
        rules=rules,
        issues=tuple(issues),
        prices=tuple(
            _labelled(price, currencies.of(price)[0], text) for price in prices if price.money.value is not None
        ),
    )


# A page says its price several times, and pages of a shop repeat each other's words.
_LONGEST_KEPT = 80
kept_readings = lru_cache(maxsize=8192)(_read)


def _plain_reading(
    text: str, plain: tuple[Decimal, str | None, str], hint: str | None, language: str | None, host: str | None
) -> PriceReading:
    amount, mark, written = plain
    currency, why = _currency_of_mark(mark, hint, language, host)
    return PriceReading(
        text=text,
        amount=amount,
        currency=currency,
        issues=(Issue(field="currency", value=text[:80], why=why),) if why else (),
        prices=(LabelledPrice(amount=amount, currency=currency, text=written),),
    )


@lru_cache(maxsize=4096)
def _currency_of_mark(
    mark: str | None, hint: str | None, language: str | None, host: str | None
) -> tuple[str | None, str | None]:
    """The currency of a number beside nothing but a mark, or beside nothing."""
    marks = () if mark is None else (fold(mark),)
    money = Money(value=None, marks=marks, start=0, end=0, token="")
    return _Currencies("".join(marks), hint, language, host).of(Found(money=money))


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


_FALLBACK = {"¥": "CNY", "$": "USD", "Rs": "INR", "Rs.": "INR", "RS": "INR", "₨": "INR", "Re": "INR"}
_JAPANESE = frozenset("込抜円価売")
# Characters of traditional script that stand in price texts of Taiwan and Hong Kong.
_TRADITIONAL = frozenset("價優惠網購買滿贈訂會員專櫃銷買")


class _Currencies:
    """Decides the currency of each price of one text from its mark, the text, the hint, the site and the language."""

    def __init__(self, text: str, hint: str | None, language: str | None, host: str | None) -> None:
        self.text = text
        self.language = language
        self.host = host
        self.hint = currency_of(hint, host=host, language=language)[0] if hint else None

    @cached_property
    def shared(self) -> str | None:
        """The one mark a text has somewhere, for its numbers that have none beside them."""
        found = {match.group().strip() for match in MARK_ANYWHERE.finditer(self.text)}
        return found.pop() if len(found) == 1 else None

    def of(self, price: Found) -> tuple[str | None, str | None]:
        for mark in price.money.marks:
            code, why = self._of_mark(mark)
            if code is not None or why is not None:
                return code, why
        if self.hint is not None:
            return self.hint, None
        if self.shared is not None and not price.money.marks:
            return self._of_mark(self.shared)
        if price.mainland and self._plain_chinese():
            return "CNY", None
        return None, None

    def _japanese(self) -> bool:
        return bool(_JAPANESE & set(self.text)) or any("\u3040" <= character <= "\u30ff" for character in self.text)

    def _plain_chinese(self) -> bool:
        language = (self.language or "zh-Hans").lower()
        if self.host is not None:
            return currency_of("元", host=self.host, language=self.language)[0] == "CNY"
        return language in ("zh", "zh-cn", "zh-hans") and not _TRADITIONAL & set(self.text)

    def _of_mark(self, mark: str) -> tuple[str | None, str | None]:
        sure, _ = currency_of(mark)
        if mark in ("元", "圓") and not self.host and not self.language and _TRADITIONAL - {"員"} & set(self.text):
            return self.hint, None if self.hint else f"ambiguous currency: {mark} in traditional Chinese"
        if mark != "元" and sure is not None:
            return sure, None
        code, why = currency_of(mark, host=self.host, language=self.language)
        if code is None and mark == "¥" and self._japanese():
            return "JPY", None
        if code is None and self.hint is not None:
            return self.hint, None
        if code is None and mark in _FALLBACK and not self.host and not self.language:
            code = _FALLBACK[mark]
            if mark == "¥" and any("\u4e00" <= character <= "\u9fff" for character in self.text):
                return code, None
            return code, f"{mark} is used by several currencies and nothing here says which; taken as {code}"
        return (code, None) if code is not None else (None, why)


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
