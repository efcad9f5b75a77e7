"""Prices that changed: each address beside itself, so that two pages of one product that disagree are no change.

A look without a price is a gap, never a change. Looks in another currency are another series: a shop may show a visitor
other money from one day to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from pipelines.changes.change import Change, Side
from pipelines.changes.looks import Look, Looks
from pipelines.database import Database

_OFFERS = "SELECT page_id, currency, price, price_max, list_price FROM offers"
_VARIANTS = "SELECT page_id, currency, price, sku, options_json FROM variants WHERE price IS NOT NULL"
# Prices beside the one that anyone pays; several of one kind are told by the lowest.
_OTHERS = """
SELECT page_id, currency, amount, kind, variant FROM prices WHERE kind IN ('coupon', 'member', 'live', 'deposit')
"""

# Kind of price, variant, currency.
_Part = tuple[str, str, str]


def price_changes(db: Database, looks: Looks) -> list[Change]:
    """Changes of `price`, `list_price`, `coupon`, `member`, `live` and `deposit`; `part` is kind and variant."""
    amounts = _amounts(db)
    found: dict[tuple[object, ...], Change] = {}
    for key, series in looks:
        parts = sorted({part for look in series for part in amounts.get(look.page_id, ())})
        for part in parts:
            shown = [(look, amounts[look.page_id][part]) for look in series if part in amounts.get(look.page_id, {})]
            change = _change(looks, key, part, shown)
            if change is not None:
                same = (change.subject, change.part, change.currency, change.old.value, change.new.value)
                found[same] = looks.together(found[same], change) if same in found else change
    return _told_once(found.values())


def _amounts(db: Database) -> dict[str, dict[_Part, str]]:
    """By page what each kind of price was, as a decimal string; a range is both ends."""
    found: dict[str, dict[_Part, str]] = defaultdict(dict)
    for page_id, currency, price, most, listed in db.execute(_OFFERS):
        if price is not None:
            found[page_id]["price", "", currency or ""] = price if most in (None, price) else f"{price}–{most}"
        if listed is not None:
            found[page_id]["list_price", "", currency or ""] = listed
    for page_id, currency, price, sku, options in db.execute(_VARIANTS):
        found[page_id]["price", sku or options or "", currency or ""] = price
    for page_id, currency, amount, kind, variant in db.execute(_OTHERS):
        part = (kind, variant or "", currency or "")
        known = found[page_id].get(part)
        if known is None or _numbers(amount) < _numbers(known):
            found[page_id][part] = amount
    return found


def _change(looks: Looks, key: str, part: _Part, shown: list[tuple[Look, str]]) -> Change | None:
    before = [pair for pair in shown if pair[0].at <= looks.since]
    after = [pair for pair in shown if pair[0].at > looks.since]
    if not before or not after:
        return None
    old, steps = before[-1], list[tuple[Look, str]]()
    for pair in after:
        if not _equal(pair[1], (steps[-1] if steps else old)[1]):
            steps.append(pair)
    if not steps:
        return None
    product = looks.products.get(key, key)
    kind, variant, currency = part
    between = " → ".join(f"{amount} ({look.seen_at})" for look, amount in steps)
    return Change(
        kind="price_changed",
        subject=product,
        part=" ".join(filter(None, (kind, variant))),
        name=looks.names.get(product, ""),
        currency=currency or None,
        old=Side(value=old[1], page_ids=(old[0].page_id,), seen_at=old[0].seen_at),
        new=Side(value=steps[-1][1], page_ids=(steps[-1][0].page_id,), seen_at=steps[-1][0].seen_at),
        urls=(steps[-1][0].url,),
        claims=looks.claims_of([key]),
        why=f"{old[1]} ({old[0].seen_at}) → {between}" if len(steps) > 1 else "",
    )


def _equal(one: str, other: str) -> bool:
    """`129.0` and `129.00` are one amount."""
    return one == other or _numbers(one) == _numbers(other)


def _numbers(text: str) -> list[Decimal]:
    try:
        return [Decimal(end) for end in text.split("–")]
    except InvalidOperation:
        return []


def _told_once(changes: Iterable[Change]) -> list[Change]:
    """A page's price is that of its variants: where a variant says it, the whole does not, and where all say the same,
    only the whole does.
    """
    found = list(changes)
    whole = {(each.subject, each.currency): each for each in found if each.part == "price"}
    single = [
        each
        for each in found
        if not each.part.startswith("price ")
        or (each.subject, each.currency) not in whole
        or _values(each) != _values(whole[each.subject, each.currency])
    ]
    by_variant = {(each.subject, each.currency) for each in single if each.part.startswith("price ")}
    return [each for each in single if each.part != "price" or (each.subject, each.currency) not in by_variant]


def _values(change: Change) -> tuple[str | None, str | None]:
    return change.old.value, change.new.value
