"""A second crawl asks whether pages changed; what has not changed is seen again, not kept again."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from loopback import HTML, TEXT, Host, Said, Starts, crawl, make, verified
from test_crawl import daihuo, product, rows

from crawler.fetch.archive import Record, records
from crawler.fetch.saved import captures

PAGE, CHANGED = product("云雀 口红", "199.00"), product("云雀 口红", "149.00")
PACKED = gzip.compress(PAGE.encode(), mtime=0)
WHEN = "Mon, 02 Nov 2026 08:00:00 GMT"
VALIDATORS = {"/etag": ("ETag", '"k-1"'), "/date": ("Last-Modified", WHEN), "/target": ("ETag", 'W/"7"')}


class Shop:
    """Answers 304 to a validator that still holds; `/same` has none, and is packed."""

    def __init__(self, start: Starts) -> None:
        self.body = PAGE
        self.host: Host = start(self.answer)

    def answer(self, path: str, n: int) -> Said | None:
        if path == "/robots.txt":
            return 404, TEXT, ""
        if path == "/moved":
            return 302, {"Location": "/target"}, ""
        if path == "/same":
            return 200, {**HTML, "Content-Encoding": "gzip"}, PACKED
        name, value = VALIDATORS[path]
        asked = self.host.headers(path)[-1]
        if self.body is PAGE and value in (asked.get("If-None-Match"), asked.get("If-Modified-Since")):
            return 304, {name: value, "X-Cache": "hit"}, ""
        return 200, {**HTML, name: value}, self.body


COLUMNS = (
    "pages.url, final_url, status, sha256, bytes, content_type, etag, last_modified, warc_file, warc_offset, price,"
    " outcome, renderer, reason"
)


def observed(dataset: Path, path: str) -> list[tuple[object, ...]]:
    """All rows of a page, oldest first, without their times."""
    query = f"SELECT {COLUMNS} FROM pages LEFT JOIN offers ON page_id = id WHERE pages.url LIKE '%{path}'"
    return rows(dataset, f"{query} ORDER BY fetched_at")


def kinds(dataset: Path, path: str) -> list[str]:
    found = rows(
        dataset,
        "SELECT page_id, evidence.kind FROM evidence JOIN pages ON id = page_id"
        f" WHERE pages.url LIKE '%{path}' ORDER BY fetched_at, n",
    )
    pages = dict.fromkeys(page for page, _ in found)
    return [" ".join(str(kind) for page, kind in found if page == each) for each in pages]


def archived(dataset: Path) -> list[Record]:
    return [record for path in sorted((dataset / "build" / "archive").glob("*.warc.gz")) for record in records(path)]


@pytest.fixture
def shop(host: Starts) -> Shop:
    return Shop(host)


@pytest.fixture
def dataset(tmp_path: Path, shop: Shop) -> Path:
    """Crawled twice."""
    made = make(tmp_path / "d", [f"{shop.host.url}{path}" for path in ("/etag", "/date", "/moved", "/same")])
    crawl(made, 0)
    assert not any({"If-None-Match", "If-Modified-Since"} & set(headers) for _, _, headers in shop.host.seen)
    crawl(made, 0)
    return made


def test_what_has_not_changed_is_seen_again_and_not_kept_again(dataset: Path, shop: Shop) -> None:
    asked = {path: shop.host.headers(path)[1] for path in ("/etag", "/date", "/target", "/moved", "/same")}
    assert asked["/etag"]["If-None-Match"] == '"k-1"' and asked["/target"]["If-None-Match"] == 'W/"7"'
    assert asked["/date"]["If-Modified-Since"] == WHEN
    assert not any("If-None-Match" in asked[path] for path in ("/date", "/moved", "/same"))
    for path in ("/etag", "/date", "/moved", "/same"):
        first, second = observed(dataset, path)
        assert first == second and first[10] == "199.00" and first[2] == 200
        assert kinds(dataset, path) == ["response request", "response revisit request"]
    verified(dataset)

    found = archived(dataset)
    originals = {(record.url, record.date): record for record in found if record.type == "response"}
    revisits = [record for record in found if record.type == "revisit"]
    profiles = sorted(record.warc_header("WARC-Profile").rpartition("/")[2] for record in revisits)
    assert profiles == ["identical-payload-digest", *["server-not-modified"] * 3]
    for record in revisits:
        original = originals[record.warc_header("WARC-Refers-To-Target-URI"), record.warc_header("WARC-Refers-To-Date")]
        assert record.body == b"" and record.warc_header("WARC-Refers-To") == original.warc_header("WARC-Record-ID")
        assert record.warc_header("WARC-Payload-Digest") == original.warc_header("WARC-Payload-Digest")
        assert (record.status == 304) == (("X-Cache", "hit") in record.headers)
    check = [sys.executable, "-m", "warcio.cli", "check", *map(str, (dataset / "build" / "archive").iterdir())]
    checked = subprocess.run(check, capture_output=True, text=True)
    assert checked.returncode == 0 and not checked.stdout, checked.stdout


def test_replay_of_revisits_gives_the_same_rows(dataset: Path, shop: Shop) -> None:
    before = (
        rows(dataset, "SELECT * FROM pages ORDER BY id"),
        rows(dataset, "SELECT * FROM evidence ORDER BY page_id, n"),
    )
    newest = [observed(dataset, path)[1] for path in ("/etag", "/date", "/moved", "/same")]
    times = rows(dataset, "SELECT url, MAX(fetched_at) FROM pages GROUP BY url ORDER BY url")
    asked = len(shop.host.seen)
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    after = (
        rows(dataset, "SELECT * FROM pages ORDER BY id"),
        rows(dataset, "SELECT * FROM evidence ORDER BY page_id, n"),
    )
    assert after == before
    for left in (dataset / "build").glob("daihuo.sqlite*"):
        left.unlink()
    assert daihuo("crawl", str(dataset), "--replay").returncode == 0
    assert [observed(dataset, path) for path in ("/etag", "/date", "/moved", "/same")] == [[row] for row in newest]
    assert rows(dataset, "SELECT url, fetched_at FROM pages ORDER BY url") == times
    assert kinds(dataset, "/etag") == ["response revisit"] and len(shop.host.seen) == asked
    verified(dataset)


def test_a_changed_page_is_kept_and_a_lost_one_is_asked_for_whole(dataset: Path, shop: Shop) -> None:
    shop.body = CHANGED
    crawl(dataset, 0)
    assert [row[10] for row in observed(dataset, "/etag")] == ["199.00", "199.00", "149.00"]
    assert kinds(dataset, "/etag")[2] == "response request"
    shop.body = PAGE
    # The changed page was stored under the validator that the shop now says still holds; its archive file is gone.
    (gone,) = rows(dataset, "SELECT warc_file FROM pages WHERE url LIKE '%/etag' ORDER BY fetched_at DESC LIMIT 1")[0]
    (dataset / "build" / "archive" / str(gone)).unlink()
    crawl(dataset, 0)
    assert [headers.get("If-None-Match") for headers in shop.host.headers("/etag")][-2:] == ['"k-1"', None]
    assert [row[10] for row in observed(dataset, "/etag")][-1] == "199.00"
    assert kinds(dataset, "/etag")[3] == "response request"


def test_revisits_in_a_saved_archive_are_pages_of_their_time(dataset: Path, tmp_path: Path) -> None:
    files = sorted((dataset / "build" / "archive").glob("*.warc.gz"))
    assert len(files) == 2
    together, box = tmp_path / "both.warc.gz", tmp_path / "both.wacz"
    together.write_bytes(b"".join(path.read_bytes() for path in files))
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(together.read_bytes()))
    with zipfile.ZipFile(box, "w") as wacz:
        for path in files:
            wacz.write(path, f"archive/{path.name}")
    for path in (together, plain, box):
        pages = [page for page in captures(path) if page.url.endswith("/etag")]
        assert [page.body.decode() for page in pages] == [PAGE, PAGE], path
        assert pages[0].fetched_at < pages[1].fetched_at and {page.status for page in pages} == {200}
    # Without the first file the bodies are nowhere: no page is made up.
    alone = tmp_path / "alone.warc.gz"
    shutil.copy(files[1], alone)
    assert not [page for page in captures(alone) if page.url.endswith("/etag")]
