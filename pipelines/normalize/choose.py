"""Which of a text's prices a buyer pays for the smallest purchase it describes."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.items import PriceKind
from pipelines.normalize.amounts import Money
from pipelines.normalize.labels import Label
from pipelines.normalize.offers import Found
from pipelines.normalize.promotions import Rule


class Chosen(NamedTuple):
    """The payable price, or None; `why` says what was unsure or missing."""

    amount: Decimal | None = None
    amount_max: Decimal | None = None
    kind: PriceKind | None = None
    price: Found | None = None
    why: str | None = None


# A price per month may be a subscription, so it can stand alone; one of twelve parts cannot.
_EVERY_MONTH = re.compile(
    r"^(?!.*(?:期|供|付|for \d|over \d|回|회|할부|납입|렌탈|分割|月々|emi\b|\d\s?x|x\s?\d)).*(?:mo\b|p/m|month|月|"
    r"monat|mois|mes|월)",
    re.IGNORECASE,
)


def _rank(price: Found) -> int | None:
    """Lower is nearer to what anyone pays now; None is never payable alone."""
    if price.standing == "now":
        return 0 if price.kind == "live" else 1
    if price.standing == "plain":
        return 2
    if price.standing == "condition":
        return 5
    if price.standing == "member":
        return 6
    if price.standing == "other":
        return 4 if price.kind == "bundle" else 7
    if price.standing == "usual":
        return 8
    if price.kind == "instalment" and _EVERY_MONTH.search(price.label):
        return 9
    return None


def choose(prices: list[Found], rules: tuple[Rule, ...]) -> Chosen:
    """Current price before plain price before deposit + balance before coupon, member, unit and usual price.

    Reference prices, deposits, balances and parts of an instalment plan are never the answer alone. Among prices of
    one rank the first is taken; when they differ and nothing tells them apart, `why` says so.
    """
    readable = [price for price in prices if price.money.value is not None]
    if len(readable) > 1:
        readable = _without_shares(readable)
    down = any(price.kind == "deposit" for price in readable)
    ranked = sorted(
        ((rank, price) for price in readable if (rank := _rank(price)) is not None and not (down and rank == 9)),
        key=lambda pair: pair[0],
    )
    if ranked and ranked[0][0] <= 2:
        best = _best(ranked, rules)
        return _not_reduced(best, readable) if best.amount == 0 else best
    total = _presale(readable, rules)
    if total is not None:
        return total
    if ranked:
        usual = [pair for pair in ranked if pair[1].standing == "usual"]
        # Whoever is no member pays the usual price.
        return _best(usual if usual and ranked[0][1].standing == "member" else ranked)
    if len(readable) < len(prices):
        return Chosen(why=next(price.money.unsure or "unreadable" for price in prices if price.money.value is None))
    if readable:
        kinds = ", ".join(sorted({price.kind or "price" for price in readable}))
        return Chosen(why=f"only a {kinds} price is stated")
    return Chosen()


def _not_reduced(best: Chosen, prices: list[Found]) -> Chosen:
    """Was: $124.95 Now: $0.00 is a template whose second field was left empty: nothing is reduced."""
    was = [price for price in prices if price.standing == "list" and price.label.isascii()]
    empty = best.price is not None and best.price.label.isascii() and best.price.money.token.startswith("0.00")
    if len(prices) == 2 and was and empty:
        return Chosen(amount=was[0].money.value, kind="list", price=was[0], why="the present price is an empty 0.00")
    return best


SEVERAL = "several prices with nothing to tell them apart; the first was taken"


@lru_cache(maxsize=512)
def payable_with(label: Label) -> tuple[bool, PriceKind | None, str | None]:
    """Whether the one price of a text is what a buyer pays, by its label; its kind, or why it is not."""
    money = Money(value=Decimal(1), start=0, end=1, token=str(1))
    chosen = choose([Found(money=money, kind=label.kind, standing=label.standing, label=label.text)], ())
    return chosen.amount is not None, chosen.kind, chosen.why


def _best(ranked: list[tuple[int, Found]], rules: tuple[Rule, ...] = ()) -> Chosen:
    same = [price for rank, price in ranked if rank == ranked[0][0]]
    best = same[0]
    why = None
    if len(same) > 1 and best.money.value_max is None:
        best = next((price for price in same[1:] if _taxed(best, price)), best)
    if best.count > 1 and best.money.value is not None:
        best = next((price for price in same if _dearer_alone(best, price)), best)
    others = {price.money.value for price in same if price.count == best.count and price.per == best.per}
    if len(others) > 1 and best.standing != "now" and best is same[0]:
        reduced = next((price for price in same[1:] if _reduced(best, price, rules)), None)
        if reduced is not None:
            return Chosen(amount=reduced.money.value, kind=reduced.kind, price=reduced)
        why = SEVERAL
    return Chosen(amount=best.money.value, amount_max=best.money.value_max, kind=best.kind, price=best, why=why)


def _reduced(first: Found, price: Found, rules: tuple[Rule, ...]) -> bool:
    """Whether a promotion of the text makes the second of two bare prices out of the first: 20% off $40 $32."""
    full, value = first.money.value, price.money.value
    if full is None or value is None or not 0 < value < full:
        return False
    for rule in rules:
        if rule.type == "discount" and rule.rate is not None and abs(full * rule.rate - value) <= full / 100:
            return True
        if rule.type == "off" and rule.off is not None and full - rule.off == value:
            return True
    return False


def _dearer_alone(pack: Found, price: Found) -> bool:
    """One piece on its own (2 for $30 or $18 each): the smaller purchase, and no mere share of the pack."""
    value, whole = price.money.value, pack.money.value
    return price.count == 1 and value is not None and whole is not None and value < whole < value * pack.count


def _without_shares(prices: list[Found]) -> list[Found]:
    """Without prices per piece that only divide another price of the text: 2件到手¥158 折合¥79/件."""
    packs = [price for price in prices if price.count > 1 and price.per is None]
    if not packs:
        return prices

    def divides(price: Found) -> bool:
        if price.per is None or price.money.value is None:
            return False
        share = price.money.value
        # A share is rounded to its last digit.
        digit = Decimal((0, (1,), min(int(share.as_tuple().exponent), 0)))
        slack = digit if price.share else digit / 2
        return any(
            pack.money.value and abs(share * pack.count - pack.money.value) < pack.count * slack + digit / 100
            for pack in packs
        )

    return [price for price in prices if not divides(price)]


_WITH_TAX = re.compile(r"税込|inc?l?\.? ?(?:vat|gst|tax|mwst)|ttc|brutto", re.IGNORECASE)
# Prices are often said twice, without and with a tax; the rates of Japan, Europe, India and Australia lie between.
_LEAST_TAX, _MOST_TAX = Decimal("1.04"), Decimal("1.29")


def _taxed(net: Found, price: Found) -> bool:
    """Whether `price` is `net` with the tax that its label says is in it."""
    if net.money.value is None or price.money.value is None or _WITH_TAX.search(net.label):
        return False
    taxed = _WITH_TAX.search(price.label) is not None
    return taxed and net.money.value * _LEAST_TAX <= price.money.value <= net.money.value * _MOST_TAX


def _presale(prices: list[Found], rules: tuple[Rule, ...]) -> Chosen | None:
    """Deposit + balance: a buyer pays both. The deposit may stand in a rule (定金100抵200)."""
    balance = next((price for price in prices if price.kind == "balance"), None)
    if balance is None or balance.money.value is None:
        return None
    deposit = next((price.money.value for price in prices if price.kind == "deposit"), None)
    if deposit is None:
        deposit = next((rule.deposit for rule in rules if rule.type == "deposit"), None)
    if deposit is None:
        return None
    return Chosen(amount=deposit + balance.money.value, kind=None, price=balance)
