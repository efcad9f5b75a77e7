"""The language of a text."""

from __future__ import annotations

import random

import pytest

from pipelines.normalize.language import detect, language_json

TEXTS = [
    ("<script>alert(1)</script> 假的", "zh"),
    ("<b>Trop petit</b>, je le renvoie demain", "fr"),
    ("3 < 5 还可以", "zh-Hans"),
    ("质量很好，发货也快，下次还会来买", "zh-Hans"),
    ("品質很好,發貨也快,還會再買", "zh-Hant"),
    ("好吃又不貴", "zh-Hant"),
    ("很好", "zh"),
    ("这个面霜 texture 很 nice 推荐", "zh-Hans"),
    ("鲜の果汁很好喝", "zh-Hans"),
    ("とても使いやすくて気に入りました", "ja"),
    ("배송도 빠르고 품질이 좋아요", "ko"),
    ("The bottle arrived broken and nobody answered my mails", "en"),
    ("Die Flasche kam leider kaputt an", "de"),
    ("Le flacon est arrivé cassé, très déçu", "fr"),
    ("El frasco llegó roto, muy mala calidad", "es"),
    ("Очень хороший крем, рекомендую", "ru"),
    ("สินค้าดีมาก", "th"),
    ("👍👍👍", "und"),
    ("12345 !!!", "und"),
    ("", "und"),
    ("，。！", "und"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_language(text: str, language: str) -> None:
    reading = detect(text)
    assert reading.language == language
    assert 0 <= reading.confidence <= 1
    assert (reading.method == "none") == (language == "und")


def test_same_answer_in_any_order() -> None:
    texts = [text for text, _ in TEXTS] * 3 + ["Anna", "Soft", "naja", "bof"] * 3
    first = {text: detect(text) for text in texts}
    random.Random(3).shuffle(texts)
    assert all(detect(text) == first[text] for text in texts)


def test_json_of_the_contract() -> None:
    shape = language_json("😀", detect("😀"))
    assert shape == {"text": "😀", "language": "und", "confidence": 0.0, "method": "none"}
