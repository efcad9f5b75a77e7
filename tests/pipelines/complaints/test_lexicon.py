"""The lexicon as data: what its files may say, and what the files that ship do say."""

from __future__ import annotations

import re
import tomllib
import unicodedata

import pytest

from pipelines.complaints import TOPICS, topics_of
from pipelines.complaints.lexicon import FILES, HERE, LexiconInvalid, build, lexicon

SCOPE = """
[scope]
spaced = {spaced}
denies = ["no"]
fillers = ["any"]
no_denial = ["no wonder"]
asks_before = []
asks_after = []
supposes = ["if"]
supposes_after = []
fears = ["fear"]
no_fear = ["fearless"]
others = ["my old"]
"""


def small(words: str) -> dict[str, str]:
    return {"a.toml": SCOPE.format(spaced="false"), "b.toml": SCOPE.format(spaced="true") + words}


def test_a_lexicon_of_ones_own() -> None:
    words = build(small('[quality]\nsays = ["wobbly"]\nunless = ["said to be"]\nexcept = ["wobbly castle"]'))
    assert topics_of("It is wobbly", words) == {"quality": ("wobbly",)}
    for text in ("no wobbly parts", "if wobbly, tell us", "the wobbly castle", "said to be wobbly", "wobblyness"):
        assert topics_of(text, words) == {}
    assert topics_of("No wonder wobbly wheels fail", words) == {"quality": ("wobbly",)}
    assert topics_of("Wobbly but fearless", words) == {"quality": ("Wobbly",)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('[quallity]\nsays = ["x"]', "no such topic"),
        ('[quality]\nsay = ["x"]', "unknown key say"),
        ('[quality]\nsays = ["Wobbly"]', "no word in lower case"),
        ('[quality]\nsays = [""]', "no word in lower case"),
        ('[[quality.pairs]]\nof = ["a"]\nis = ["b"]\nwithin = 1\nnear = true', "unknown key near"),
    ],
)
def test_what_means_nothing_is_refused(words: str, said: str) -> None:
    with pytest.raises(LexiconInvalid, match=said):
        build(small(words))


@pytest.mark.parametrize("name", FILES)
def test_every_topic_has_words_in_both_languages_and_none_twice(name: str) -> None:
    data = tomllib.loads((HERE / name).read_text("utf-8"))
    assert set(TOPICS) <= set(data)
    for topic in TOPICS:
        says = data[topic]["says"]
        assert len(says) >= 10
        assert [word for word in says if says.count(word) > 1] == []


def test_traditional_characters_stand_beside_their_simplified_ones() -> None:
    said = tomllib.loads((HERE / "zh.toml").read_text("utf-8"))["traditional"]
    assert len(said["from"]) == len(said["to"])
    assert all(re.fullmatch("[\u4e00-\u9fff]", character) for character in said["from"] + said["to"])
    pairs = dict(zip(said["from"], said["to"], strict=True))
    assert (pairs["質"], pairs["壞"], pairs["貨"], pairs["換"], pairs["燒"]) == ("质", "坏", "货", "换", "烧")


def test_folding_moves_no_character() -> None:
    text = "ＡİßＩ’質\ud800𠮷 \u3000é\u0301"
    folded = lexicon().fold(text)
    assert len(folded) == len(text)
    assert folded == "aİßi'质\ufffd𠮷  é\u0301"
    assert unicodedata.normalize("NFC", folded) != ""
