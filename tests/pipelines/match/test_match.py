"""Pairs of titles and what they are to each other. Shops, brands and goods are invented."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from pipelines.match import match, prepare
from pipelines.normalize.quantity import read_quantity
from pipelines.observation import Article

GTIN, OTHER_GTIN = "9520000801014", "9520000802011"


class Case(NamedTuple):
    why: str
    promoted: str
    official: str
    answer: str
    promoted_has: dict[str, object] = {}  # noqa: RUF012
    official_has: dict[str, object] = {}  # noqa: RUF012


SAME = [
    Case(
        "equal barcode, other words",
        "晚安小棕罐 50ml",
        "夜间修护精华 50ml",
        "same_variant",
        {"gtin": GTIN},
        {"gtin": GTIN},
    ),
    Case(
        "UPC-12 is EAN-13 with a zero",
        "Oat Milk",
        "Oat Drink",
        "same_variant",
        {"gtin": "036000291452"},
        {"gtin": "0036000291452"},
    ),
    Case(
        "equal barcode, one page silent about one unit",
        "夜间精华 50ml",
        "夜间精华",
        "same_variant",
        {"gtin": GTIN},
        {"gtin": GTIN},
    ),
    Case(
        "equal barcode outvotes brand spelling",
        "Acme 夜间精华 50ml",
        "夜间精华 50ml",
        "same_variant",
        {"gtin": GTIN, "brand": "Acme"},
        {"gtin": GTIN, "brand": "艾可"},
    ),
    Case("same title", "云朵修护面霜 50g", "云朵修护面霜 50g", "same_variant"),
    Case("shop talk around it", "【官方正品】云朵修护面霜 50g 包邮 直播专享", "云朵修护面霜 50g", "same_variant"),
    Case("traditional characters", "雲朵修護面霜 50g", "雲朵修护面霜 50g", "same_variant"),
    Case("traditional against simplified", "晨霧補水精華液 30ml", "晨雾补水精华液 30ml", "same_variant"),
    Case("full width", "云朵修护面霜　５０g", "云朵修护面霜 50g", "same_variant"),
    Case("gift is not the goods", "云朵修护面霜 50g 赠洗面奶 20g", "云朵修护面霜 50g", "same_variant"),
    Case("gift in brackets", "云朵修护面霜 50g（赠面膜2片）", "云朵修护面霜 50g", "same_variant"),
    Case("liters and milliliters", "松针洗发水 0.5L", "松针洗发水 500ml", "same_variant"),
    Case(
        "fluid ounces rounded",
        "Pine Needle Shampoo for oily hair 1.7 fl oz",
        "Pine Needle Shampoo for oily hair 50 ml",
        "same_variant",
    ),
    Case("model number", "Nuvio 降噪耳机 NV-1000M4 黑", "NV1000M4 Wireless Headphones", "same_variant"),
    Case(
        "model number against measures",
        "Nuvio NV-1000M4 headphones 40mm",
        "Nuvio NV1000M4 headphones 40mm",
        "same_variant",
    ),
    Case(
        "article number in the field",
        "头层牛皮男鞋",
        "男士皮鞋 商务",
        "same_variant",
        {"mpn": "AB-7731-K"},
        {"mpn": "AB7731K"},
    ),
    Case("registration number", "晨雾精华 30ml 国妆特字20210001", "Morning Mist 30ml 国妆特字20210001", "same_variant"),
    Case(
        "brand in two scripts",
        "兰芷 晨雾补水精华液 30ml",
        "Lanzhi 晨雾补水精华液 30ml",
        "same_variant",
        {"brand": "兰芷"},
        {"brand": "Lanzhi"},
    ),
    Case(
        "brand with both names",
        "晨雾补水精华液 30ml",
        "晨雾补水精华液 30ml",
        "same_variant",
        {"brand": "兰芷/Lanzhi"},
        {"brand": "Lanzhi"},
    ),
    Case("shade as code", "丝绒口红 3.2g #316", "丝绒口红 3.2g 色号316", "same_variant"),
    Case("both second generation", "声波洁面仪 第二代", "声波洁面仪 2代", "same_variant"),
    Case("both refill", "云朵修护面霜 替换装 50g", "云朵修护面霜 补充装 50g", "same_variant"),
    Case(
        "no content anywhere, English",
        "Linen Table Lamp with brass foot",
        "Linen Table Lamp with brass foot",
        "same_variant",
    ),
    Case("2 x 30 is 60", "晨雾补水精华液 30ml*2", "晨雾补水精华液 60ml", "same_variant"),
]
SAME.append(
    Case(
        "part number of the shop on one page only",
        "云朵修护面霜 50g",
        "云朵修护面霜 50g",
        "same_variant",
        {},
        {"mpn": "BL-02011"},
    )
)
OTHER = [
    Case("a pack with its pack word", "青禾 水润面霜 50g*2瓶", "青禾 水润面霜 50g", "other_variant"),
    Case("measure a piece", "青禾 水润面霜 50g/瓶*3瓶装", "青禾 水润面霜 50g", "other_variant"),
    Case("pieces a box, boxes", "青禾 补水面膜 5片/盒*4盒", "青禾 补水面膜 5片", "other_variant"),
    Case("two bottles", "晨雾补水精华液 30ml*2", "晨雾补水精华液 30ml", "other_variant"),
    Case("two bottles with gifts", "晨雾补水精华液 30ml*2 赠7ml*3", "晨雾补水精华液 30ml", "other_variant"),
    Case("buy one get one", "松针控油洗发水 500ml 买一送一", "松针控油洗发水 500ml", "other_variant"),
    Case("smaller tube", "山茶护手霜 40ml", "山茶护手霜 60ml", "other_variant"),
    Case(
        "each size has its barcode",
        "山茶护手霜 40ml",
        "山茶护手霜 60ml",
        "other_variant",
        {"gtin": GTIN},
        {"gtin": OTHER_GTIN},
    ),
    Case(
        "barcode of the single on a pack",
        "云朵修护面霜 50g*2",
        "云朵修护面霜 50g",
        "other_variant",
        {"gtin": GTIN},
        {"gtin": GTIN},
    ),
    Case("boxes of masks", "竹露补水面膜 5片*4盒", "竹露补水面膜 5片", "other_variant"),
    Case("memory", "Nuvio Phone Seven black 8GB 256GB", "Nuvio Phone Seven black 8GB 128GB", "other_variant"),
    Case(
        "clothing size",
        "亚麻宽松衬衫 男",
        "亚麻宽松衬衫 男",
        "other_variant",
        {"options": (("尺码", "XL"),)},
        {"options": (("尺码", "M"),)},
    ),
]
DIFFERENT = [
    Case("shade", "丝绒口红 3.2g #316", "丝绒口红 3.2g #208", "different"),
    Case(
        "colour option",
        "亚麻宽松衬衫 男",
        "亚麻宽松衬衫 男",
        "different",
        {"options": (("颜色", "黑色"),)},
        {"options": (("颜色", "白色"),)},
    ),
    Case("generation", "声波洁面仪 第一代", "声波洁面仪 第二代", "different"),
    Case("generation in English", "Sonic Cleanser Gen 1", "Sonic Cleanser 2nd Generation", "different"),
    Case("year of the model", "Nuvio Tablet 2021 edition silver", "Nuvio Tablet 2023 edition silver", "different"),
    Case("refill", "云朵修护面霜 替换装 50g", "云朵修护面霜 50g", "different"),
    Case("sample", "云朵修护面霜 小样 5g", "云朵修护面霜 50g", "different"),
    Case("second-hand", "二手 声波洁面仪", "声波洁面仪", "different"),
    Case("not second-hand", "全新非二手 声波洁面仪", "声波洁面仪", "same_variant"),
    Case("sun protection", "海盐防晒乳 SPF30 50ml", "海盐防晒乳 SPF50 50ml", "different"),
    Case("skin type", "云朵面霜 清爽型 50g", "云朵面霜 滋润型 50g", "different"),
    Case("region", "Nuvio 手机 港版 256GB", "Nuvio 手机 国行 256GB", "different"),
    Case("kind of goods", "晨雾补水面膜 5片", "晨雾补水洗面奶 100g", "different"),
    Case("kind of goods in English", "Morning Mist Shampoo 300ml", "Morning Mist Sheet Mask 5 pcs", "different"),
    Case("model of the same series", "Nuvio NV-1000M4 headphones", "Nuvio NV-1000M5 headphones", "different"),
    Case(
        "brands in their titles",
        "海鸥牌 山茶护手霜 60ml",
        "白鹭 山茶护手霜 60ml",
        "different",
        {"brand": "海鸥牌"},
        {"brand": "白鹭"},
    ),
    Case("tier against tier", "Nuvio 手机 15 Pro 256GB", "Nuvio 手机 15 Max 256GB", "different"),
]
UNSURE = [
    Case("model number goes on", "Nuvio NV-1000M4 headphones", "Nuvio NV1000M4BL headphones", "unsure"),
    Case(
        "share a series, differ in the number",
        "Corda AF140 LED fan CO-9050017",
        "Corda AF140 LED fan CO-9050009",
        "unsure",
    ),
    Case(
        "model number on one side",
        "Nuvio portable dvd player black NVD820",
        "Nuvio portable dvd player black",
        "unsure",
    ),
    Case("model numbers of two kinds", "Nuvio flat tv wall mount MF215B1", "Nuvio flat tv wall mount VMPL50", "unsure"),
    Case("few words of a long title", "Air Force 1", "Air Force 1 low upstep women sneaker white gum grey", "unsure"),
    Case("nickname", "晚安小红瓶 50ml", "极光修护精华露 50ml", "unsure"),
    Case("other language", "Morning Mist Serum 30ml", "晨雾补水精华液 30ml", "unsure"),
    Case("one page silent about content", "晨雾补水精华液", "晨雾补水精华液 30ml", "unsure"),
    Case("ml against pieces", "竹露补水面膜 5片", "竹露补水面膜 25ml", "unsure"),
    Case("g against ml", "云朵修护面霜 50g", "云朵修护面霜 50ml", "unsure"),
    Case("several sizes in one offer", "白鹭护肤 水150ml+乳100ml", "白鹭护肤 水150ml", "unsure"),
    Case("one-sided limited edition", "云朵修护面霜 圣诞限定 50g", "云朵修护面霜 50g", "unsure"),
    Case("one-sided gift box", "云朵修护面霜 礼盒 50g", "云朵修护面霜 50g", "unsure"),
    Case("one-sided Pro", "Nuvio 手机 15 Pro 256GB", "Nuvio 手机 15 256GB", "unsure"),
    Case("season is often stale", "亚麻宽松衬衫 男 2023新款", "亚麻宽松衬衫 男 2024新款", "unsure"),
    Case("one word apart", "雪肌 补水保湿面膜 5片", "雪肌 美白保湿面膜 5片", "unsure"),
    Case(
        "a number apart",
        "Runner 990 v5 men running shoe grey mesh",
        "Runner 990 v6 men running shoe grey mesh",
        "unsure",
    ),
    Case(
        "capacity of a bag is no content",
        "Nomad travel backpack 40L grey canvas",
        "Nomad travel backpack 30L grey canvas",
        "unsure",
    ),
    Case("cup", "暖暖双层保温杯 500ml", "暖暖双层保温杯 350ml", "unsure"),
    Case("equal barcode, other shade", "丝绒口红 #316", "丝绒口红 #208", "unsure", {"gtin": GTIN}, {"gtin": GTIN}),
    Case(
        "other barcode, all else equal",
        "云朵修护面霜 50g",
        "云朵修护面霜 50g",
        "unsure",
        {"gtin": GTIN},
        {"gtin": OTHER_GTIN},
    ),
    Case(
        "other registration number",
        "晨雾补水精华液 30ml 国妆特字20210001",
        "晨雾补水精华液 30ml 国妆特字20210002",
        "unsure",
    ),
    Case(
        "brand field holds the shop",
        "山茶护手霜 60ml",
        "山茶护手霜 60ml",
        "unsure",
        {"brand": "云雀小店"},
        {"brand": "白鹭"},
    ),
    Case("nothing to go by", "好物推荐", "云朵修护面霜 50g", "unsure"),
    Case("empty titles", "", "", "unsure"),
    Case("too little said", "面霜 50g", "玫瑰精油面霜 50g", "unsure"),
]


def article(title: str, has: dict[str, object], page: str) -> Article:
    values: dict[str, object] = {"title": title, "quantity": read_quantity(title), **has}
    return Article(page_id=page, url=f"https://{page}.example/1", seen_at="2026-03-01T12:00:00Z", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", [*SAME, *OTHER, *DIFFERENT, *UNSURE], ids=lambda case: case.why)
def test_answer(case: Case) -> None:
    promoted = prepare(article(case.promoted, case.promoted_has, "promoted"))
    official = prepare(article(case.official, case.official_has, "official"))
    found = match(promoted, official)
    assert found.answer == case.answer, found.why
    assert found.why.endswith(".")
    assert match(official, promoted).answer == case.answer, "the answer must not depend on the side"


def test_a_brand_alias_makes_two_names_one() -> None:
    sides = [
        prepare(article(f"{name} 山茶护手霜 60ml", {"brand": name}, name), {"白鹭研究所": "egret", "egret": "egret"})
        for name in ("白鹭研究所", "Egret")
    ]
    assert match(*sides).answer == "same_variant"


def test_prices_take_no_part() -> None:
    from decimal import Decimal

    answers = {
        match(
            prepare(article("云朵修护面霜 50g", {"price": Decimal(price)}, "promoted")),
            prepare(article("云朵修护面霜 50g", {"price": Decimal(268)}, "official")),
        )
        for price in ("1", "268", "99999")
    }
    assert len(answers) == 1


def test_evidence_names_the_field_and_both_values() -> None:
    found = match(
        prepare(article("丝绒口红 3.2g #316", {}, "promoted")), prepare(article("丝绒口红 3.2g #208", {}, "official"))
    )
    assert found.decided_by == ("shade",)
    assert "316" in found.why
    assert "208" in found.why
    assert {item.field for item in found.evidence} >= {"shade", "content", "title", "kind"}
