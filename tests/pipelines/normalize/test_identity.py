"""Numbers that name a product."""

from __future__ import annotations

import pytest

from pipelines.normalize.identity import gtin14, gtin_said, model_tokens, registration_numbers, shade_code


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
    ],
)
def test_shade(text: str, shade: str | None) -> None:
    assert shade_code(text) == shade
