"""100,000 random mixes raise nothing, and no repetition makes reading slower than its length."""

from __future__ import annotations

import random
import time

import pytest

from pipelines.normalize.fields import read_amount, read_range
from pipelines.normalize.labels import find_labels, kind_of_label
from pipelines.normalize.money import read_price
from pipelines.normalize.noise import without_noise
from pipelines.normalize.numerals import fold
from pipelines.normalize.offers import find_prices
from pipelines.normalize.quantity import read_quantity

ALPHABET = [
    *"0123456789" * 3, *"..,,'  --~/%*×xX()（）【】:：+=|<>&#@!?？！，。、；\t\n\u00a0\u3000",
    *"¥￥$€£₹₩₫฿￦¢", "US$", "HK$", "Rp", "kr", "Kč", "CHF", "元", "円", "块", "毛", "万", "千", "百", "원", "만",
    *"满减折送赠免券到手价后原现定金尾款直播会员第件瓶盒支片起共约仅买拍领一二两三十半每期月年的和",
    "ml", "g", "kg", "片", "抽", "was", "now", "for", "per", "off", "税込", "あたり", "쿠폰", "할인", "ab",
    "😀", "🔥", "👨‍👩‍👧", "\u200d", "\ufe0f", "\x00", "\ud83d", "０", "９", "．", "１", "٣", "é", "Я",
]  # fmt: skip
# What the grammar looks for, and what stands between: repeated, each was once a way to squared time somewhere.
TRIGGERS = (
    "1",
    "9,",
    "1.",
    "1'",
    "1 ",
    " ",
    "\t",
    "-",
    "- ",
    ",",
    "¥",
    "¥1",
    "¥1-",
    "$",
    "$ ",
    "€1",
    "1€ ",
    "满",
    "满1减1",
    "满1",
    "券后",
    "到手价",
    "原价",
    "价",
    "now ",
    "was ",
    "from ",
    "(",
    "（",
    ")",
    "(税込",
    "/",
    "/1",
    "1/",
    "第",
    "第1",
    "买",
    "买1送",
    "一",
    "九千万",
    "万",
    "1万",
    "块",
    "1块",
    "毛",
    "件",
    "1件",
    "2件",
    "x",
    "x1",
    "*",
    "#",
    "A1-",
    "a",
    "RM",
    "R$",
    "每",
    "每期",
    "约",
    "折",
    "8折",
    "月销",
    "月销1",
    "1 for ",
    "pack of ",
    "between ",
    "1 and ",
    "1%",
    "?",
    "¥?",
    "X",
    "定金1",
    "→",
    "->",
    "만",
    "1만 ",
    "원",
    "あたり",
    "税込",
    "\x00",
    "😀",
    "1:1",
    "2020-1-1",
    "元",
    "1元",
    "+",
    "+1",
    "kr ",
    ".",
    ": ",
)


@pytest.mark.slow
def test_a_hundred_thousand_mixes_raise_nothing() -> None:
    dice = random.Random(20261126)
    for _ in range(100_000):
        text = "".join(dice.choices(ALPHABET, k=dice.randint(1, 24)))
        price = read_price(text)
        read_quantity(text)
        assert price.amount is None or price.amount >= 0, text


def _seconds(text: str) -> float:
    """What the whole grammar takes, without the cut of long texts."""
    start = time.process_time()
    folded = fold(text)
    without_noise(folded)
    find_labels(folded)
    find_prices(folded)
    read_amount(text)
    read_range(text)
    kind_of_label(text)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_time_grows_with_length(trigger: str) -> None:
    half, whole = ((trigger * (length // len(trigger) + 1))[:length] for length in (50_000, 100_000))
    # Squared time is 4; a fifth of a second is noise of the clock.
    assert min(_seconds(whole) for _ in "12") <= 3.2 * max(_seconds(half) for _ in "12") + 0.2


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_long_text_is_cut(trigger: str) -> None:
    text = (trigger * (100_000 // len(trigger) + 1))[:100_000]
    start = time.process_time()
    reading = read_price(text)
    read_quantity(text)
    assert time.process_time() - start < 2
    assert any(issue.field == "text" for issue in reading.issues)
