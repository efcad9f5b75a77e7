"""What is a complaint and what takes it back, line by line. All texts are invented."""

from __future__ import annotations

import random

import pytest

from pipelines.complaints import TOPICS, Said, complaints, topics_of
from pipelines.signals import ReviewText

# (text, its topics)
CASES: tuple[tuple[str, str], ...] = (
    ("杯子收到就碎了，客服一直不理我", "quality service"),
    ("质量太差", "quality"),
    ("質量太差，包裝破損", "quality packaging"),
    ("不仅质量差，还贵", "quality"),
    ("没想到是假货", "counterfeit"),
    ("没用两天就坏了", "quality"),
    ("不得不退货", "refund"),
    ("要不是明天出差早就退货了", "refund"),
    ("买完第二天就降价了，不退差价", "cheaper_elsewhere"),
    ("超市才卖三十，买贵了", "cheaper_elsewhere"),
    ("要的是红色，发过来的是蓝色", "differs"),
    ("主播说送小样，结果没有送", "differs"),
    ("生产日期都没有", "expiry"),
    ("用完头皮很痒", "safety"),
    ("卡片上写五星好评返5元", "incentive"),
    ("等了一个星期才到货", "delivery"),
    ("ＱＵＡＬＩＴＹ is terrible", "quality"),
    ("It broke after two days and the seller won't respond", "quality service"),
    ("Arrived late, box was crushed", "delivery packaging"),
    ("It’s a knock-off", "counterfeit"),
    ("I got a rash from it", "safety"),
    ("Not only fake but also expired", "counterfeit expiry"),
    ("Can't believe how poor the quality is", "quality"),
    # taken back by a denial
    ("没有破损", ""),
    ("没有任何破损", ""),
    ("包装没有发现破损、漏液", ""),
    ("破损都没有", ""),
    ("没有坏的烂的", ""),
    ("不是假货", ""),
    ("绝对不是假货，放心", ""),
    ("没有色差", ""),
    ("没有异味，也不掉色", ""),
    ("质量不差", ""),
    ("质量没有问题", ""),
    ("物流一点也不慢", ""),
    ("不过敏，不刺痛", ""),
    ("客服没有推脱", ""),
    ("没有以前的臭味", ""),
    ("并没有网上说的掉色", ""),
    ("说有色差其实没有", ""),
    ("质量问题可以放心", ""),
    ("没有买到假货", ""),
    ("一个坏的都没有", ""),
    ("I didn't need a refund", ""),
    ("Customer service was not rude at all", ""),
    ("Nothing broken, nothing missing", ""),
    ("It is not fake", ""),
    ("It isn't broken", ""),
    ("No leaks or stains", ""),
    ("never had any problem with rust, not a single scratch", ""),
    # a question, a condition, a fear, hearsay, other goods
    ("这是不是假货？", ""),
    ("不知道是不是正品", ""),
    ("会过敏吗？", ""),
    ("Is it fake?", ""),
    ("如果质量不好就退货", ""),
    ("要是有破损，一定退款", ""),
    ("质量差的话我会退货的", ""),
    ("担心过敏，先试一点", ""),
    ("希望不会漏液", ""),
    ("听说是假货，买来看看", ""),
    ("别家的质量差，这家好", ""),
    ("If it breaks I will return it", ""),
    ("My old one broke", ""),
    # words inside words, and praise that looks like complaint
    ("这次捡漏了", ""),
    ("支持七天无理由退货", ""),
    ("漏电保护很好", ""),
    ("度假酒店很漂亮", ""),
    ("比超市便宜多了", ""),
    ("和图片差不多", ""),
    ("有点色差很正常，色差不大", "differs"),
    ("试了几天才来评价，面霜润", ""),
    ("质量好不好还不知道", ""),
    ("入住两晚，今早退房", ""),
    ("好用到爆炸", ""),
    ("我喜欢破洞牛仔裤", ""),
    ("Fake eyelashes look great", ""),
    ("很好，推荐购买", ""),
    ("", ""),
    ("😊😊😊", ""),
    ("\ud800\x00", ""),
)


@pytest.mark.parametrize(("text", "topics"), CASES)
def test_topics(text: str, topics: str) -> None:
    assert " ".join(topics_of(text)) == topics


def said(number: int, text: str, **has: str) -> Said:
    return ReviewText(id=f"r{number}", product="", language=has.pop("language", "zh-Hans"), text=text, **has)


def test_places_are_characters_of_the_text_as_stored() -> None:
    text = "𠮷祥的İ盒子，ＢＯＸ不错。但是包裝破損，已經申請退款"
    found = list(complaints([said(1, text)]))
    assert [complaint.topic for complaint in found] == ["refund", "packaging"]
    for complaint in found:
        for place in complaint.places:
            assert text[place.start : place.end] == place.words
            assert place.words in place.clause
            assert place.clause in text
    assert found[1].places[0].words == "包裝破損"
    assert found[1].places[0].clause == "但是包裝破損"


def test_title_and_follow_up_are_read_and_named() -> None:
    found = list(complaints([said(1, "还行", title="质量太差", follow_up_text="一周后裂开了")]))
    assert [(place.field, place.words) for complaint in found for place in complaint.places] == [
        ("title", "质量太差"),
        ("follow_up_text", "裂开"),
    ]


@pytest.mark.parametrize("language", ["ja", "ko", "de", "und"])
def test_other_languages_are_not_read(language: str) -> None:
    assert list(complaints([said(1, "商品が破損していた、返品したい", language=language)])) == []


def test_a_text_alone_and_among_many_is_read_the_same() -> None:
    texts = [text for text, _ in CASES] * 9
    random.Random(5).shuffle(texts)
    together: dict[str, list[str]] = {}
    for complaint in complaints(said(number, text) for number, text in enumerate(texts)):
        together.setdefault(complaint.review, []).append(complaint.topic)
    assert together == {f"r{number}": list(found) for number, text in enumerate(texts) if (found := topics_of(text))}


def test_any_iterator_will_do_and_order_is_kept() -> None:
    found = complaints(said(number, "退款！物流太慢，质量太差") for number in range(700))
    first = [next(found).topic for _ in range(3)]
    assert first == [topic for topic in TOPICS if topic in ("quality", "refund", "delivery")]
    assert [complaint.review for complaint in found][-1] == "r699"
