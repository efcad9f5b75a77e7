"""Crawls whose browser is killed, and crawls that are stopped or killed themselves, in real processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.crawler.fetch.hostile import Server, serve
from tests.crawler.test_crawl import make_dataset, rows

ROOT = Path(__file__).resolve().parents[2]
ENDED_SECONDS = 10.0


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@contextmanager
def crawling(dataset: Path) -> Iterator[psutil.Popen]:
    """`daihuo crawl` in a session of its own; killed at the end if it is still there."""
    command = [sys.executable, "-m", "crawler", "crawl", str(dataset), "--spider", "offers"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    with (dataset / "said").open("w") as said:
        process = psutil.Popen(command, stdout=said, stderr=said, env=environment, cwd=ROOT, start_new_session=True)
        try:
            yield process
        finally:
            with suppress(psutil.Error):
                for child in process.children(recursive=True):
                    child.kill()
                process.kill()
            process.wait(20)


def until(what: Callable[[], bool], seconds: float, process: psutil.Popen | None = None) -> bool:
    """Whether it came true in time, and before the process ended."""
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline and (process is None or process.poll() is None):
        time.sleep(0.05)
    return what()


def family(process: psutil.Process, word: str = "") -> list[psutil.Process]:
    """The processes that descend from a crawl, or those with a word in their command line."""
    found = []
    for child in process.children(recursive=True):
        with suppress(psutil.Error):
            if word in " ".join(child.cmdline()):
                found.append(child)
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    left = []
    for process in processes:
        with suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


def rendering(server: Server, path: str) -> Callable[[], bool]:
    """Whether Chromium has asked for a page after the plain fetch did."""
    return lambda: len([seen for seen in server.seen if seen.partition("?")[0] == path]) >= 2


def said(dataset: Path) -> str:
    return (dataset / "said").read_text()


def outcomes(dataset: Path) -> dict[str, tuple[object, ...]]:
    """Path → renderer, outcome, reason."""
    query = "SELECT url, renderer, outcome, reason FROM pages"
    return {str(url).split("/", 3)[3]: tuple(rest) for url, *rest in rows(dataset, query)}


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
class TestBrowserKilled:
    def test_whole_browser_killed_once(self, tmp_path: Path, server: Server) -> None:
        paths = [f"/never?{n}" for n in range(2)] + [f"/late300?{n}" for n in range(4)]
        dataset = make_dataset(tmp_path / "d", server.server_port, paths)
        with crawling(dataset) as process:
            assert until(rendering(server, "/never"), 60, process), said(dataset)
            for child in family(process, "--remote-debugging-pipe"):
                with suppress(psutil.Error):
                    child.kill()
            assert process.wait(120) in (0, 4), said(dataset)
            found = outcomes(dataset)
        assert len(found) == 7 and "Traceback" not in said(dataset)
        assert {found[f"late300?{n}"][:2] for n in range(4)} == {("browser", "ok")}
        # The pages that were open were rendered again, to their end.
        assert all("not settled" in str(found[f"never?{n}"][2]) for n in range(2))
        assert rows(dataset, "SELECT state, count(*) FROM ledger GROUP BY state") == [("done", 7)]

    def test_renderers_killed_again_and_again(self, tmp_path: Path, server: Server) -> None:
        dataset = make_dataset(tmp_path / "d", server.server_port, ["/never", "/late300"])
        with crawling(dataset) as process:
            deadline = time.monotonic() + 120
            while process.poll() is None and time.monotonic() < deadline:
                if rendering(server, "/never")():
                    for child in family(process, "--type=renderer"):
                        with suppress(psutil.Error):
                            child.kill()
                time.sleep(0.3)
            assert process.wait(5) == 4, said(dataset)
        found = outcomes(dataset)
        assert found["never"] == ("browser", "failed", "the page crashed in Chromium, twice")
        assert len(found) == 3 and "Traceback" not in said(dataset)

    def test_driver_killed(self, tmp_path: Path, server: Server) -> None:
        dataset = make_dataset(tmp_path / "d", server.server_port, ["/never", "/late300"])
        with crawling(dataset) as process:
            assert until(rendering(server, "/never"), 60, process), said(dataset)
            everything = family(process)
            for child in family(process, "run-driver"):
                child.kill()
            assert process.wait(120) in (0, 4), said(dataset)
            assert until(lambda: not alive(everything), ENDED_SECONDS), alive(everything)
        assert "not settled" in str(outcomes(dataset)["never"][2]) and "Traceback" not in said(dataset)


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
class TestStopped:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_open_pages_are_neither_done_nor_failed(
        self, tmp_path: Path, server: Server, number: signal.Signals
    ) -> None:
        dataset = make_dataset(tmp_path / "d", server.server_port, ["/never", "/busy-frame", "/late300"])
        with crawling(dataset) as process:
            assert until(rendering(server, "/busy-frame"), 60, process), said(dataset)
            everything = [process, *family(process)]
            # As a terminal does it: to all of the group.
            os.killpg(process.pid, number)
            assert process.wait(15) == 130, said(dataset)
            assert until(lambda: not alive(everything), ENDED_SECONDS), alive(everything)
        assert "Traceback" not in said(dataset)
        assert not [row for row in outcomes(dataset).values() if row[1] == "failed"]

    def test_killed_crawl_leaves_no_process(self, tmp_path: Path, server: Server) -> None:
        dataset = make_dataset(tmp_path / "d", server.server_port, ["/never", "/busy-frame", "/alerts-frame"])
        with crawling(dataset) as process:
            assert until(rendering(server, "/busy-frame"), 60, process), said(dataset)
            everything = [process, *family(process)]
            assert any("--type=renderer" in " ".join(each.cmdline()) for each in everything)
            process.kill()
            assert until(lambda: not alive(everything), ENDED_SECONDS), alive(everything)

    def test_finished_crawl_leaves_no_process_and_no_file(self, tmp_path: Path, server: Server) -> None:
        dataset = make_dataset(tmp_path / "d", server.server_port, ["/late300", "/never-fetches", "/evil-rendered"])
        seen: set[psutil.Process] = set()
        with crawling(dataset) as process:
            while process.poll() is None:
                seen.update(family(process))
                time.sleep(0.1)
            assert process.returncode == 4, said(dataset)
        assert len(seen) > 4 and not alive(list(seen))
        found = outcomes(dataset)
        assert found["evil-rendered"] == ("browser", "failed", "download: the address sends a file, not a page")
        assert found["never-fetches"][1] == "no_offer" and "not settled" in str(found["never-fetches"][2])
        assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]
        with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
            (kinds,) = db.execute(
                "SELECT count(DISTINCT kind) FROM evidence WHERE kind IN ('dom', 'screenshot')"
            ).fetchone()
        assert kinds == 2
