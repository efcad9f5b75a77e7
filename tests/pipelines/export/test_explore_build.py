from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import InputMissing, LeakFound
from pipelines.export.explore import build, chosen, search
from pipelines.export.explore.build import build_explorer, is_current
from pipelines.export.explore.charts import Point, bars, history
from pipelines.export.explore.chosen import DERIVED, LEFT_OUT, WITHHELD, chosen_tables
from pipelines.export.explore.derived import days_between
from pipelines.export.explore.described import metadata
from pipelines.export.explore.questions import QUESTIONS
from pipelines.export.scrub import Scrubber
from pipelines.store.schema import TABLES
from pipelines.store.table import Table

if TYPE_CHECKING:
    from conftest import SampleData


def asked(path: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def test_every_table_and_column_but_those_of_the_machinery(sample: SampleData, tmp_path: Path) -> None:
    built = build_explorer(sample.dataset, tmp_path)
    there = {row[0] for row in asked(built.database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert there - {name for name in there if name.startswith((search.INDEX, "sqlite_"))} == {
        *(set(TABLES) - set(LEFT_OUT)),
        *DERIVED,
    }
    for name in set(TABLES) - set(LEFT_OUT):
        columns = {row[1] for row in asked(built.database, f"PRAGMA table_info({name})")}
        assert columns == set(TABLES[name].columns) - set(WITHHELD.get(name, ()))
    assert asked(built.database, "PRAGMA integrity_check") == [("ok",)]
    assert built.rows["claims"] == 1


def test_a_new_table_appears_by_itself(sample: SampleData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Table(
        about="Something new.",
        columns={"id": (str, "key"), "page_id": (str, "the page"), "note": (str, "free")},
        pk=("id",),
        foreign={"page_id": ("pages", "id")},
    )
    monkeypatch.setitem(chosen.TABLES, "novelties", new)
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        connection.execute("CREATE TABLE novelties (id TEXT PRIMARY KEY, page_id TEXT, note TEXT)")
        connection.execute("INSERT INTO novelties VALUES ('n', 'p1', 'seen')")
    built = build_explorer(sample.dataset, tmp_path)
    assert asked(built.database, "SELECT * FROM novelties") == [("n", "p1", "seen")]
    described = json.loads(built.metadata.read_text("utf-8"))["databases"]["explorer"]["tables"]["novelties"]
    assert described["columns"]["note"] == "free"
    assert asked(built.database, "PRAGMA foreign_key_list(novelties)")[0][2:5] == ("pages", "page_id", "id")


def test_texts_are_masked_and_no_secret_is_in_it(sample: SampleData, tmp_path: Path) -> None:
    secret = sample.dataset.secret
    sample.review(1, "打我电话 138 0000 0000", reply="写信 a@b.com")
    sample.add(
        "ledger", crawl="c", spider="offers", url="u", owner="the-machine:77", lease_until="t", request_json="{}"
    )
    built = build_explorer(sample.dataset, tmp_path)
    assert asked(built.database, "SELECT text, reply FROM reviews") == [("打我电话 [phone]", "写信 [email]")]
    content = built.database.read_bytes()
    for hidden in (b"138 0000", b"a@b.com", b"the-machine", secret, secret.hex().encode()):
        assert hidden not in content


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("claims", {"id": "C9", "note": "call 13800000000"}),
        ("claims", {"id": "C9", "streamer": "山雀 a@b.com"}),
        ("offers", {"page_id": "p9", "name": "晨雾 客服13800000000"}),
        ("offers", {"page_id": "p9", "promotions_json": '["\\u00313800000000"]'}),
        ("verdicts", {"claim_id": "C9", "reasons_json": '["13800000000"]'}),
    ],
)
def test_a_number_in_any_prose_stops_it(sample: SampleData, tmp_path: Path, table: str, values: dict[str, str]) -> None:
    build_explorer(sample.dataset, tmp_path)
    before = (tmp_path / "explorer.sqlite").read_bytes()
    sample.add(table, **values)
    with pytest.raises(LeakFound, match=f"table {table}, row .*9: "):
        build_explorer(sample.dataset, tmp_path)
    assert (tmp_path / "explorer.sqlite").read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*explorer*")) == ["explorer.metadata.json", "explorer.sqlite"]


def test_addresses_and_prices_with_many_digits_do_not(sample: SampleData, tmp_path: Path) -> None:
    sample.page("p9", "https://tit.example/13800000000.html")
    sample.review(1, "好", product="tit.example/13800000000")
    sample.add("prices", page_id="p1", n=9, kind="sale", amount="139", text="139 299 59900")
    sample.add("verdicts", claim_id="C9", reasons_json='["seen at https://tit.example/13800000000.html"]')
    build_explorer(sample.dataset, tmp_path)


def test_what_the_masking_misses_is_seen(sample: SampleData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.review(1, "打我电话 138 0000 0000")
    monkeypatch.setattr(Scrubber, "mask", lambda scrubber, text: text)
    with pytest.raises(LeakFound, match="table reviews, row r0001: text: phone number"):
        build_explorer(sample.dataset, tmp_path)


def test_the_same_dataset_gives_the_same_bytes(sample: SampleData, tmp_path: Path) -> None:
    for n in range(300, 0, -1):
        sample.review(n, f"文字 {n % 7}")
    one, other = (build_explorer(sample.dataset, tmp_path / name) for name in ("a", "b"))
    assert one.database.read_bytes() == other.database.read_bytes()
    assert one.metadata.read_bytes() == other.metadata.read_bytes()


def test_it_is_current_until_the_dataset_changes(sample: SampleData, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_current(sample.dataset)
    build_explorer(sample.dataset)
    assert is_current(sample.dataset)
    monkeypatch.setattr(build, "VERSION", 99)
    assert not is_current(sample.dataset)
    monkeypatch.undo()
    sample.review(1, "好")
    assert not is_current(sample.dataset)


def test_without_a_database_it_says_so(sample: SampleData, tmp_path: Path) -> None:
    sample.dataset.database.unlink()
    with pytest.raises(InputMissing):
        build_explorer(sample.dataset, tmp_path)


def test_every_table_and_column_is_described(sample: SampleData) -> None:
    said = metadata(sample.dataset)["databases"]["explorer"]
    for name, spec in chosen_tables().items():
        described = said["tables"][name]
        assert described["description"] == spec.about
        assert all(described["columns"][column] for column in spec.columns)
        assert set(described["columns"]) == set(spec.columns)
        assert set(described["facets"]) <= set(spec.columns)
        assert described.get("sort_desc", spec.pk[0]) in spec.columns
    assert said["tables"]["pages"]["columns"]["bytes"].endswith("in bytes")
    assert set(said["queries"]) == {question.name for question in QUESTIONS}


def test_looks_and_citations(sample: SampleData, tmp_path: Path) -> None:
    sample.page("p3", "http://tit.example/1", fetched_at="2026-11-19T12:05:00Z", outcome="blocked")
    built = build_explorer(sample.dataset, tmp_path)
    assert asked(built.database, "SELECT role, page_id, days, outcome, price FROM looks ORDER BY n") == [
        ("promoted", "p3", -1.0, "blocked", None),
        ("official", "p2", 0.038, "ok", "139.00"),
        ("promoted", "p1", 0.038, "ok", "159.00"),
    ]
    assert asked(built.database, "SELECT cited_by, page_id FROM citations ORDER BY 1, 2") == [
        ("unit_price", "p1"),
        ("unit_price", "p2"),
        ("verdict", "p1"),
        ("verdict", "p2"),
    ]


def test_products_and_repeated_texts(sample: SampleData, tmp_path: Path) -> None:
    for n, (product, rating, scale) in enumerate(
        [
            ("tit.example/1", "5", "5"),
            ("tit.example/1", "8", "10"),
            ("egret.example/1", "", "5"),
            ("egret.example/1", "9", "5"),
        ]
    ):
        sample.review(
            n, "一样的文字", product=product, rating=rating, rating_scale=scale, page_id="p1" if n < 2 else "p2"
        )
        cluster = "k" if n in (0, 1, 2) else "alone"
        sample.signal(f"r{n:04d}", "near_duplicate", evidence={"cluster": cluster})
    built = build_explorer(sample.dataset, tmp_path)
    rows = asked(built.database, "SELECT product, name, collected, mean_stars, repeated FROM reviewed_products")
    assert rows == [
        ("egret.example/1", "晨雾精华 30ml*2", 2, None, 1),
        ("tit.example/1", "晨雾精华 30ml*2", 2, 4.5, 2),
    ]
    assert asked(built.database, "SELECT cluster, COUNT(*) FROM repeated_texts GROUP BY 1") == [("k", 3)]


def test_the_questions_answer(sample: SampleData, tmp_path: Path) -> None:
    sample.page("p4", "https://tit.example/1", fetched_at="2026-11-19T12:05:00Z")
    sample.add("offers", page_id="p4", url="https://tit.example/1", currency="CNY", price="129.00")
    sample.page("p5", "https://tit.example/9", outcome="blocked", reason="captcha")
    sample.add("claims", id="C2", product="云朵面霜")
    sample.add("verdicts", claim_id="C2", verdict="cannot_tell", reasons_json='["No offer."]', page_ids_json="[]")
    built = build_explorer(sample.dataset, tmp_path)
    found = {question.name: asked_by_name(built.database, question.sql) for question in QUESTIONS}
    assert [(row["claim_id"], row["percent_dearer"]) for row in found["dearest_against_official"]] == [("C1", 14.4)]
    moved = {row["role"]: row for row in found["before_and_after_the_broadcast"]}
    assert (moved["promoted"]["price_before"], moved["promoted"]["price_after"]) == ("129.00", "159.00")
    assert moved["promoted"]["rise"] == 30.0
    assert moved["official"]["rise"] is None
    untold = {(row["what"], row["claim_id"], row["outcome"]) for row in found["what_could_not_be_told"]}
    assert untold == {("claim", "C2", "cannot_tell"), ("page", None, "blocked")}
    assert found["streamers"][0]["claims"] == 1
    evidence = {"page_id", "claim_id", "review", "product_key", "page_before"}
    for name, rows in found.items():
        assert all(evidence & set(row) for row in rows), name


def asked_by_name(path: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, {"claim": "C1"} if ":claim" in query else {})]


def test_no_question_grows_faster_than_the_data(tmp_path: Path, make_sample: Callable[[Path], SampleData]) -> None:
    """SQLite's own steps are counted, which no other load on the machine changes."""
    steps = []
    for name, size in (("small", 200), ("large", 800)):
        (tmp_path / name).mkdir()
        sample = make_sample(tmp_path / name)
        _fill(sample, size)
        built = build_explorer(sample.dataset)
        steps.append({question.name: _steps(built.database, question.sql) for question in QUESTIONS})
    for question in QUESTIONS:
        small, large = (counted[question.name] for counted in steps)
        assert large < 6 * small + 5_000, question.name


def _fill(sample: SampleData, size: int) -> None:
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        pages = [
            (f"p{n}-{look}", f"https://tit.example/{n}", f"2026-11-{look + 18}T12:00:00Z")
            for n in range(size)
            for look in range(3)
        ]
        connection.executemany(
            "INSERT INTO pages (id, url, final_url, url_key, fetched_at, outcome) VALUES (?1, ?2, ?2, ?2, ?3, 'ok')",
            pages,
        )
        connection.executemany(
            "INSERT INTO offers (page_id, url, price, currency) VALUES (?, ?, '9.00', 'CNY')",
            [row[:2] for row in pages],
        )
        connection.executemany(
            "INSERT INTO claims (id, streamer, broadcast_at, promo_url) VALUES (?, ?, '2026-11-19T12:00:00Z', ?)",
            [(f"C{n}", f"s{n % 7}", f"https://tit.example/{n}") for n in range(size)],
        )
        connection.executemany(
            "INSERT INTO verdicts (claim_id, verdict, promoted_price, official_price, page_ids_json)"
            " VALUES (?, ?, '9', '8', ?)",
            [(f"C{n}", ("cannot_tell", "consistent")[n % 2], json.dumps([f"p{n}-1"])) for n in range(size)],
        )
        connection.executemany(
            "INSERT INTO reviews (id, page_id, product, date, text) VALUES (?, ?, ?, ?, ?)",
            [
                (f"r{n}", f"p{n % size}-0", f"tit.example/{n % 9}", f"2026-10-{n % 27 + 1:02d}", f"text {n % 50}")
                for n in range(size * 5)
            ],
        )
        connection.executemany(
            "INSERT INTO corpus_reviews (review, signals_json) VALUES (?, ?)",
            [(f"r{n}", json.dumps({"near_duplicate": [None, {"cluster": f"k{n % 50}"}]})) for n in range(size * 5)],
        )


def _steps(path: Path, query: str) -> int:
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 100

    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(count, 100)
        connection.execute(query, {"claim": "C1"} if ":claim" in query else {}).fetchall()
    return counted


def test_charts_break_at_gaps_and_escape() -> None:
    points = [
        Point(x=-1, y=5, said="a"),
        Point(x=0, y=None, said="<b>"),
        Point(x=1, y=7, said="c"),
        Point(x=2, y=6, said="d"),
    ]
    drawn = str(history([("<script>", points)], "t", (0.0, "broadcast")))
    assert drawn.count("<circle") == 3
    (path,) = [part.split('"')[1] for part in drawn.split("<path ")[1:]]
    assert path.count("M") == 2
    assert path.count("L") == 1
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert 'class="event"' in drawn
    assert not history([("n", [Point(x=0, y=None, said="")])], "t", None)
    assert str(bars([("2026-01", 2), ("2026-02", 0)], "t")).count("<rect") == 2
    assert not bars([], "t")


@pytest.mark.parametrize(
    ("broadcast", "seen", "days"),
    [
        ("2026-11-20T12:00:00Z", "2026-11-21T18:00:00Z", 1.25),
        ("2026-11-20T12:00:00Z", "2026-11-20T00:00:00Z", -0.5),
        (None, "2026-11-20T00:00:00Z", None),
        ("soon", "2026-11-20T00:00:00Z", None),
    ],
)
def test_days_between(broadcast: str | None, seen: str, days: float | None) -> None:
    assert days_between(broadcast, seen) == days
