"""One reader a kind of promotion, in order of narrowness: the words it is stated in, and the rule they mean.

`promotion_pieces` has those about a number of pieces; they are narrower and come first.
"""

from __future__ import annotations

import re
from decimal import Decimal

from pipelines.normalize import promotion_pieces  # noqa: F401  its readers are entered before those below
from pipelines.normalize.numerals import small_count
from pipelines.normalize.promotion_reader import (
    CONTENT,
    PIECE,
    READERS,
    TENTH,
    WORD,
    M,
    N,
    money,
    percent_off,
    reader,
    tenths,
)
from pipelines.normalize.rule import Rule, RuleType

__all__ = ["READERS"]


@reader("定订訂", rf"[定订訂]金\s?{M}\s?(?:可?抵|抵扣|膨胀(?:到|至|为)?|当|可当|=)\s?{M}(?:用)?")
def _deposit(m: re.Match[str]) -> Rule | None:
    return Rule(type="deposit", text=m.group().strip(), deposit=money(m.group(1)), worth=money(m.group(2)))


@reader(
    "满滿",
    rf"(?P<cross>跨店|跨品类)?(?:满减)?(?P<coupon>领?[券劵]|(?:店铺)?优惠[券劵]|店铺券|领)?\s?[:：]?\s?(?P<each>每)?[满滿]\s?{M}\s?(?:元|"
    rf"再)?\s?(?:立|可|直|享)?[减減]\s?{M}"
    rf"(?:(?P<tail>[的]?(?:优惠|店铺)?[券劵](?![后後]))?)(?:[,，(]?\s?(?:最高|上限|至多|最多)(?:可?减|优惠)?\s?{M})?",
)
def _threshold_off(m: re.Match[str]) -> Rule | None:
    threshold, off, cap = (money(m.group(i)) for i in (4, 5, 7))
    if threshold is None or off is None or off > threshold:
        return None
    kind: RuleType = "coupon" if m.group("coupon") or m.group("tail") else "threshold_off"
    return Rule(type=kind, text=m.group().strip(), threshold=threshold, off=off, cap=cap,
                repeats=bool(m.group("each")), cross_store=bool(m.group("cross")))  # fmt: skip


@reader("券劵", rf"(?:领取?)?\s?{M}\s?-\s?{M}\s?(?:优惠)?[券劵](?![后後])")
def _coupon_pair(m: re.Match[str]) -> Rule | None:
    first, second = money(m.group(1)), money(m.group(2))
    if first is None or second is None:
        return None
    return Rule(type="coupon", text=m.group().strip(), threshold=max(first, second), off=min(first, second))


@reader("折", rf"[满滿]\s?{M}\s?(?:即|可|享|打){{0,3}}\s?(?:享)?\s?{TENTH}折")
def _threshold_rate(m: re.Match[str]) -> Rule | None:
    rate = tenths(m.group(2))
    return (
        None
        if rate is None
        else Rule(type="threshold_off", text=m.group().strip(), threshold=money(m.group(1)), rate=rate)
    )


@reader("满滿", rf"[满滿]\s?{N}\s?{PIECE}(?:享|打|即享|立?[减減])?\s?(?:{TENTH}折|{M})")
def _pieces_full(m: re.Match[str]) -> Rule | None:
    rate = tenths(m.group(2)) if m.group(2) else None
    return Rule(
        type="multi_discount", text=m.group().strip(), count=small_count(m.group(1)), rate=rate, off=money(m.group(3))
    )


@reader(
    "第",
    rf"第\s?{N}\s?{PIECE}\s?(?:只要|仅|仅需|立享|享|打|为|再)?\s?(?:(?P<half>半[价價])|(?P<free>0元?|免费|免單|"
    rf"免单|零元|送)|{TENTH}折|"
    rf"(?:立?[减減])\s?{M}|{M})",
)
def _nth_item(m: re.Match[str]) -> Rule | None:
    nth = small_count(m.group(1))
    if m.group("half"):
        return Rule(type="nth_item", text=m.group().strip(), nth=nth, rate=Decimal("0.5"))
    if m.group("free"):
        return Rule(type="nth_item", text=m.group().strip(), nth=nth, price=Decimal(0))
    rate = tenths(m.group(4)) if m.group(4) else None
    return Rule(
        type="nth_item", text=m.group().strip(), nth=nth, rate=rate, off=money(m.group(5)), price=money(m.group(6))
    )


