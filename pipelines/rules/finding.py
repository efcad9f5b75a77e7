"""What a rule is given (`Pair`), what it answers (`Finding`), and the arithmetic that rules share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, Protocol

from pipelines.facts import PriceFact
from pipelines.items import PriceKind
from pipelines.normalize.quantity import Part, Quantity, Unit, unit_price
from pipelines.observation import Article, FindingAnswer, MatchAnswer, Promise

Parameters = Mapping[str, object]
Role = Literal["price", "condition", "stop", "note"]
PriceAnswer = Literal["consistent", "cheaper", "dearer"]

_ROUNDING = Decimal("0.02")
_CENT = Decimal("0.01")
_FOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A piece of matching evidence that tells the two apart. `sure` is False where the pages only may differ."""

    field: str
    promoted: str
    official: str
    says: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The promoted and one official article, what was promised, and what matching said about the two."""

    promoted: Article
    official: Article
    promise: Promise = field(default_factory=Promise)
    same: MatchAnswer = "same_variant"
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's observation. `text` is one sentence with the numbers in it, `value` the number found.

    role  price: the comparison itself · condition: the comparison if a condition is met (coupon, membership) ·
          stop: no price of this pair may be compared · note: stands beside the comparison
    """

    rule: str
    answer: FindingAnswer
    text: str
    role: Role = "note"
    value: Decimal | None = None
    parameters: Parameters = field(default_factory=dict)
    page_ids: tuple[str, ...] = ()


class Rule(Protocol):
    """A module in this folder."""

    DEFAULTS: dict[str, object]

    def find(self, pair: Pair, parameters: Parameters, /) -> Finding | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Two comparable prices, each for `per` ("offer", "100 ml", "100 g", "piece"), not rounded."""

    promoted: Decimal
    official: Decimal
    per: str

    def answer(self, tolerance: Decimal) -> PriceAnswer:
        """Dearer or cheaper when the promoted price is more than `tolerance` (a share) away from the official one."""
        if abs(self.promoted - self.official) <= tolerance * self.official:
            return "consistent"
        return "cheaper" if self.promoted < self.official else "dearer"


def decimal_of(parameters: Parameters, name: str) -> Decimal:
    """A number from the parameters, however the file wrote it."""
    return Decimal(str(parameters[name]))


def share_above(amount: Decimal, reference: Decimal) -> Decimal:
    """How much more an amount is, as a share with four decimals; negative for less."""
    return (amount / reference - 1).quantize(_FOUR)


def pages(pair: Pair) -> tuple[str, ...]:
    """Both pages of a pair."""
    return (pair.promoted.page_id, pair.official.page_id)


def money(amount: Decimal, currency: str | None) -> str:
    """`129.00 CNY`, for a sentence."""
    return f"{amount.quantize(_CENT, ROUND_HALF_EVEN)} {currency or '(currency not stated)'}"


def per_words(per: str) -> str:
    """`for the whole offer`, `per 100 ml`."""
    return "for the whole offer" if per == "offer" else f"per {per}"


def same_content(one: Quantity, other: Quantity) -> bool:
    """Whether two contents are equal within the 2 % by which printed ounces and milliliters differ; both silent is
    equal.
    """
    left, right = totals(one), totals(other)
    return left.keys() == right.keys() and all(
        abs(left[unit] - right[unit]) <= _ROUNDING * max(left[unit], right[unit]) for unit in left
    )


def totals(quantity: Quantity) -> dict[Unit, Decimal]:
    """Everything bought, summed for each unit; one plain piece counts as nothing stated."""
    found: dict[Unit, Decimal] = {}
    for part in quantity.parts:
        found[part.unit] = found.get(part.unit, Decimal(0)) + part.size * part.count
    return {} if found == {"pcs": Decimal(1)} else found


def contents(parts: Iterable[Part]) -> str:
    """`50 ml × 2 + 500 g`; empty text when nothing is stated."""
    said = []
    for part in parts:
        size = f"{format(part.size.normalize(), 'f')} {'pcs' if part.unit == 'pcs' else part.unit}"
        said.append(size if part.count == 1 else f"{size} × {part.count}")
    return " + ".join(said)


def comparable(pair: Pair, promoted: Decimal, official: Decimal) -> Prices | None:
    """Two amounts made comparable: as they are for equal content, else per unit; None when the contents forbid it."""
    left, right = pair.promoted.quantity, pair.official.quantity
    if pair.same == "same_variant":
        return Prices(promoted=promoted, official=official, per="offer")
    if pair.same != "other_variant" or same_content(left, right):
        return None
    one, other = unit_price(promoted, left), unit_price(official, right)
    if one is None or other is None or one[1] != other[1]:
        return None
    return Prices(promoted=one[0], official=other[0], per=one[1])


def lowest_layer(article: Article, kinds: frozenset[PriceKind]) -> PriceFact | None:
    """The lowest price of these kinds that is below the price for anyone, in the same currency."""
    if article.price is None:
        return None
    found = [
        layer
        for layer in article.layers
        if layer.kind in kinds
        and layer.currency in (None, article.currency)
        and Decimal(0) < layer.amount < article.price
    ]
    return min(found, key=lambda layer: layer.amount, default=None)
