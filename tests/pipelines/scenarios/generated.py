"""Worlds from dice with a fixed seed. The truth is what the dice decided, never what the code answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from tests.pipelines.scenarios.worlds import Seen, World

SEED = 20261111
_BRANDS = ("白鹭", "青鸾", "云杉", "苇莺")
_NAMES = ("云朵修护", "晨雾保湿", "月光焕亮", "山茶舒缓", "海盐清透", "竹露补水", "麦田滋养")
_KINDS = (("面霜", "g"), ("精华液", "ml"), ("洗发水", "ml"), ("身体乳", "ml"), ("卸妆油", "ml"))
_NOISE = ("", " 官方正品", "【直播专享】", " 包邮", " 限时特惠")
_CLAIMS = (
    ("官方同价", "same"), ("比官网便宜", "cheaper"), ("全网最低价", "lowest"), ("正品保证", "none"), ("", "none"),
    ("比官网便宜20元", "by20"), ("same price as the official store", "same"), ("lowest price anywhere", "lowest"),
)  # fmt: skip


def generated() -> list[World]:
    dice = random.Random(SEED)
    makers = ((_plain, 50), (_packs, 14), (_others, 16), (_untold, 24), (_discounts, 24), (_lows, 12), (_originals, 12))
    worlds: list[World] = []
    for maker, times in makers:
        for _ in range(times):
            worlds.append(maker(dice, f"G{len(worlds):03d}"))
    return worlds


class _Goods:
    """A made-up thing: its title without content, its size and a fair price."""

    def __init__(self, dice: random.Random) -> None:
        self.brand = dice.choice(_BRANDS)
        self.kind, self.unit = dice.choice(_KINDS)
        self.words = dice.choice(_NAMES)
        self.size = dice.choice((30, 50, 100, 200))
        self.price = Decimal(dice.randint(80, 900))

    def title(self, content: str | None = None, more: str = "") -> str:
        return f"{self.brand} {self.words}{self.kind} {content or f'{self.size}{self.unit}'}{more}"


def _money(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01")))


def _noisy(dice: random.Random, title: str) -> str:
    noise = dice.choice(_NOISE)
    return noise + title if noise.startswith("【") else title + noise


def _plain(dice: random.Random, name: str) -> World:
    goods, factor = (
        _Goods(dice),
        dice.choice((Decimal("0.7"), Decimal("0.9"), Decimal(1), Decimal("1.1"), Decimal("1.4"))),
    )
    official, promoted = goods.price, (goods.price * factor).quantize(Decimal("0.01"))
    claim, tested = dice.choice(_CLAIMS)
    word = "consistent" if factor == 1 else "cheaper_at_streamer" if factor < 1 else "dearer_at_streamer"
    words = "not_testable"
    if tested == "same":
        words = "supported" if factor <= 1 else "contradicted"
    elif tested == "cheaper":
        words = "supported" if factor < 1 else "contradicted"
    elif tested == "by20":
        saved, slack = official - promoted, official / 100
        words = "supported" if saved >= 20 - slack else "contradicted"
    elif tested == "lowest":
        words = "contradicted" if factor > 1 else "not_testable"
    return World(
        id=name,
        why=f"one thing, {factor} of the official price, {claim or 'no words'}",
        seen=(
            Seen(
                shop="S",
                hours=dice.randint(-2, 4),
                name=_noisy(dice, goods.title()),
                brand=goods.brand,
                price=_money(promoted),
            ),
            Seen(shop="A", hours=dice.randint(-20, 20), name=goods.title(), brand=goods.brand, price=_money(official)),
        ),
        claim={"claim": claim, "claimed_price": _money(promoted)},
        truth=word,
        words=words,
    )


def _packs(dice: random.Random, name: str) -> World:
    goods, count = _Goods(dice), dice.choice((2, 3, 5))
    factor = dice.choice((Decimal("0.7"), Decimal(1), Decimal("1.3")))
    total = goods.price * count * factor
    gift = dice.choice(("", f" 赠{goods.size // 10}{goods.unit}*3", f" 送小样{goods.size // 10}{goods.unit}"))
    claim = dice.choice(("", "比官网便宜", "全网最低价"))
    word = "consistent" if factor == 1 else "cheaper_at_streamer" if factor < 1 else "dearer_at_streamer"
    supported = claim == "比官网便宜" and factor < 1
    content = f"{goods.size}{goods.unit}*{count}"
    return World(
        id=name,
        why=f"a pack of {count}, {factor} of the single price for each",
        seen=(
            Seen(shop="S", hours=1, name=goods.title(content, gift), brand=goods.brand, price=_money(total)),
            Seen(shop="A", hours=2, name=goods.title(), brand=goods.brand, price=_money(goods.price)),
        ),
        claim={"claim": claim},
        truth=word,
        words="supported" if supported else "not_testable",
    )


def _others(dice: random.Random, name: str) -> World:
    goods = _Goods(dice)
    left, right = dice.choice(
        (
            (" #316", " #208"), (" 第二代", " 第三代"), (" 替换装", ""), (" 小样", ""), (" SPF30", " SPF50"),
            (" 港版", " 国行"), (" 清爽型", " 滋润型"),
        )
    )  # fmt: skip
    claim = dice.choice(("全网最低价", "比官网便宜", "官方同价", "专柜同款", "5折"))
    low = _money(goods.price * dice.choice((Decimal("0.5"), Decimal(1), Decimal("1.5"))))
    return World(
        id=name,
        why=f"another thing: {left or 'nothing'} against {right or 'nothing'}",
        seen=(
            Seen(shop="S", hours=1, name=goods.title(more=left), brand=goods.brand, price=low),
            Seen(shop="A", hours=2, name=goods.title(more=right), brand=goods.brand, price=_money(goods.price)),
        ),
        claim={"claim": claim},
        truth="different_product",
    )


def _untold(dice: random.Random, name: str) -> World:
    goods, claim = _Goods(dice), dice.choice(("全网最低价", "比官网便宜", "官方同价", ""))
    dear, fair = _money(goods.price * Decimal("1.2")), _money(goods.price)
    promoted = {"shop": "S", "hours": 1, "name": goods.title(), "brand": goods.brand, "price": dear}
    official = {"shop": "A", "hours": 2, "name": goods.title(), "brand": goods.brand, "price": fair}
    why, left, right = dice.choice(
        (
            ("official blocked", {}, {"outcome": "blocked"}),
            ("promoted blocked", {"outcome": "blocked"}, {}),
            ("official sold out", {}, {"stock": "out_of_stock"}),
            ("promoted sold out", {"stock": "out_of_stock"}, {}),
            ("official in dollars", {}, {"currency": "USD"}),
            ("looks four days apart", {}, {"hours": 98}),
            ("a range", {"most": _money(goods.price * 3)}, {}),
            ("only from", {"only_from": True}, {}),
            ("a coupon decides", {"coupon": _money(goods.price * Decimal("0.8"))}, {}),
            ("a member price decides", {"member": _money(goods.price * Decimal("0.8"))}, {}),
            ("half price for the second", {"promotions": ("第2件半价",)}, {}),
            ("a nickname", {"name": f"宝藏小绿瓶 {goods.size}{goods.unit}", "brand": None}, {}),
            ("content on one side", {"name": f"{goods.brand} {goods.words}{goods.kind}"}, {}),
        )
    )
    seen = (Seen(**{**promoted, **left}), Seen(**{**official, **right}))  # type: ignore[arg-type]
    return World(id=name, why=why, seen=seen, claim={"claim": claim}, truth="cannot_tell")


def _daily(goods: _Goods, prices: list[tuple[int, Decimal]]) -> Iterator[Seen]:
    """Looks of the promoted shop, one a day until a day before the broadcast; (days, price) from the oldest."""
    total = sum(days for days, _ in prices)
    ago = total
    for days, price in prices:
        for _ in range(days):
            yield Seen(shop="S", hours=-24.0 * ago, name=goods.title(), brand=goods.brand, price=_money(price))
            ago -= 1


def _with_past(
    name: str, why: str, goods: _Goods, past: list[tuple[int, Decimal]], now: Decimal, claim: str, words: str
) -> World:
    seen = (
        *_daily(goods, past),
        Seen(shop="S", hours=1, name=goods.title(), brand=goods.brand, price=_money(now)),
        Seen(shop="A", hours=2, name=goods.title(), brand=goods.brand, price=_money(now)),
    )
    told = {"claim": claim, "claimed_price": _money(now)}
    return World(id=name, why=why, seen=seen, claim=told, truth="consistent", words=words)


def _discounts(dice: random.Random, name: str) -> World:
    goods = _Goods(dice)
    usual, half = goods.price, goods.price / 2
    claim = dice.choice(("5折", "今天半价", "50% off", "half price today"))
    why, past, words = dice.choice(
        (
            ("half of what was asked for 90 days", [(90, usual)], "supported"),
            ("half of what was asked for 40 days", [(40, usual)], "supported"),
            ("never asked more", [(95, half)], "contradicted"),
            ("raised for three days", [(90, half), (3, usual)], "contradicted"),
            ("seen for five days only", [(5, usual)], "not_testable"),
            ("seen for five days only, never more", [(5, half)], "not_testable"),
            ("a sale two weeks before, dear on most days", [(70, usual), (4, half), (14, usual)], "not_testable"),
        )
    )
    return _with_past(name, why, goods, past, half, claim, words)


def _lows(dice: random.Random, name: str) -> World:
    goods = _Goods(dice)
    claim = dice.choice(("史低价", "历史最低", "全年最低", "lowest price ever"))
    low = dice.choice((True, False))
    sale = goods.price * (Decimal("0.8") if low else Decimal("1.2"))
    past = [(30, goods.price), (3, sale), (20, goods.price * Decimal("1.1"))]
    why = "lower a month before" if low else "never lower among the looks"
    return _with_past(name, why, goods, past, goods.price, claim, "contradicted" if low else "not_testable")


def _originals(dice: random.Random, name: str) -> World:
    goods = _Goods(dice)
    now, asked = goods.price, goods.price * 2
    honest = dice.choice((True, False))
    said = asked if honest else goods.price * 4
    claim = dice.choice((f"原价{said} 现价{now}", f"原价：￥{said}元，直播价{now}", f"was ¥{said} now ¥{now}"))
    why = "the original price was asked" if honest else "the original price is twice what was asked"
    return _with_past(name, why, goods, [(35, asked)], now, claim, "supported" if honest else "contradicted")
