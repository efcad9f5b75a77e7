"""What holds for every text: nothing raises, what is written is read, and hostile texts take bounded time."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.normalize.quantity import Part, kept_quantities, quantity_of_text_json, read_quantity, unit_price

_ALPHABET = (
    "0123456789.,*x×+/-() 一二两半十ml克g斤kgozLl片盒瓶支抽包袋箱装入本枚個개매정送赠买共合计套件号色#年cmPackof"
)
_FEW = settings(max_examples=60, deadline=None)

_MEASURES = st.tuples(
    st.integers(1, 4_000), st.sampled_from(["", ".5", ".25"]), st.sampled_from(["ml", "g"]), st.integers(2, 60)
)


@_FEW
@given(st.text(max_size=300))
@example("\x00*5\x00x2")
@example("５０ｍｌ×２" * 60)
def test_any_text_is_read(text: str) -> None:
    quantity_of_text_json(text, read_quantity(text))


@_FEW
@given(st.text(alphabet=_ALPHABET, max_size=60))
def test_texts_of_quantity_signs_give_possible_quantities(text: str) -> None:
    quantity = read_quantity(text)
    for part in (*quantity.parts, *quantity.gifts):
        assert 0 < part.size <= 50_000
        assert 0 < part.count <= 10_000
    price = unit_price(Decimal("99.90"), quantity)
    assert price is None or price[0] >= 0


@_FEW
@given(_MEASURES)
@pytest.mark.parametrize(
    "style",
    [
        "露岚精华 {size}{unit}*{count}", "露岚精华{size}{unit}×{count}瓶", "露岚 {size} {unit} x {count}",
        "{count}瓶*{size}{unit}",
        "Pack of {count}, {size} {unit}", "Serum {size}{unit} (Pack of {count})", "{count} x {size} {unit}",
        "{count}-pack serum {size}{unit}", "化粧水 {size}{unit}×{count}本", "化粧水 {size}{unit} {count}本セット",
        "토너 {size}{unit} {count}개", "露岚精华{size}{unit}/瓶*{count}瓶 共{total}{unit}",
        "总{total}{unit}（{size}{unit}*{count}）",
    ],
)  # fmt: skip
def test_what_is_written_is_read(style: str, measure: tuple[int, str, str, int]) -> None:
    whole, fraction, unit, count = measure
    size = Decimal(f"{whole}{fraction}")
    text = style.format(size=size, unit=unit, count=count, total=(size * count).normalize().__format__("f"))
    assert [(p.size, p.unit, p.count) for p in read_quantity(text).parts] == [(size, unit, count)], text


@_FEW
@given(st.integers(1, 500), st.integers(2, 60))
@pytest.mark.parametrize(
    "style", ["面膜 {n}片*{m}盒", "抽纸{n}抽×{m}包", "{m}盒*{n}片/盒", "{n} Count (Pack of {m})",
        "マスク {n}枚×{m}箱", "물티슈 {n}매, {m}팩"],
)  # fmt: skip
def test_pieces_that_are_written_are_read(style: str, n: int, m: int) -> None:
    assert read_quantity(style.format(n=n, m=m)).parts == (Part(size=Decimal(n), unit="pcs", count=m),)


@_FEW
@given(st.lists(st.tuples(st.integers(1, 900), st.integers(1, 9)), min_size=1, max_size=4), st.integers(1, 90))
def test_a_gift_never_joins_what_is_bought(parts: list[tuple[int, int]], free: int) -> None:
    bought = "+".join(f"{size}g*{count}" for size, count in parts)
    quantity, with_gift = read_quantity(f"面霜 {bought}"), read_quantity(f"面霜 {bought} 赠{free}ml*2")
    assert with_gift.parts == quantity.parts
    assert with_gift.gifts == (Part(size=Decimal(free), unit="ml", count=2),)
    assert unit_price(Decimal(100), quantity) == unit_price(Decimal(100), with_gift)


@pytest.mark.parametrize(
    "seed",
    ["9", "*", "9*", "50ml*2 ", "赠", "赠5ml", "买1送1", "+5ml", "(", "[赠", "共", "1x", "十", "9,999.", "#1 ",
     "国妆", "９",
     "x 1", "5片/", " ", "total ", "/100g", "1-", "+ free", "色号:"],
)  # fmt: skip
def test_hostile_texts_take_bounded_time(seed: str) -> None:
    text = seed * (100_000 // len(seed))
    kept_quantities.cache_clear()
    start = time.process_time()
    read_quantity(text)
    assert time.process_time() - start < 1
