"""Floors on the sample material: lower figures are a regression."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.normalize.language import detect
from pipelines.normalize.marks import codes_of
from pipelines.normalize.money import read_price
from pipelines.normalize.quantity import Part, read_quantity

pytestmark = pytest.mark.shared


def _rows(path: Path, columns: int) -> list[list[str]]:
    lines = path.read_text("utf-8").splitlines()
    return [(line.split("\t") + [""] * columns)[:columns] for line in lines if line and not line.startswith("#")]


def test_price_cases(shared: Path) -> None:
    wrong = []
    for text, amount, amount_max, currency, count in _rows(shared / "prices" / "price_cases.tsv", 5):
        reading = read_price(text)
        expected = (
            Decimal(amount) if amount else None,
            Decimal(amount_max) if amount_max else None,
            currency or None,
            int(count or 1),
        )
        if (reading.amount, reading.amount_max, reading.currency, reading.count) != expected:
            wrong.append(text)
        if not amount:
            assert reading.amount is None, text
    assert wrong == []


def test_quantity_cases(shared: Path) -> None:
    def line(parts: tuple[Part, ...]) -> str:
        return " + ".join(f"{part.size.normalize():f}{part.unit} x{part.count}" for part in parts)

    wrong = []
    for title, expected in _rows(shared / "prices" / "quantity_cases.tsv", 2):
        quantity = read_quantity(title)
        said = line(quantity.parts)
        said += f" | gift {line(quantity.gifts)}" if quantity.gifts else ""
        said += f" | shade {quantity.shade}" if quantity.shade else ""
        if said != expected:
            wrong.append((title, said))
    assert wrong == []


def _examples(shared: Path) -> list[tuple[bool, bool, bool, str]]:
    """price-parser's examples: expected to fail there, amount right, currency right, text."""
    found = []
    for line in (shared / "prices" / "price_parser_examples.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        reading = read_price(
            case["text"] or "", currency_hint=case["currency_hint"], decimal_separator=case["decimal_separator"]
        )
        expected = None if case["amount"] is None else Decimal(case["amount"])
        amount_right = (reading.amount is None) == (expected is None) and (
            reading.amount is None or expected is None or abs(reading.amount - expected) < Decimal("1e-9")
        )
        codes = codes_of(case["currency_symbol"]) if case["currency_symbol"] else ()
        doubted = any(issue.why.startswith("ambiguous currency") for issue in reading.issues)
        currency_right = reading.currency in codes if reading.currency else not codes or (len(codes) > 1 and doubted)
        found.append((case["group"].startswith("xfail"), amount_right, currency_right, str(case["text"])))
    return found


def test_examples_of_a_peer(shared: Path) -> None:
    rows = _examples(shared)
    assert [text for failing, amount, code, text in rows if not failing and not (amount and code)] == []
    assert sum(not failing for failing, *_ in rows) == 1_051


def test_amounts_that_a_peer_expects_to_miss(shared: Path) -> None:
    assert sum(failing and amount for failing, amount, *_ in _examples(shared)) >= 109


def test_languages(shared: Path) -> None:
    right = total = 0
    short: list[bool] = []
    for text, label, _ in _rows(shared / "reviews" / "langid_dev.tsv", 3):
        found = detect(text).language
        assert not (label.startswith("zh") and found == "ko"), text
        total += 1
        hit = found.split("-")[0] == label.split("-")[0]
        right += hit
        if label in ("en", "de", "fr", "es") and len(text) < 10:
            short.append(hit)
    assert right / total >= 0.977
    assert sum(short) / len(short) >= 0.81
