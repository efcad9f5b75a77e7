"""What is bought, what comes free, which shade; and the numbers of a title that are none of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.normalize.quantity import Part, Quantity, quantity_of_text_json, read_quantity, unit_price


def said(quantity: Quantity) -> str:
    """`50ml x2 + 5g x1 | gift 7ml x3 | shade 316`."""

    def line(parts: tuple[Part, ...]) -> str:
        return " + ".join(f"{part.size.normalize():f}{part.unit} x{part.count}" for part in parts)

    pieces = [line(quantity.parts)]
    if quantity.gifts:
        pieces.append(f"gift {line(quantity.gifts)}")
    if quantity.shade:
        pieces.append(f"shade {quantity.shade}")
    return " | ".join(pieces)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("山茶花精华 30ml*3 赠5ml*4", "30ml x3 | gift 5ml x4"),
        ("云上面膜 8片*3盒", "8pcs x3"),
        ("共16片(8片×2)", "8pcs x2"),
        ("３０ｇ×２", "30g x2"),
        ("30㎖×2", "30ml x2"),
        ("坚果20包*30g", "30g x20"),
        ("茶叶半斤", "250g x1"),
        ("两公斤装", "2000g x1"),
        ("乳清粉 5磅", "2267.96g x1"),
        ("纸尿裤XL36片 (12-17kg)", "36pcs x1"),
        ("拍1发2 洗面奶100g", "100g x2"),
        ("Handcreme 75 ml + 1 gratis", "75ml x2"),
        ("Arroz 5kg + 1kg gratis", "5000g x1 | gift 1000g x1"),
        ("크림 40ml + 8ml 증정", "40ml x1 | gift 8ml x1"),
        ("Shampoo 400ml leve 3 pague 2", "400ml x3"),
        ("Kit com 4 sabonetes 90g", "90g x4"),
        ("Combo 2 chai sữa tắm 500ml", "500ml x2"),
        ("Pack 50 ml", "50ml x1"),
        ("Wipes, 10 packs of 72", "72pcs x10"),
        ("Creme 2er-Pack (2 x 125 ml)", "125ml x2"),
        ("Kapsułki 60 szt.", "60pcs x1"),
        ("保温杯600ml", "600ml x1"),
        ("指甲油 10ml #B07", "10ml x1 | shade B07"),
        ("25g×4支", "25g x4"),
        ("护手霜 3支装", "3pcs x1"),
        ("2.5L装", "2500ml x1"),
        ("Night Cream 75ml / 2.5 fl oz", "75ml x1"),
        ("1.7 oz / 50 mL", "50ml x1"),
        ("36-pack", "36pcs x1"),
        ("4 x 75 ml", "75ml x4"),
        ("爽肤水300ml买2送1", "300ml x3"),
        ("净含量：150毫升", "150ml x1"),
        ("洗衣液 3kg+500g*4", "3000g x1 + 500g x4"),
        ("抽纸 3层120抽*18包", "120pcs x18"),
        ("Pack of 3, 3.4 Fl Oz (100 ml)", "100ml x3"),
        ("眼霜15g 3件套", "15g x3"),
        ("口红 3.5g #208", "3.5g x1 | shade 208"),
        ("24 Count (Pack of 2)", "24pcs x2"),
        ("6盒×7片/盒", "7pcs x6"),
        ("六片装", "6pcs x1"),
        ("330mL*24罐/箱", "330ml x24"),
        ("牛奶200ml×12盒×2箱", "200ml x24"),
        ("600g(200g*3袋)", "200g x3"),
        ("7片*5盒共35片", "7pcs x5"),
        ("50ml+30ml 2件套", "50ml x1 + 30ml x1"),
        ("5斤装", "2500g x1"),
        ("100粒*3瓶", "100pcs x3"),
        ("维生素C 500mg*60粒", "60pcs x1"),
        ("6er Pack 0,33 L", "330ml x6"),
        ("シャンプー 450ml×2個セット", "450ml x2"),
        ("토너 180ml 1+1", "180ml x2"),
        ("8枚装", "8pcs x1"),
        ("喷雾 每次5ml 150ml", "150ml x1"),
        ("サプリ 1日2粒 60粒", "60pcs x1"),
        ("四件套 1.5m床 40支", "4pcs x1"),
        ("精华30ml 到手60ml", "30ml x2"),
        ("精华30ml 共2瓶", "30ml x2"),
        ("(赠小样5ml*2) 乳液80ml", "80ml x1 | gift 5ml x2"),
    ],
)
def test_title(title: str, expected: str) -> None:
    assert said(read_quantity(title)) == expected


@pytest.mark.parametrize(
    "title",
    [
        "防晒霜 SPF50+ PA+++", "3-in-1 cleaner", "五合一", "2% acid", "2025新款", "第3代", "30cm", "60×90cm", "43码",
        "14天", "500mg",
        "含4.5g蛋白", "星河 X10 手机 256GB", "30ml/50ml", "适合50-70kg", "100% cotton", "一个月", "三只小鹿", "",
        "\x00",
    ],
)  # fmt: skip
def test_numbers_that_are_no_quantity(title: str) -> None:
    assert read_quantity(title).parts == ()


def test_gift_words_that_give_nothing() -> None:
    assert said(read_quantity("送女友礼物香水 50ml")) == "50ml x1"


def test_unit_price() -> None:
    assert unit_price(Decimal(300), read_quantity("50ml*2 赠50ml*9")) == (Decimal("300.0000"), "100 ml")
    assert unit_price(Decimal(30), read_quantity("5片*4盒")) == (Decimal("1.5000"), "piece")
    assert unit_price(Decimal(30), read_quantity("500g+100ml")) is None
    assert unit_price(Decimal(30), Quantity()) is None
    assert unit_price(Decimal("19.90"), read_quantity("300ml买2送1")) == (Decimal("2.2111"), "100 ml")
    assert unit_price(Decimal(30), read_quantity("50ml*2 赠100g")) == (Decimal("30.0000"), "100 ml")


@pytest.mark.parametrize(
    "title", ["50ml*0", "50ml*0瓶", "5片*0盒", "0ml", "赠5ml", "500g+100ml", "500g+2片", "30ml/50ml"]
)
def test_no_unit_price_of_nothing_of_gifts_and_of_different_units(title: str) -> None:
    assert unit_price(Decimal(30), read_quantity(title)) is None


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "1e30"])
def test_no_unit_price_of_no_price(amount: str) -> None:
    assert unit_price(Decimal(amount), read_quantity("50ml")) is None


def test_json_of_the_contract() -> None:
    title = "精华 30ml*2 赠2片"
    assert quantity_of_text_json(title, read_quantity(title)) == {
        "text": title,
        "parts": [{"size": "30", "unit": "ml", "count": 2}],
        "gifts": [{"size": "2", "unit": "pcs", "count": 1}],
        "shade": None,
    }


@pytest.mark.parametrize(
    "title",
    [
        "Drive 1-TB 6G SATA",
        "Lens 55-200mm f/4-5.6 g zoom",
        "Trainer H5W3L-9090",
        "Cap 32CPIJ811-59L",
        "加绒打底裤200斤胖mm",
        "Kit 2 x 4GB DDR3-1600 PC3",
    ],
)
def test_numbers_of_product_names_are_no_quantity(title: str) -> None:
    assert read_quantity(title).parts == ()
