"""One text a line in, one JSON object a line out."""

from __future__ import annotations

import io
import json
from typing import Any

from crawler.commands.read_text import read_language_lines, read_price_lines, read_quantity_lines


def answers(reader: Any, data: bytes) -> list[dict[str, Any]]:
    out = io.BytesIO()
    count = reader(io.BytesIO(data), out)
    lines = out.getvalue().decode("utf-8").splitlines()
    assert count == len(lines)
    return [json.loads(line) for line in lines]


def test_every_line_is_answered_in_order_empty_ones_too() -> None:
    found = answers(read_price_lines, "¥88\n\r\n定金20 尾款80".encode())
    assert [(row["text"], row["amount"]) for row in found] == [("¥88", "88"), ("", None), ("定金20 尾款80", "100")]


def test_undecodable_bytes_come_back_as_they_were() -> None:
    text = answers(read_language_lines, b"\xff\xfe\n")[0]["text"]
    assert text.encode("utf-8", "surrogateescape") == b"\xff\xfe"


def test_a_byte_order_mark_is_no_text() -> None:
    assert answers(read_quantity_lines, "\ufeff30ml*2".encode())[0]["text"] == "30ml*2"


def test_a_line_longer_than_the_limit_is_one_line() -> None:
    assert len(answers(read_quantity_lines, b"x" * 2_500_000 + b"\n50ml\n")) == 2
