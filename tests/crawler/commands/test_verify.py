from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from crawler.commands import verify
from crawler.fetch.archive import Archive
from crawler.fetch.records import Exchange, Resource, utc_now
from pipelines.errors import InputMissing

COLUMNS = "(id text, page_id text, url text, warc_file text, warc_offset integer, sha256 text)"


class Stored:
    """A database and archive with three pages, one captured body, and one page that never came."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database = folder / "daihuo.db"
        self.archive = folder / "archive"
        archive = Archive(self.archive)
        self.db = sqlite3.connect(self.database)
        self.db.execute(f"create table pages {COLUMNS}")
        self.db.execute(f"create table evidence {COLUMNS}")
        for number in range(3):
            url = f"https://shop.example/p/{number}"
            body = f"<html><p>第{number}页 {'口红' * 500}</p></html>".encode()
            exchange = Exchange(
                url=url,
                method="GET",
                request_headers=[("Host", "shop.example")],
                status=200,
                headers=[("Content-Type", "text/html; charset=utf-8")],
                body=body,
                fetched_at=utc_now(),
            )
            response, _ = archive.write(exchange)
            self.put("pages", f"page{number}", response)
        (pointer,) = archive.write(
            Resource(
                kind="captured",
                url=url,
                page_url=url,
                body=b"{}",
                content_type="application/json",
                fetched_at=utc_now(),
            )
        )
        self.put("evidence", "page2", pointer)
        self.db.execute("insert into pages values ('gone', null, 'https://shop.example/gone', null, null, null)")
        self.db.commit()
        archive.close()
        monkeypatch.setattr(verify, "load", lambda _: SimpleNamespace(database=self.database, archive=self.archive))

    def put(self, table: str, page: str, pointer: object) -> None:
        values = [page, page, *(getattr(pointer, name) for name in ("url", "warc_file", "warc_offset", "sha256"))]
        self.db.execute(f"insert into {table} values (?, ?, ?, ?, ?, ?)", values)

    def change(self, sql: str) -> None:
        self.db.execute(sql)
        self.db.commit()

    @property
    def file(self) -> Path:
        return next(self.archive.glob("*.warc.gz"))

    def run(self) -> tuple[int, str]:
        out = StringIO()
        code = verify.run_verify("made-up", Console(file=out, width=300))
        return code, out.getvalue()


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    stored = Stored(tmp_path, monkeypatch)
    yield stored
    stored.db.close()


def test_an_untouched_archive_verifies(stored: Stored) -> None:
    code, said = stored.run()
    assert code == 0, said
    assert "4 records in 1 archive files: 4 unchanged, 0 broken; 1 pages have no record" in said


def test_a_changed_hash_is_broken(stored: Stored) -> None:
    stored.change("update pages set sha256 = 'ab' where id = 'page1'")
    code, said = stored.run()
    assert code == 7
    assert "broken: pages page1 https://shop.example/p/1" in said
    assert "expected sha256 ab, found " in said
    assert "3 unchanged, 1 broken" in said


def test_a_missing_archive_file_breaks_all_its_rows(stored: Stored) -> None:
    stored.file.unlink()
    code, said = stored.run()
    assert (code, said.count("broken: ")) == (7, 4)


def test_a_file_outside_the_archive_is_not_read(stored: Stored, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.warc.gz").write_bytes(stored.file.read_bytes())
    stored.change("update pages set warc_file = '../elsewhere.warc.gz' where warc_file is not null")
    code, said = stored.run()
    assert code == 7
    assert said.count("lies outside the archive folder") == 3


def test_a_flipped_byte_never_raises(stored: Stored) -> None:
    """Wherever one byte of the archive is changed, verify ends by itself, and most such changes are found."""
    body = stored.file.read_bytes()
    codes = []
    for place in range(0, len(body), 11):
        changed = bytearray(body)
        changed[place] ^= 0xFF
        stored.file.write_bytes(changed)
        codes.append(stored.run()[0])
    assert set(codes) == {0, 7}
    assert codes.count(7) > len(codes) / 3


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_cut_archive_is_broken(stored: Stored, keep: float) -> None:
    body = stored.file.read_bytes()
    stored.file.write_bytes(body[: int(len(body) * keep)])
    assert stored.run()[0] == 7


def test_nothing_stored_yet_is_said(stored: Stored) -> None:
    stored.database.unlink()
    with pytest.raises(InputMissing, match="nothing was crawled"):
        stored.run()
