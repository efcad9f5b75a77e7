"""Saved files go down the same path as a crawl; the same file twice adds nothing anywhere."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.fetch.archive import read_record

PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><link rel="canonical" href="https://shop.example/p/1">
<script type="application/ld+json">{"@type":"Product","name":"云雀口红 3g","sku":"YQ-1","offers":{"@type":"Offer",
"price":"199.00","priceCurrency":"CNY"},"review":[{"@type":"Review","author":{"name":"小*明"},"datePublished":
"2026-11-01","reviewBody":"颜色很正","reviewRating":{"ratingValue":5}}]}</script><h1>云雀口红 3g</h1>
<div class="product"><p class="price">¥199.00</p><button>加入购物车</button></div></html>"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "试验"
    folder.mkdir()
    (folder / "dataset.toml").write_text(
        'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "t@example.org"\n', "utf-8"
    )
    (folder / "watchlist.csv").write_text(
        "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,"
        "official_urls,note\nc1,主播,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,最低,https://shop.example/p/1,"
        "https://brand.example/p/1,\n",
        "utf-8",
    )
    return folder


def dump(dataset: Path) -> list[str]:
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        db.execute("DELETE FROM runs")
        # Each run seals its beginning and its end.
        db.execute("DELETE FROM seals WHERE kind IN ('start', 'run', 'head')")
        return list(db.iterdump())


def test_the_same_files_twice_add_nothing(dataset: Path, tmp_path: Path) -> None:
    saved = tmp_path / "保存"
    saved.mkdir()
    (saved / "页面.html").write_text(PAGE, "utf-8")
    (saved / "price.json").write_text('[{"p":"88.00","op":"99.00","id":"J_100"}]')
    (saved / "rubbish.bin").write_bytes(b"\x00\x01\x02" * 500)
    (saved / "empty.html").write_bytes(b"")
    first = CliRunner().invoke(main, ["ingest", str(dataset), str(saved)])
    assert first.exit_code == 0, first.output
    assert "4 pages from 4 files" in first.output
    before, size = dump(dataset), sum(p.stat().st_size for p in (dataset / "build" / "archive").glob("*.gz"))
    second = CliRunner().invoke(main, ["ingest", str(dataset), str(saved)])
    assert second.output == first.output
    assert dump(dataset) == before
    assert sum(p.stat().st_size for p in (dataset / "build" / "archive").glob("*.gz")) == size
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        query = "SELECT offers.url, price, currency FROM offers WHERE name LIKE '云雀%'"
        assert db.execute(query).fetchall() == [("https://shop.example/p/1", "199.00", "CNY")]
        assert db.execute("SELECT author_key FROM reviews WHERE text = '颜色很正'").fetchone() is not None
        assert "小*明" not in "".join(db.iterdump())
    assert CliRunner().invoke(main, ["verify", str(dataset)]).exit_code == 0


def test_packed_files_are_read_as_what_they_hold(dataset: Path, tmp_path: Path) -> None:
    """A file that is gzip, one packed twice, one whose end is missing: each is a page, and the hash is its record's."""
    packed = gzip.compress(PAGE.encode())
    (tmp_path / "page.html.gz").write_bytes(packed)
    (tmp_path / "twice.html.gz").write_bytes(gzip.compress(packed))
    (tmp_path / "cut.html.gz").write_bytes(packed[:-60])
    for name in ("page", "twice", "cut"):
        done = CliRunner().invoke(main, ["ingest", str(dataset), str(tmp_path / f"{name}.html.gz")])
        assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        rows = db.execute("SELECT outcome, faults_json, warc_file, warc_offset FROM pages").fetchall()
    assert [row[0] for row in rows[:2]] == ["ok", "unreadable"]
    assert [row[1] for row in rows] == [None, None, '["truncated_gzip"]']
    # A later reading of the archive knows it as well.
    assert read_record(dataset / "build" / "archive" / rows[2][2], rows[2][3]).faults == ("truncated_gzip",)
    verified = CliRunner().invoke(main, ["verify", str(dataset)])
    assert verified.exit_code == 0, verified.output


def test_the_address_given_is_used_where_the_file_says_none(dataset: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text(PAGE.replace('<link rel="canonical" href="https://shop.example/p/1">', ""), "utf-8")
    done = CliRunner().invoke(main, ["ingest", str(dataset), str(path), "--url", "https://shop.example/p/7"])
    assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        assert db.execute("SELECT url, renderer, time_source FROM pages").fetchall() == [
            ("https://shop.example/p/7", "ingest", "file")
        ]


def test_what_does_not_exist_is_one_line_and_2(dataset: Path, tmp_path: Path) -> None:
    for arguments in (
        ["ingest", str(dataset), str(tmp_path / "absent.html")],
        ["ingest", str(tmp_path / "no-dataset"), str(dataset / "dataset.toml")],
        ["read", "page", str(tmp_path / "absent.html")],
    ):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2 and len(done.output.strip().splitlines()) == 1, done.output


def test_read_page_prints_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    path.write_text(PAGE, "utf-8")
    done = CliRunner().invoke(main, ["read", "page", str(path)])
    said = json.loads(done.output)
    assert list(said) == ["url", "kind", "outcome", "wall", "platform", "shop", "offer", "reviews", "items", "issues"]
    assert (said["kind"], said["outcome"], said["url"]) == ("product", "ok", "https://shop.example/p/1")
    assert (said["offer"]["price"], said["offer"]["currency"], said["offer"]["list_price"]) == ("199.00", "CNY", None)
    assert said["offer"]["quantity"] == {"parts": [{"size": "3", "unit": "g", "count": 1}], "gifts": [], "shade": None}
    assert said["reviews"][0]["author_key"] is None
    path.write_bytes(b"\x00\x01\xff" * 99)
    assert json.loads(CliRunner().invoke(main, ["read", "page", str(path)]).output)["outcome"] == "unreadable"


@pytest.mark.parametrize("verb", ["price", "quantity", "language"])
def test_read_lines_answers_every_line(verb: str) -> None:
    lines = ["3件装 ¥199", "", "面霜50ml*2 赠7ml*3", "Great cream", "\x00", "=1+1"]
    done = CliRunner().invoke(main, ["read", verb], input="\n".join(lines))
    assert done.exit_code == 0
    assert [json.loads(line)["text"] for line in done.output.splitlines()] == lines
