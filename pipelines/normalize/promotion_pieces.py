"""Readers of promotions about a number of pieces, and of thresholds said in several words or languages."""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize.numerals import small_count
from pipelines.normalize.promotion_reader import PIECE, TENTH, M, N, money, percent_off, reader, tenths
from pipelines.normalize.rule import Rule, RuleType

_OFF_SHARE = r"(?:off|オフ|引き?|할인|rabatt|de réduction|de remise|de descuento|dto\.?|di sconto|sconto|discount)"
_SAVES = r"(?:off|オフ|引き?|할인)"
_SMALL = r"([2-9]|1\d|two|three|four|five)"
_NAMES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def _count(text: str) -> int | None:
    return _NAMES.get(text.lower()) or small_count(text)


@reader("定订訂", rf"[定订訂]金\s?膨胀\s?[:：]?\s?{M}\s?(?:抵|当|变|膨胀(?:到|至|为)?)\s?{M}")
def _deposit_grows(m: re.Match[str]) -> Rule | None:
    return Rule(type="deposit", text=m.group().strip(), deposit=money(m.group(1)), worth=money(m.group(2)))


@reader("定订訂", rf"[付交][定订訂]金\s?{M}\s?[,，]?\s?(?:立[减減省]|可?[减減])\s?{M}")
def _deposit_then_off(m: re.Match[str]) -> Rule | None:
    deposit, off = money(m.group(1)), money(m.group(2))
    worth = None if deposit is None or off is None else deposit + off
    return Rule(type="deposit", text=m.group().strip(), deposit=deposit, worth=worth)


@reader(
    "满滿",
    rf"[满滿]\s?{M}\s?(?:可|即可|立享|再)?\s?(?P<verb>用|享|[减減]|抵|领|得|送|返|赠|贈)\s?{M}\s?"
    r"(?:无门槛|优惠|店铺|消费|满减|代金|购物)?(?:[券劵](?![后後])|红包)",
)
def _coupon_above(m: re.Match[str]) -> Rule | None:
    kind: RuleType = "cashback" if m.group("verb") in "送返赠贈得" else "coupon"
    return Rule(type=kind, text=m.group().strip(), threshold=money(m.group(1)), off=money(m.group(3)))


@reader(
    "券劵", rf"{M}\s?(?:优惠|店铺|满减|无门槛)?[券劵](?![后後])\s?[(（:：,，]?\s?[满滿]\s?{M}\s?(?:可用|使用|可使用|用)"
)
def _coupon_then_condition(m: re.Match[str]) -> Rule | None:
    return Rule(type="coupon", text=m.group().strip(), threshold=money(m.group(2)), off=money(m.group(1)))


@reader("券劵", rf"(?:满减|优惠|店铺|代金)[券劵](?![后後])\s?[:：]?\s?{M}\s?-\s?{M}")
def _coupon_then_pair(m: re.Match[str]) -> Rule | None:
    first, second = money(m.group(1)), money(m.group(2))
    if first is None or second is None or first == second:
        return None
    return Rule(type="coupon", text=m.group().strip(), threshold=max(first, second), off=min(first, second))


@reader(
    "每",
    rf"(?P<cross>跨店|跨品类)?(?:满减)?[:：]?\s?每\s?{M}\s?(?:元)?\s?[减減]\s?{M}(?:[,，(]?\s?(?:最高|上限|至多|最多)(?:可?减|优惠)?\s?{M})?",
)
def _each(m: re.Match[str]) -> Rule | None:
    threshold, off, cap = (money(m.group(n)) for n in (2, 3, 4))
    if threshold is None or off is None or off > threshold:
        return None
    return Rule(type="threshold_off", text=m.group().strip(), threshold=threshold, off=off, cap=cap, repeats=True,
                cross_store=m.group("cross") is not None)  # fmt: skip


@reader("减減省", rf"(?<![\d第]){N}\s?{PIECE}(?:及以上|以上)?\s?(?:立|可|共|再)?[减減省]\s?{M}(?!\d|\s?%)")
def _pieces_off(m: re.Match[str]) -> Rule | None:
    count, off = small_count(m.group(1)), money(m.group(2))
    return None if not count or count < 2 else Rule(type="multi_discount", text=m.group().strip(), count=count, off=off)


@reader(
    "点點个件개枚本",
    rf"(?<!第)(?<!\d){N}\s?{PIECE}\s?(?:以上|이상)?\s?(?:구매|구입)?\s?(?:で|시|ご購入で|まとめ買いで)\s?(?:(\d{{1,2}})\s?%|{M})\s?{_SAVES}",
)
def _pieces_off_japanese_korean(m: re.Match[str]) -> Rule | None:
    count, rate = small_count(m.group(1)), percent_off(m.group(2)) if m.group(2) else None
    if not count or count < 2:
        return None
    return Rule(type="multi_discount", text=m.group().strip(), count=count, rate=rate, off=money(m.group(3)))


@reader(
    "b",
    rf"(\d{{1,2}})\s?%\s?off\s(?:when (?:you|u) )?(?:buy(?:ing)?|on|for)\s{_SMALL}(?:\s?(?:or more|items?|\+))+"
    rf"|buy\s{_SMALL}(?:\s?(?:or more|items?|\+))?,?\s(?:and\s)?(?:save|get)\s(\d{{1,2}})\s?%(?:\s?off)?",
)
def _pieces_rate_english(m: re.Match[str]) -> Rule | None:
    count = _count(m.group(2) or m.group(3))
    rate = percent_off(m.group(1) or m.group(4))
    return None if rate is None else Rule(type="multi_discount", text=m.group().strip(), count=count, rate=rate)


