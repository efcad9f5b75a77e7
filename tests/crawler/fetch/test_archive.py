"""What is written to the archive comes out again, byte for byte, by file and offset."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from w3lib.url import safe_url_string

from crawler.fetch.archive import Archive, read_record, records
from crawler.fetch.records import Exchange, Resource, sha256_hex, utc_now
from crawler.fetch.replay import ArchiveIndex, NotArchived
from pipelines.errors import EvidenceBroken

URL = "http://shop.example/商品?id=1"
ASKED = safe_url_string(URL)


def exchange(body: bytes, *headers: tuple[str, str], decoded: bytes | None = None) -> Exchange:
    return Exchange(
        url=URL,
        method="GET",
        request_headers=[("User-Agent", "test")],
        status=200,
        headers=[("Content-Type", "text/html"), *headers],
        body=body,
        fetched_at=utc_now(),
        decoded=decoded,
    )


def resource(kind: str, url: str, body: bytes, content_type: str, when: str, *more: tuple[str, str]) -> Resource:
    return Resource(kind=kind, url=url, page_url=URL, body=body, content_type=content_type, fetched_at=when, more=more)


def test_compressed_body_is_kept_as_sent_and_read_decoded(tmp_path: Path) -> None:
    text = "口红 ¥199".encode()
    archive = Archive(tmp_path)
    response, request = archive.write(exchange(gzip.compress(text), ("Content-Encoding", "gzip"), decoded=text))
    archive.close()
    record = read_record(tmp_path / response.warc_file, response.warc_offset)
    assert (record.body, record.status, record.url) == (text, 200, URL)
    assert sha256_hex(record.body) == response.sha256
    assert read_record(tmp_path / request.warc_file, request.warc_offset).type == "request"


def test_header_outside_ascii_does_not_lose_the_record(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    pointer, _ = archive.write(exchange(b"x", ("X-Shop", "caf\xe9")))
    archive.close()
    assert read_record(tmp_path / pointer.warc_file, pointer.warc_offset).body == b"x"


def test_an_offset_without_a_record_is_broken_evidence(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    pointer, _ = archive.write(exchange(b"x"))
    archive.close()
    path = tmp_path / pointer.warc_file
    for offset in (path.stat().st_size, 7):
        with pytest.raises(EvidenceBroken, match=pointer.warc_file):
            read_record(path, offset)


def test_a_file_cut_in_its_last_record_gives_all_records_before(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number in range(3):
        archive.write(exchange(b"body %d" % number))
    archive.close()
    path = next(tmp_path.glob("*.warc.gz"))
    path.write_bytes(path.read_bytes()[:-40])
    bodies = [record.body for record in records(path) if record.type == "response"]
    assert bodies == [b"body 0", b"body 1", b"body 2"]


def test_replay_gives_the_newest_answer_and_the_settled_page_with_its_json(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.write(exchange(b"old"))
    archive.write(exchange(b"new"))
    when = utc_now()
    archive.write(
        resource(
            "dom",
            URL,
            b"<p>settled",
            "text/html",
            when,
            ("Final-Url", f"{ASKED}&x=1"),
            ("Status", "200"),
        )
    )
    archive.write(resource("captured", "http://shop.example/api", b'{"p":1}', "application/json", when))
    archive.write(resource("screenshot", URL, b"\x89PNG", "image/png", when))
    archive.close()
    index = ArchiveIndex(tmp_path).load()
    assert index.plain(URL).body == b"new"
    rendered = index.rendered(URL)
    assert (rendered.body, rendered.fetched_at, rendered.status) == (b"<p>settled", when, 200)
    assert rendered.final_url.endswith("&x=1")
    assert [body.text for body in rendered.captured.bodies] == ['{"p":1}']
    assert {pointer.kind for pointer in rendered.pointers} == {"dom", "captured", "screenshot"}
    with pytest.raises(NotArchived):
        index.plain("http://shop.example/other")


def test_a_damaged_record_hides_no_other(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    pointers = [archive.write(exchange(b"body %d" % number))[0] for number in range(4)]
    archive.close()
    path = next(tmp_path.glob("*.warc.gz"))
    data = bytearray(path.read_bytes())
    # After the ten bytes of the member's head: a block of a type that deflate does not have, and after it what would
    # be the head of a record of the older format ARC.
    head = b"\xff http://a.example/ 1.2.3.4 20260101000000 text/html 0\n"
    data[pointers[1].warc_offset + 10 : pointers[1].warc_offset + 10 + len(head)] = head
    path.write_bytes(data)
    found = {record.warc_offset: record.body for record in records(path) if record.type == "response"}
    assert found == {pointers[n].warc_offset: b"body %d" % n for n in (0, 2, 3)}
    with pytest.raises(EvidenceBroken, match="damaged bytes"):
        read_record(path, pointers[1].warc_offset)
    with pytest.raises(EvidenceBroken, match="is missing"):
        read_record(tmp_path / "gone.warc.gz", 0)


def test_a_changed_byte_anywhere_in_a_record_is_broken_evidence(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    pointer, request = archive.write(exchange(b"body"))
    archive.close()
    path = tmp_path / pointer.warc_file
    whole = path.read_bytes()
    for place in range(pointer.warc_offset, request.warc_offset):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        # Flags, time and operating system in a gzip head say nothing about the record.
        if place - pointer.warc_offset in range(3, 10):
            continue
        with pytest.raises(EvidenceBroken):
            read_record(path, pointer.warc_offset)
