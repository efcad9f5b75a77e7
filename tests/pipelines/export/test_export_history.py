"""Price histories of the report, from looks in the tables."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from lxml import html

from pipelines.export.claims import claim_views
from pipelines.export.price_history import PriceHistory, price_histories
from pipelines.export.report import render
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from conftest import SampleData


def look(sample: SampleData, number: int, day: str, price: str | None, host: str = "tit.example") -> None:
    """A look at noon UTC of a day of 2026; without a price it was blocked."""
    page = f"h{number:03d}"
    sample.page(page, f"https://{host}/1", fetched_at=f"2026-{day}T12:00:00Z", outcome="ok" if price else "blocked")
    if price:
        quantity = json.dumps({"parts": [{"size": "30", "unit": "ml", "count": 2}], "gifts": [], "shade": None})
        sample.add(
            "offers", page_id=page, url=f"https://{host}/1", name="晨雾精华 30ml*2", availability="in_stock",
            currency="CNY", price=price, quantity_json=quantity, promotions_json="[]",
        )  # fmt: skip


def history_of(sample: SampleData) -> PriceHistory:
    db = open_read(sample.dataset.database)
    try:
        return price_histories(db, claim_views(db))["C1"]
    finally:
        db.close()


def test_looks_in_a_row_are_one_step_and_gaps_part_them(sample: SampleData) -> None:
    for number, (day, price) in enumerate(
        (("11-01", "199.00"), ("11-02", "199.00"), ("11-03", "189.00"), ("11-10", "189.00"), ("11-11", None),
         ("11-12", "189.00"))
    ):  # fmt: skip
        look(sample, number, day, price)
    promoted, official = history_of(sample).series
    found = [
        (step.first.day, step.last.day, step.looks, step.price and str(step.price), step.joined)
        for step in promoted.steps
    ]
    assert found == [
        (1, 2, 2, "199.00", False), (3, 3, 1, "189.00", True), (10, 10, 1, "189.00", False), (11, 11, 1, None, False),
        (12, 12, 1, "189.00", False), (20, 20, 1, "159.00", False),
    ]  # fmt: skip
    assert (official.side, official.priced) == ("official", 1)
    assert history_of(sample).drawable


def test_one_look_is_no_history(sample: SampleData) -> None:
    assert not history_of(sample).drawable
    assert "seen once only" in render(sample.dataset, "en")


def test_the_report_shows_the_chart_and_its_table(sample: SampleData) -> None:
    look(sample, 1, "11-15", "199.00")
    look(sample, 2, "11-16", "199.00")
    tree = html.document_fromstring(render(sample.dataset, "zh"))
    (chart,) = tree.xpath("//article[@id='claim-C1']//svg[@class='chart']")
    assert "¥159.00 至 ¥199.00" in chart.get("aria-label")
    assert "直播" in chart.text_content()
    rows = [
        " ".join(cell.text_content().strip() for cell in row)
        for row in tree.xpath("//table[contains(@class, 'history')]//tr[td]")
    ]
    assert rows == ["2026-11-15 – 2026-11-16 ¥199.00 2", "2026-11-20 ¥159.00 1", "2026-11-20 ¥139.00 1"]


def test_prices_per_unit_stay_per_unit(sample: SampleData) -> None:
    look(sample, 1, "11-19", "120.00")
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        connection.execute("UPDATE verdicts SET per = '100 ml'")
    history = history_of(sample)
    assert history.per == "100 ml"
    assert [str(step.price) for step in history.series[0].steps] == ["200.00", "265.00"]
    assert str(history.promised) == "265.00"