@reader("折", rf"{N}\s?{PIECE}\s?(?:及以上)?(?:享|打|立享|可享)?\s?{TENTH}折")
def _multi_discount(m: re.Match[str]) -> Rule | None:
    rate = tenths(m.group(2))
    return (
        None
        if rate is None
        else Rule(type="multi_discount", text=m.group().strip(), count=small_count(m.group(1)), rate=rate)
    )


@reader(
    "送赠贈免得증행行",
    rf"(?:买|買|拍|购|購)\s?{N}\s?{PIECE}?\s?(?:送|赠|贈|免|得)\s?{N}(?!\s?(?:ml|g\b|克|毫升|元|\d))\s?{PIECE}?|"
    rf"{N}\s?{PIECE}?\s?送\s?{N}(?![\d.]|\s?(?:ml|g\b|克|毫升))\s?{PIECE}?|(\d) ?\+ ?(\d)(?= ?행사| ?증정|行사)",
)
def _buy_get(m: re.Match[str]) -> Rule | None:
    found = [group for group in m.groups() if group is not None]
    buy, get = small_count(found[0]), small_count(found[1])
    if not buy or not get:
        return None
    if "得" in m.group():
        get -= buy
    return Rule(type="buy_get", text=m.group().strip(), buy=buy, get=get) if get > 0 else None


@reader(
    "b",
    r"buy\s(\d{1,2}|one|two|three)\s?,?\s(?:and\s)?get\s(\d{1,2}|one|two|three|1)\s(?:more\s)?(?:(free|for free)|"
    r"(?:at\s)?(\d{1,2})\s?%\s?off|(half)(?: price| off)?)|bogo",
)
def _buy_get_english(m: re.Match[str]) -> Rule | None:
    names = {"one": 1, "two": 2, "three": 3}
    if m.group(1) is None:
        return Rule(type="buy_get", text=m.group().strip(), buy=1, get=1)
    buy, get = (names.get(m.group(i).lower()) or int(m.group(i)) for i in (1, 2))
    if m.group(3):
        return Rule(type="buy_get", text=m.group().strip(), buy=buy, get=get)
    rate = Decimal("0.5") if m.group(5) else percent_off(m.group(4))
    return Rule(type="nth_item", text=m.group().strip(), nth=buy + 1, rate=rate)


@reader(
    "fs",
    rf"(?:with (?:a )?(?:(?P<code>code|coupon|voucher)\W?\s?)?)?{M}\s?off\s(?:your |any |on |orders? |"
    rf"purchases? ){{0,4}}(?:of |over |above |from ){{0,2}}{M}\+?|spend\s{M},?\s(?:and\s)?(?:save|"
    rf"get)\s{M}(?:\soff)?",
)
def _threshold_off_english(m: re.Match[str]) -> Rule | None:
    off, threshold = money(m.group(2)), money(m.group(3))
    if off is None:
        threshold, off = money(m.group(4)), money(m.group(5))
    return Rule(type="threshold_off", text=m.group().strip(), threshold=threshold, off=off)


@reader("加+", rf"(?:加|\+)\s?{M}\s?(?:换购|換購|得|多得?|购|买|即得|带走)\s?(?:{N}\s?{PIECE})?")
def _add_on(m: re.Match[str]) -> Rule | None:
    get = small_count(m.group(2)) if m.group(2) else None
    return Rule(type="add_on", text=m.group().strip(), price=money(m.group(1)), get=get)


@reader(
    "包邮免料료freivl",
    rf"(?:[满滿]\s?{M}\s?(?:元)?\s?(?:包邮|免邮|免運|免运费|包郵)|free (?:shipping|"
    rf"delivery)(?: on)?(?: all)?(?: orders?)?(?: over| above| of| from)?(?:\s?{M}\+?)?|{M}以上(?:で)?送料無料|"
    rf"包邮|免邮|"
    rf"免运费|送料無料|무료배송|versandkostenfrei(?: ab {M})?|livraison gratuite(?: dès {M})?)",
)
def _free_shipping(m: re.Match[str]) -> Rule | None:
    threshold = next((money(group) for group in m.groups() if group), None)
    return Rule(type="free_shipping", text=m.group().strip(), threshold=threshold)


@reader(
    "返c",
    rf"(?:好评|晒单|晒图|评价|收货|下单)?\s?(?:再)?返(?:现金?|红包|利|京豆|猫超卡|"
    rf"E卡)?\s?{M}(?!\d)(?:元)?(?:现金|红包)?|{M}\s?cash ?back|"
    rf"cash ?back\s?(?:of )?{M}",
)
def _cashback(m: re.Match[str]) -> Rule | None:
    off = next((money(group) for group in m.groups() if group), None)
    return Rule(type="cashback", text=m.group().strip(), off=off)


