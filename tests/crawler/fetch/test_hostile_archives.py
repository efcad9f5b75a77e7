"""Archives and saved files that somebody made to be too much: read within bounds, said so, and never fatal."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import closing
from itertools import chain
from pathlib import Path

import brotli
import pytest

from crawler.fetch.archive import Archive, read_record, records
from crawler.fetch.bodies import MEBIBYTE
from crawler.fetch.capture import faults_of_note
from crawler.fetch.records import Exchange
from crawler.fetch.saved import captures
from crawler.fetch.warc_bounds import next_member
from pipelines.errors import EvidenceBroken

ROOT = Path(__file__).resolve().parents[3]
SIZE = 300 * MEBIBYTE
PAGE = b"<!doctype html><h1>lipstick</h1><p class=price>$19.90</p>"


def packed(pieces: Iterable[bytes]) -> bytes:
    """One gzip member, made without ever holding what it unpacks to."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(piece) for piece in pieces) + packer.flush()


def zeros(size: int) -> Iterable[bytes]:
    return (b"a" * MEBIBYTE for _ in range(size // MEBIBYTE))


def br_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(piece) for piece in zeros(SIZE)) + packer.finish()


def record(http: bytes, length: int, url: str = "http://shop.example/1", *more: str) -> bytes:
    """The head of a response record whose block is `length` bytes, `http` the first of them."""
    lines = (
        "WARC/1.1",
        "WARC-Type: response",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2026-11-20T10:00:00Z",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>",
        "Content-Type: application/http; msgtype=response",
        *more,
        f"Content-Length: {length}",
    )
    return "\r\n".join((*lines, "", "")).encode() + http


def answer(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", "")).encode() + body


def whole(body: bytes, *headers: str, url: str = "http://shop.example/1") -> bytes:
    http = answer(body, *headers)
    return record(http, len(http), url) + b"\r\n\r\n"


GOOD = gzip.compress(whole(PAGE, url="http://shop.example/good"))


def hostile_files(folder: Path) -> dict[str, Path]:
    head = answer(b"")

    def plain_bomb() -> Iterable[bytes]:
        return chain((record(head, len(head) + SIZE),), zeros(SIZE), (b"\r\n\r\n",))

    made = {
        "body of 300 MiB.warc.gz": packed(plain_bomb()) + GOOD,
        "br bomb.warc.gz": gzip.compress(whole(br_bomb(), "Content-Encoding: br")) + GOOD,
        "gzip bomb.warc.gz": gzip.compress(whole(packed(zeros(SIZE)), "Content-Encoding: gzip, identity")) + GOOD,
        "header of 300 MiB.warc.gz": packed(chain((b"WARC/1.1\r\nWARC-Type: ",), zeros(SIZE))) + GOOD,
        "http header of 300 MiB.warc.gz": packed(
            chain((record(b"HTTP/1.1 200 OK\r\nX: ", SIZE + 1000),), zeros(SIZE), (b"\r\n\r\n",))
        )
        + GOOD,
        "one chunk of 300 MiB.warc.gz": packed(
            chain((record(answer(b"12c00000\r\n", "Transfer-Encoding: chunked"), SIZE + 200),), zeros(SIZE))
        )
        + GOOD,
        "many headers.warc.gz": packed(chain((b"WARC/1.1\r\n",), (b"X-A: b\r\n" * 100_000 for _ in range(100)))) + GOOD,
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "bomb.wacz", "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("archive/good.warc.gz", GOOD)
        with box.open("archive/data.warc", "w", force_zip64=True) as target:
            for piece in plain_bomb():
                target.write(piece)
    entry = {"startedDateTime": "2026-11-20T10:00:00Z", "request": {"url": "http://shop.example/har"}}
    entry["response"] = {"status": 200, "content": {"mimeType": "text/html", "text": PAGE.decode()}}  # type: ignore[assignment]
    har = json.dumps({"log": {"entries": [entry]}, "deep": 0}).replace(
        '"deep": 0', '"deep": ' + "[" * 50_000 + "]" * 50_000
    )
    (folder / "deep.har").write_text(har)
    with (folder / "long.har").open("wb") as stream:
        stream.write(b'{"log": {"entries": ["')
        stream.seek(SIZE)
        stream.write(b'"]}}')
    with (folder / "large.mhtml").open("wb") as stream:
        stream.write(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n")
        stream.seek(SIZE)
        stream.write(b"--x--")
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.slow
def test_reading_hostile_files_stays_within_300_mb(tmp_path: Path) -> None:
    files = hostile_files(tmp_path)
    code = """
import re, sys
from pathlib import Path
from crawler.fetch.saved import captures
for name in sys.argv[1:]:
    for capture in captures(Path(name)):
        print(Path(name).name, "|", capture.url, "|", len(capture.body), "|", capture.too_large)
# The peak of getrusage is inherited from whoever started this process.
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1), file=sys.stderr)
"""
    command = [sys.executable, "-c", code, *map(str, files.values())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stderr.split()[-1]) < 300_000
    read = [line.split(" | ") for line in done.stdout.splitlines()]
    for name in files:
        if name.endswith((".warc.gz", ".wacz")):
            assert [name, "http://shop.example/good", str(len(PAGE)), ""] in read, (name, read)
    assert not any(int(size) > 64 * MEBIBYTE for _, _, size, _ in read)
    said = {name for name, _, _, why in read if why}
    assert said >= {"body of 300 MiB.warc.gz", "br bomb.warc.gz", "gzip bomb.warc.gz", "long.har", "large.mhtml"}


@pytest.mark.slow
def test_hostile_files_are_ingested_as_refused_and_verify(tmp_path: Path) -> None:
    inbox, dataset = tmp_path / "inbox", tmp_path / "d"
    inbox.mkdir()
    dataset.mkdir()
    hostile_files(inbox)
    (dataset / "dataset.toml").write_text('title = "Hostile"\nlicence = "CC0-1.0"\n')
    head = "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url"
    row = "a,b,other,2026-11-11 20:00,c,d,,,19.90,USD,,http://shop.example/good,,"
    (dataset / "watchlist.csv").write_text(f"{head},official_urls,note\n{row}\n")
    for verb in (["ingest", str(dataset), str(inbox)], ["verify", str(dataset)]):
        done = subprocess.run(
            [sys.executable, "-m", "crawler", *verb], capture_output=True, text=True, cwd=ROOT, timeout=300
        )
        assert done.returncode == 0 and "Traceback" not in done.stderr, (verb, done.stdout, done.stderr)
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        refused = db.execute("select reason, warc_file from pages where outcome = 'refused'").fetchall()
        prices = db.execute("select price from offers").fetchall()
    assert len(refused) >= 3 and all(reason and file is None for reason, file in refused)
    assert ("19.90",) in prices
    assert sum(path.stat().st_size for path in (dataset / "build" / "archive").iterdir()) < MEBIBYTE


def exchange(body: bytes, *headers: tuple[str, str], **more: object) -> Exchange:
    return Exchange(
        url="http://shop.example/1",
        method="GET",
        request_headers=[],
        status=200,
        headers=[("Content-Type", "text/html"), *headers],
        body=body,
        fetched_at="2026-11-20T10:00:00Z",
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(PAGE, mtime=0)[:-9], "gzip"),
        (PAGE, "gzip"),
        (gzip.compress(PAGE, mtime=0), "identity"),
        (gzip.compress(brotli.compress(PAGE)), "br, gzip"),
        (gzip.compress(PAGE, mtime=0) + b"more", "gzip"),
        (PAGE, "rot13"),
        (packed(zeros(80 * MEBIBYTE)), "gzip"),
    ],
    ids=["cut", "plain called gzip", "gzip called plain", "packed twice", "more behind", "unknown coding", "bomb"],
)
def test_every_body_verifies_as_it_was_hashed(tmp_path: Path, body: bytes, coding: str) -> None:
    archive = Archive(tmp_path)
    pointer = archive.write(exchange(body, ("Content-Encoding", coding)))[0]
    archive.close()
    read = read_record(tmp_path / pointer.warc_file, pointer.warc_offset)
    assert hashlib.sha256(read.body).hexdigest() == pointer.sha256
    assert bool(read.too_large) is (len(body) > 50_000)


def test_what_was_wrong_on_the_wire_is_in_the_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    cut = archive.write(exchange(PAGE[:30], truncated="disconnect", faults=("truncated_body",)))[0]
    large = archive.write(exchange(PAGE, truncated="length"))[0]
    archive.close()
    read = read_record(tmp_path / cut.warc_file, cut.warc_offset)
    assert read.faults == ("truncated_body",) and read.warc_header("WARC-Truncated") == "disconnect"
    assert read_record(tmp_path / large.warc_file, large.warc_offset).too_large
    assert [capture.faults for capture in captures(tmp_path / cut.warc_file)][:1] == [("truncated_body",)]


def test_control_characters_in_headers_make_no_other_header(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    odd = ("X-Odd\r\nWARC-Type", "a\r\nWARC-Type: warcinfo\r\n\r\nb\0c")
    pointer = archive.write(exchange(PAGE, odd))[0]
    archive.close()
    read = read_record(tmp_path / pointer.warc_file, pointer.warc_offset)
    assert read.body == PAGE and read.type == "response" and len(read.headers) == 2
    assert [each.type for each in records(tmp_path / pointer.warc_file)] == ["warcinfo", "response", "request"]


def test_a_record_that_unpacks_to_too_much_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(packed(zeros(SIZE)))
    with pytest.raises(EvidenceBroken):
        read_record(path, 0)


def test_the_next_record_is_found_in_any_place(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    for before in (0, 1, 5, 4 * MEBIBYTE - 2, 4 * MEBIBYTE, 4 * MEBIBYTE + 1, 9 * MEBIBYTE):
        path.write_bytes(b"\x1f\x8b\x08" * 2 + b"x" * before + GOOD + b"rest")
        assert next_member(path, 0) == 6 + before
    path.write_bytes(io.BytesIO(b"nothing" * 100).getvalue())
    assert next_member(path, 0) is None and next_member(path, 10_000) is None


def test_what_the_browser_noted_has_a_code() -> None:
    assert faults_of_note("not settled after 20 s: no text; 2 JSON bodies left out") == ("not_settled",)
    assert faults_of_note("no screenshot: too tall; the body ended early") == ("cut_render",)
    assert faults_of_note("") == () == faults_of_note("the page was not settled then")
