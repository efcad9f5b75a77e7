# ruff: noqa: E501, N802 - a world is a line, and its shops have the letters S, A, B, X
"""Hard worlds, each with the answer that a careful reader of the pages would give."""

from __future__ import annotations

from tests.pipelines.scenarios.worlds import Seen, World

LIP = "白鹭 丝绒哑光口红 3.2g"
MASK = "白鹭 竹露补水面膜"
CAN, CON, CHEAP, DEAR, OTHER = (
    "cannot_tell",
    "consistent",
    "cheaper_at_streamer",
    "dearer_at_streamer",
    "different_product",
)
YES, NO = "supported", "contradicted"


def S(hours: float = 1, **said: object) -> Seen:
    return Seen(shop="S", hours=hours, **said)  # type: ignore[arg-type]


def A(hours: float = 2, **said: object) -> Seen:
    return Seen(shop="A", hours=hours, **said)  # type: ignore[arg-type]


def B(hours: float = 2, **said: object) -> Seen:
    return Seen(shop="B", hours=hours, **said)  # type: ignore[arg-type]


def X(hours: float = 2, **said: object) -> Seen:
    return Seen(shop="X", hours=hours, **said)  # type: ignore[arg-type]


def daily(*spans: tuple[int, str], last: int = 1, **said: object) -> tuple[Seen, ...]:
    """A look a day at the promoted page, (days, price) from the oldest, the newest `last` days before the broadcast."""
    ago, looks = sum(days for days, _ in spans) + last - 1, []
    for days, price in spans:
        for _ in range(days):
            looks.append(S(-24.0 * ago, price=price, **said))
            ago -= 1
    return tuple(looks)


def world(
    number: int, why: str, seen: tuple[Seen, ...], truth: str, words: str = "not_testable", **claim: str
) -> World:
    official, query = claim.pop("official", "A"), claim.pop("query", "")
    return World(
        id=f"H{number:03d}", why=why, seen=seen, truth=truth, words=words, claim=claim, official=official, query=query
    )


GTIN = ("9520000100018", "9520000100025", "9520000100032", "9520000100049", "9520000100056", "9520000100063")

