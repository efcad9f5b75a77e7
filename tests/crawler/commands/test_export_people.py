"""From a saved answer of a platform to published files: nobody's name, number or address comes out at the other end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ahocorasick_rs import AhoCorasick
from click.testing import CliRunner, Result

from crawler.cli import main
from pipelines.dataset import load
from pipelines.export.tables import read_jsonl

WATCHLIST = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls,note\n"
    "c1,主播,other,2026-11-11 20:00,水壶,云雀,,,199.00,CNY,最低,https://shop.example/p/1,https://brand.example/p/1,\n"
)
PLANTED = ("13800000000", "xiaolu_1988", "lulu@mail.example", "11010519491231002X", "快乐的小鱼")
SAID = "买了2个1.5L的，¥139.00，10月3日到货"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "dataset.toml").write_text('title = "试验"\nlicence = "CC0-1.0"\n', "utf-8")
    (folder / "watchlist.csv").write_text(WATCHLIST, "utf-8")
    return folder


def daihuo(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def comment(number: int, text: str, **more: object) -> dict[str, object]:
    return {
        "id": 9000 + number,
        "guid": f"{number:032x}",
        "content": text,
        "creationTime": "2026-10-03 10:00:00",
        "score": 5,
        "referenceId": "100200",
        "referenceName": "云雀水壶",
        "nickname": "快乐的小鱼" if number == 7 else f"j***{number % 10}",
        "userImage": f"img.example/avatar{number}.jpg",
        "location": "江苏",
        "days": 3,
        "afterDays": 0,
        **more,
    }


def synthetic() -> list[dict[str, object]]:
    """Fifty reviews with something planted in each: ten of every kind."""
    leads = ("电话", "加微信 ", "邮箱", "身份证", "谢谢")
    return [
        comment(
            n, f"{SAID}，{leads[n % 5]}{PLANTED[n % 5]}，好用", replies=[{"content": f"亲爱的{PLANTED[n % 5]}，谢谢"}]
        )
        for n in range(50)
    ]


def published(folder: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


def test_what_is_planted_in_fifty_reviews_is_in_no_published_file(dataset: Path, tmp_path: Path) -> None:
    saved = tmp_path / "comments.json"
    saved.write_text(json.dumps(synthetic(), ensure_ascii=False), "utf-8")
    assert daihuo("ingest", dataset, saved).exit_code == 0
    assert daihuo("corpus", dataset).exit_code == 0
    result = daihuo("export", dataset)
    assert result.exit_code == 0, result.output
    assert daihuo("report", dataset, "--to", tmp_path / "out" / "report.html").exit_code == 0
    folder = dataset / "build" / "export"
    rows = list(read_jsonl(folder / "reviews.jsonl"))
    assert len(rows) == 50
    assert all(row["text"].startswith(SAID) for row in rows)
    marks = {
        mark: sum(mark in row["text"] for row in rows) for mark in ("[phone]", "[contact]", "[email]", "[id]", "[name]")
    }
    assert marks == dict.fromkeys(marks, 10)
    everything = published(folder) + published(tmp_path / "out")
    for said in (*PLANTED, "img.example", load(str(dataset)).secret.hex()):
        assert said not in everything, said


@pytest.mark.parametrize("planted", ["secret", "nickname"])
def test_a_plant_in_the_database_ends_the_export_with_8(dataset: Path, tmp_path: Path, planted: str) -> None:
    saved = tmp_path / "comments.json"
    saved.write_text(json.dumps(synthetic(), ensure_ascii=False), "utf-8")
    assert daihuo("ingest", dataset, saved).exit_code == 0
    value = load(str(dataset)).secret.hex() if planted == "secret" else "快乐的小鱼"
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db, db:
        db.execute("UPDATE pages SET reason = ?", [f"x {value} x"])
    result = daihuo("export", dataset)
    assert result.exit_code == 8
    assert "pages.csv, row 1: reason: " in result.output
    assert value not in result.output
    assert not any((dataset / "build" / "export").iterdir())


def test_without_the_names_export_says_so(dataset: Path, tmp_path: Path) -> None:
    saved = tmp_path / "comments.json"
    saved.write_text(json.dumps(synthetic(), ensure_ascii=False), "utf-8")
    assert daihuo("ingest", dataset, saved).exit_code == 0
    (dataset / "build" / "names.txt").unlink()
    result = daihuo("export", dataset)
    assert result.exit_code == 0
    assert "names of authors that stand in texts are not masked" in result.output


@pytest.mark.shared
def test_real_comments_come_out_without_names_and_pictures(dataset: Path, shared: Path) -> None:
    kettle = shared / "realpages" / "files" / "future-jj__sck" / "cn-jd-comments-kettle-997.json"
    assert daihuo("ingest", dataset, kettle).exit_code == 0
    assert daihuo("export", dataset).exit_code == 0
    everything = published(dataset / "build" / "export")
    said = json.loads(kettle.read_text("utf-8"))
    people = {value for row in said for name in ("nickname", "userImage", "guid") if (value := row.get(name))}
    assert len(people) > 900
    assert AhoCorasick(sorted(people)).find_matches_as_indexes(everything) == []
    rows = {row["review_id"]: row for row in read_jsonl(dataset / "build" / "export" / "reviews.jsonl")}
    assert {str(row["id"]) for row in said} <= set(rows)
    # A buyer's text changes in none of these reviews; service numbers in merchants' replies are all that is masked.
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db:
        stored = dict(db.execute("SELECT review_id, text FROM reviews").fetchall())
    assert {number: row["text"] for number, row in rows.items()} == stored
