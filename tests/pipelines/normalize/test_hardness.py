"""No text makes a reader raise, and time grows with length, not with its square."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.normalize.currency import currency_of
from pipelines.normalize.dates import read_date
from pipelines.normalize.identity import article_number, gtin14, model_tokens, registration_numbers, shade_code
from pipelines.normalize.language import detect
from pipelines.normalize.money import kind_of_label, read_amount, read_price, read_range, reading_json
from pipelines.normalize.promotions import read_rules
from pipelines.normalize.quantity import read_quantity
from pipelines.normalize.text import clean, nfkc, storable, unstore

READERS: dict[str, Callable[[str], Any]] = {
    "price": lambda text: json.dumps(reading_json(read_price(text))),
    "rules": read_rules,
    "quantity": read_quantity,
    "language": detect,
    "date": lambda text: read_date(text, now=datetime(2026, 5, 20)),
    "gtin": gtin14,
    "article": article_number,
    "models": model_tokens,
    "registrations": registration_numbers,
    "shade": shade_code,
    "clean": clean,
    "nfkc": nfkc,
    "storable": lambda text: unstore(storable(text)),
    "amount": read_amount,
    "range": read_range,
    "currency": currency_of,
    "kind": kind_of_label,
}
UNITS = (
    "1", "1,", "1.", "1 ", "¥1", "¥1-", "$1 ", "1元", "一", "九千万", "满300减50", "赠1ml", "送1", "(", "<p ", "</",
    "&amp;", "50ml*2",
    "50ml+", "1/", "x1", "折", "全场", "原价1", "券后", "a", "A1-", "é", "の", "한", "#1", "9999999999", "1~", "a@",
    "www.", "the ",
    "第1", "5片*", "定金1", "fl oz", "月销1", "11:11", "2020-1-1 ", "\ud800", "\x00", "3 for ", "pack of ", "1 day",
    "\n", "  ",
)  # fmt: skip
MIX = [*"0123456789.,¥$€元块万折满减送赠 -*x/mlkg片盒券价原后a()[]+%：，", "😀", "한", "の", "\u200d", "\ud83d", "\x00"]
# A machine under load is slow; a squared time on this length takes minutes.
SECONDS = 20.0
LONG = 200_000


@pytest.mark.parametrize("name", READERS)
def test_random_mixes_never_raise(name: str) -> None:
    dice = random.Random(7)
    for _ in range(400):
        READERS[name]("".join(dice.choices(MIX, k=dice.randint(0, 40))))


@pytest.mark.parametrize("name", READERS)
def test_long_texts_take_linear_time(name: str) -> None:
    for unit in UNITS:
        text = (unit * (LONG // len(unit) + 1))[:LONG]
        start = time.perf_counter()
        READERS[name](text)
        assert time.perf_counter() - start < SECONDS, unit


@pytest.mark.shared
@pytest.mark.parametrize("name", READERS)
def test_naughty_strings_never_raise(name: str, shared: Path) -> None:
    for text in json.loads((shared / "corpora" / "blns.json").read_text("utf-8")):
        READERS[name](text)
