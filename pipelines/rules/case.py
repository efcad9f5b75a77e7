"""What a rule about the promoted offer alone, its past or all shops is given (`Case`), and what such rules share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from pipelines.history import History
from pipelines.items import PriceKind
from pipelines.normalize.claim_words import ClaimKind, Statement
from pipelines.observation import Article, FindingAnswer, MatchAnswer, Promise, utc
from pipelines.rules.finding import Finding, Parameters, Prices, money
from pipelines.rules.promotion_price import lowest as under_promotion

_SIGNED = {"¥": ("CNY", "JPY"), "€": ("EUR",), "$": ("MXN", "CLP", "COP", "ARS")}
StoreAnswer = Literal["consistent", "cheaper", "dearer", "different", "conditional", "cannot_tell"]

# Prices that some buyer could have paid in the broadcast, whether or not the page counts them as the price.
_POSSIBLE: frozenset[PriceKind] = frozenset({"live", "coupon", "member", "sale", "bundle", "deposit", "balance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Another shop beside the promoted offer. `article` is None when no offer of it was seen.

    answer  what its comparison says of the promoted price     prices  the two amounts, when they could be compared
    number  both pages state the same barcode, model or registration number
    sure    the same variant beyond doubt: one barcode, or nothing that tells variants apart is on one page only
    """

    url: str
    official: bool
    answer: StoreAnswer = "cannot_tell"
    same: MatchAnswer | None = None
    sure: bool = False
    number: bool = False
    article: Article | None = None
    prices: Prices | None = None
    history: History = field(default_factory=History)

    @property
    def told(self) -> bool:
        return self.answer in ("consistent", "cheaper", "dearer", "conditional") and self.prices is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The promoted article, what was promised and claimed of it, its looks before and after, and the other shops."""

    promoted: Article
    promise: Promise = field(default_factory=Promise)
    statements: tuple[Statement, ...] = ()
    history: History = field(default_factory=History)
    stores: tuple[Store, ...] = ()

    @property
    def at(self) -> datetime:
        """When the promoted page was seen."""
        return utc(self.promoted.seen_at)

    @property
    def said_at(self) -> datetime:
        """When it was claimed: the broadcast, else when the page was seen."""
        return utc(self.promise.said_at) if self.promise.said_at else self.at

    def one_money(self, said: Statement) -> bool:
        """Whether an amount that was said is in the currency of the page, as far as its sign and the watchlist say."""
        currency = self.promoted.currency or ""
        signed = not said.mark or currency in _SIGNED.get(said.mark, ()) or (said.mark == "$" and currency[2:] == "D")
        return signed and self.promise.currency in (None, self.promoted.currency)

    def said(self, kind: ClaimKind) -> Statement | None:
        return next((statement for statement in self.statements if statement.kind == kind), None)

    @property
    def claimed_discount(self) -> tuple[Decimal | None, Decimal | None]:
        """The share that is still paid by the claimed discount, and the price that anyone could pay."""
        said = self.said("discount")
        return said.rate if said else None, buyable(self.promoted)


class CaseRule(Protocol):
    """A module in this folder that looks at a case."""

    DEFAULTS: dict[str, object]

    def find(self, case: Case, parameters: Parameters, /) -> Finding | None: ...


def buyable(article: Article) -> Decimal | None:
    """The price for anyone, when the offer was not sold out."""
    gone = article.availability in ("out_of_stock", "discontinued")
    return article.price if article.price and not gone else None


def best_price(case: Case) -> Decimal | None:
    """The lowest amount that a buyer can have paid: page, coupon, live, member, promotion, or the promised price.

    None when nobody could buy it, or when a price is in another currency than the page: then nothing is contradicted.
    """
    price, article, promise = buyable(case.promoted), case.promoted, case.promise
    if price is None or (promise.price is not None and promise.currency not in (None, article.currency)):
        return None
    # The sale price of a page with variants is that of its cheapest variant.
    others = bool(article.options)
    amounts = [
        layer.amount
        for layer in article.layers
        if layer.kind in _POSSIBLE and layer.amount > 0 and not (others and layer.kind == "sale" and not layer.variant)
    ]
    promoted = under_promotion(article, 10)
    amounts += [promoted[0]] if promoted else []
    amounts += [promise.price] if promise.price else []
    return min([price, *amounts])


def case_finding(
    rule: str,
    parameters: Parameters,
    answer: FindingAnswer,
    text: str,
    pages: tuple[str, ...],
    value: Decimal | None = None,
) -> Finding:
    """A note with each of its pages once."""
    return Finding(
        rule=rule,
        answer=answer,
        text=text,
        value=value,
        parameters=parameters,
        page_ids=tuple(dict.fromkeys(pages)),
    )


def share(part: Decimal, whole: Decimal) -> Decimal:
    """`part / whole` with four decimals."""
    return (part / whole).quantize(Decimal("0.0001"))


def percent(value: Decimal) -> str:
    """`12.5 %`, for a sentence."""
    return f"{(value * 100).quantize(Decimal('0.1'))} %"


def off(paid: Decimal, reference: Decimal) -> str:
    """`50.0 % below`, `20.0 % above`, `equal to`."""
    gap = paid / reference - 1
    return "equal to" if not gap else f"{percent(abs(gap))} {'below' if gap < 0 else 'above'}"


def moment(at: datetime) -> str:
    """`2026-03-01 12:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def asked(case: Case, amount: Decimal) -> str:
    return money(amount, case.promoted.currency)


def discount_answer(case: Case, paid: Decimal, reference: Decimal, tolerance: Decimal) -> FindingAnswer:
    """Whether the share `paid` of a reference price is reached: for anyone, for nobody, or only under a condition."""
    price, best = buyable(case.promoted), best_price(case)
    if price is not None and price / reference <= paid + tolerance:
        return "consistent"
    return "differs" if best is not None and best / reference > paid + tolerance else "cannot_tell"
