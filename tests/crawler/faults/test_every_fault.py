"""One crawl of every fault: each page ends as declared, nothing is lost, nothing is read wrongly in silence."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import body_faults
import pytest
import route_faults
import text_faults
import wire_faults
from certificates import make_certificates
from server import CASES, PRICE, Case, FaultServer, running

from pipelines.faults import UNSURE

ROOT = Path(__file__).resolve().parents[3]
MODULES = (wire_faults, body_faults, route_faults, text_faults)
CONTROL = "whole_page"
# `daihuo crawl` with the patience of a test: what takes 20 s and 60 s takes seconds.
LAUNCH = """
import sys
from crawler import settings
from crawler.fetch import traffic
settings.DOWNLOAD_TIMEOUT, traffic.FLOOR_SECONDS = 8, 3.0
from crawler.cli import main
main(sys.argv[1:])
"""
QUERY = """
select ledger.asked, ledger.state, ledger.reason, pages.faults_json, offers.price, pages.outcome
from ledger left join pages on pages.id = ledger.page_id left join offers on offers.page_id = pages.id
where ledger.spider = 'offers'
"""


@dataclass(frozen=True, slots=True)
class Row:
    """How one URL ended."""

    state: str
    reason: str
    faults: frozenset[str]
    price: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Crawled:
    """A finished crawl of the fault server."""

    server: FaultServer
    dataset: Path
    done: subprocess.CompletedProcess[str]
    rows: dict[str, Row]


def make_dataset(folder: Path, server: FaultServer, cases: list[Case]) -> Path:
    folder.mkdir()
    (folder / "dataset.toml").write_text(
        'title = "Faults"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "test@example.org"\ndelay = 0\nconcurrency = 16\n'
        'per_host = 4\nretry_pause = 0.2\nrobots_pause = 0.2\nallow_addresses = ["127.0.0.1"]\n'
        '[[shops]]\nname = "Lark"\nhost = "127.0.0.1"\nrole = "streamer"\ncurrency = "CNY"\n'
    )
    official = server.url(next(each for each in cases if each.name == CONTROL), "/item/9")
    rows = [
        f"{each.name},streamer,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,,{server.url(each)},{official},"
        for each in cases
    ]
    head = "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url"
    (folder / "watchlist.csv").write_text("\n".join([f"{head},official_urls,note", *rows]) + "\n", encoding="utf-8")
    return folder


def crawl(dataset: Path, authority: str, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "SSL_CERT_FILE": authority}
    command = [sys.executable, "-c", LAUNCH, "crawl", str(dataset), "--spider", "offers", *more]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=300)


def rows_of(dataset: Path, server: FaultServer) -> dict[str, Row]:
    names = {server.url(each): each.name for each in server.cases}
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        found = db.execute(QUERY).fetchall()
    return {
        names[url]: Row(state, reason or "", frozenset(json.loads(faults or "[]")), price, outcome)
        for url, state, reason, faults, price, outcome in found
        if url in names
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("faults")
    certificates = make_certificates(folder)
    with running(CASES, certificates) as server:
        dataset = make_dataset(folder / "d", server, CASES)
        done = crawl(dataset, certificates.authority_file)
        yield Crawled(server, dataset, done, rows_of(dataset, server))


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.mark.parametrize("each", CASES, ids=lambda each: each.name)
def test_each_fault_ends_as_declared(crawled: Crawled, each: Case) -> None:
    row = crawled.rows[each.name]
    assert row.state == each.state, row
    if each.state != "done":
        assert re.search(each.reason, row.reason), row.reason
        assert row.price is None
    else:
        # In the garbage of a damaged stream other faults are found as well.
        assert row.faults >= each.faults if each.faults & UNSURE else row.faults == each.faults, row
        assert row.price == each.price, row


def test_every_url_has_one_end_and_the_run_says_so(crawled: Crawled) -> None:
    assert crawled.server.errors == []
    assert crawled.done.returncode == 4, crawled.done.stderr
    assert "Traceback" not in crawled.done.stderr + crawled.done.stdout
    assert set(crawled.rows) == {each.name for each in CASES}
    with closing(sqlite3.connect(crawled.dataset / "build" / "daihuo.sqlite")) as db:
        ends = dict(db.execute("select state, count(*) from ledger group by state"))
        urls = db.execute("select count(distinct url) from ledger").fetchone()[0]
    assert set(ends) == {"done", "refused", "failed"} and sum(ends.values()) == urls == len(CASES) + 1


def test_nothing_is_wrong_in_silence(crawled: Crawled) -> None:
    silent = [
        name
        for name, row in crawled.rows.items()
        if row.state == "done" and not row.faults and (row.price, row.outcome) != (PRICE, "ok")
    ]
    assert silent == []


def test_bodies_above_the_limit_are_not_read_to_their_end(crawled: Crawled) -> None:
    for name in ("content_length_of_400_mb", "stream_of_400_mb", "chunks_of_400_mb"):
        assert crawled.server.sent[name] < 60_000_000, name


def test_what_came_is_kept_and_verifies(crawled: Crawled) -> None:
    files = list((crawled.dataset / "build" / "archive").glob("*.warc.gz"))
    assert files and sum(file.stat().st_size for file in files) < 12_000_000
    with closing(sqlite3.connect(crawled.dataset / "build" / "daihuo.sqlite")) as db:
        query = "select count(*) from evidence join pages on id = page_id where outcome = 'refused'"
        assert db.execute(query).fetchone()[0] >= 10
    command = [sys.executable, "-m", "crawler", "verify", str(crawled.dataset)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stdout


def test_a_replay_of_the_archive_says_the_same(crawled: Crawled) -> None:
    before = {name: row for name, row in crawled.rows.items() if row.state == "done"}
    again = crawl(crawled.dataset, "", "--replay")
    assert "Traceback" not in again.stderr
    after = rows_of(crawled.dataset, crawled.server)
    assert {name: row for name, row in after.items() if row.state == "done"} == before
