"""Promotion texts and the rules they state."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.normalize.promotions import read_rules, rule_json


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("满400减60", [{"type": "threshold_off", "threshold": "400", "off": "60"}]),
        (
            "跨店每满200减30 上限600",
            [
                {
                    "type": "threshold_off",
                    "threshold": "200",
                    "off": "30",
                    "cap": "600",
                    "repeats": True,
                    "cross_store": True,
                }
            ],
        ),
        ("领券满129减25", [{"type": "coupon", "threshold": "129", "off": "25"}]),
        ("15元优惠券", [{"type": "coupon", "off": "15"}]),
        ("第二件半价", [{"type": "nth_item", "rate": "0.5", "nth": 2}]),
        ("第3件0元", [{"type": "nth_item", "price": "0", "nth": 3}]),
        ("第2件7折", [{"type": "nth_item", "rate": "0.7", "nth": 2}]),
        ("4件75折", [{"type": "multi_discount", "rate": "0.75", "count": 4}]),
        ("满3件8.5折", [{"type": "multi_discount", "rate": "0.85", "count": 3}]),
        ("买三送二", [{"type": "buy_get", "buy": 3, "get": 2}]),
        ("Buy 3 get 2 free", [{"type": "buy_get", "buy": 3, "get": 2}]),
        ("定金30抵90", [{"type": "deposit", "deposit": "30", "worth": "90"}]),
        ("直降80元", [{"type": "off", "off": "80"}]),
        ("Save $12", [{"type": "off", "off": "12"}]),
        ("$12 off $60", [{"type": "threshold_off", "threshold": "60", "off": "12"}]),
        ("六折", [{"type": "discount", "rate": "0.6"}]),
        ("25% off", [{"type": "discount", "rate": "0.75"}]),
        ("返现8元", [{"type": "cashback", "off": "8"}]),
        ("满69包邮", [{"type": "free_shipping", "threshold": "69"}]),
        ("会员专享", [{"type": "member_only"}]),
        ("加2元多1件", [{"type": "add_on", "price": "2", "get": 1}]),
        ("每300减50", [{"type": "threshold_off", "threshold": "300", "off": "50", "repeats": True}]),
        (
            "跨店每300减50",
            [{"type": "threshold_off", "threshold": "300", "off": "50", "repeats": True, "cross_store": True}],
        ),
        ("满499元可用50元券", [{"type": "coupon", "threshold": "499", "off": "50"}]),
        ("店铺优惠券：满299减30", [{"type": "coupon", "threshold": "299", "off": "30"}]),
        ("¥20 券 满¥199可用", [{"type": "coupon", "threshold": "199", "off": "20"}]),
        ("满减券 300-40", [{"type": "coupon", "threshold": "300", "off": "40"}]),
        ("消费满1000元送100元券", [{"type": "cashback", "threshold": "1000", "off": "100"}]),
        ("新人专享券满99减20", [{"type": "coupon", "threshold": "99", "off": "20", "who": "new customers"}]),
        ("前1000名付定金立减20元", [{"type": "off", "off": "20", "who": "the first buyers"}]),
        ("支付宝立减5元", [{"type": "off", "off": "5", "who": "some ways to pay"}]),
        ("88VIP专享95折", [{"type": "discount", "rate": "0.95", "who": "members"}]),
        ("PLUS会员再减10元", [{"type": "off", "off": "10", "who": "members"}]),
        ("付定金50立减150", [{"type": "deposit", "deposit": "50", "worth": "200"}]),
        ("定金膨胀 10抵50", [{"type": "deposit", "deposit": "10", "worth": "50"}]),
        ("拍1发3", [{"type": "buy_get", "buy": 1, "get": 2}]),
        ("3 for 2", [{"type": "buy_get", "buy": 2, "get": 1}]),
        ("2 for $5", [{"type": "multi_price", "price": "5", "count": 2}]),
        ("Leve 3 pague 2", [{"type": "buy_get", "buy": 2, "get": 1}]),
        ("1+1 행사", [{"type": "buy_get", "buy": 1, "get": 1}]),
        ("任选3件99元", [{"type": "multi_price", "price": "99", "count": 3}]),
        ("99元任选5件", [{"type": "multi_price", "price": "99", "count": 5}]),
        ("2件减10元", [{"type": "multi_discount", "off": "10", "count": 2}]),
        ("2点で10%OFF", [{"type": "multi_discount", "rate": "0.9", "count": 2}]),
        ("2개 구매시 10% 할인", [{"type": "multi_discount", "rate": "0.9", "count": 2}]),
        ("20% off when you buy 2 or more", [{"type": "multi_discount", "rate": "0.8", "count": 2}]),
        ("3만원 이상 구매시 5천원 할인", [{"type": "threshold_off", "threshold": "30000", "off": "5000"}]),
        ("10 € Rabatt ab 50 € Einkaufswert", [{"type": "threshold_off", "threshold": "50", "off": "10"}]),
        ("2. Artikel 50% Rabatt", [{"type": "nth_item", "rate": "0.5", "nth": 2}]),
        ("le 2e à -50%", [{"type": "nth_item", "rate": "0.5", "nth": 2}]),
        ("立减15%", [{"type": "discount", "rate": "0.85"}]),
        ("Members save 10%", [{"type": "discount", "rate": "0.9", "who": "members"}]),
        ("Clip coupon: save 15%", [{"type": "coupon", "rate": "0.85"}]),
        ("$15 off orders over $75 with code SPRING15", [{"type": "coupon", "threshold": "75", "off": "15"}]),
        ("쿠폰 적용시 3,000원 할인", [{"type": "coupon", "off": "3000"}]),
        ("每人限购2件", []),
        ("双11狂欢价", []),
        ("折叠雨伞 晴雨两用", []),
        ("满意请给好评", []),
    ],
)
def test_rules(text: str, rules: list[dict[str, Any]]) -> None:
    found = [rule_json(rule) for rule in read_rules(text)]
    assert [{key: value for key, value in rule.items() if key != "text"} for rule in found] == rules


def test_rules_keep_the_order_and_words_of_the_text() -> None:
    assert [rule.text.strip() for rule in read_rules("限时8折,满300减40,返5元")] == ["限时8折", "满300减40", "返5元"]
