"""Price series: gaps are gaps, and looks at other things are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner

from crawler.cli import main
from pipelines import compare
from pipelines.history import History, Look, history, look_state
from pipelines.store.read import open_read
from tests.pipelines.conftest import Small

END = datetime(2026, 3, 31, 12, tzinfo=UTC)
S, O = "https://streamer.example/item/1", "https://official.example/p/1"  # noqa: E741


def look(ago: float, price: str | None, state: str = "priced") -> Look:
    amount = Decimal(price) if price else None
    return Look(page_id=f"{ago}", at=END - timedelta(days=ago), state=state, price=amount, why=state)  # type: ignore[arg-type]


SERIES = history([look(0.5, "100"), look(10, "200"), look(2, None, "not_seen"), look(3, "100"), look(3.2, "150")])


def test_looks_are_in_order_of_time() -> None:
    assert [found.price for found in SERIES.looks if found.price] == [Decimal(n) for n in (200, 150, 100, 100)]


def test_days_have_gaps() -> None:
    days = SERIES.days(END, 12)
    assert len(days) == 12
    by_ago = {day.ago: day for day in days}
    assert (by_ago[0].last, by_ago[9].last) == (Decimal(100), Decimal(200))
    assert (by_ago[1].last, by_ago[1].why) == (None, "not_seen")
    assert (by_ago[5].last, by_ago[5].why) == (None, "no look")
    assert (by_ago[2].last, by_ago[3].last) == (Decimal(100), Decimal(150))


def test_coverage_counts_days_and_the_longest_gap() -> None:
    seen = SERIES.coverage(END, 30)
    assert (seen.seen, seen.longest_gap, seen.without_price) == (4, Decimal("20.0"), 1)
    assert not seen.enough(4, Decimal(19))
    assert History().coverage(END, 30).longest_gap == Decimal("30.0")


def test_when_a_price_began() -> None:
    assert SERIES.began(END, Decimal(100), Decimal(0)) == END - timedelta(days=3)
    assert SERIES.began(END, Decimal(200), Decimal(0)) is None
    # A price that was lower in between has been a reduction all along.
    dipped = history([look(9, "200"), look(5, "100"), look(4, "80"), look(1, "100")])
    assert dipped.began(END, Decimal(100), Decimal(0)) == END - timedelta(days=5)


@pytest.mark.parametrize(
    ("outcome", "stock", "price", "state"),
    [
        ("ok", "in_stock", "1", "priced"),
        ("ok", "unknown", "1", "priced"),
        ("ok", "out_of_stock", "1", "sold_out"),
        ("ok", "in_stock", None, "no_price"),
        ("ok", "in_stock", "0", "no_price"),
        ("blocked", "in_stock", "1", "not_seen"),
    ],
)
def test_state(outcome: str, stock: str, price: str | None, state: str) -> None:
    assert look_state(outcome, stock, Decimal(price) if price else None) == state  # type: ignore[arg-type]


def test_as_of_uses_only_pages_seen_until_then_and_stores_nothing(small: Small) -> None:
    small.page(S, seen_at="2026-03-01T12:00:00Z", price="100")
    small.page(O, seen_at="2026-03-01T12:00:00Z", price="100")
    small.page(S, seen_at="2026-03-01T12:00:00.5Z", price="200")
    small.page(O, seen_at="2026-03-20T12:00:00Z", price="100")
    small.page(S, seen_at="2026-03-20T12:00:00Z", price="150")
    small.claim("1")
    dataset = small.dataset
    now = compare.run(dataset)[0].verdict
    with open_read(dataset.database).conn as connection:
        stored = list(connection.execute("SELECT * FROM verdicts"))
    words = [
        compare.run(dataset, moment)[0].verdict.word for moment in ("2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")
    ]
    assert (now.word, words) == ("dearer_at_streamer", ["consistent", "dearer_at_streamer"])
    before = compare.run(dataset, "2026-02-01T00:00:00Z")[0].verdict
    assert before.word == "cannot_tell"
    assert "never stored" in before.text
    with open_read(dataset.database).conn as connection:
        assert list(connection.execute("SELECT * FROM verdicts")) == stored


def test_as_of_on_the_command_line(small: Small) -> None:
    small.page(S, seen_at="2026-03-01T12:00:00Z", price="100")
    small.page(O, seen_at="2026-03-01T12:00:00Z", price="100")
    small.page(S, seen_at="2026-03-05T12:00:00Z", price="150")
    small.page(O, seen_at="2026-03-05T12:00:00Z", price="100")
    small.claim("1", claim="官方同价")
    small.write()
    then = CliRunner().invoke(main, ["compare", str(small.path), "--as-of", "2026-03-02 08:00"])
    assert then.exit_code == 0, then.output
    assert "consistent" in then.output
    assert "as of 2026-03-02T00:00:00Z" in then.output
    wrong = CliRunner().invoke(main, ["compare", str(small.path), "--as-of", "yesterday"])
    assert wrong.exit_code == 2
    assert "--as-of" in wrong.output