@reader(
    "券劵红消cク쿠",
    rf"(?:领取?|叠加?|用|抢|送|赠)?\s?{M}\s?(?:无门槛|大额|店铺|平台|品类|神){{0,3}}(?:优惠)?(?:[券劵](?![后後])|"
    rf"红包|消费券)|(?:领|"
    rf"用)?(?:优惠)?[券劵](?![后後])\s?(?:(?:立?[减減]|抵扣?|面额)\s?{M}|[¥$€]\s?(\d{{1,6}}))|"
    rf"{M}\s?coupon(?! price)|coupon(?: for| of|"
    rf":)?\s{M}(?:\soff)?|{M}円?(?:off|オフ)クーポン|쿠폰\s?{M}\s?할인",
)
def _coupon(m: re.Match[str]) -> Rule | None:
    off = next((money(group) for group in m.groups() if group), None)
    return Rule(type="coupon", text=m.group().strip(), off=off)


@reader(
    "减減降省优優惠便折sfオ引할",
    rf"(?:下单|拍下|付款|直播间|限时|已|再|最高|活动|单品)?(?:立[减減省]|直[降减減]|[减減]免|降价?(?:了)?|优惠|"
    rf"優惠|省(?:了|下)?|便宜(?:了)?|折扣|"
    rf"已?[减減])\s?(?!价|價|券){M}(?![\d.,]*\s?%)|(?:you )?save (?:up to )?{M}(?![\d.,]*\s?%)|"
    rf"{M}\s?(?:off\b|オフ|引き|OFF)|"
    rf"{M}\s?할인(?!가)",
)
def _off(m: re.Match[str]) -> Rule | None:
    off = next((money(group) for group in m.groups() if group), None)
    return Rule(type="off", text=m.group().strip(), off=off)


@reader(
    "折",
    rf"(?:全场|全店|低至|限时|享|打|会员|专享|立享|直播间|最低){{0,3}}(?<![\d.]){TENTH}折(?!叠|合|扣|页|后|後|射|"
    rf"旧|腾|返)",
)
def _discount(m: re.Match[str]) -> Rule | None:
    rate = tenths(m.group(1))
    return None if rate is None else Rule(type="discount", text=m.group().strip(), rate=rate)


@reader(
    "%",
    r"(?:extra |up to |save |spare |-\s?)?(\d{1,2}(?:[.,]\d{1,2})?)\s?%\s?(?:off\b|オフ|引き?|할인|rabatt|"
    r"de réduction|"
    r"de descuento|di sconto|sconto|discount|扣|OFF)|-\s?(\d{1,2})\s?%",
)
def _percent(m: re.Match[str]) -> Rule | None:
    rate = percent_off(m.group(1) or m.group(2))
    return None if rate is None else Rule(type="discount", text=m.group().strip(), rate=rate)


@reader(
    "赠贈附f+",
    rf"(?:再|加|另|额外|下单|拍下|收货)?[赠贈](?:送|品)?\s?(?:(?!价值){WORD}){{0,12}}"
    rf"(?:{CONTENT}(?:\+{CONTENT}){{0,3}}{WORD}{{0,8}})?"
    rf"(?:价值\s?¥?\s?\d{{1,6}}(?:\.\d{{1,2}})?元?{WORD}{{0,8}})?|"
    r"附赠[^\s,，;；。]{1,12}|free gift|\+ ?gift",
)
def _gift(m: re.Match[str]) -> Rule | None:
    return Rule(type="gift", text=m.group().strip())


@reader(
    "限秒闪lftタ期타기",
    r"限时(?:秒杀|抢购|特惠|折扣|优惠|购|抢)?(?!价)|限時|秒杀(?!价)|秒殺|闪购|limited[- ]time(?: offer)?|"
    r"flash sale|lightning deal|"
    r"today only|タイムセール|期間限定|타임세일|기간한정",
)
def _limited(m: re.Match[str]) -> Rule | None:
    return Rule(type="limited_time", text=m.group().strip())


@reader(
    "会會m회",
    r"(?:plus|88vip|vip|超级)?会员(?:专享|专属|限定)(?!价)|members? only(?! price)|for members|"
    r"会員限定|회원전용",
)
def _member(m: re.Match[str]) -> Rule | None:
    return Rule(type="member_only", text=m.group().strip())
