"""The whole way from bytes to facts over real saved pages with hand-read truth. Floors only ever rise."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.saved import address_of
from crawler.pages.read import read_page
from pipelines.facts import PageFacts
from pipelines.understand import understand

_STATES = {"InStock": "in_stock", "OutOfStock": "out_of_stock", "BackOrder": "backorder", "PreOrder": "preorder"}
# field: (smallest share right, most wrong, most invented)
_FLOORS = {
    "price": (0.97, 0, 0),
    "price_max": (0.85, 0, 0),
    "list_price": (0.90, 0, 0),
    "currency": (0.97, 0, 0),
    "availability": (0.96, 0, 4),
    "review_count": (0.95, 0, 2),
    "reviews": (0.92, 0, 1),
    "items": (0.80, 1, 0),
    "kind": (1.0, 0, 0),
}


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[tuple[dict[str, Any], PageFacts]]:
    folder = shared / "realpages"
    found = []
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        body = (folder / row["file"]).read_bytes()
        found.append((row, understand(read_page(row["page_url"] or address_of(body), body))))
    return found


def _pairs(row: dict[str, Any], facts: PageFacts) -> dict[str, tuple[Any, Any]]:
    truth, offer = row["truth"], facts.offer
    priced = row["kind"] in ("product", "price_api")
    state = offer.availability if offer and offer.availability != "unknown" else None
    return {
        "price": (truth.get("price"), offer and offer.price),
        "price_max": (truth.get("price_max"), offer and offer.price_max),
        "list_price": (truth.get("list_price"), offer and offer.list_price),
        "currency": (truth.get("currency") if priced else None, offer and offer.currency),
        "availability": (_STATES.get(truth.get("availability") or ""), state),
        "review_count": (truth.get("review_count"), offer and offer.review_count),
        "reviews": (truth.get("n_reviews_on_page"), len(facts.reviews) or None),
        "items": (truth.get("n_items"), len(facts.items) or None),
        "kind": (row["kind"], facts.kind),
    }


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, str):
        return bool(want == got)
    return Decimal(str(want)) == Decimal(str(got))


def _tally(rows: list[tuple[dict[str, Any], PageFacts]]) -> tuple[dict[str, Counter[str]], list[str]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FLOORS}
    misses = []
    for row, facts in rows:
        for name, (want, got) in _pairs(row, facts).items():
            if want is None and got is None:
                continue
            how = "invented" if want is None else "missing" if got is None else "right" if _same(want, got) else "wrong"
            counts[name][how] += 1
            if how != "right":
                misses.append(f"{row['id']:40} {name:13} {how:9} want {want} got {got}")
    return counts, misses


@pytest.mark.shared
def test_real_pages_are_read_right(rows: list[tuple[dict[str, Any], PageFacts]]) -> None:
    counts, misses = _tally(rows)
    table = "\n".join([*(f"{name:13} {dict(count)}" for name, count in counts.items()), *misses])
    for name, (share, wrong, invented) in _FLOORS.items():
        count = counts[name]
        asked = count["right"] + count["missing"] + count["wrong"]
        assert asked, f"no page asks for {name}"
        assert count["right"] >= share * asked, f"{name}\n{table}"
        assert count["wrong"] <= wrong, f"{name}\n{table}"
        assert count["invented"] <= invented, f"{name}\n{table}"


@pytest.mark.shared
def test_blocked_pages_are_blocked_and_no_other_is(rows: list[tuple[dict[str, Any], PageFacts]]) -> None:
    blocked = {row["id"] for row, facts in rows if facts.kind == "blocked"}
    assert blocked == {row["id"] for row, _ in rows if row["kind"] == "blocked"}
    assert all(facts.wall for _, facts in rows if facts.kind == "blocked")


@pytest.mark.shared
def test_no_page_fails(rows: list[tuple[dict[str, Any], PageFacts]]) -> None:
    assert len(rows) == 52
    broken = [
        (row["id"], issue.why)
        for row, facts in rows
        for issue in facts.issues
        if "Error" in issue.why and ":" in issue.why
    ]
    assert broken == []
    assert not [row["id"] for row, facts in rows if facts.outcome == "unreadable"]
