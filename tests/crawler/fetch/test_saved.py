"""Saved files of every kind give their pages, at the URL the file says."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from pathlib import Path

from crawler.fetch.archive import Archive
from crawler.fetch.records import Exchange, utc_now
from crawler.fetch.saved import captures, url_inside

PAGE = "<!doctype html><h1>云雀口红</h1><p>￥199"
URL = "https://shop.example/item/1?sku=2"


def test_plain_html_names_its_page_by_canonical_link(tmp_path: Path) -> None:
    path = tmp_path / "页面.html"
    path.write_text(f'<link rel="canonical" href="{URL.replace("&", "&amp;")}">' + PAGE)
    (capture,) = captures(path)
    assert (capture.url, capture.time_source) == (URL, "file")


def test_html_without_any_url_is_named_by_its_hash_or_by_the_user(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text(PAGE)
    assert next(captures(path)).url.startswith("urn:sha256:")
    assert next(captures(path, "https://given.example/")).url == "https://given.example/"


def test_single_file_says_url_and_time(tmp_path: Path) -> None:
    path = tmp_path / "s.html"
    path.write_text(
        "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://shop.example/p/9 \n"
        " saved date: Mon Nov 23 2026 18:00:00 GMT+0800 (China Standard Time)\n-->" + PAGE
    )
    (capture,) = captures(path)
    assert capture.url == "https://shop.example/p/9"
    assert (capture.fetched_at, capture.time_source) == ("2026-11-23T10:00:00.000Z", "capture")


def test_saved_from_mark_wins_over_canonical() -> None:
    body = b'<!-- saved from url=(0031)https://shop.example/item/7 --><link rel=canonical href="//other.example/">'
    assert url_inside(body) == "https://shop.example/item/7"
    assert url_inside(b"<link rel=canonical href=//other.example/a>") == "https://other.example/a"


def test_mhtml_gives_the_main_part_with_its_address_and_date(tmp_path: Path) -> None:
    path = tmp_path / "m.mhtml"
    encoded = base64.b64encode(PAGE.encode("gbk")).decode()
    path.write_bytes(
        (
            "From: <Saved by Blink>\r\n"
            f"Snapshot-Content-Location: {URL}\r\n"
            "Date: Mon, 23 Nov 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n'
            "----b\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Location: {URL}\r\n\r\n{encoded}\r\n----b\r\nContent-Type: image/png\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----b--\r\n"
        ).encode()
    )
    (capture,) = captures(path)
    assert capture.url == URL and capture.body.decode("gbk") == PAGE
    assert capture.content_type == "text/html; charset=gbk"
    assert capture.fetched_at == "2026-11-23T10:00:00.000Z"


def har(*entries: tuple[str, str, str]) -> bytes:
    return json.dumps(
        {
            "log": {
                "version": "1.2",
                "entries": [
                    {
                        "startedDateTime": "2026-11-23T18:00:00.000+08:00",
                        "request": {"method": "GET", "url": url},
                        "response": {"status": 200, "content": {"mimeType": kind, "text": text}},
                    }
                    for url, kind, text in entries
                ],
            }
        }
    ).encode()


def test_har_gives_documents_with_the_json_that_followed(tmp_path: Path) -> None:
    path = tmp_path / "h.har"
    path.write_bytes(
        har(
            (URL, "text/html; charset=gbk", PAGE),
            ("https://shop.example/app.js", "application/javascript", "var a=1"),
            ("https://shop.example/api/price", "application/json", '{"price":"199"}'),
            ("https://shop.example/x.png", "image/png", ""),
        )
    )
    (capture,) = captures(path)
    assert capture.url == URL and capture.body.decode() == PAGE and capture.fetched_at == "2026-11-23T10:00:00.000Z"
    assert [body.url for body in capture.captured.bodies] == ["https://shop.example/api/price"]


def test_har_of_bare_api_calls_gives_each_body(tmp_path: Path) -> None:
    path = tmp_path / "h.har"
    path.write_bytes(har(("https://a.example/1", "application/json", "{}"), ("https://a.example/2", "text/json", "{}")))
    assert [capture.url for capture in captures(path)] == ["https://a.example/1", "https://a.example/2"]


def test_json_that_only_looks_like_har_is_one_body(tmp_path: Path) -> None:
    path = tmp_path / "j.json"
    path.write_text('{"log": {"entries": "none"}, "price": "1"}')
    (capture,) = captures(path)
    assert capture.body == path.read_bytes()


def test_warc_and_wacz_give_the_same_page(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.write(
        Exchange(
            url=URL,
            method="GET",
            request_headers=[],
            status=200,
            headers=[("Content-Type", "text/html; charset=utf-8")],
            body=PAGE.encode(),
            fetched_at=utc_now(),
        )
    )
    archive.close()
    warc = next((tmp_path / "a").iterdir())
    wacz = tmp_path / "w.wacz"
    with zipfile.ZipFile(wacz, "w") as box:
        box.write(warc, "archive/../../data.warc.gz")
    for path in (warc, wacz):
        (capture,) = captures(path)
        assert (capture.url, capture.body.decode(), capture.status) == (URL, PAGE, 200)
    assert not (tmp_path.parent / "data.warc.gz").exists()


def test_warc_whose_gzip_members_end_inside_records(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    exchange = Exchange(
        url=URL,
        method="GET",
        request_headers=[],
        status=200,
        headers=[("Content-Type", "text/html")],
        body=PAGE.encode(),
        fetched_at=utc_now(),
    )
    archive.write(exchange)
    archive.close()
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    plain = gzip.decompress(path.read_bytes())
    middle = plain.index(PAGE.encode()[:20])
    path.write_bytes(gzip.compress(plain[:middle]) + gzip.compress(plain[middle:]))
    assert [(capture.url, capture.body) for capture in captures(path)] == [(URL, PAGE.encode())]


def test_empty_and_binary_files_are_one_page_each(tmp_path: Path) -> None:
    for name, body in (("e", b""), ("b", bytes(range(256))), ("g", b"\x1f\x8bnot gzip"), ("z", b"PK\x03\x04broken")):
        path = tmp_path / name
        path.write_bytes(body)
        (capture,) = captures(path)
        assert capture.body == body
