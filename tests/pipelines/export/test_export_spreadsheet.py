from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.spreadsheet import FORMULA_LEADS, guard, unguard


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("'quoted'", "''quoted'"),
        ("''", "'''"),
        ("plain", "plain"),
        ("a=1", "a=1"),
        ("", ""),
        ("¥99", "¥99"),
    ],
)
def test_cells_are_marked_and_come_back(text: str, cell: str) -> None:
    assert guard(text) == cell
    assert unguard(cell) == text


@pytest.mark.shared
def test_naughty_strings_come_back(shared: Path) -> None:
    texts = json.loads((shared / "corpora" / "blns.json").read_text("utf-8"))
    assert sum(text.startswith(FORMULA_LEADS) for text in texts) > 20
    assert not [text for text in texts if guard(text).startswith(FORMULA_LEADS)]
    assert [unguard(guard(text)) for text in texts] == texts
