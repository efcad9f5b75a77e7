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
        ("折叠雨伞 晴雨两用", []),
        ("满意请给好评", []),
    ],
)
def test_rules(text: str, rules: list[dict[str, Any]]) -> None:
    found = [rule_json(rule) for rule in read_rules(text)]
    assert [{key: value for key, value in rule.items() if key != "text"} for rule in found] == rules


def test_rules_keep_the_order_and_words_of_the_text() -> None:
    assert [rule.text.strip() for rule in read_rules("限时8折,满300减40,返5元")] == ["限时8折", "满300减40", "返5元"]
