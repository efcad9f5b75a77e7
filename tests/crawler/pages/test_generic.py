"""Every folder of `tests/fixtures/pages` is a page and what must be understood of it; its name says what is odd."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.pages.read import read_page
from pipelines.facts import to_json
from pipelines.understand import understand

FOLDER = Path(__file__).parents[2] / "fixtures" / "pages"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def read_case(case: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    status = expected.pop("status", 200)
    page = next(path for path in case.iterdir() if path.name.startswith("page."))
    return expected, to_json(understand(read_page(expected["url"], page.read_bytes(), status=status)))


def differences(want: Any, got: Any, place: str = "") -> list[str]:
    """Where `got` lacks or changes what `want` states; keys that `want` does not name are free."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [line for key, value in want.items() for line in differences(value, got.get(key), f"{place}.{key}")]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return [
            line for index, value in enumerate(want) for line in differences(value, got[index], f"{place}[{index}]")
        ]
    return [] if want == got else [f"{place}: want {want!r}, got {got!r}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page(case: Path) -> None:
    want, got = read_case(case)
    assert not differences(want, got), (differences(want, got), got["issues"], (got["offer"] or {}).get("prices"))


TRAPS = (
    *("range", "struck", "monthly", "member", "coupon", "bundle", "unit-price", "used", "sold-out", "login-wall"),
    *("deposit", "jsonp", "escaped-twice", "declared", "variant-matrix"),
)


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_its_page(trap: str) -> None:
    assert [case.name for case in CASES if trap in case.name]
