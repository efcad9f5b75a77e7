"""What a number of pieces costs under the promotions that a page states: for anyone, with a coupon, as a member.

Marketplaces name three levels of promotions (单品级, 店铺级, 跨店级) and count them one after the other, and so does
`quote`:

1. the piece: the member's price; then N件M折, 第N件, 买N送M or 加2元多1件, of which one counts; then what is taken off
   at checkout or by a deposit that counts for more, shares before amounts
2. the shop: one step of a 满减 or 满折, then one coupon
3. across shops: one 跨店满减

A buyer takes what is cheapest, and may leave any of them. A condition must be met by what is left to pay at its level;
where only the sum before the other reductions meets it, the promotion is left out, and `left_out` says so: platforms
differ there. Gifts, money that comes back later and shipping never change a price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from pipelines.normalize.parts import Part
from pipelines.normalize.quantity import read_quantity
from pipelines.normalize.rule import Rule

_ZERO = Decimal(0)
# No page states more; every further one multiplies the ways to buy.
_MOST_RULES = 24
# Of what is taken off at checkout, so many are taken or left each for itself; more of them together.
_MOST_CHOSEN = 4
# A reduction without a condition describes the price that the page shows already, unless it is made at checkout.
_AT_CHECKOUT = re.compile(r"^(?:下单|拍下|付款|结算|再|extra)", re.IGNORECASE)
_NEVER = {
    "gift": "a gift is no price",
    "cashback": "the money comes back after the purchase, and not to everybody",
    "free_shipping": "shipping is no part of the price",
    "limited_time": "it says until when, not how much",
    "member_only": "it says for whom, not how much",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who asks: with the coupons that the page offers to all, as a member, both, or neither (anyone)."""

    coupon: bool = False
    member: bool = False


