"""Drawings: text stays text, colors are the page's, nothing but shapes; the same numbers always stand in a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from pipelines.export import charts
from pipelines.export.charts import KINDS, Drawer
from pipelines.export.price_history import PriceHistory, Series, Step, chart_rows
from pipelines.export.report import render
from pipelines.export.svg import inline
from pipelines.history import State

if TYPE_CHECKING:
    from conftest import SampleData

START = datetime(2026, 8, 1, 4, tzinfo=UTC)
DATA: dict[str, dict[str, list[dict[str, Any]]]] = {
    "history": {
        "looks": [{"at": f"2026-08-{n:02d}T12:00:00Z", "price": 100 + n, "side": "promoted"} for n in range(1, 20)],
        "alone": [{"at": "2026-08-25T12:00:00Z", "price": 90, "side": "official"}],
        "missed": [{"at": "2026-08-22T12:00:00Z", "side": "official"}],
        "said": [{"at": "2026-08-10T12:00:00Z", "label": "直播"}],
        "promised": [{"at": "2026-08-10T12:00:00Z", "price": 99}],
    },
    "volume": {"months": [{"month": "2026-08", "count": 3, "stars": "high", "rank": 2}]},
    "gaps": {
        "claims": [{"name": "C1 </text><script>精华", "gap": 0.2, "verdict": "dearer_at_streamer"}],
        "zero": [{"gap": 0}],
    },
    "spread": {
        "bins": [{"low": 0.0, "high": 0.05, "count": 9, "verdict": "cheaper_at_streamer"}],
        "zero": [{"gap": 0}],
    },
    "rates": {"rates": [{"topic": "假货", "side": "promoted", "per_1000": 9.0, "low": 4.0, "high": 20.0}]},
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_drawn_as_plain_shapes_and_texts(kind: str) -> None:
    drawn = Drawer().draw(kind, DATA[kind], "a label", "%m-%d" if kind == "history" else "")
    assert drawn is not None
    tree = html.fragment_fromstring(str(drawn))
    assert {node.tag for node in tree.iter()} <= {"svg", "g", "path", "rect", "text", "line", "tspan"}
    assert tree.get("role") == "img" and tree.get("aria-label") == "a label"
    names = {name for node in tree.iter() for name in node.attrib} - {
        "class",
        "viewbox",
        "viewBox",
        "role",
        "aria-label",
    }
    assert not names & {"id", "style", "href", "font-family", "onload", "clip-path"}
    colors = {node.get(name) for node in tree.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert colors and all(color.startswith("var(--") for color in colors), colors


def test_texts_are_texts_and_stay_harmless() -> None:
    drawn = Drawer().draw("gaps", DATA["gaps"], "x")
    said = [text.text_content() for text in html.fragment_fromstring(str(drawn)).iter("text")]
    assert any(text.startswith("C1 </text><script>") for text in said), said
    assert "<script" not in str(drawn)
    assert "直播" in str(Drawer().draw("history", DATA["history"], "x", "%m-%d"))


def test_only_shapes_pass() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>a{}</style><script>x</script>'
        '<g onclick="x"><rect width="3" height="3" fill="var(--ink)" onload="x"/><image href="x"/></g></svg>'
    )
    drawn = str(inline(svg, '"><b>'))
    assert 'fill="var(--ink)"' in drawn
    assert not any(word in drawn for word in ("style", "script", "onclick", "onload", "image", "<b>"))


def test_a_spent_budget_draws_nothing_and_says_how_often() -> None:
    drawer = Drawer(most=100)
    assert drawer.draw("volume", DATA["volume"], "x") is not None
    assert drawer.draw("volume", DATA["volume"], "x") is None
    assert drawer.left_out == 1


def test_without_the_packages_there_are_tables(sample: SampleData, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.review(1, "好")
    with_charts = html.document_fromstring(render(sample.dataset, "en"))
    monkeypatch.setattr(charts, "find_spec", lambda name: None)
    without = html.document_fromstring(render(sample.dataset, "en"))
    assert with_charts.xpath("//svg[@class='chart']") and not without.xpath("//svg[@class='chart']")
    assert "daihuo[report]" in without.text_content() and "daihuo[report]" not in with_charts.text_content()
    assert without.xpath("//section[.//h2[@id='reviews']]//details[@open]//td[text()='1']")


def _step(day: float, days: float, price: str | None, *, joined: bool = False, state: State = "priced") -> Step:
    first = START + timedelta(days=day)
    return Step(
        first=first,
        last=first + timedelta(days=days),
        looks=2 if days else 1,
        state=state if price else "not_seen",
        price=Decimal(price) if price else None,
        why="",
        joined=joined,
    )


def test_gaps_are_gaps_and_a_look_alone_is_a_point() -> None:
    steps = (
        _step(0, 3, "100"),
        _step(4, 2, "90", joined=True),
        _step(7, 0, None),
        _step(9, 1, "90"),
        _step(20, 0, "80"),
    )
    series = Series(role="promoted", side="promoted", url="", steps=steps)
    history = PriceHistory(per="offer", currency="CNY", series=(series,), promised=Decimal("99"))
    rows = chart_rows(history, lambda moment: moment.date().isoformat(), START, "said")
    assert [(row["at"], row["price"]) for row in rows["looks"]] == [
        ("2026-08-01", None), ("2026-08-01", 100.0), ("2026-08-05", 90.0), ("2026-08-07", 90.0),
        ("2026-08-10", None), ("2026-08-10", 90.0), ("2026-08-11", 90.0),
    ]  # fmt: skip
    assert [(row["at"], row["price"]) for row in rows["alone"]] == [("2026-08-21", 80.0)]
    assert [row["at"] for row in rows["missed"]] == ["2026-08-08"]
    assert rows["promised"] == [{"at": "2026-08-01", "price": 99.0}]
    drawer = Drawer()
    drawn = html.fragment_fromstring(str(drawer.draw("history", rows, "x", "%m-%d")))
    promoted = [path for path in drawn.iter("path") if path.get("stroke") == "var(--promoted)"]
    (line,) = [path for path in promoted if path.get("transform") is None]
    assert line.get("d").count("M") == 2
