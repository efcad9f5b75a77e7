"""The database file: durable, shared, upgraded, and whole whatever happens to the writer."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from store_samples import SECRET, URL, facts, record

from crawler.evidence.rows import check_tables
from pipelines.database import Database, Migrations
from pipelines.errors import DatabaseUnusable, DiskFull, InputMissing
from pipelines.store import read
from pipelines.store.migrations import MIGRATIONS, add_columns, create_tables, upgrade
from pipelines.store.schema import TABLES
from pipelines.store.write import Store, open_store
from pipelines.watchlist import Claim

ROOT = Path(__file__).resolve().parents[3]


def test_database_is_as_the_schema_says(store: Store) -> None:
    kinds = {str: "TEXT", int: "INTEGER", float: ("FLOAT", "REAL")}
    views = {name for name, table in TABLES.items() if table.view}
    assert set(store.db.table_names()) == {*TABLES, "_migrations"} - views
    assert set(store.db.view_names()) == views
    for name in views:
        assert list(store.db[name].columns_dict) == list(TABLES[name].columns)
    for name, table in TABLES.items():
        if name in views:
            continue
        there = store.db.table(name)
        assert [column.name for column in there.columns] == list(table.columns)
        for column in there.columns:
            assert column.type in kinds[table.columns[column.name][0]], f"{name}.{column.name}"
        assert tuple(there.pks) == table.pk
        assert {(key.column, key.other_table, key.other_column) for key in there.foreign_keys} == {
            (column, *other) for column, other in table.foreign.items()
        }
        assert {tuple(index.columns) for index in there.indexes} >= set(table.indexes)


def test_tables_are_documented_and_no_others() -> None:
    """`docs/tables.md` has a heading for each table and a row for each column, in the order of the schema."""
    documented: dict[str, list[str]] = {}
    for line in (ROOT / "docs" / "tables.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## `(\w+)`", line):
            documented[heading[1]] = []
        elif documented and (cell := re.match(r"\| `(\w+)` \|", line)):
            documented[list(documented)[-1]].append(cell[1])
    assert documented == {name: list(table.columns) for name, table in TABLES.items()}


def test_writes_are_durable_and_keys_are_held(store: Store) -> None:
    pragmas = {
        name: store.db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_opening_again_keeps_everything(path: Path) -> None:
    with open_store(path, SECRET) as first:
        first.write_page(record(), facts())
        before = read.counts(first.db)
    with open_store(path, SECRET) as second:
        assert read.counts(second.db) == before


def test_reader_is_not_blocked_by_a_writer_nor_the_writer_by_it(store: Store, path: Path) -> None:
    store.write_page(record(), facts())
    reader = read.open_read(path)
    reader.conn.execute("PRAGMA busy_timeout = 0")
    with store.transaction():
        store.write_page(record(sha256="b" * 64), facts())
        assert read.counts(reader)["pages"] == 1
    reader.conn.execute("BEGIN")
    assert read.counts(reader)["pages"] == 2
    store.db.conn.execute("PRAGMA busy_timeout = 0")
    store.write_page(record(sha256="c" * 64), facts())
    assert read.counts(reader)["pages"] == 2
    reader.conn.execute("COMMIT")
    assert read.counts(reader)["pages"] == 3
    reader.close()


def test_reader_cannot_write(store: Store, path: Path) -> None:
    reader = read.open_read(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.conn.execute("DELETE FROM pages")
    reader.close()


def test_reading_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no database"):
        read.open_read(tmp_path / "none.sqlite")


def test_threads_take_turns(store: Store) -> None:
    def write(start: int) -> None:
        for n in range(start, start + 20):
            store.write_page(record(url=f"{URL}/{n}"), facts(url=f"{URL}/{n}"))
            store.remember_render("egret.example", f"{n}", "frame", URL)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read.counts(store.db)["pages"] == 60
    assert read.counts(store.db)["render_decisions"] == 60


def test_transaction_holds_together(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.write_page(record(), facts())
        store.remember_render("egret.example", "product", "frame", URL)
        raise RuntimeError
    assert not any(read.counts(store.db).values())


WRITER = """
import sys
sys.path[:0] = [{root!r}, {samples!r}]
from store_samples import SECRET, URL, facts, record
from pathlib import Path
from pipelines.store.write import open_store
store = open_store(Path({path!r}), SECRET)
n = 0
while True:
    with store.transaction():
        store.write_page(record(url=f"{{URL}}/{{n}}"), facts(url=f"{{URL}}/{{n}}"))
        if n % 10 == 9:
            print(n, flush=True)
            sys.stdin.readline()
        store.remember_render("egret.example", str(n), "frame", URL)
    n += 1