ANYONE, WITH_COUPON, MEMBER = Buyer(), Buyer(coupon=True), Buyer(member=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A promotion that changed nothing, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a purchase costs.

    pieces    how many were wanted                    received  how many come: more when 买N送M gives one on top
    total     to pay for all, in the offer's currency, exact: not rounded to cents
    applied   (promotion, what it took off) in the order in which they were counted
    gifts     the contents of what comes free; never part of `unit`
    """

    pieces: int
    received: int
    total: Decimal
    applied: tuple[tuple[str, Decimal], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    gifts: tuple[Part, ...] = ()

    @property
    def unit(self) -> Decimal:
        """The price of one of the pieces that come."""
        return self.total / self.received


@dataclass(frozen=True, slots=True)
class _Sum:
    """What is left to pay while promotions are counted; `levels` is what was left at the start of levels 1, 2 and 3,
    coupons between the last two."""

    total: Decimal
    pieces: int
    received: int
    applied: tuple[tuple[str, Decimal], ...] = ()
    levels: tuple[Decimal, ...] = ()

    def less(self, text: str, off: Decimal) -> _Sum:
        return replace(self, total=self.total - off, applied=(*self.applied, (text, off)))

    def level(self) -> _Sum:
        return replace(self, levels=(*self.levels, self.total))


def quote(
    price: Decimal,
    rules: Iterable[Rule],
    pieces: int = 1,
    buyer: Buyer = ANYONE,
    *,
    member_price: Decimal | None = None,
) -> Quote:
    """What `pieces` pieces of `price` each cost this buyer, in the cheapest permitted way.

    Raises ValueError for fewer than one piece or a negative price.
    """
    if pieces < 1 or price < 0:
        raise ValueError(f"a purchase has at least one piece and a price of at least 0, not {pieces} and {price}")
    stated = tuple(dict.fromkeys(rules))
    rules = [rule for rule in stated[:_MOST_RULES] if _is_for(rule, buyer)]
    plain = _Sum(price * pieces, pieces, pieces)
    if buyer.member and member_price is not None and member_price < price:
        plain = plain.less("the member's price", (price - member_price) * pieces)
    ways = [way.level() for way in _of_pieces(rules, plain.level())]
    shop = [rule for rule in rules if rule.type == "threshold_off" and not rule.cross_store]
    coupons = [rule for rule in rules if rule.type == "coupon" and buyer.coupon]
    across = [rule for rule in rules if rule.type == "threshold_off" and rule.cross_store]
    paid = min(
        (
            _threshold(third, _threshold(second, _threshold(first, way).level()).level())
            for way, first, second, third in product(ways, (None, *shop), (None, *coupons), (None, *across))
        ),
        key=lambda each: (each.total, -each.received),
    )
    used = {text for text, _ in paid.applied}
    return Quote(
        pieces=pieces,
        received=paid.received,
        total=paid.total,
        applied=paid.applied,
        left_out=tuple(LeftOut(text=r.text, why=_why(r, paid, buyer)) for r in stated if r.text not in used),
        gifts=gifts_of(stated),
    )


def cheapest(
    price: Decimal,
    rules: Iterable[Rule],
    buyer: Buyer = ANYONE,
    *,
    most: int = 10,
    member_price: Decimal | None = None,
) -> Quote:
    """The quote with the lowest price of one piece, for one to `most` pieces; of equal ones that with the fewest."""
    rules = tuple(rules)
    quotes = [quote(price, rules, pieces, buyer, member_price=member_price) for pieces in range(1, most + 1)]
    return min((each for each in quotes if each.received <= most), key=lambda each: each.unit, default=quotes[0])


def gifts_of(rules: Iterable[Rule]) -> tuple[Part, ...]:
    """The contents of what the promotions give on top, as far as they say it: 赠7ml*3."""
    found: list[Part] = []
    for rule in rules:
        if rule.type == "gift":
            said = read_quantity(rule.text)
            found += said.gifts or said.parts
    return tuple(found)


def _of_pieces(rules: list[Rule], plain: _Sum) -> Iterator[_Sum]:
    """The ways to buy that exclude each other, each with what everybody gets at checkout."""
    each = plain.total / plain.pieces
    ways = [plain, *_nth(rules, each, plain)]
    for rule in rules:
        way = _rate_of_pieces(rule, plain) or _free_pieces(rule, each, plain) or _added(rule, each, plain)
        ways += [way] if way is not None else []
    at_once = sorted((rule for rule in rules if _counts_at_once(rule)), key=_shares_first)
    # What is taken off here may keep the sum from a threshold of the shop: each may be left.
    taken = list(product((True, False), repeat=len(at_once))) if len(at_once) <= _MOST_CHOSEN else [(True,), (False,)]
    for way, choice in product(ways, taken):
        for rule, takes in zip(at_once, choice * len(at_once), strict=False):
            off = _at_once(rule, way) if takes else _ZERO
            way = way.less(rule.text, off) if _ZERO < off <= way.total else way
        yield way


def _is_for(rule: Rule, buyer: Buyer) -> bool:
    return rule.who is None or (rule.who == "members" and buyer.member)


def _counts_at_once(rule: Rule) -> bool:
    if rule.type in ("off", "discount"):
        return _AT_CHECKOUT.match(rule.text) is not None or rule.who == "members"
    return rule.type == "deposit" and rule.deposit is not None and rule.worth is not None


def _shares_first(rule: Rule) -> tuple[bool, Decimal, str]:
    return rule.rate is None, rule.off or rule.rate or _ZERO, rule.text


def _at_once(rule: Rule, way: _Sum) -> Decimal:
    if rule.deposit is not None and rule.worth is not None:
        # Each piece has a deposit of its own.
        return max(_ZERO, rule.worth - rule.deposit) * way.pieces
    # Whether an amount is taken off each piece or off the order is not said: off the order.
    return way.total * (1 - rule.rate) if rule.rate is not None else rule.off or _ZERO


def _rate_of_pieces(rule: Rule, plain: _Sum) -> _Sum | None:
    """3件8折, 满2件减30, 任选3件99元: the rest of the pieces cost what one costs alone."""
    if rule.type not in ("multi_discount", "multi_price") or rule.count is None or plain.pieces < rule.count:
        return None
    if rule.price is not None:
        packs = plain.pieces // rule.count
        saved = packs * (rule.count * plain.total / plain.pieces - rule.price)
        return plain.less(rule.text, saved) if _ZERO < saved <= plain.total else None
    off = plain.total * (1 - rule.rate) if rule.rate is not None else rule.off
    return plain.less(rule.text, off) if off is not None and _ZERO < off <= plain.total else None


def _nth(rules: list[Rule], each: Decimal, plain: _Sum) -> list[_Sum]:
    """第2件半价 第3件0元 go together; each named piece once an order, as the words say."""
    best: dict[int, tuple[Decimal, str]] = {}
    for rule in rules:
        if rule.type == "nth_item" and rule.nth is not None and 2 <= rule.nth <= plain.pieces:
            off = each - _last(rule, each)
            if _ZERO < off <= each:
                best[rule.nth] = max(best.get(rule.nth, (_ZERO, "")), (off, rule.text))
    way = plain
    for _, (off, text) in sorted(best.items()):
        way = way.less(text, off)
    return [way] if best else []


def _last(rule: Rule, each: Decimal) -> Decimal:
    """What the n-th piece costs."""
    if rule.price is not None:
        return rule.price
    return each * rule.rate if rule.rate is not None else each - (rule.off or _ZERO)


def _free_pieces(rule: Rule, each: Decimal, plain: _Sum) -> _Sum | None:
    """买2送1: of every three pieces two are paid; whoever takes two gets the third as well."""
    if rule.type != "buy_get" or not rule.buy or not rule.get or plain.pieces < rule.buy:
        return None
    groups, rest = divmod(plain.pieces, rule.buy + rule.get)
    complete = rest >= rule.buy
    paid = groups * rule.buy + min(rest, rule.buy)
    received = (groups + complete) * (rule.buy + rule.get) + (0 if complete else rest)
    return replace(plain.less(rule.text, (plain.pieces - paid) * each), received=received)


def _added(rule: Rule, each: Decimal, plain: _Sum) -> _Sum | None:
    """加2元多1件: one more of the same for 2; 加10元换购 is about another thing."""
    if rule.type != "add_on" or rule.price is None or "多" not in rule.text or plain.pieces < 2:
        return None
    added = min(rule.get or 1, plain.pieces - 1)
    off = each * added - rule.price
    return plain.less(rule.text, off) if _ZERO < off <= plain.total else None


def _threshold(rule: Rule | None, way: _Sum) -> _Sum:
    off = _ZERO if rule is None else _reduction(rule, way.total)
    return way if rule is None or not off else way.less(rule.text, off)


def _reduction(rule: Rule, total: Decimal) -> Decimal:
    """What a rule with a threshold takes off a sum; 0 where the threshold is not met or it would take more than all."""
    threshold = rule.threshold or _ZERO
    if total < threshold:
        return _ZERO
    off = total * (1 - rule.rate) if rule.rate is not None else rule.off or _ZERO
    if rule.repeats and rule.rate is None and threshold:
        off *= total // threshold
    off = off if rule.cap is None else min(off, rule.cap)
    return off if _ZERO < off <= total else _ZERO


def _why(rule: Rule, paid: _Sum, buyer: Buyer) -> str:
    if rule.type in _NEVER:
        return _NEVER[rule.type]
    if not _is_for(rule, buyer):
        return f"it is for {rule.who}"
    if rule.type in ("off", "discount") and not _counts_at_once(rule):
        return "the price on the page may have it already"
    if rule.type == "coupon" and not buyer.coupon:
        return "this buyer uses no coupon"
    needed = {"multi_discount": rule.count, "multi_price": rule.count, "nth_item": rule.nth, "buy_get": rule.buy}.get(
        rule.type
    )
    if needed is not None and paid.pieces < needed:
        return f"it needs {needed} pieces"
    if rule.type == "add_on" and "多" not in rule.text:
        return "it is the price of another thing"
    if rule.type in ("threshold_off", "coupon"):
        return _why_threshold(rule, paid)
    return "another promotion saves as much or more"


def _why_threshold(rule: Rule, paid: _Sum) -> str:
    before, at_shop, at_coupon, at_across = paid.levels[0], *paid.levels[1:]
    base = at_coupon if rule.type == "coupon" else at_across if rule.cross_store else at_shop
    threshold = rule.threshold or _ZERO
    if before < threshold:
        return f"the sum does not reach {threshold}"
    if base < threshold:
        return f"{threshold} is met only by the sum before the other reductions"
    if not _reduction(rule, base):
        return "it would take off more than the sum"
    return "another promotion saves as much or more"