@reader("发發", rf"[拍买買]\s?{N}\s?{PIECE}?\s?[发發]\s?{N}\s?{PIECE}?(?!\d)")
def _sends_more(m: re.Match[str]) -> Rule | None:
    buy, come = small_count(m.group(1)), small_count(m.group(2))
    more = buy and come and come > buy
    return Rule(type="buy_get", text=m.group().strip(), buy=buy, get=(come or 0) - (buy or 0)) if more else None


@reader(
    "flpt",
    r"(?<![\w.,$€£])([2-9])\s(?:for|pour|per|für)\s([1-8])(?![\w.,]|\s?[$€£%])"
    r"|(?<![a-z])(?:leve|lleva|take|prenez|prendi)\s([2-9])\s?,?\s?(?:e |y |and |et )?"
    r"(?:pague|paga|pay|payez|paghi)\s([1-8])(?![\d.,])",
)
def _take_and_pay(m: re.Match[str]) -> Rule | None:
    take, pay = (int(m.group(n) or m.group(n + 2)) for n in (1, 2))
    return Rule(type="buy_get", text=m.group().strip(), buy=pay, get=take - pay) if take > pay else None


@reader("+", r"(?<![\d.+])([1-5])\s?\+\s?([1-5])(?=\s?(?:행사|증정|이벤트))")
def _plus(m: re.Match[str]) -> Rule | None:
    return Rule(type="buy_get", text=m.group().strip(), buy=int(m.group(1)), get=int(m.group(2)))


@reader(
    "2ª2e2.",
    rf"(?<!\d)([2-4])(?:ª|\.|e|ème|ᵉ)\s?(?:artikel|unidad|unité|produit|article|stück)?\s?(?:à|al|mit|zu)?\s?"
    rf"(?:-\s?(\d{{2}})\s?%|(\d{{2}})\s?%\s?(?:de\s)?{_OFF_SHARE})",
)
def _nth_european(m: re.Match[str]) -> Rule | None:
    rate = percent_off(m.group(2) or m.group(3))
    return None if rate is None else Rule(type="nth_item", text=m.group().strip(), nth=int(m.group(1)), rate=rate)


@reader(
    "원",
    r"(\d+(?:\.\d+)?)\s?(만|천)?\s?원\s?이상(?:\s?구매)?(?:\s?시)?\s?"
    r"(\d+(?:[.,]\d+)*)\s?(만|천)?\s?원\s?(?:추가\s?)?할인",
)
def _threshold_korean(m: re.Match[str]) -> Rule | None:
    units = {None: 1, "천": 1_000, "만": 10_000}
    threshold, off = money(m.group(1)), money(m.group(3))
    if threshold is None or off is None:
        return None
    sums = threshold * units[m.group(2)], off * units[m.group(4)]
    return Rule(type="threshold_off", text=m.group().strip(), threshold=sums[0], off=sums[1])


@reader(
    "adsép",
    rf"{M}\s?(?:rabatt|de remise|de réduction|de descuento|di sconto|offerts)\s?"
    rf"(?:ab|dès|en compras (?:superiores a|de)"
    rf"|por compras (?:superiores a|de)|su una spesa (?:di|minima di)|pour)\s?(?:einem Einkauf von |un achat de )?{M}",
)
def _threshold_european(m: re.Match[str]) -> Rule | None:
    return Rule(type="threshold_off", text=m.group().strip(), threshold=money(m.group(2)), off=money(m.group(1)))


@reader(
    "减減降省惠s",
    r"(?:下单|拍下|付款|限时|已|再|最高|活动|国补)?(?:立[减減省]|直[降减減]|[减減]|优惠|省)\s?(\d{1,2})\s?%"
    r"|save (?:an extra )?(\d{1,2})\s?%",
)
def _share_saved(m: re.Match[str]) -> Rule | None:
    rate = percent_off(m.group(1) or m.group(2))
    return None if rate is None else Rule(type="discount", text=m.group().strip(), rate=rate)


@reader("折", rf"[满滿]?\s?{N}\s?{PIECE}\s?(?:及以上|以上)\s?(?:享|打|立享|可享)?\s?{TENTH}折")
def _pieces_or_more(m: re.Match[str]) -> Rule | None:
    rate = tenths(m.group(2))
    count = small_count(m.group(1))
    return None if rate is None else Rule(type="multi_discount", text=m.group().strip(), count=count, rate=rate)


def bundles(text: str) -> list[tuple[int, Rule]]:
    """任选3件99元, any 3 for $10: a price for several pieces, and where it stands.

    The reader of prices takes them for what they are, a price with a count, so they are no `reader`.
    """
    found = []
    for match in _BUNDLE.finditer(text):
        count = _count(match.group(1) or match.group(4) or match.group(5))
        price = money(match.group(2) or match.group(3) or match.group(6))
        if count and count > 1 and price is not None and price > Decimal(0):
            found.append(
                (match.start(), Rule(type="multi_price", text=match.group().strip(), count=count, price=price))
            )
    return found


_BUNDLE = re.compile(
    rf"任[选選]\s?{N}\s?{PIECE}\s?(?:仅|只要|共|到手)?\s?{M}|{M}\s?任[选選]\s?{N}\s?{PIECE}"
    rf"|(?:any\s|mix (?:and|&) match\s)?{_SMALL}\sfor\s(?=[$€£]){M}",
    re.IGNORECASE,
)
