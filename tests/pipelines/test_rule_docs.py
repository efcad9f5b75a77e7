"""The documents name every rule and verdict, with the parameters that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.claimed import CLAIM_WORDS, TESTED_BY
from pipelines.rules import DEFAULTS
from pipelines.verdict import VERDICTS

DOCS = Path(__file__).parents[2] / "docs"


def rows(name: str) -> dict[str, str]:
    """First cell (without marks) → the whole row, of every table row."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return {match[1]: match[0] for match in re.finditer(r"^\| `(\w+)` \|.*$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", DEFAULTS)
def test_rule(name: str) -> None:
    row = rows("verdicts.md")[name]
    for parameter, value in DEFAULTS[name].items():
        said = str(value).lower()
        assert f"`{parameter}` = {said}" in row


def test_nothing_is_documented_that_is_not_there() -> None:
    assert rows("verdicts.md").keys() == DEFAULTS.keys() | VERDICTS.keys() | CLAIM_WORDS.keys() | TESTED_BY.keys()


def test_the_example_of_the_document_is_what_the_code_computes() -> None:
    from decimal import Decimal

    from pipelines.normalize.quantity import read_quantity
    from pipelines.observation import Article
    from pipelines.rules import Pair, findings

    text = (DOCS / "verdicts.md").read_text(encoding="utf-8")
    example = text[text.index("## An example") :]
    sides = re.findall(r"`([^`]*ml[^`]*)` for (\d+\.\d\d)", example)
    promoted, official = (
        Article(
            page_id=str(n),
            url="",
            seen_at="2026-01-01T00:00:00Z",
            currency="CNY",
            price=Decimal(price),
            quantity=read_quantity(content),
        )
        for n, (content, price) in enumerate(sides)
    )
    found = findings(Pair(promoted=promoted, official=official, same="other_variant"), {})
    said = next(finding.text for finding in found if finding.rule == "unit_price")
    first, second = re.findall(r"(\d+\.\d\d) against (\d+\.\d\d)", example)[0]
    assert f"Promoted {first} CNY, official {second} CNY" in said
