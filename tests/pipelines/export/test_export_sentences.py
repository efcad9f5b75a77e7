from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import pipelines.match
from pipelines.export.sentences import translated

PRICED = "Promoted 996.67 CNY, official 1330.00 CNY per 100 ml: 25.1% cheaper."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PRICED, "主播 ¥996.67，官方 ¥1330.00（每 100 毫升）：主播低 25.1%。"),
        (
            "Promoted 5.00 USD, official 4.00 USD for the whole offer: 25.0% dearer.",
            "主播 5.00 USD，官方 4.00 USD（整单）：主播高 25.0%。",
        ),
        (
            "The answer depends on a condition. For anyone: Promoted 129.00 CNY, official 129.00 CNY for the whole "
            "offer: no more than 1% apart.",
            "答案取决于一个条件。对任何人而言：主播 ¥129.00，官方 ¥129.00（整单）：相差不超过 1%。",
        ),
        (
            "With the public coupon or live-stream price: promoted 109.00 CNY, official 129.00 CNY (for anyone) for "
            "the whole offer.",
            "按公开优惠券或直播价：主播 ¥109.00，官方 ¥129.00（任何人可付），整单。",
        ),
        (
            "Nobody could buy it at that price when the page was seen: the promoted offer was sold out; the official "
            "offer was sold out, the page still shows 178.00 CNY.",
            "看到页面时，没有人能按那个价格买到：主播报价已售罄；官方报价已售罄，页面仍显示 ¥178.00。",
        ),
        ("Not the same product: the shades differ (316 / 208).", "不是同一商品：色号不同（316 / 208）。"),
        ("A rule that was written yesterday says this.", None),
        ("Same product, but a phrase nobody translated.", None),
        ("", None),
    ],
)
def test_sentences_in_chinese(text: str, said: str | None) -> None:
    assert translated(text, "zh") == said


def test_english_stays() -> None:
    assert translated(PRICED, "en") == PRICED


def phrases() -> list[str]:
    """What the files of `pipelines/match` say of a piece of evidence, as far as it is one plain string."""
    found = set()
    for path in Path(pipelines.match.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return sorted(text for text in found if re.fullmatch(r"(?:the|only|both|each|one)(?:,? [a-z']*[a-z]){2,}", text))


@pytest.mark.parametrize("text", phrases())
def test_every_phrase_of_matching_is_translated(text: str) -> None:
    assert translated(text, "zh"), "add a line to pipelines/export/templates/sentences.zh.toml"


def test_phrases_are_found() -> None:
    assert len(phrases()) > 15
