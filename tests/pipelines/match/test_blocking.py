"""Candidates: the right one is among the closest. Goods are invented."""

from __future__ import annotations

import random

import pytest

from pipelines.match import blocking
from pipelines.match.blocking import candidates

_HAN = ("云朵", "晨雾", "月光", "山茶", "海盐", "竹露", "松针", "麦田", "柚见", "丝绒", "修护", "保湿", "清透", "焕亮")
_LATIN = ("Orvel", "Kanto", "Miroa", "Lanzhi", "kettle", "speaker", "camera", "serum", "compact", "travel", "studio")


def goods(count: int) -> tuple[list[str], list[str]]:
    """The same goods in two spellings, in one order."""
    dice = random.Random(7)
    left, right = [], []
    for number in range(count):
        if number % 2:
            words = dice.sample(_HAN, 4)
            left.append(f"【官方】{''.join(words)}面霜 {dice.choice((30, 50))}ml")
            right.append(f"{''.join(words[:3])} {words[3]}霜")
        else:
            words, code = dice.sample(_LATIN, 3), dice.randint(1000, 9999)
            left.append(f"{' '.join(words)} KX-{code}")
            right.append(f"New {words[0]} kx{code} {words[2].upper()}")
    return left, right


def test_the_right_one_is_among_ten() -> None:
    left, right = goods(300)
    close = candidates(left, right, 10)
    assert close.shape == (300, 10)
    assert sum(at in row for at, row in enumerate(close)) >= 297


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = goods(60)
    whole = candidates(left, right, 5)
    monkeypatch.setattr(blocking, "_BLOCK_CELLS", 130)
    assert candidates(left, right, 5).tolist() == whole.tolist()


def test_equal_texts_go_by_place() -> None:
    assert candidates(["Orvel kettle"], ["Orvel kettle"] * 4 + ["Kanto camera"], 3).tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("left", "right", "shape"), [([], ["a"], (0, 1)), (["a"], [], (1, 0)), ([""], ["", "b"], (1, 2))]
)
def test_little_or_nothing_to_compare(left: list[str], right: list[str], shape: tuple[int, int]) -> None:
    assert candidates(left, right, 10).shape == shape
