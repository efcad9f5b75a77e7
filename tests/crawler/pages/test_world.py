"""Pages as shops of many countries and systems write them, each beside the truth a reader of the page would state.

`world/<what-is-odd>.html|json` is the page, `<what-is-odd>.truth.json` its truth: null where the page does not say,
"any" for a field that is not judged. `price_missed` marks a price that is not read yet, `also_missed` names other
such fields, and `why` says why. A missed price may be null, never another number; one that is read ends the mark.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawler.pages.read import read_page
from pipelines.facts import PageFacts
from pipelines.understand import understand

_WORLD = Path(__file__).parent / "world"
_PAGES = sorted(path for path in _WORLD.iterdir() if not path.name.endswith(".truth.json"))
_MONEY = ("price", "price_max", "list_price")


def _truth(page: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(page.with_name(f"{page.stem}.truth.json").read_text("utf-8"))
    return truth


def _said(facts: PageFacts) -> dict[str, Any]:
    offer = facts.offer
    state = offer.availability if offer and offer.availability != "unknown" else None
    return {
        "kind": facts.kind,
        "outcome": facts.outcome,
        "price": offer and offer.price,
        "price_max": offer and offer.price_max,
        "list_price": offer and offer.list_price,
        "currency": offer and offer.currency,
        "availability": state,
        "review_count": offer and offer.review_count,
        "n_reviews": len(facts.reviews) or None,
        "n_items": len(facts.items) or None,
    }


def differences(page: Path) -> dict[str, tuple[Any, Any]]:
    """Judged fields that differ: field → (truth, read)."""
    truth = _truth(page)
    said = _said(understand(read_page(truth["url"], page.read_bytes())))
    found = {}
    for field, got in said.items():
        want = truth[field]
        if want == "any":
            continue
        if field in _MONEY and want is not None and got is not None:
            want, got = Decimal(want), Decimal(got)
        if want != got:
            found[field] = (want, got)
    return found


def test_the_world_has_pages() -> None:
    assert len(_PAGES) >= 60
    assert {path.stem for path in _PAGES} == {
        path.name.removesuffix(".truth.json") for path in _WORLD.glob("*.truth.json")
    }


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_page_is_read_as_its_truth(page: Path) -> None:
    truth = _truth(page)
    missed = {*truth.get("also_missed", ()), *(("price", "currency") if truth.get("price_missed") else ())}
    found = differences(page)
    assert {field: pair for field, pair in found.items() if field not in missed} == {}
    for field in ("price", "list_price"):
        assert found.get(field, (None, None))[1] is None, "a missed amount is null, never another number"


@pytest.mark.parametrize("page", [page for page in _PAGES if "why" in _truth(page)], ids=lambda page: page.stem)
@pytest.mark.xfail(strict=True, reason="`why` in the truth of the page says it")
def test_what_is_missed_is_still_missed(page: Path) -> None:
    assert differences(page) == {}