WORLDS: list[World] = [
    # Goods, gifts, packs.
    world(1, "gifts that look like goods", (S(name="白鹭 晨雾保湿精华液 30ml 赠30ml*1", price="399"), A(name="白鹭 晨雾保湿精华液 30ml", price="399")), CON, YES, claim="官方同价"),
    world(2, "buy two get one, said in the title, is three", (S(name="白鹭 松针洗发水 500ml 买2送1", price="180"), A(name="白鹭 松针洗发水 500ml", price="90")), CHEAP, YES, claim="比官网便宜"),
    world(3, "a smaller tube, dearer for 100 ml", (S(name="白鹭 山茶护手霜 40ml", price="69"), A(name="白鹭 山茶护手霜 60ml", price="89")), DEAR, claim="比官网便宜20元"),
    world(4, "a pack of four boxes", (S(name=f"{MASK} 5片*4盒", price="199"), A(name=f"{MASK} 5片", price="69")), CHEAP, claim="四盒只要三盒的钱"),
    world(5, "masks against milliliters", (S(name=f"{MASK} 5片", price="99"), A(name=f"{MASK} 25ml", price="69")), CAN, claim="全网最低价"),
    world(6, "set against single", (S(name="白鹭 云朵修护面霜 50g 礼盒套装", price="299"), A(price="268")), CAN, claim="官方同价"),
    world(7, "lotion and toner together", (S(name="白鹭 柚见 水150ml+乳100ml", price="199"), A(name="白鹭 柚见 水150ml", price="129")), CAN, claim="比官网便宜"),
    world(8, "refill is another product", (S(name="白鹭 云朵修护面霜 50g 替换装", price="168"), A(price="268")), OTHER, claim="比官网便宜100元"),
    world(9, "sample size", (S(name="白鹭 云朵修护面霜 小样 50g", price="168"), A(price="268")), OTHER, claim="5折"),
    world(10, "shade codes differ", (S(name=f"{LIP} #316", price="129"), A(name=f"{LIP} #208", price="159")), OTHER, claim="比官网便宜30元"),
    world(11, "shade codes agree", (S(name=f"{LIP} #316 枫叶红", price="129"), A(name=f"{LIP} #316", price="159")), CHEAP, YES, claim="比官网便宜30元"),
    world(12, "a shade on one page only is no sure variant", (S(name=f"{LIP} #316", price="159"), A(name=LIP, price="129")), DEAR, claim="比官网便宜"),
    world(13, "generations", (S(name="白鹭 声波洁面仪 第二代", price="299"), A(name="白鹭 声波洁面仪 第三代", price="598")), OTHER, claim="官方价五折"),
    world(14, "sun factors", (S(name="白鹭 海盐防晒乳 50ml SPF30", price="149"), A(name="白鹭 海盐防晒乳 50ml SPF50", price="178")), OTHER, claim="官方同价"),
    world(15, "the single item's barcode on a pack of two", (S(name="白鹭 晨雾保湿精华液 30ml*2", price="598", gtin=GTIN[0]), A(name="白鹭 晨雾保湿精华液 30ml", price="399", gtin=GTIN[0])), CHEAP, YES, claim="比官网便宜"),
    world(16, "nickname against name", (S(name="宝藏小绿瓶 50g", brand=None, price="299"), A(price="268")), CAN, claim="全网最低价"),
    world(17, "content on one page only", (S(name="白鹭 云朵修护面霜", price="299"), A(price="268")), CAN, claim="官方同价"),
    world(18, "ounces printed beside milliliters", (S(name="白鹭 月光卸妆油 200ml / 6.7 fl oz", price="159"), A(name="白鹭 月光卸妆油 200ml", price="139")), DEAR, NO, claim="全网最低价"),
    world(19, "hotel version against domestic version", (S(name="白鹭 云朵修护面霜 50g 港版", price="199"), A(name="白鹭 云朵修护面霜 50g 国行", price="268")), OTHER, claim="比官网便宜"),
    world(20, "another kind of goods", (S(name="白鹭 云朵洗发水 500ml", price="59"), A(name="白鹭 云朵面膜 5片", price="79")), OTHER, claim="专柜同款"),
    # Prices with conditions.
    world(21, "coupon at the streamer decides", (S(price="129", coupon="109"), A(price="129")), CAN, claim="领券只要109，官网129"),
    world(22, "coupon at the official store decides", (S(price="129"), A(price="129", coupon="99")), CAN, claim="全网最低价"),
    world(23, "coupons on both sides", (S(price="129", coupon="109"), A(price="129", coupon="109")), CAN, claim="官方同价"),
    world(24, "cheaper with and without the coupon", (S(price="119", coupon="109"), A(price="139")), CHEAP, YES, claim="比官网便宜"),
    world(25, "member price at the official store", (S(price="129"), A(price="129", member="99")), CAN, claim="全网最低价"),
    world(26, "official cheaper only with coupon", (S(price="159"), A(price="169", coupon="139")), CAN, claim="比官网便宜"),
    world(27, "second one for half", (S(name="白鹭 云朵修护面霜 50g 第2件半价", price="129"), A(price="129")), CAN, claim="第二件半价"),
    world(28, "threshold that one piece reaches", (S(name="白鹭 云朵修护面霜 50g 满300减50", price="329"), A(price="329")), CAN, claim="官方同价"),
    world(29, "dearer even with its coupon", (S(price="199", coupon="189"), A(price="139")), DEAR, NO, claim="全网最低价"),
    world(30, "dearer for anyone, cheaper with coupon", (S(price="149", coupon="129"), A(price="139")), CAN, claim="比官网便宜"),
    world(31, "the promised price is not on the page", (S(price="159"), A(price="139")), CAN, claim="全网最低价", claimed_price="119"),
    world(32, "gift with a value is no price", (S(price="129", promotions=("赠价值99元小样一份",)), A(price="129")), CON, YES, claim="官方同价"),
    # Pages that do not say it.
    world(33, "official page blocked", (S(price="159"), A(outcome="blocked")), CAN, claim="全网最低价"),
    world(34, "promoted page blocked", (S(outcome="blocked"), A(price="139")), CAN, claim="全网最低价"),
    world(35, "promoted page gone", (S(outcome="not_found"), A(price="79")), CAN, claim="史低价"),
    world(36, "official sold out", (S(price="199"), A(price="178", stock="out_of_stock")), CAN, claim="比官网便宜"),
    world(37, "streamer sold out", (S(price="99", stock="out_of_stock"), A(price="79")), CAN, claim="全网最低价"),
    world(38, "dollars against yuan", (S(price="20", currency="USD"), A(price="139")), CAN, claim="比官网便宜"),
    world(39, "a range", (S(price="99", most="199"), A(price="178")), CAN, claim="全网最低价"),
    world(40, "a from price", (S(price="99", only_from=True), A(price="178")), CAN, claim="比官网便宜"),
    world(41, "looks too far apart", (S(price="159"), A(80, price="139")), CAN, claim="全网最低价"),
    world(42, "no official page named", (S(price="159"),), CAN, claim="全网最低价", official=""),
    world(43, "official page blocked later, seen before", (S(price="268"), A(-3, price="268"), A(4, outcome="blocked")), CON, YES, claim="官方同价"),
    world(44, "price dropped an hour after at the streamer", (S(-1, price="159"), S(1.5, price="129"), A(0, price="159")), CON, YES, claim="官方同价"),
    world(45, "official dropped a day after", (S(0, price="159"), A(1, price="159"), A(25, price="99")), CON, claim="全网最低价"),
    # Several official stores.
    world(46, "two official stores that disagree", (S(price="110"), A(price="100"), B(price="120")), DEAR, claim="比官网便宜", official="AB"),
    world(47, "both official stores are lower", (S(price="130"), A(price="100"), B(price="120")), DEAR, NO, claim="比官网便宜", official="AB"),
    world(48, "the second official store was blocked", (S(price="130"), A(price="100"), B(outcome="blocked")), DEAR, claim="比官网便宜", official="AB"),
    world(49, "own site cheaper for 100 g in another size, same size equal", (S(price="268"), A(name="白鹭 云朵修护面霜 100g", price="400"), B(price="268")), CON, claim="全网最低价", official="AB"),
    world(50, "another size is lower, the same size only with coupon", (S(price="268"), A(name="白鹭 云朵修护面霜 100g", price="400"), B(price="268", coupon="248")), CAN, claim="官方同价", official="AB"),
    world(51, "a different page among the official ones", (S(price="100"), A(price="100"), B(name="白鹭 云朵修护面霜 替换装 50g", price="80")), CON, claim="全网最低价", official="AB"),
    world(52, "another shop with the same barcode is lower", (S(price="100", gtin=GTIN[1]), A(price="100", gtin=GTIN[1]), X(price="80", gtin=GTIN[1])), CON, NO, claim="全网最低价"),
    world(53, "another shop with that barcode is sold out", (S(price="100", gtin=GTIN[2]), A(price="100", gtin=GTIN[2]), X(price="80", gtin=GTIN[2], stock="out_of_stock")), CON, claim="全网最低价"),
    world(54, "another shop was lower last week", (S(price="100", gtin=GTIN[3]), A(price="100", gtin=GTIN[3]), X(-150, price="80", gtin=GTIN[3])), CON, claim="全网最低价"),
    # Variants.
    world(55, "the official variant that fits", (S(price="268"), A(name="白鹭 云朵修护面霜", price="168", most="268", variants=(("a", "规格", "30g", "168"), ("b", "规格", "50g", "268")))), CON, YES, claim="官方同价"),
    world(56, "promoted variants, none is named", (S(name="白鹭 云朵修护面霜", price="168", most="268", variants=(("a", "规格", "30g", "168"), ("b", "规格", "50g", "268"))), A(price="268")), CAN, claim="全网最低价"),
    world(57, "promoted variants, the watchlist names one", (S(name="白鹭 云朵修护面霜", price="168", most="298", variants=(("a", "规格", "30g", "168"), ("b", "规格", "50g", "298"))), A(price="268")), DEAR, NO, claim="官方同价", spec="50g"),
    # Words.
    world(58, "denied words are no claim", (S(price="159"), A(price="139")), DEAR, claim="不敢说全网最低"),
    world(59, "asked words are no claim", (S(price="159"), A(price="139")), DEAR, claim="全网最低价吗？"),
    world(60, "no time of the broadcast", (S(price="159"), A(price="139")), DEAR, claim="全网最低价", broadcast_at=""),
    world(61, "the look is five days after the broadcast", (S(120, price="159"), A(121, price="139")), DEAR, claim="全网最低价", claimed_price="159"),
    world(62, "counter price is the official list price", (S(price="159"), A(price="139", list_price="189")), DEAR, claim="比专柜便宜"),
    world(63, "dearer than the counter, too", (S(price="199"), A(price="139", list_price="189")), DEAR, NO, claim="比专柜便宜"),
    world(64, "lowest of all seen is not lowest on the net", (S(price="99", gtin=GTIN[4]), A(price="139", gtin=GTIN[4]), X(price="129", gtin=GTIN[4])), CHEAP, claim="全网最低价"),
    world(65, "same number, said to be the same as at the counter", (S(price="268", gtin=GTIN[5]), A(price="268", gtin=GTIN[5])), CON, YES, claim="专柜同款"),
    world(66, "genuine is on no page", (S(price="268"), A(price="268")), CON, claim="100%正品"),
    world(67, "half of the official price, nearly", (S(price="139"), A(price="268")), CHEAP, NO, claim="官方价五折"),
    world(68, "half of the official price", (S(price="134"), A(price="268")), CHEAP, YES, claim="官方价五折"),
    # The past of the promoted page.
    world(69, "raised for a week, then half of that", (*daily((40, "100"), (7, "200")), S(price="100"), A(price="100")), CON, NO, claim="5折", claimed_price="100"),
    world(70, "really half", (*daily((60, "200")), S(price="100"), A(price="200")), CHEAP, YES, claim="5折", claimed_price="100"),
    world(71, "blocked for a month is not unchanged", (*daily((3, "100"), last=40), *(S(-24.0 * n, outcome="blocked") for n in range(1, 40)), S(price="100"), A(price="100")), CON, claim="5折", claimed_price="100"),
    world(72, "another pack stood at the address before", (*daily((40, "60"), name="白鹭 云朵修护面霜 30g"), S(price="100"), A(price="100")), CON, claim="史低价", claimed_price="100"),
    world(73, "another product stood at the address before", (*daily((40, "60"), name="白鹭 云朵修护眼霜 50g"), S(price="100"), A(price="100")), CON, claim="史低价", claimed_price="100"),
    world(74, "sold out at a lower price before", (*daily((30, "60"), stock="out_of_stock"), S(price="100"), A(price="100")), CON, claim="历史最低", claimed_price="100"),
    world(75, "lower before, with a sale title", (*daily((20, "80"), name="【限时】白鹭 云朵修护面霜 50g 包邮"), S(price="100"), A(price="100")), CON, NO, claim="历史最低", claimed_price="100"),
    world(76, "lower only after the broadcast", (S(price="100"), S(30, price="60"), A(price="100")), CON, claim="历史最低", claimed_price="100"),
    world(77, "original price never asked", (*daily((35, "150")), S(price="99"), A(price="150")), CHEAP, NO, claim="原价399 现价99", claimed_price="99"),
    world(78, "original price asked until the day before", (*daily((35, "399")), S(price="99"), A(price="399")), CHEAP, YES, claim="原价399 现价99", claimed_price="99"),
    world(79, "original price, page seen on two days only", (*daily((2, "150")), S(price="99"), A(price="150")), CHEAP, claim="原价399 现价99", claimed_price="99"),
    world(80, "the crossed-out price alone is no claim", (*daily((35, "150")), S(price="99", list_price="399"), A(price="150")), CHEAP, claim="三分钟抢光", claimed_price="99"),
    world(81, "the past was in dollars", (*daily((40, "14"), currency="USD"), S(price="100"), A(price="100")), CON, claim="全年最低", claimed_price="100"),
    world(82, "lower before with a coupon only", (*daily((20, "100"), coupon="70"), S(price="100"), A(price="100")), CON, claim="历史最低", claimed_price="100"),
    world(83, "lower before, but the promised price is lower still", (*daily((20, "80")), S(price="100"), A(price="100")), CON, claim="历史最低", claimed_price="75"),
    world(84, "official store was lower last month", (S(price="100", gtin="9520000100070"), A(-700, price="70", gtin="9520000100070"), A(price="100", gtin="9520000100070")), CON, NO, claim="全年最低", claimed_price="100"),
    # Looks at another hour than the claim.
    world(85, "official store seen 40 hours later only", (S(price="159"), A(40, price="139")), DEAR, claim="全网最低价"),
    world(86, "seen before the broadcast, no promised price", (*daily((40, "200"), last=2), S(-10, price="200"), A(-10, price="200")), CON, claim="5折"),
    world(87, "seen before the broadcast, the promised price is half", (*daily((40, "200"), last=2), S(-10, price="200"), A(-10, price="200")), CON, claim="5折", claimed_price="100"),
    world(88, "seen when the broadcast was over, no promised price", (*daily((40, "200")), S(20, price="200"), A(20, price="200")), CON, claim="原价399 只要99"),
    world(89, "usual price with two days of sale", (*daily((88, "199"), (2, "150")), S(price="99"), A(price="199")), CHEAP, YES, claim="平时卖199", claimed_price="99"),
    world(90, "usual price that nobody ever asked", (*daily((90, "150")), S(price="99"), A(price="150")), CHEAP, NO, claim="平时卖399", claimed_price="99"),
    world(91, "a difference in yuan on a page in dollars", (S(price="20", currency="USD"), A(price="21", currency="USD")), CHEAP, claim="比官网便宜20元", claimed_price="140"),
    world(92, "several statements, one fails", (S(price="159"), A(price="139")), DEAR, NO, claim="正品，官方同价，全网最低价"),
    world(93, "several statements, one holds", (S(price="139"), A(price="139")), CON, claim="正品，官方同价"),
    world(94, "a deposit that counts for more", (S(name="白鹭 云朵修护面霜 50g 定金20抵60", price="259"), A(price="239")), CAN, claim="比官网便宜"),
    world(95, "every other day is enough", (*(S(-24.0 * n, price="200") for n in range(1, 60, 2)), S(price="100"), A(price="200")), CHEAP, YES, claim="今天半价", claimed_price="100"),
    world(96, "seen in the last week only", (*daily((7, "100")), S(price="100"), A(price="100")), CON, claim="5折", claimed_price="100"),
    world(97, "lower in a look more than a year ago", (S(-24.0 * 400, price="60"), *daily((10, "100")), S(price="100"), A(price="100")), CON, claim="全年最低", claimed_price="100"),
    world(98, "the lower price before was of another shade", (*daily((20, "80"), name=f"{LIP} #208"), S(name=f"{LIP} #316", price="100"), A(name=f"{LIP} #316", price="100")), CON, claim="史低", claimed_price="100"),
    world(99, "a range before is no lower price", (*daily((20, "60"), most="120"), S(price="100"), A(price="100")), CON, claim="史低", claimed_price="100"),
    world(100, "near the lowest is not the lowest", (S(price="159"), A(price="139")), DEAR, claim="接近全网最低价"),
    world(101, "lowest of one's own shop, the official store was lower", (S(price="100", gtin="9520000100087"), A(-700, price="70", gtin="9520000100087"), A(price="100", gtin="9520000100087")), CON, claim="本店史低", claimed_price="100"),
    world(102, "original price in dollars on a page in yuan", (*daily((35, "150")), S(price="99"), A(price="150")), CHEAP, claim="原价$399", claimed_price="99"),
    world(103, "half price on the second", (*daily((35, "100")), S(price="100"), A(price="100")), CON, claim="half price on the second", claimed_price="100"),
    world(104, "half price from 300 on", (*daily((35, "100")), S(price="100"), A(price="100")), CON, claim="满300打5折", claimed_price="100"),
    world(105, "dearer even at the promised price", (S(price="159"), A(price="139")), DEAR, NO, claim="官方同价", claimed_price="149"),
]  # fmt: skip
