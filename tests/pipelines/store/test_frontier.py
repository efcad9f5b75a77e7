"""The frontier: each URL once, each end in its page's transaction, nothing kept by the dead."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import SECRET, facts, record

from pipelines.errors import DatabaseBusy
from pipelines.normalize.urls import ledger_key
from pipelines.store import migrations, presence, read
from pipelines.store.frontier import Ended, Frontier, LeaseLost, Planned, Shown
from pipelines.store.write import Store, open_store

ROOT = Path(__file__).resolve().parents[3]
BASE = "https://egret.example/p/"


def planned(n: int, host: str = BASE, depth: int = 0) -> Planned:
    url = f"{host}{n}"
    return Planned(url=url, key=ledger_key(url), depth=depth, request={"purpose": "offers"})


def frontier(store: Store, crawl: str = "", *, max_pages: int = 1000, max_depth: int = 5) -> Frontier:
    crawl = crawl or store.begin_crawl()
    return Frontier(store, crawl, "offers", max_pages=max_pages, max_depth=max_depth)


def done(key: str) -> Ended:
    return Ended(key=key, state="done", renderer="static")


def page_of(store: Store, url: str) -> str:
    return store.write_page(record(url=url), facts(url=url))


@pytest.fixture
def queue(store: Store) -> Frontier:
    made = frontier(store)
    made.add(planned(n) for n in range(5))
    return made


@pytest.fixture
def other(path: Path, queue: Frontier) -> Iterator[Frontier]:
    with open_store(path, SECRET) as second:
        yield frontier(second, queue.crawl)


def test_a_url_is_planned_once(queue: Frontier) -> None:
    assert queue.add([planned(1), planned(7), planned(7)]) == 1
    assert queue.total == 6
    assert queue.stats() == {"queued": 6, "claimed": 0, "done": 0, "refused": 0, "failed": 0}


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://a.example/p?b=2&a=1", "https://a.example/p?a=1&b=2"),
        ("https://a.example/p;jsessionid=8F3A?x=1", "https://a.example/p?x=1"),
        ("https://a.example/p?PHPSESSID=abc&x=1", "https://a.example/p?x=1"),
        ("https://a.example/p?sid=0123456789abcdef01", "https://a.example/p"),
        ("https://A.example:443/p#top", "https://a.example/p"),
        ("https://a.example/商品?名=口红", "https://a.example/%E5%95%86%E5%93%81?%E5%90%8D=%E5%8F%A3%E7%BA%A2"),
    ],
)
def test_spellings_of_one_page_have_one_key(url: str, same: str) -> None:
    assert ledger_key(url) == ledger_key(same)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://a.example/p?sid=12", "https://a.example/p?sid=13"),
        ("https://a.example/p/", "https://a.example/p"),
        ("http://a.example/p", "https://a.example/p"),
        ("https://a.example/p?page=1", "https://a.example/p?page=2"),
    ],
)
def test_other_pages_have_other_keys(one: str, two: str) -> None:
    assert ledger_key(one) != ledger_key(two)


def test_claims_are_fair_to_hosts_and_leave_out_held_ones(queue: Frontier) -> None:
    queue.add([planned(n, "https://crane.example/") for n in range(2)])
    claimed = queue.claim(10, per_host=2)
    assert [each.host for each in claimed] == ["crane.example"] * 2 + ["egret.example"] * 2
    assert queue.claim(10, per_host=2, skip={"egret.example"}) == []
    assert claimed[0].request == {"purpose": "offers"}


def test_two_processes_never_get_the_same_url(queue: Frontier, other: Frontier) -> None:
    mine, theirs = queue.claim(3, per_host=3), other.claim(10, per_host=10)
    assert len(mine) == 3 and len(theirs) == 2
    assert not {each.key for each in mine} & {each.key for each in theirs}


def test_page_links_and_end_are_one_transaction(store: Store, queue: Frontier, path: Path) -> None:
    (claim,) = queue.claim(1, per_host=1)
    with sqlite3.connect(path) as outside:
        with pytest.raises(ZeroDivisionError), store.transaction():
            queue.commit_page(lambda: page_of(store, claim.url), done(claim.key), [planned(9)])
            raise ZeroDivisionError
        assert outside.execute("SELECT COUNT(*) FROM pages").fetchone() == (0,)
        assert outside.execute("SELECT COUNT(*) FROM ledger").fetchone() == (5,)
        with store.transaction():
            queue.commit_page(lambda: page_of(store, claim.url), done(claim.key), [planned(9)])
        assert outside.execute("SELECT COUNT(*) FROM pages").fetchone() == (1,)
        assert outside.execute("SELECT state, COUNT(*) FROM ledger GROUP BY state ORDER BY state").fetchall() == [
            ("done", 1),
            ("queued", 5),
        ]
    outside.close()


def test_a_page_whose_lease_is_over_belongs_to_who_took_it(
    store: Store, queue: Frontier, other: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.store.frontier.LEASE_SECONDS", -1.0)
    (late,) = queue.claim(1, per_host=1)
    assert other.reclaim() == 0
    monkeypatch.undo()
    taken = other.claim(1, per_host=1)
    assert [each.key for each in taken] == [late.key]
    with pytest.raises(LeaseLost), store.transaction():
        queue.commit_page(lambda: page_of(store, late.url), done(late.key))
    assert read.counts(store.db)["pages"] == 0
    with other.store.transaction():
        other.commit_page(lambda: page_of(other.store, late.url), done(late.key))
    assert read.counts(store.db)["pages"] == 1


def test_what_a_living_process_claimed_stays_claimed(queue: Frontier, other: Frontier) -> None:
    queue.claim(2, per_host=2)
    assert other.reclaim() == 2
    queue.release()
    assert other.reclaim() == 0
    assert len(other.claim(9, per_host=9)) == 5


CLAIMER = """
import sys, time
sys.path[:0] = [{root!r}]
from pathlib import Path
from pipelines.store.frontier import Frontier
from pipelines.store.write import open_store
store = open_store(Path({path!r}), b"secret", "crawl")
frontier = Frontier(store, {crawl!r}, "offers", max_pages=100, max_depth=5)
print(len(frontier.claim(3, per_host=3)), flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_claimed_is_free_at_once(path: Path, queue: Frontier) -> None:
    script = CLAIMER.format(root=str(ROOT), path=str(path), crawl=queue.crawl)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as claimer:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == b"3\n"
        assert queue.reclaim() == 3
        assert [writer.verb for writer in presence.writers(path.parent, queue.store.owner)] == ["crawl"]
        os.kill(claimer.pid, signal.SIGKILL)
        claimer.wait()
        assert queue.reclaim() == 0
    assert len(queue.claim(9, per_host=9)) == 5
    assert presence.writers(path.parent, queue.store.owner) == []


def test_caps_leave_links_out_and_say_so(store: Store) -> None:
    small = frontier(store, max_pages=3, max_depth=1)
    small.add([planned(n) for n in range(5)] + [planned(9, depth=2)])
    assert small.stats()["queued"] == 3
    row = read.newest_crawl(store.db)
    assert row is not None
    assert row["left_out_json"] == '{"offers":{"max_pages":2,"max_depth":1}}'
    again = frontier(store, small.crawl, max_pages=3, max_depth=1)
    assert again.left_out == {"max_pages": 2, "max_depth": 1}


def test_a_chain_shows_new_things_until_it_does_not(store: Store, queue: Frontier) -> None:
    (first,) = queue.claim(1, per_host=1)
    shown = Shown(chain="serum", items={"a", "b"})
    assert queue.new_items(shown)
    with store.transaction():
        queue.commit_page(lambda: page_of(store, first.url), done(first.key), (), [shown])
    assert not queue.new_items(shown)
    assert not queue.new_items(Shown(chain="serum", items=set()))
    assert queue.new_items(Shown(chain="serum", items={"b", "c"}))
    assert queue.new_items(Shown(chain="cream", items={"a"}))


def test_a_host_read_plainly_is_known(store: Store, queue: Frontier) -> None:
    (claim,) = queue.claim(1, per_host=1)
    assert not queue.read_plainly("egret.example", "offers")
    with store.transaction():
        queue.commit_page(lambda: page_of(store, claim.url), done(claim.key))
    assert queue.read_plainly("egret.example", "offers")
    assert not queue.read_plainly("egret.example", "reviews")
    assert not queue.read_plainly("crane.example", "offers")


def test_a_stopped_crawl_is_gone_on_with_and_a_finished_one_is_not(store: Store, queue: Frontier) -> None:
    assert store.begin_crawl() == queue.crawl
    assert not store.end_crawl(queue.crawl)
    for claim in queue.claim(9, per_host=9):
        with store.transaction():
            queue.commit_page(lambda url=claim.url: page_of(store, url), done(claim.key))  # type: ignore[misc]
    assert store.end_crawl(queue.crawl)
    assert store.begin_crawl() != queue.crawl


def test_fresh_refuses_what_is_left_and_begins_anew(store: Store, queue: Frontier) -> None:
    queue.claim(2, per_host=2)
    fresh = store.begin_crawl(fresh=True)
    assert fresh != queue.crawl
    assert queue.stats() == {"queued": 0, "claimed": 0, "done": 0, "refused": 5, "failed": 0}
    reasons = {row["reason"] for row in read.ledger_counts(store.db, queue.crawl)}
    assert reasons == {"not asked: a fresh crawl was begun"}


def test_fresh_does_not_take_work_from_a_living_crawl(path: Path, queue: Frontier) -> None:
    script = CLAIMER.format(root=str(ROOT), path=str(path), crawl=queue.crawl)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as claimer:
        assert claimer.stdout is not None
        claimer.stdout.readline()
        with pytest.raises(DatabaseBusy, match=rf"daihuo crawl \(process {claimer.pid}"):
            queue.store.begin_crawl(fresh=True)
        claimer.kill()


def test_a_busy_database_names_who_holds_it(path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "BUSY_SECONDS", 0.2)
    with (
        store.transaction(),
        pytest.raises(DatabaseBusy, match=r"daihuo .*\(process \d+, since"),
        open_store(path, SECRET, "compare") as second,
        second.transaction(),
    ):
        pass


def test_a_reader_never_blocks_a_writer(path: Path, store: Store, queue: Frontier) -> None:
    reader = read.open_read(path)
    reader.conn.execute("BEGIN")
    assert reader.conn.execute("SELECT COUNT(*) FROM ledger").fetchone() == (5,)
    queue.add([planned(77)])
    assert reader.conn.execute("SELECT COUNT(*) FROM ledger").fetchone() == (5,)
    reader.conn.execute("COMMIT")
    assert reader.conn.execute("SELECT COUNT(*) FROM ledger").fetchone() == (6,)
    reader.close()


def test_ledger_of_an_older_database_is_kept(path: Path) -> None:
    with open_store(path, SECRET) as store:
        store.db.execute("DROP TABLE ledger")
        store.db.execute("DROP TABLE crawls")
        store.db.execute("DROP TABLE shown")
        store.db.execute(
            "CREATE TABLE ledger (spider TEXT, url TEXT, host TEXT, state TEXT, reason TEXT, renderer TEXT,"
            " page_id TEXT, updated_at TEXT, PRIMARY KEY (spider, url))"
        )
        store.db.execute("CREATE INDEX idx_ledger_state ON ledger (state)")
        store.db.execute("INSERT INTO ledger (spider, url, state) VALUES ('offers', 'https://a.example/', 'failed')")
        store.db.execute("DELETE FROM _migrations WHERE name <> '0001_first_tables'")
        store.db.conn.commit()
    with open_store(path, SECRET) as store:
        assert store.db.table("ledger").pks == ["crawl", "spider", "url"]
        assert store.db.execute("SELECT crawl, url, asked, state FROM ledger").fetchall() == [
            ("", "https://a.example/", "https://a.example/", "failed")
        ]
        assert frontier(store).add([planned(1)]) == 1
