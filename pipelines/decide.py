"""Candidates → the offer's price. The one place where a page's contradictions are settled.

1.  Only a price that anyone can pay now may become `price`: kinds sale, from and live. Member, coupon, deposit,
    balance, instalment, unit
    and bundle prices never do. Used prices do only when the page offers nothing else.
2.  The visible product block is the arbiter. Where its price and structured data agree, that is the price. Where
    structured data repeats
    a visible member, coupon or struck price, it is that price, not the price. Where they differ otherwise, the
    visible price counts, if
    the block shows just one and the two are within a factor of three; else `price` is null and an issue names both.
3.  Without a visible price the machine-readable sources must agree (JSON body, JSON-LD, microdata, RDFa, OpenGraph,
    in this order). Two
    values are settled only by a third source that calls the dearer one a list price; else null.
4.  A visible price that nothing ties to the product may confirm one of them, never overrule them. Page state decides
    only when no other source has a price, and only when all its statements agree.
5.  A price shown as a range, or variants with different prices: `price` is the lowest one of those not sold out,
    `price_max` the highest.
6.  `list_price` is a price that the page strikes through or calls list price, higher than `price`; from the visible
    block first, else from
    structured data, else from the source that gave the price. It is never computed from a discount.
7.  Where structured data only repeats a visible members' price or instalment, the one other price shown is the price,
    even where little ties it to the product. A presale price that deposit and balance do not add up to is null.
8.  Data whose every price is struck through in the visible block gives none. A price "/ piece" is the price where no
    other is told; of several visible prices without data the lowest counts if it alone is called the sale price.
    A price before tax alone is the price only in currencies whose shops never show another (US, Canadian dollars).
9.  Amounts of zero, and amounts in another currency than the chosen price, take no part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.candidates import Candidate
from pipelines.items import FoundIn, Issue
from pipelines.limited import plain_beside_limited, presale_total

_DATA: tuple[FoundIn, ...] = ("api", "xhr", "json-ld", "microdata", "rdfa", "opengraph")
_STATE: tuple[FoundIn, ...] = ("embedded",)
_TOO_FAR = 3
# Where every price is before sales tax. Elsewhere nobody buys at a price before tax, whatever the page calls it.
_TAX_ON_TOP = frozenset({"USD", "CAD"})
_PIECE = re.compile(
    r"\D*\d[\d.,' ]*(?:\s?[-–~]\s?\D{0,5}\d[\d.,' ]*)?\D{0,5}/\s?(?:pieces?|pcs?|each|ea|lot|stück|stk|件|个|個|개)\b"
    r"(?:\s\d{1,2}% off)?",
    re.I,
)


@dataclass(slots=True, kw_only=True)
class Decision:
    """The chosen values; `chosen` maps a candidate's index to the field it became."""

    price: Decimal | None = None
    price_max: Decimal | None = None
    list_price: Decimal | None = None
    currency: str | None = None
    chosen: dict[int, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def decide(candidates: Sequence[Candidate], *, sold_out: frozenset[str] = frozenset()) -> Decision:
    """Settle price, price_max, list_price and currency. `sold_out` holds the skus of variants that cannot be bought."""
    decision = Decision()
    if not candidates:
        return decision
    picked = _price(candidates, sold_out, decision)
    total = presale_total(candidates, picked)
    if total is not None:
        decision.issues.append(_conflict(picked[:1], f"deposit and balance make {total}, not the presale price"))
        picked = []
    if picked:
        _accept(candidates, picked, decision)
        _list_price(candidates, picked, decision)
    decision.currency = decision.currency or _only({c.fact.currency for c in candidates if c.fact.currency})
    return decision


def _only(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _of(candidates: Iterable[Candidate], places: tuple[FoundIn, ...]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.fact.found_in in places]


def _price(candidates: Sequence[Candidate], sold_out: frozenset[str], decision: Decision) -> list[Candidate]:
    """The candidates that state the price: one, or several variants or ends of a range."""
    shown_all = _of(candidates, ("visible",))
    shown = _without_usual([c for c in shown_all if c.buyable and not c.before_tax and c.sure])
    stated = _statements([c for c in _of(candidates, _DATA) if c.buyable], sold_out)
    if shown:
        return _by_sight(shown, shown_all, stated, decision)
    limited = {c.amount for c in shown_all if not c.buyable and c.fact.kind != "list" and not _each(c)}
    plain = plain_beside_limited(shown_all, {_low(statement) for statement in stated})
    if plain:
        return [plain]
    stated = [statement for statement in stated if _low(statement) not in limited]
    if stated:
        unsure = {c.amount for c in shown_all if c.buyable and not c.sure}
        confirmed = [statement for statement in stated if _low(statement) in unsure]
        return _by_data(confirmed if len(confirmed) == 1 else stated, candidates, decision)
    state = _statements([c for c in _of(candidates, _STATE) if c.buyable], sold_out)
    if state:
        return _agreeing(state, decision, "page state contradicts itself")
    return _last_resort(candidates, decision)


def _without_usual(shown: list[Candidate]) -> list[Candidate]:
    """A "regular price" is the price only where nothing cheaper stands beside it."""
    others = [c for c in shown if not c.regular]
    cheaper = [c for c in others if any(c.amount < usual.amount for usual in shown if usual.regular)]
    return others if cheaper else shown


def _statements(candidates: list[Candidate], sold_out: frozenset[str]) -> list[list[Candidate]]:
    """What each source says, cheapest first: one statement a product it marks up, or the span of its variants in
    stock.
    """
    found: list[list[Candidate]] = []
    for place in (*_DATA, *_STATE):
        mine = [c for c in candidates if c.fact.found_in == place]
        own = [c for c in mine if c.fact.variant is None]
        if not own and mine:
            there = [c for c in mine if c.fact.variant not in sold_out] or mine
            found.append(sorted(there, key=lambda c: c.amount))
        for product in dict.fromkeys(_product(c) for c in own):
            said = [c for c in own if _product(c) == product]
            with_tax = [c for c in said if not c.before_tax] or said
            found.append(sorted(_distinct(with_tax), key=lambda c: c.amount))
    return found


def _product(candidate: Candidate) -> str:
    """The marked-up product a price belongs to: offers of one product stand below it, any other price stands for
    itself.
    """
    return candidate.fact.path.partition(".offers")[0]


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    seen: set[tuple[Decimal, Decimal | None]] = set()
    kept = []
    for candidate in candidates:
        key = (candidate.amount, candidate.fact.amount_max)
        if key not in seen:
            seen.add(key)
            kept.append(candidate)
    return kept


def _low(statement: list[Candidate]) -> Decimal:
    return min(c.amount for c in statement)


def _high(statement: list[Candidate]) -> Decimal:
    return max(c.fact.amount_max or c.amount for c in statement)


def _by_sight(
    shown: list[Candidate], shown_all: list[Candidate], stated: list[list[Candidate]], decision: Decision
) -> list[Candidate]:
    first = shown[0]
    amounts = list(dict.fromkeys(c.amount for c in shown))
    limited = {c.amount for c in shown_all if c not in shown} - set(amounts)
    free = [statement for statement in stated if _low(statement) not in limited]
    if not free:
        return _several(shown, decision)
    ends = {end for c in shown for end in (c.amount, c.fact.amount_max) if end is not None}
    for statement in free:
        low, high = _low(statement), _high(statement)
        if low in ends and high in ends and high > low:
            return [c for c in shown if low <= c.amount <= high]
        if low == first.amount:
            return [first, *statement] if first.fact.kind == "from" else [first]
    agreed = [amount for amount in amounts if amount in {_low(statement) for statement in free}]
    if len(agreed) == 1:
        return [next(c for c in shown if c.amount == agreed[0])]
    if len(amounts) == 1 and any(_low(statement) <= first.amount <= _high(statement) for statement in free):
        return [first]
    if len(amounts) == 1:
        return _against(first, free, decision)
    decision.issues.append(
        _conflict([*shown[:2], free[0][0]], "visible prices and structured data contradict each other")
    )
    return []


def _several(shown: list[Candidate], decision: Decision) -> list[Candidate]:
    """Several visible prices and no data: one place repeated is a choice of variants, else nobody says which is the
    price.
    """
    first = shown[0]
    alike = [c for c in shown if c.fact.path == first.fact.path]
    if len(alike) == len(shown) or len({c.amount for c in shown}) == 1:
        return alike
    if first.fact.amount_max is not None:
        return [first]
    called = [c for c in shown if c.on_sale]
    if len({c.amount for c in called}) == 1 and all(1 <= c.amount / called[0].amount <= _TOO_FAR for c in shown):
        return called
    decision.issues.append(_conflict(shown[:3], "several visible prices and nothing says which one is the price"))
    return []


def _against(first: Candidate, stated: list[list[Candidate]], decision: Decision) -> list[Candidate]:
    """One visible price against data that says something else."""
    other = stated[0][0]
    far = max(first.amount, other.amount) > _TOO_FAR * min(first.amount, other.amount)
    if far and not all(c.before_tax for statement in stated for c in statement):
        decision.issues.append(
            _conflict([first, other], "visible price and structured data are too far apart to be the same offer")
        )
        return []
    decision.issues.append(
        _conflict([first, other], "visible price differs from structured data; the visible one counts")
    )
    return [first]


def _by_data(stated: list[list[Candidate]], candidates: Sequence[Candidate], decision: Decision) -> list[Candidate]:
    lists = {c.amount for c in candidates if c.fact.kind == "list"}
    struck = {c.amount for c in candidates if c.fact.kind == "list" and c.fact.found_in == "visible"}
    open_ones = [statement for statement in stated if _low(statement) not in lists]
    if not open_ones and all(_low(statement) in struck for statement in stated):
        # What the page strikes through is not what one pays, and the price beside it could not be read.
        decision.issues.append(_conflict([stated[0][0]], "the data's only price is struck through on the page"))
        return []
    open_ones = open_ones or stated
    return _agreeing(open_ones, decision, "sources contradict each other and no visible price decides")


def _agreeing(stated: list[list[Candidate]], decision: Decision, why: str) -> list[Candidate]:
    lows = {_low(statement) for statement in stated}
    if len(lows) == 1:
        return max(stated, key=_high)
    spans = [statement for statement in stated if _high(statement) > _low(statement)]
    # A single offer price inside the span of the variants is the variant shown first.
    if spans and all(_low(spans[0]) <= low <= _high(spans[0]) for low in lows):
        return spans[0]
    decision.issues.append(_conflict([statement[0] for statement in stated[:3]], why))
    return []


def _each(candidate: Candidate) -> bool:
    """A price "/ ea" of goods sold by the piece: their price, written as one per unit."""
    return candidate.fact.kind == "unit" and _PIECE.fullmatch(candidate.fact.text) is not None


def _last_resort(candidates: Sequence[Candidate], decision: Decision) -> list[Candidate]:
    """Nothing that anyone can pay new: an offer of used goods only, or no price at all, with the reason."""
    used = [c for c in candidates if c.fact.kind == "used"]
    if used and not any(c.buyable for c in candidates):
        order = {place: index for index, place in enumerate(("visible", *_DATA, *_STATE))}
        nearest = min(order[c.fact.found_in] for c in used)
        return [min((c for c in used if order[c.fact.found_in] == nearest), key=lambda c: c.amount)]
    each = [c for c in candidates if c.sure and _each(c)]
    if each and not any(c.buyable for c in candidates) and len({c.amount for c in each}) == 1:
        # "/ piece" names what one buys where no other price is told.
        return each
    if any(c.buyable and not c.sure for c in candidates):
        unsure = next(c for c in candidates if c.buyable and not c.sure)
        decision.issues.append(
            Issue(field="price", value=unsure.fact.text[:80], why="nothing ties the visible price to the product")
        )
        return []
    taxed = [c for c in candidates if c.before_tax and c.buyable]
    if taxed and {c.fact.currency for c in taxed} <= _TAX_ON_TOP and len({c.amount for c in taxed}) == 1:
        return taxed[:1]
    if taxed and not any(c.buyable and not c.before_tax for c in candidates):
        decision.issues.append(
            Issue(field="price", value=taxed[0].fact.text[:80], why="the page only says a price before tax")
        )
        return []
    if candidates:
        kinds = ", ".join(sorted({c.fact.kind for c in candidates}))
        decision.issues.append(
            Issue(field="price", value=candidates[0].fact.text[:80], why=f"only prices of these kinds: {kinds}")
        )
    return []


def _accept(candidates: Sequence[Candidate], picked: list[Candidate], decision: Decision) -> None:
    decision.price = _low(picked)
    top = _high(picked)
    decision.price_max = top if top > decision.price else None
    codes = {c.fact.currency for c in picked if c.fact.currency}
    if not codes:
        codes = {c.fact.currency for c in candidates if c.fact.currency}
    decision.currency = _only(set(codes))
    if len(codes) > 1:
        value = ", ".join(sorted(code for code in codes if code))
        decision.issues.append(
            Issue(field="currency", value=value, why="the sources of the price name different currencies")
        )
    for index, candidate in enumerate(candidates):
        if candidate in picked and decision.price in (candidate.amount, candidate.fact.amount_max):
            decision.chosen[index] = "price"


def _list_price(candidates: Sequence[Candidate], picked: list[Candidate], decision: Decision) -> None:
    source = picked[0].fact.found_in
    assert decision.price is not None
    stated = {c.amount for c in candidates if c.fact.found_in in _DATA}
    places: tuple[tuple[FoundIn, ...], ...] = (("visible",), _DATA, _STATE)
    for group in places:
        found = [
            (index, c)
            for index, c in enumerate(candidates)
            if c.fact.found_in in group
            and (group != _STATE or source == "embedded" or c.amount in stated)
            and (c.fact.kind == "list" or (c.regular and c.fact.kind == "sale" and c not in picked))
            and c.amount > decision.price
            and c.fact.currency in (decision.currency, None)
            and (c.fact.variant is None or c.fact.variant in {p.fact.variant for p in picked})
        ]
        amounts = {c.amount for _, c in found}
        own = {p.fact.variant for p in picked if p.amount == decision.price} - {None}
        if len(amounts) > 1 and own:
            found = [(index, c) for index, c in found if c.fact.variant in own] or found
            amounts = {c.amount for _, c in found}
        if len(amounts) > 1 and group != ("visible",):
            listed = ", ".join(str(amount) for amount in sorted(amounts))
            decision.issues.append(Issue(field="list_price", value=listed[:80], why="several list prices"))
            return
        if found:
            index, best = found[0]
            decision.list_price = best.amount
            decision.chosen[index] = "list_price"
            return


def _conflict(candidates: list[Candidate], why: str) -> Issue:
    said = " / ".join(f"{c.fact.text} ({c.fact.found_in} {c.fact.path})" for c in candidates)
    return Issue(field="price", value=said[:300], why=why)
