"""Crawls seal what they archive and store: also when they are killed, go on, are looked at meanwhile, or are two."""

from __future__ import annotations

import http.server
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from test_crawl import daihuo, rows
from test_kill import dataset, shop, start, wait_for, whole
from warcio.cli import main as warcio

__all__ = ["dataset", "shop"]


def finish(process: subprocess.Popen[str]) -> None:
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err


def verify(dataset: Path) -> tuple[int, str]:
    said = daihuo("verify", str(dataset))
    assert "Traceback" not in said.stdout + said.stderr
    return said.returncode, said.stdout


@pytest.mark.slow
def test_a_killed_crawl_verifies_and_the_next_one_seals_what_it_left(
    dataset: Path, shop: http.server.ThreadingHTTPServer
) -> None:
    process = start(dataset)
    wait_for(shop, 60, process)
    os.kill(process.pid, signal.SIGSTOP)
    code, said = verify(dataset)
    assert code == 0, said
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    code, said = verify(dataset)
    assert code == 0, said
    (killed,) = (dataset / "build" / "archive").glob("*.warc.gz")
    with killed.open("ab") as file:
        file.write(b"\x1f\x8b\x08 a record that was cut off")
    code, said = verify(dataset)
    assert code == 0, said
    assert "bytes of an interrupted or running crawl are not sealed yet" in said
    finish(start(dataset))
    code, said = verify(dataset)
    assert (code, "not sealed yet" in said) == (0, False), said
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        notes = db.execute("SELECT note FROM seals WHERE kind = 'record' AND subject = ? ORDER BY n", (killed.name,))
        assert [row[0] for row in notes][-1] == "cut"
        assert db.execute("SELECT COUNT(*) FROM seals WHERE note = 'orphan' AND kind = 'closed'").fetchone() == (1,)
    whole(dataset)
    with killed.open("ab") as file:
        file.write(b"\x00")
    code, said = verify(dataset)
    assert code == 7
    assert f"{killed.name} at " in said and "1 bytes were never sealed" in said


@pytest.mark.slow
def test_two_crawls_at_once_make_one_chain(dataset: Path, shop: http.server.ThreadingHTTPServer) -> None:
    first, second = start(dataset), start(dataset)
    finish(first)
    finish(second)
    whole(dataset)
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        assert db.execute("SELECT COUNT(*), MAX(n) FROM seals WHERE n > 0").fetchone()[0] > 250
        assert db.execute("SELECT COUNT(*) FROM seals WHERE kind = 'run'").fetchone() == (2,)
    assert len((dataset / "build" / "archive" / "seals.jsonl").read_bytes().splitlines()) == 2


@pytest.mark.slow
def test_others_find_the_digests_of_the_archive_right(dataset: Path, shop: http.server.ThreadingHTTPServer) -> None:
    finish(start(dataset))
    finish(start(dataset))
    for path in (dataset / "build" / "archive").glob("*.warc.gz"):
        with pytest.raises(SystemExit) as ended:
            warcio(["check", str(path)])
        assert ended.value.code == 0
    pages = set(rows(dataset, "SELECT id FROM pages"))
    assert rows(dataset, "SELECT COUNT(*) FROM evidence WHERE kind = 'revisit'")[0][0] > 100  # type: ignore[operator]
    code, said = verify(dataset)
    assert code == 0, said
    assert daihuo("export", str(dataset), "--evidence").returncode == 0
    again = dataset.parent / "again"
    again.mkdir()
    for name in ("dataset.toml", "watchlist.csv"):
        (again / name).write_bytes((dataset / name).read_bytes())
    made = dataset / "build" / "evidence" / "d.wacz"
    checked = [sys.executable, "-m", "wacz", "validate", "-f", str(made)]
    assert "Validation succeeded" in subprocess.run(checked, capture_output=True, text=True, check=False).stdout
    assert daihuo("ingest", str(again), str(made)).returncode == 0
    assert set(rows(again, "SELECT id FROM pages")) == pages