"""


def test_kill_in_the_middle_of_a_transaction_leaves_whole_pages(path: Path) -> None:
    script = WRITER.format(root=str(ROOT), samples=str(Path(__file__).parent), path=str(path))
    for stops in (1, 2):
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            for stop in range(stops):
                assert int(writer.stdout.readline()) == 10 * stop + 9
                if stop + 1 < stops:
                    writer.stdin.write(b"\n")
                    writer.stdin.flush()
            os.kill(writer.pid, signal.SIGKILL)
    with open_store(path, SECRET) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        counts = read.counts(store.db)
        assert counts["pages"] == counts["render_decisions"] == counts["offers"] == 19
        assert counts["prices"] == 3 * 19


def test_full_disk_is_named_and_keeps_what_was_committed(store: Store) -> None:
    store.write_page(record(), facts())
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull, match="disk is full"):
        for n in range(1000):
            store.write_page(record(url=f"{URL}/{n}"), facts(url=f"{URL}/{n}"))
    stored = read.counts(store.db)
    assert stored["pages"] == stored["offers"] > 0
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database, but long enough to have a header\n" * 100)
    with pytest.raises(DatabaseUnusable, match="another kind of file"):
        open_store(path, SECRET)


def test_newer_database_is_refused(path: Path) -> None:
    with open_store(path, SECRET) as store:
        store.db.table("_migrations").insert(
            {"migration_set": "daihuo", "name": "9999_from_the_future", "applied_at": "x"}
        )
    with pytest.raises(DatabaseUnusable, match="9999_from_the_future"):
        open_store(path, SECRET)


class _Later(Migrations):
    migrations_table = "_migrations"


def test_older_database_is_brought_up_to_date(path: Path) -> None:
    """A database from before `pages.url_key` and the table `signals`: both come, its rows stay."""
    path.parent.mkdir()
    old = Database(path)
    create_tables(old, *(name for name in TABLES if name != "signals"))
    old.execute("DROP INDEX idx_pages_url_key")
    old.execute("ALTER TABLE pages DROP COLUMN url_key")
    old.table("pages").insert({"id": "p", "url": URL})
    MIGRATIONS.ensure_migrations_table(old)
    old.table("_migrations").insert({"migration_set": "daihuo", "name": "0001_first_tables", "applied_at": "x"})
    old.close()

    later = _Later("daihuo")
    later(name="0001_first_tables")(lambda db: create_tables(db, *TABLES))

    @later(name="0002_url_key")
    def _url_key(db: Database) -> None:
        add_columns(db, "pages", "url_key")

    @later(name="0003_signals")
    def _signals(db: Database) -> None:
        create_tables(db, "signals")

    db = Database(path)
    for _ in range(2):
        upgrade(db, later, path)
        assert [step.name for step in later.applied(db)] == ["0001_first_tables", "0002_url_key", "0003_signals"]
        assert db.execute("SELECT id, url_key FROM pages").fetchall() == [("p", None)]
        assert ["url_key"] in [index.columns for index in db.table("pages").indexes]
        assert db["signals"].exists()
    db.close()


def test_migration_that_fails_changes_nothing(path: Path) -> None:
    path.parent.mkdir()
    db = Database(path)
    later = _Later("daihuo")
    later(name="0001_first_tables")(lambda db: create_tables(db, *TABLES))

    @later(name="0002_breaks")
    def _breaks(db: Database) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        upgrade(db, later, path)
    assert db.table_names() == []
    db.close()


def test_signals_of_their_own_rows_are_brought_into_one(path: Path) -> None:
    with open_store(path, SECRET) as store:
        store.write_page(record(), facts())
        review = store.db.execute("SELECT id FROM reviews ORDER BY id LIMIT 1").fetchone()[0]
    old = sqlite3.connect(path)
    old.executescript(
        """DELETE FROM _migrations WHERE name = '0026_signals_in_one_row';
        DROP VIEW signals;
        ALTER TABLE corpus_reviews DROP COLUMN signals_json;
        CREATE TABLE signals (review TEXT, signal TEXT, value TEXT, evidence_json TEXT, PRIMARY KEY (review, signal))
            WITHOUT ROWID;"""
    )
    said = [(review, "burst", None, '{"because":"她说“没有日期”"}'), (review, "near_duplicate", "2", '{"share":0.70}')]
    old.executemany("INSERT INTO signals VALUES (?, ?, ?, ?)", said)
    old.execute("INSERT INTO corpus_reviews VALUES (?, 'train', NULL, 'c0', 's0')", (review,))
    old.commit()
    old.close()
    with open_store(path, SECRET) as store:
        assert store.connection.execute("SELECT * FROM signals ORDER BY signal").fetchall() == said
        kept = "SELECT review, split, cluster, content, signals FROM corpus_reviews"
        assert store.connection.execute(kept).fetchall() == [(review, "train", None, "c0", "s0")]
        assert list(check_tables(store.connection, [])) == []


def claim(name: str, **changed: Any) -> Claim:
    values = {
        "streamer": "云雀",
        "platform": "douyin",
        "product": "精华",
        "promo_url": URL,
        "claimed_price": Decimal("89.90"),
        "row": 2,
    }
    return Claim(**{"id": name, **values, **changed})


def test_claims_follow_the_watchlist(store: Store) -> None:
    store.write_claims([claim("A"), claim("B", official_urls=("https://b.example/1",))])
    store.replace_compare(
        [], [], [{"claim_id": "A", "verdict": "cannot_tell"}, {"claim_id": "B", "verdict": "consistent"}]
    )
    store.write_claims([claim("B", claimed_price=Decimal("79"))])
    rows = read.verdict_rows(store.db)
    assert [(row["id"], row["claimed_price"], row["verdict"]) for row in rows] == [("B", "79", "consistent")]
    store.write_claims([claim("B"), claim("C")])
    assert [(row["id"], row["verdict"]) for row in read.verdict_rows(store.db)] == [("B", "consistent"), ("C", None)]


def test_compare_is_replaced_whole(store: Store) -> None:
    store.write_claims([claim("A")])
    match = {
        "claim_id": "A",
        "promoted_page_id": "p",
        "official_page_id": "o",
        "answer": "unsure",
        "evidence_json": [{"field": "甲"}],
    }
    finding = {
        "claim_id": "A",
        "n": 0,
        "rule": "r",
        "value": Decimal("1.50"),
        "parameters_json": {"percent": Decimal("1.5")},
    }
    for _ in range(2):
        store.replace_compare([match], [finding], [{"claim_id": "A", "verdict": "consistent"}])
        assert [read.counts(store.db)[table] for table in ("matches", "findings", "verdicts")] == [1, 1, 1]
    assert json.loads(store.db.execute("SELECT evidence_json FROM matches").fetchone()[0]) == [{"field": "甲"}]
    assert store.db.execute("SELECT value, parameters_json FROM findings").fetchone() == ("1.50", '{"percent": "1.5"}')
    with pytest.raises(ValueError, match="verdcit"):
        store.replace_compare([], [], [{"claim_id": "A", "verdcit": "consistent"}])
    assert read.counts(store.db)["verdicts"] == 1


def test_signals_go_with_their_review(store: Store) -> None:
    store.write_page(record(), facts())
    review = store.db.execute("SELECT id FROM reviews WHERE review_id = '1'").fetchone()[0]
    store.connection.execute(
        "INSERT INTO corpus_reviews (review, signals_json) VALUES (?, ?)", (review, '{"short": ["1", {}]}')
    )
    assert read.counts(store.db)["signals"] == 1
    store.write_page(record(), facts(reviews=()))
    assert [read.counts(store.db)[table] for table in ("reviews", "signals")] == [0, 0]


def test_render_decision_is_remembered(path: Path) -> None:
    with open_store(path, SECRET) as store:
        assert store.render_reason("egret.example", "product") is None
        store.remember_render("egret.example", "product", "empty frame", URL)
        store.remember_render("egret.example", "product", "another", URL + "2")
    with open_store(path, SECRET) as store:
        assert store.render_reason("egret.example", "product") == "empty frame"
        assert store.render_reason("egret.example", "reviews") is None


def test_run_is_noted(store: Store) -> None:
    run_id = store.begin_run("crawl", "0.1.0")
    store.end_run(run_id, 4)
    row = store.db.execute("SELECT id, verb, exit_code, version, ended_at >= started_at FROM runs").fetchone()
    assert row == (run_id, "crawl", 4, "0.1.0", 1)
    assert run_id.endswith("Z-crawl")


@pytest.mark.parametrize(
    "url",
    [
        URL,
        URL + "?from=home",
        "http://www.egret.example/products/mist/",
        URL + "?utm_source=live&spm=a.b",
        URL + "#reviews",
    ],
)
def test_offers_are_found_by_any_spelling_of_the_address(store: Store, url: str) -> None:
    store.write_page(record(fetched_at="2026-11-11T12:00:00Z"), facts())
    newest = store.write_page(record(fetched_at="2026-11-12T12:00:00Z", sha256="b" * 64), facts())
    blocked = facts(offer=None, outcome="blocked", wall="a wall", reviews=())
    store.write_page(record(fetched_at="2026-11-13T12:00:00Z", sha256="c" * 64), blocked)
    found = read.offers_for_url(store.db, url)
    assert [row["fetched_at"][:10] for row in found] == ["2026-11-12", "2026-11-11"]
    assert found[0]["page_id"] == newest
    assert [(row["outcome"], row["reason"]) for row in read.failed_pages_for_url(store.db, url)] == [
        ("blocked", "a wall")
    ]
    assert read.pages_by_outcome(store.db) == {"blocked": 1, "ok": 2}


@pytest.mark.parametrize(
    "url",
    [URL + "?variant=2", URL + "/2", "https://other.example/products/mist", "https://egret.example:8080/products/mist"],
)
def test_another_address_has_no_offer_here(store: Store, url: str) -> None:
    store.write_page(record(), facts())
    assert read.offers_for_url(store.db, url) == []


def test_review_links_name_their_page_and_product(store: Store) -> None:
    identity = store.write_page(record(), facts())
    assert read.review_links(store.db) == [
        {
            "page_id": identity,
            "page_url": URL,
            "kind": "reviews",
            "url": URL + "/reviews",
            "product": "egret.example/S1",
        }
    ]


def test_next_page_counts_only_where_reviews_are_on_the_product_page(store: Store) -> None:
    elsewhere = ("next", "https://egret.example/products/balm")
    store.write_page(record(), facts(links=(("next", URL + "?page=2"), elsewhere)))
    store.write_page(record(url=URL + "/b"), facts(url=URL + "/b", links=(("next", URL + "/b?page=2"),), reviews=()))
    assert [row["url"] for row in read.review_links(store.db)] == [URL + "?page=2"]
