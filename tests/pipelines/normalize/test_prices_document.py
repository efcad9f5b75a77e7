"""docs/prices.md says what the reader does: its tables are read from the document and tried."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.normalize.money import kind_of_label, read_price

DOCUMENT = (Path(__file__).parents[3] / "docs" / "prices.md").read_text("utf-8")


def _rows(heading: str, columns: int) -> list[list[str]]:
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return [row for row in rows[1:] if len(row) == columns]


@pytest.mark.parametrize("row", _rows('The answer to "what does it cost"', 4), ids=lambda row: row[2])
def test_the_order_of_prices(row: list[str]) -> None:
    reading = read_price(row[2])
    if row[3].startswith("null"):
        assert reading.amount is None
        assert reading.issues
    else:
        assert reading.amount == Decimal(row[3])


@pytest.mark.parametrize("row", _rows("Kinds", 2), ids=lambda row: row[0])
def test_the_labels_of_each_kind(row: list[str]) -> None:
    kinds = set(re.findall("`([a-z]+)`", row[0]))
    labels = re.findall(r"\w+价(?!\w)", row[1])
    assert kinds
    assert all(kind_of_label(label) in kinds for label in labels), labels


@pytest.mark.parametrize(
    ("text", "amount"), re.findall(r"`([^`\n]+)` is (\d+(?:\.\d+)?)(?= |,|\)|\.\s)", DOCUMENT), ids=lambda cell: cell
)
def test_examples_in_sentences(text: str, amount: str) -> None:
    assert read_price(text).amount == Decimal(amount)
