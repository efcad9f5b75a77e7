"""From a price as said to a price as a number: one candidate, its kind, and what limits it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipelines.facts import PriceFact
from pipelines.items import Issue, PriceKind, PriceSaid
from pipelines.normalize import money

# Condition of a visible price that no mark ties to the product: it may confirm another source, not overrule it.
PLACE_UNSURE = "place unsure"
BUYABLE: frozenset[PriceKind] = frozenset({"sale", "from", "live"})
_REGULAR = re.compile(
    r"\bregular\b|\breg\.|\bnorm\.|\bnormal(?:preis)?\b|\beveryday\b|\bstandard price|precio normal|prix normal"
    r"|日常价|平时价",
    re.I,
)
_ON_SALE = re.compile(
    r"\b(?:sale|special|clearance|discount(?:ed)?|promo(?:tional)?|reduced|now only) price|\bsonderpreis"
    r"|\bprix promo|\bprecio de oferta"
    r"|促销价|促銷價|特价|特價|特価|セール価格|할인가|活动价|活動價|现价|現價|折后价|折後價|秒杀价|秒殺價|抢购价|搶購價|限时价|限時價|优惠价|優惠價"
    r"|大促价|タイムセール|특가|행사가",
    re.I,
)
_BEFORE_TAX = re.compile(
    r"\bex(?:cl?\w*)?\.?\s*(?:of\s*)?(?:vat|tax|gst|btw|mwst)|before tax|zzgl|税抜|未税"
    r"|\btax(?:es)?\.? excl|hors taxes?|(?-i:\bHT\b)|\bsin iva\b|\biva (?:excl|no incl)",
    re.I,
)
_CODE = re.compile(r"[A-Z]{3}")
_MACHINE = frozenset({"json-ld", "microdata", "rdfa", "opengraph", "embedded", "api", "xhr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of the page besides the candidate: host, language, a currency the dataset names, the page's own
    code.
    """

    host: str | None = None
    language: str | None = None
    currency_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A price, understood. `regular`: called the usual price, struck by nothing. `on_sale`: called the sale
    price. `before_tax`: the page says tax
    comes on top.
    """

    fact: PriceFact
    regular: bool = False
    on_sale: bool = False
    before_tax: bool = False

    @property
    def sure(self) -> bool:
        return self.fact.condition != PLACE_UNSURE

    @property
    def amount(self) -> Decimal:
        return self.fact.amount

    @property
    def buyable(self) -> bool:
        return self.fact.kind in BUYABLE


def page_currency(prices: tuple[PriceSaid, ...], hint: str | None) -> str | None:
    """The one ISO code that the page's sources name; None when they name none or several."""
    codes = {
        said.currency.strip().upper()
        for said in prices
        if said.currency and _CODE.fullmatch(said.currency.strip().upper())
    }
    codes = {code for code in codes if money.currency_of(code)[0] == code}
    if len(codes) == 1:
        return codes.pop()
    return hint


def read_candidate(said: PriceSaid, context: Context) -> tuple[Candidate | None, tuple[Issue, ...]]:
    """(candidate, issues); the candidate is None when the text holds no usable amount, and an issue says so."""
    place = f"{said.text} ({said.found_in} {said.path})"[:200]
    reading = _read(said, context)
    if reading is None:
        return None, (Issue(field="price", value=place, why="no amount could be read"),)
    low, high, currency, kind, issues = reading
    if low <= 0:
        return None, (Issue(field="price", value=place, why="zero or less is no price"),)
    words = f"{said.label} {said.condition}"
    fact = PriceFact(
        kind=kind,
        amount=low,
        amount_max=high if high is not None and high > low else None,
        currency=currency,
        label=said.label,
        condition=said.condition,
        text=said.text,
        variant=said.variant,
        found_in=said.found_in,
        path=said.path,
    )
    taxed = _BEFORE_TAX.search(f"{words} {said.text}") is not None
    on_sale = kind == "sale" and _ON_SALE.search(f"{said.label[-30:]} {said.text}") is not None
    return Candidate(fact=fact, regular=_regular(said), on_sale=on_sale, before_tax=taxed), issues


def _regular(said: PriceSaid) -> bool:
    """Called the usual price in words, and not struck through: the price, unless something cheaper stands beside it."""
    return not said.struck and _REGULAR.search(f"{said.label} {said.text}") is not None


_Reading = tuple[Decimal, Decimal | None, str | None, PriceKind, tuple[Issue, ...]]


def _read(said: PriceSaid, context: Context) -> _Reading | None:
    said_currency = said.currency or None
    code, why = (
        money.currency_of(said_currency, host=context.host, language=context.language) if said_currency else (None, "")
    )
    kind = said.kind or ("list" if said.struck else None)
    if kind is None and _regular(said):
        kind = "sale"
    elif kind is None and said.label:
        kind = money.kind_of_label(said.label)
    if said.found_in in _MACHINE or said.minor_digits:
        low, high = money.read_range(said.text, minor_digits=said.minor_digits, currency=code or context.currency_hint)
        if low is not None:
            if said.text_max:
                top = money.read_amount(
                    said.text_max, minor_digits=said.minor_digits, currency=code or context.currency_hint
                )
                high = top if top is not None else high
            marked = (
                money.currency_of(_mark(said.text), host=context.host, language=context.language)[0]
                if _mark(said.text)
                else None
            )
            currency = code or marked or (context.currency_hint if not said_currency else None)
            issues = (
                (Issue(field="currency", value=said_currency, why=why),)
                if said_currency and code is None and why
                else ()
            )
            return low, high, currency, kind or "sale", issues
    if said.minor_digits:
        return None
    hint = said_currency or context.currency_hint
    # A code that the page's data names is better evidence for "$" or "¥" than its host or language.
    told = hint is not None and _CODE.fullmatch(hint) is not None
    reading = money.read_price(
        said.text, currency_hint=hint, language=None if told else context.language, host=None if told else context.host
    )
    amount, top, own_kind, currency = reading.amount, reading.amount_max, reading.kind, reading.currency
    if amount is None and len({(price.amount, price.amount_max) for price in reading.prices}) == 1:
        only = reading.prices[0]
        amount, top, own_kind, currency = only.amount, only.amount_max, only.kind, only.currency
    if amount is None and not reading.prices:
        amount, top = money.read_range(said.text, currency=code or context.currency_hint)
    if amount is None:
        return None
    if reading.count > 1 and kind is None:
        own_kind = "bundle"
    if kind is None and len({price.amount for price in reading.prices}) > 1 and top is None:
        # Two unlabelled numbers in one text: the reader has chosen, but it is no clean statement.
        own_kind = own_kind or "sale"
    unsure = tuple(issue for issue in reading.issues if issue.field == "currency")
    return amount, top, currency or code or context.currency_hint, kind or own_kind or "sale", unsure


def _mark(text: str) -> str | None:
    found = re.search(r"[^\d\s.,'()~–—-]{1,4}", text)
    return found.group() if found else None
