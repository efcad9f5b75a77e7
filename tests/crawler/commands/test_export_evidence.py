"""The archive as a WACZ: what other tools accept, find, and what we read back."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from crawler.cli import main
from crawler.evidence.wacz import title_of
from crawler.fetch.archive import Archive
from crawler.fetch.records import Exchange, Resource
from pipelines.dataset import load
from pipelines.store.write import EvidenceRecord, PageRecord, Store, open_store

TIME = "2026-11-23T10:00:00.250Z"
SHOP = "https://shop.example/p/"

CLAIM = "c1,主播,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,最低,https://shop.example/p/1,https://shop.example/p/2,"


def body(name: str, charset: str = "utf-8") -> bytes:
    return f"<!doctype html><meta charset={charset}><title>{name} &amp; 唇膏</title><h1>{name}</h1>".encode(charset)


def put(store: Store, archive: Archive, parts: list[Exchange | Resource], url: str) -> str:
    pointers = [pointer for part in parts for pointer in archive.write(part)]
    evidence = tuple(
        EvidenceRecord(kind=p.kind, url=p.url, warc_file=p.warc_file, warc_offset=p.warc_offset, sha256=p.sha256)
        for p in pointers
    )
    first = pointers[0]
    record = PageRecord(
        url=url,
        fetched_at=parts[0].fetched_at,
        status=200,
        sha256=first.sha256,
        warc_file=first.warc_file,
        warc_offset=first.warc_offset,
        evidence=evidence,
        outcome="no_offer",
    )
    return store.write_page(record, None)


def exchange(url: str, content: bytes, time: str = TIME, kind: str = "text/html") -> Exchange:
    return Exchange(
        url=url,
        method="GET",
        request_headers=[("Host", "shop.example")],
        status=200,
        headers=[("Content-Type", kind)],
        body=content,
        fetched_at=time,
    )


def resource(kind: str, url: str, page: str, content: bytes, content_type: str) -> Resource:
    return Resource(kind=kind, url=url, page_url=page, body=content, content_type=content_type, fetched_at=TIME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A static page in GBK, a rendered one with all that belongs to it, its frame before, and robots.txt."""
    folder = tmp_path / "唇膏"
    folder.mkdir()
    (folder / "dataset.toml").write_text('title = "-唇膏"\nlicence = "CC0-1.0"\n', "utf-8")
    header = "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url"
    (folder / "watchlist.csv").write_text(f"{header},official_urls,note\n{CLAIM}\n", "utf-8")
    dataset = load(str(folder))
    with open_store(dataset.database, dataset.secret) as store:
        run = store.begin_run("crawl", "0")
        archive = Archive(dataset.archive, store)
        archive.write(exchange("https://shop.example/robots.txt", b"User-agent: *", kind="text/plain"))
        put(store, archive, [exchange(SHOP + "1?名=红", body("云雀", "gb18030"))], SHOP + "1?名=红")
        archive.write(exchange(SHOP + "2", b"<title>frame</title>", "2026-11-23T09:59:59.000Z"))
        page = SHOP + "2"
        rendered: list[Exchange | Resource] = [
            resource("dom", page, page, body("黄鹂"), "text/html; charset=utf-8"),
            resource("captured", "https://shop.example/api", page, b'{"price": 1}', "application/json"),
            resource("screenshot", page, page, b"\x89PNG", "image/png"),
            exchange(page, b"<title>frame</title>"),
        ]
        put(store, archive, rendered, page)
        archive.close()
        store.end_run(run, 0)
    return folder


def export(folder: Path) -> Path:
    result = CliRunner().invoke(main, ["export", str(folder), "--evidence"])
    assert result.exit_code == 0, result.output
    assert "names of buyers included" in result.output
    return folder / "build" / "evidence" / f"{folder.name}.wacz"


def validate(path: Path) -> str:
    """What `wacz validate` says."""
    command = [sys.executable, "-m", "wacz", "validate", "-f", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_the_validator_accepts_it(folder: Path) -> None:
    made = export(folder)
    said = validate(made)
    assert "1.1.1" in said
    assert "Validation succeeded, the passed WACZ is valid" in said
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_pages_have_titles_and_the_index_finds_each_record(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(export(folder)) as box:
        box.extractall(tmp_path / "out")
    out = tmp_path / "out"
    _, *pages = map(json.loads, (out / "pages" / "pages.jsonl").read_text("utf-8").splitlines())
    assert {(page["url"], page["ts"], page["title"]) for page in pages} == {
        (SHOP + "1?名=红", TIME, "云雀 & 唇膏"),
        (SHOP + "2", TIME, "黄鹂 & 唇膏"),
    }
    lines = gzip.decompress((out / "indexes" / "index.cdx.gz").read_bytes()).decode().splitlines()
    found = set()
    for line in lines:
        entry = json.loads(line.split(" ", 2)[2])
        with (out / "archive" / entry["filename"]).open("rb") as stream:
            stream.seek(int(entry["offset"]))
            record = next(iter(ArchiveIterator(stream)))
            found.add((record.rec_headers["WARC-Target-URI"], record.rec_type))
            assert record.rec_headers["WARC-Payload-Digest"] == entry["digest"]
    assert {(SHOP + "2", "response"), ("urn:dom:" + SHOP + "2", "resource")} <= found
    assert {("urn:view:" + SHOP + "2", "resource"), ("https://shop.example/robots.txt", "response")} <= found
    assert (out / "logs" / "seals.jsonl").read_bytes() == (folder / "build" / "archive" / "seals.jsonl").read_bytes()
    package = json.loads((out / "datapackage.json").read_text())
    assert package["title"] == "-唇膏"


def test_we_read_it_back_as_the_same_pages(folder: Path, tmp_path: Path) -> None:
    made = export(folder)
    again = tmp_path / "again"
    again.mkdir()
    for name in ("dataset.toml", "watchlist.csv"):
        (again / name).write_bytes((folder / name).read_bytes())
    assert CliRunner().invoke(main, ["ingest", str(again), str(made)]).exit_code == 0
    assert ids(again) == ids(folder)
    assert CliRunner().invoke(main, ["verify", str(again)]).exit_code == 0


def ids(folder: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as db:
        return set(db.execute("SELECT id, sha256 FROM pages"))


def test_a_record_that_was_cut_off_is_left_out(folder: Path) -> None:
    (path,) = (folder / "build" / "archive").glob("*.warc.gz")
    with path.open("ab") as stream:
        stream.write(path.read_bytes()[:150])
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as db:
        db.execute("DELETE FROM seals WHERE kind = 'closed'")
        db.commit()
    size = path.stat().st_size
    made = export(folder)
    with zipfile.ZipFile(made) as box:
        assert box.getinfo(f"archive/{path.name}").file_size == size - 150
    assert "Validation succeeded" in validate(made)


def test_one_kind_of_export_at_a_time(folder: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(folder), "--evidence", "--format", "csv"])
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("content", "kind", "title"),
    [
        (b"<TITLE lang=zh>\n a\n&lt;b </TITLE>", "text/html", "a <b"),
        (b"<title>a", "text/html", ""),
        (b'{"title": "<title>a</title>"}', "application/json", ""),
        (b"\x00" * 50, "text/html", ""),
        (b"", "text/html", ""),
    ],
)
def test_titles(content: bytes, kind: str, title: str) -> None:
    assert title_of(content, kind) == title
