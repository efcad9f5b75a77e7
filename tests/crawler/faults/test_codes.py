"""The codes of faults: documented as they are, in one order, and each used somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.faults import CUT, FAULTS, UNSURE, joined

ROOT = Path(__file__).resolve().parents[3]


def test_the_manual_has_every_code_with_its_meaning() -> None:
    text = (ROOT / "docs" / "faults.md").read_text("utf-8").partition("## Codes of faults")[2]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE)) == FAULTS


def test_every_code_is_given_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    packed = {f"truncated_{coding}" for coding in ("gzip", "deflate", "br", "zstd")}
    assert [name for name in FAULTS if f'"{name}"' not in code and name not in packed] == []
    assert 'f"truncated_{coding}"' in code and set(FAULTS) >= CUT | UNSURE | packed


def test_codes_are_joined_in_one_order() -> None:
    assert joined(("cut_json", "truncated_body"), ("truncated_body", "zz", "aa")) == (
        "truncated_body",
        "cut_json",
        "aa",
        "zz",
    )
