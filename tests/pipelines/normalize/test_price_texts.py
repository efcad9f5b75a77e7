"""What a text says about prices: amount, upper end, currency, count and kind, one notation a row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.normalize.money import read_price, reading_json

# text, amount, amount_max, currency, count, kind
READ: list[tuple[str, str, str | None, str | None, int, str | None]] = [
    ("￥2,399.00起", "2399.00", None, "CNY", 1, "from"),
    ("¥89-159", "89", "159", "CNY", 1, None),
    ("￥89.00 ～ ￥159.00", "89.00", "159.00", "CNY", 1, None),
    ("89元至159元", "89", "159", "CNY", 1, None),
    ("1.8万元", "18000", None, "CNY", 1, None),
    ("1万2", "12000", None, None, 1, None),
    ("¥1.5w", "15000", None, "CNY", 1, None),
    ("2百元", "200", None, "CNY", 1, None),
    ("19块8", "19.8", None, "CNY", 1, None),
    ("5毛一个", "0.5", None, "CNY", 1, "unit"),
    ("7块7包邮", "7.7", None, "CNY", 1, None),
    ("六块六毛", "6.6", None, "CNY", 1, None),
    ("三百六十元", "360", None, "CNY", 1, None),
    ("人民币伍佰圆整", "500", None, "CNY", 1, None),
    ("¥４５９．５０", "459.50", None, "CNY", 1, None),
    ("¥ 2 599 . 00", "2599.00", None, "CNY", 1, None),
    ("券后价￥64", "64", None, "CNY", 1, "coupon"),
    ("到手价 72.9元", "72.9", None, "CNY", 1, "coupon"),
    ("日常价159 直播价99", "99", None, "CNY", 1, "live"),
    ("划线价￥888 现价￥666", "666", None, "CNY", 1, "sale"),
    ("¥239 吊牌价¥599", "239", None, "CNY", 1, None),
    ("门市价￥380.00 ￥268.00", "268.00", None, "CNY", 1, None),
    ("¥399 券后¥299", "399", None, "CNY", 1, None),
    ("PLUS会员价¥88 京东价¥99", "99", None, "CNY", 1, "sale"),
    ("非会员¥45 会员价¥39", "45", None, "CNY", 1, None),
    ("会员价¥39", "39", None, "CNY", 1, "member"),
    ("定金20 尾款179", "199", None, "CNY", 1, None),
    ("定金20抵60 尾款￥239", "259", None, "CNY", 1, None),
    ("预售价￥699 定金￥70", "699", None, "CNY", 1, "sale"),
    ("¥3,999 或 ¥333.25×12期", "3999", None, "CNY", 1, None),
    ("满400减60 ¥438", "438", None, "CNY", 1, None),
    ("买二送一 ¥96", "96", None, "CNY", 1, None),
    ("3件7折 ¥268", "268", None, "CNY", 1, None),
    ("券￥50 ￥199", "199", None, "CNY", 1, None),
    ("立省¥100 ¥299", "299", None, "CNY", 1, None),
    ("月销3万+ ￥29.9", "29.9", None, "CNY", 1, None),
    ("￥19.9 5.6万人付款", "19.9", None, "CNY", 1, None),
    ("价值159元礼盒 ¥99", "99", None, "CNY", 1, None),
    ("100ml ¥299", "299", None, "CNY", 1, None),
    ("69元2盒", "69", None, "CNY", 2, None),
    ("任选4件88元", "88", None, "CNY", 4, None),
    ("拍3件到手¥129", "129", None, "CNY", 3, "coupon"),
    ("2瓶装 ¥168", "168", None, "CNY", 2, None),
    ("¥99/3件", "99", None, "CNY", 3, None),
    ("¥12.5/包", "12.5", None, "CNY", 1, "unit"),
    ("12.8元/斤", "12.8", None, "CNY", 1, "unit"),
    ("HK$2,480", "2480", None, "HKD", 1, None),
    ("NT$ 980 元", "980", None, "TWD", 1, None),
    ("28.9美元", "28.9", None, "USD", 1, None),
    ("¥8,640(税込)", "8640", None, "JPY", 1, None),
    ("通常価格 4,980円 特別価格 3,480円", "3480", None, "JPY", 1, "sale"),
    ("3,480円～", "3480", None, "JPY", 1, "from"),
    ("送料¥500 価格¥2,480", "2480", None, "JPY", 1, None),
    ("정가 45,000원 할인가 36,000원", "36000", None, "KRW", 1, "sale"),
    ("3만 5천원", "35000", None, "KRW", 1, None),
    ("2개 18,000원", "18000", None, "KRW", 2, None),
    ("Was $64.00 Now $48.00", "48.00", None, "USD", 1, "sale"),
    ("$48.00 was $64.00", "48.00", None, "USD", 1, None),
    ("RRP £30.00 Our price £24.50", "24.50", None, "GBP", 1, "sale"),
    ("Sale price $18.50 Regular price $24.50", "18.50", None, "USD", 1, "sale"),
    ("$17.50 - $21.50", "17.50", "21.50", "USD", 1, None),
    ("from £6.49", "6.49", None, "GBP", 1, "from"),
    ("3 for $7", "7", None, "USD", 3, None),
    ("$14.99 ($0.62 / Fl Oz)", "14.99", None, "USD", 1, None),
    ("$24.99 + $4.99 shipping", "24.99", None, "USD", 1, None),
    ("Free shipping over $35 $18.50", "18.50", None, "USD", 1, None),
    ("Used from $35.00 New $52.00", "52.00", None, "USD", 1, None),
    ("$1,099.00 or $91.58/mo. for 12 months", "1099.00", None, "USD", 1, None),
    ("statt 59,90 € nur 44,90 €", "44.90", None, "EUR", 1, "sale"),
    ("au lieu de 59,90 € 44,90 €", "44.90", None, "EUR", 1, None),
    ("24€ 95", "24.95", None, "EUR", 1, None),
    ("à partir de 45 00 €", "45.00", None, "EUR", 1, "from"),
    ("2.349,- €", "2349", None, "EUR", 1, None),
    ("118, 50 TL", "118.50", None, "TRY", 1, None),
    ("CHF 2'450.–", "2450", None, "CHF", 1, None),
    ("2 450 Kč", "2450", None, "CZK", 1, None),
    ("Rs. 3,25,000.00", "325000.00", None, "INR", 1, None),
    ("Rs.749", "749", None, "INR", 1, None),
    ("1.890.000₫", "1890000", None, "VND", 1, None),
    ("Rp 249.000", "249000", None, "IDR", 1, None),
    ("24.750 KD", "24.750", None, "KWD", 1, None),
    ("R$ 249,90 ou 10x de R$ 24,99", "249.90", None, "BRL", 1, None),
    ("₹1,299 ₹2,599 50% off", "1299", None, "INR", 1, None),
    ("2.450,00", "2450.00", None, None, 1, None),
]


@pytest.mark.parametrize(("text", "amount", "amount_max", "currency", "count", "kind"), READ)
def test_price_text(
    text: str, amount: str, amount_max: str | None, currency: str | None, count: int, kind: str | None
) -> None:
    reading = read_price(text)
    assert reading.amount == Decimal(amount)
    assert reading.amount_max == (None if amount_max is None else Decimal(amount_max))
    assert (reading.currency, reading.count, reading.kind) == (currency, count, kind)


@pytest.mark.parametrize(
    "text",
    [
        "满200减30", "立减15元", "限时6折", "第2件半价", "3件8折", "买2送1", "￥20优惠券", "价格面议", "敬请期待",
        "￥--", "¥??",
        "iPhone 15 128GB", "2024新款 SPF50+", "2024-03-05", "15.08.2019", "4.9分", "98%好评", "库存99件",
        "客服电话 400-800-1234",
        "尾款699元", "定金50元", "分12期 每期¥333.25", "12x R$ 19,99", "原价¥399", "MSRP $199", "Save $15", "20% off",
        "$10 off orders of $50", "Free Shipping on Orders $35+", "Price on request", "1,2,3", "", "   ", "¥1,23,45",
    ],
)  # fmt: skip
def test_text_without_a_payable_price(text: str) -> None:
    reading = read_price(text)
    assert reading.amount is None
    assert reading.amount_max is None
    assert reading.currency is None


def test_every_price_is_kept_under_its_label() -> None:
    reading = read_price("专柜价¥960 直播价¥720 会员价¥680")
    assert [(price.kind, price.amount) for price in reading.prices] == [
        ("list", Decimal(960)),
        ("live", Decimal(720)),
        ("member", Decimal(680)),
    ]
    assert reading.amount == Decimal(720)


def test_unlabelled_prices_are_taken_first_and_said_to_be_unsure() -> None:
    reading = read_price("¥199 ¥259")
    assert reading.amount == Decimal(199)
    assert any(issue.field == "amount" for issue in reading.issues)


def test_unit_price_keeps_its_unit() -> None:
    assert read_price("¥5.8/100g").prices[0].per == "100g"
    assert read_price("$12.99 $0.54/oz").amount == Decimal("12.99")


@pytest.mark.parametrize(
    ("text", "host", "language", "currency"),
    [
        ("¥980", "shop.example.jp", None, "JPY"),
        ("¥980", "shop.example.cn", None, "CNY"),
        ("¥980", "item.jd.com", "en", "CNY"),
        ("¥980", None, "ja", "JPY"),
        ("¥980", "shop.example.com", None, None),
        ("$25", "shop.example.ca", "en", "CAD"),
        ("$25", "shop.example.com", "en", "USD"),
        ("$25", "shop.example.com", "es", None),
        ("kr 250", "shop.example.se", None, "SEK"),
        ("250 kr", None, None, None),
        ("990元", "shop.example.tw", None, "TWD"),
        ("Rs 990", "shop.example.pk", None, "PKR"),
        ("定金20 尾款80", "shop.example.tw", None, None),
    ],
)
def test_currency_needs_evidence(text: str, host: str | None, language: str | None, currency: str | None) -> None:
    reading = read_price(text, host=host, language=language)
    assert reading.amount is not None
    assert reading.currency == currency


def test_hint_decides_only_what_the_text_leaves_open() -> None:
    assert read_price("$25", currency_hint="CAD").currency == "CAD"
    assert read_price("25.00", currency_hint="Price in £").currency == "GBP"
    assert read_price("€25", currency_hint="USD").currency == "EUR"


def test_taking_a_bare_sign_without_evidence_is_said() -> None:
    assert any(issue.field == "currency" for issue in read_price("¥88").issues)
    assert not any(issue.field == "currency" for issue in read_price("券后价¥88").issues)


def test_json_of_the_contract() -> None:
    assert reading_json(read_price("满100减10 ¥89.90")) == {
        "text": "满100减10 ¥89.90",
        "amount": "89.90",
        "amount_max": None,
        "currency": "CNY",
        "count": 1,
        "kind": None,
        "rules": [{"type": "threshold_off", "text": "满100减10", "threshold": "100", "off": "10"}],
        "issues": [],
    }


@pytest.mark.parametrize(
    "title",
    [
        "Nordwind Laptop Y900-15ISK i7 16GB", "Rana R512 Core Leather", "Scanner kit (RS485) black",
        "Brightline Ryzen 5 AMD 3.60GHz",
        "Runner 2.0 FG Rocket Red", "Adapter, Price 340143-B22", "2019 All-Star High",
        "TV 1,000,000:1 contrast ratio", "Price 88000455", "Guard license upgrade from 4 to 10 users, boxed edition",
    ],
)  # fmt: skip
def test_numbers_of_product_names_are_no_prices(title: str) -> None:
    assert read_price(title).amount is None
