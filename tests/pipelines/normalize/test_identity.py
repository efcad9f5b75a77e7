"""Numbers that name a product."""

from __future__ import annotations

import pytest

from pipelines.normalize.identity import (
    article_number,
    gtin14,
    gtin_said,
    model_tokens,
    read_gtin,
    read_registrations,
    registration_numbers,
    shade_code,
)


@pytest.mark.parametrize(
    ("text", "said", "padded"),
    [
        ("6901234567892", "6901234567892", "06901234567892"),
        ("EAN: 4 006381 333931", "4006381333931", "04006381333931"),
        ("036000291452", "036000291452", "00036000291452"),
        ("条码 6901234567892", "6901234567892", "06901234567892"),
        ("6901234567893", None, None),
        ("00000000", None, None),
        ("6901234567892 4006381333931", None, None),
        ("abc", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_gtin(text: str | None, said: str | None, padded: str | None) -> None:
    assert gtin_said(text) == said
    assert gtin14(text) == padded


@pytest.mark.parametrize(
    ("text", "padded", "why"),
    [
        ("036000291452", "00036000291452", None),
        ("0036000291452", "00036000291452", None),
        ("96385074", "00000096385074", None),
        ("10036000291459", "10036000291459", None),
        ("978-0-306-40615-7", "09780306406157", None),
        ("４００６３８１３３３９３１", "04006381333931", None),
        ("UPC 036000291452, EAN 0036000291452", "00036000291452", None),
        ("6901234567893", None, "wrong check digit"),
        ("036000291453", None, "wrong check digit"),
        ("12345", None, "5 digits; a GTIN has 8, 12, 13 or 14"),
        ("2012345678903", None, "a number of one shop or company (prefix 20)"),
        ("2912345678906", None, "a number of one shop or company (prefix 29)"),
        ("0212345678909", None, "a number of one shop or company (prefix 02)"),
        ("212345678909", None, "a number of one shop or company (prefix 02)"),
        ("20123451", None, "a number of one shop (GTIN-8 with prefix 0 or 2)"),
        ("0512345678900", None, "a coupon or refund (prefix 05)"),
        ("9912345678909", None, "a coupon or refund (prefix 99)"),
        ("6901234567892 4006381333931", None, "two different numbers"),
        ("00000000", None, "zeros only"),
        (" ", None, "no text"),
        ("9" * 501, None, "too long for a number"),
        ("abc", None, "no number of 8, 12, 13 or 14 digits"),
    ],
)
def test_gtin_that_is_none_says_why(text: str, padded: str | None, why: str | None) -> None:
    found = read_gtin(text)
    assert (found.padded, found.why) == (padded, why)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("货号：CW7788-111", "CW7788111"),
        ("型号: WH-2200XM9 黑色", "WH2200XM9"),
        ("品番：BA5750-010", "BA5750010"),
        ("MPN 12345-AB", "12345AB"),
        ("Art.-Nr. 100 234 5", "1002345"),
        ("货号 法国鸭舌帽", None),
        ("款号:50ml", None),
        ("SKU: 2024款", None),
        ("Model No. A2633 Model No. A2634", None),
        ("", None),
    ],
)
def test_article_number(text: str, number: str | None) -> None:
    assert article_number(text) == number


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("国妆备进字J20201234", "国妆备进字J20201234", "cosmetic_ordinary_imported"),
        ("國妝備進字 J 20201234", "国妆备进字J20201234", "cosmetic_ordinary_imported"),
        ("国妆网备进字（沪）2019000123", "国妆网备进字沪2019000123", "cosmetic_ordinary_imported"),
        ("国妆特进字J20190001", "国妆特进字J20190001", "cosmetic_special_imported"),
        ("国妆特进字20210001", "国妆特进字20210001", "cosmetic_special_imported"),
        ("国妆特字G20201234", "国妆特字G20201234", "cosmetic_special"),
        ("国妆特字20201234", "国妆特字G20201234", "cosmetic_special"),
        ("国妆特字Ｇ２０２１０００７", "国妆特字20210007", "cosmetic_special"),
        ("粤G妆网备字2019123456", "粤G妆网备字2019123456", "cosmetic_ordinary"),
        ("粤 G 妆网备字 第 2019123456 号", "粤G妆网备字2019123456", "cosmetic_ordinary"),
        ("卫妆特字(2010)第0123号", "卫妆特字20100123", "cosmetic_special"),
        ("卫妆特进字（2008）第 0456 号", "卫妆特进字20080456", "cosmetic_special_imported"),
        ("国食健字G20150123", "国食健字G20150123", "health_food_registered"),
        ("国食健注J20200012", "国食健注J20200012", "health_food_registered"),
        ("卫食健字(2000)第0123号", "卫食健字20000123", "health_food_registered"),
        ("食健备G201737001234", "食健备G201737001234", "health_food_filed"),
        ("国药准字H20123456", "国药准字H20123456", "medicine"),
        ("国药准字 Z 2012 3456", "国药准字Z20123456", "medicine"),
        ("國藥準字HJ20160012", "国药准字HJ20160012", "medicine"),
        ("陕械注准20182640012", "陕械注准20182640012", "device"),
        ("卫消字(2000)第0123号", "卫消字20000123", "disinfectant"),
        ("粤卫消证字[2018]第0123号", "粤卫消证字20180123", "maker"),
        ("卫妆准字29-XK-3535号", "卫妆准字29-XK-3535", "maker"),
        ("粤妆20160123", "粤妆20160123", "maker"),
    ],
)
def test_registration_is_written_one_way(text: str, number: str, kind: str) -> None:
    assert [(found.number, found.kind) for found in read_registrations(f"证号 {text}，")] == [(number, kind)]
    assert registration_numbers(text) == (() if kind == "maker" else (number,))


@pytest.mark.parametrize(
    "text", ["国妆特字2021000", "国妆特字202100011", "妆 20210001", "国药准字X20123456", "健字", "", None]
)
def test_what_is_no_registration(text: str | None) -> None:
    assert read_registrations(text) == ()


def test_model_tokens_leave_measures_alone() -> None:
    title = "Norra WH-2200XM9 headphones 50ml SPF50 128GB 2024 4K 货号 CW7788-111"
    assert model_tokens(title) == {"WH2200XM9", "CW7788111"}


def test_registration_numbers() -> None:
    text = "备案号：国妆备进字J20251234，粤G妆网备字2025012345；国妆特字20250007"
    assert registration_numbers(text) == ("国妆备进字J20251234", "粤G妆网备字2025012345", "国妆特字20250007")
    assert registration_numbers("国妆") == ()


@pytest.mark.parametrize(
    ("text", "shade"),
    [
        ("口红 #208", "208"),
        ("色号：N31", "N31"),
        ("405号色", "405"),
        ("#1 #2", None),
        ("Shade 12", "12"),
        ("50ml", None),
        ("No. 5 Eau de Parfum 50ml", None),
        ("30ml 色号 L1", "L1"),
        ("3.5g 16号色", "16"),
        ("No.45", "45"),
        ("Shade #120", "120"),
    ],
)
def test_shade(text: str, shade: str | None) -> None:
    assert shade_code(text) == shade
