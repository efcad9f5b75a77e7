"""The private file of authors' names: who reads it, what stands in it, and what a kill leaves."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from store_samples import SECRET, facts, record

from pipelines.errors import DiskFull
from pipelines.facts import ReviewFact
from pipelines.store import author_names
from pipelines.store.author_names import read_names
from pipelines.store.pages import PageTables
from pipelines.store.write import PageReview, Store, open_store


def said(*authors: str | None) -> tuple[ReviewFact, ...]:
    return tuple(ReviewFact(id=str(n), text=f"好 {n}", author=author) for n, author in enumerate(authors))


def test_names_are_kept_beside_the_database_for_the_owner_only(store: Store, path: Path) -> None:
    store.write_page(record(), facts(reviews=said("快乐的小鱼", "王**", None, "匿名用户", "Anna\nK", "\ud800小鹿")))
    names = path.with_name("names.txt")
    assert stat.S_IMODE(names.stat().st_mode) == 0o600
    assert read_names(names) == ["Anna K", "快乐的小鱼", "\ud800小鹿"]


def test_no_table_has_a_name(store: Store, path: Path) -> None:
    store.write_page(record(), facts(reviews=said("快乐的小鱼")))
    store.close()
    for file in path.parent.glob("daihuo.sqlite*"):
        assert "快乐的小鱼".encode() not in file.read_bytes()


def test_reviews_written_in_bulk_leave_their_names(store: Store, path: Path) -> None:
    page = store.write_page(record(), facts(reviews=()))
    store.write_reviews(
        PageReview(page, "a.example/1", review) for review in said(*(f"作者{n}号" for n in range(6000)))
    )
    assert len(read_names(path.with_name("names.txt")) or []) == 6000


def test_the_same_page_again_adds_no_line(store: Store, path: Path) -> None:
    for _ in range(3):
        store.write_page(record(), facts(reviews=said("快乐的小鱼", "小鹿爱买买")))
    assert len(path.with_name("names.txt").read_text("utf-8").split()) == 2


def test_what_is_not_committed_leaves_no_name(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = PageTables.write

    def broken(*args: object, **kwargs: object) -> str:
        write(*args, **kwargs)  # type: ignore[arg-type]
        raise RuntimeError("power")

    monkeypatch.setattr(PageTables, "write", broken)
    with pytest.raises(RuntimeError):
        store.write_page(record(), facts(reviews=said("快乐的小鱼")))
    monkeypatch.undo()
    store.write_page(record(), facts(reviews=said("小鹿爱买买")))
    assert read_names(path.with_name("names.txt")) == ["小鹿爱买买"]


def test_a_full_disk_stores_neither_name_nor_review(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(author_names.os, "fsync", full)
    with pytest.raises(DiskFull):
        store.write_page(record(), facts(reviews=said("快乐的小鱼")))
    monkeypatch.undo()
    assert store.connection.execute("SELECT COUNT(*) FROM reviews").fetchone()[0] == 0
    store.write_page(record(), facts(reviews=said("快乐的小鱼")))


def test_a_file_of_nobody_says_that_names_were_looked_for(store: Store, path: Path) -> None:
    assert read_names(path.with_name("names.txt")) is None
    store.write_page(record(), facts(reviews=said("j***n")))
    assert read_names(path.with_name("names.txt")) == []


def test_a_store_that_nobody_sees_keeps_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(Path(":memory:"), SECRET) as opened:
        opened.write_page(record(), facts(reviews=said("快乐的小鱼")))
    assert not list(tmp_path.iterdir())


def test_a_line_that_was_cut_does_not_swallow_the_next(store: Store, path: Path) -> None:
    path.with_name("names.txt").write_text("\n快乐的", encoding="utf-8")
    store.write_page(record(), facts(reviews=said("小鹿爱买买")))
    assert read_names(path.with_name("names.txt")) == ["小鹿爱买买", "快乐的"]


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {samples!r})
from store_samples import SECRET, facts, record
from pipelines.facts import ReviewFact
from pipelines.store.write import open_store
store = open_store(Path({path!r}), SECRET)
for n in range(100_000):
    review = ReviewFact(id=str(n), text="x", author=f"killed_{{n}}")
    store.write_page(record(url=f"https://a.example/{{n}}"), facts(url=f"https://a.example/{{n}}", reviews=(review,)))
    print(n, flush=True)
"""


def test_a_kill_loses_no_name_of_a_stored_review(path: Path) -> None:
    code = KILLED.format(path=str(path), samples=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if int(line) >= 20:
                os.kill(running.pid, signal.SIGKILL)
                break
    with open_store(path, SECRET) as store:
        stored = store.connection.execute("SELECT COUNT(*) FROM reviews").fetchone()[0]
    assert len(read_names(path.with_name("names.txt")) or []) >= stored > 20
