from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import InputMissing, LeakFound
from pipelines.export import published
from pipelines.export.scrub import Scrubber
from pipelines.export.tables import EXPORTED, export_tables, find_leaks, read_csv, read_jsonl
from pipelines.spreadsheet import FORMULA_LEADS

if TYPE_CHECKING:
    from conftest import SampleData


def test_every_table_in_all_formats(sample: SampleData, tmp_path: Path) -> None:
    written = export_tables(sample.dataset, tmp_path / "out")
    names = {path.name for path in written}
    parts = {"reviews": "reviews-train"}
    assert names == {f"{table}.{kind}" for table in EXPORTED for kind in ("csv", "jsonl")} | {
        *(f"{parts.get(table, table)}.parquet" for table in EXPORTED),
        "datapackage.json",
        "croissant.json",
        "README.md",
    }
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert [row["verdict"] for row in read_jsonl(tmp_path / "out" / "verdicts.jsonl")] == ["dearer_at_streamer"]
    assert (tmp_path / "out" / "verdicts.csv").read_bytes().startswith(b"\xef\xbb\xbfclaim_id,")


def test_the_same_database_gives_the_same_bytes(sample: SampleData, tmp_path: Path) -> None:
    for n in range(30, 0, -1):
        sample.review(n, f"文字 {n}")
    for folder in ("a", "b"):
        export_tables(sample.dataset, tmp_path / folder)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    ids = [row["id"] for row in read_jsonl(tmp_path / "a" / "reviews.jsonl")]
    assert ids == sorted(ids)


@pytest.mark.shared
def test_naughty_strings_are_exact_and_no_cell_is_a_formula(sample: SampleData, tmp_path: Path, shared: Path) -> None:
    texts = json.loads((shared / "corpora" / "blns.json").read_text("utf-8"))
    for n, text in enumerate(texts):
        sample.add("issues", page_id="p1", n=n, field=text, value="", why="naughty")
    export_tables(sample.dataset, tmp_path / "out")
    assert [row["field"] for row in read_jsonl(tmp_path / "out" / "issues.jsonl")] == texts
    assert [row["field"] for row in read_csv(tmp_path / "out" / "issues.csv")] == texts
    import csv

    with (tmp_path / "out" / "issues.csv").open(encoding="utf-8-sig", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA_LEADS)]


def test_review_texts_are_masked_and_the_database_keeps_them(sample: SampleData, tmp_path: Path) -> None:
    sample.review(1, "打我电话 138 0000 0000", reply="写信 a@b.com", follow_up_text="来自 10.0.0.7")
    sample.add("issues", page_id="p1", n=0, field="date", value="13800000000", why="not a date")
    export_tables(sample.dataset, tmp_path / "out")
    (row,) = read_jsonl(tmp_path / "out" / "reviews.jsonl")
    assert (row["text"], row["reply"], row["follow_up_text"]) == ("打我电话 [phone]", "写信 [email]", "来自 [ip]")
    assert [row["value"] for row in read_csv(tmp_path / "out" / "issues.csv")] == ["[phone]"]
    assert b"138 0000 0000" in sample.dataset.database.read_bytes() + _wal(sample.dataset.database)


def _wal(database: Path) -> bytes:
    wal = database.with_name(database.name + "-wal")
    return wal.read_bytes() if wal.exists() else b""


def test_a_leak_stops_the_whole_export(sample: SampleData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.review(1, "打我电话 138 0000 0000")
    monkeypatch.setattr(Scrubber, "mask", lambda scrubber, text: text)
    with pytest.raises(LeakFound, match=r"reviews\.csv, row 1: text: phone number") as refused:
        export_tables(sample.dataset, tmp_path / "out")
    assert refused.value.exit_code == 8
    assert not list((tmp_path / "out").iterdir())


def test_a_name_in_place_of_the_keyed_hash_is_a_leak(sample: SampleData, tmp_path: Path) -> None:
    sample.review(1, "好", author_key="张三")
    with pytest.raises(LeakFound, match="author_key"):
        export_tables(sample.dataset, tmp_path / "out")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"text": "x@y.com"}, ["text: e-mail address"]),
        ({"text": "好", "nickname": "张三"}, ["nickname: not a column for publication"]),
        ({"text": "好", "author_key": "0" * 64}, []),
    ],
)
def test_find_leaks(row: dict[str, str], found: list[str]) -> None:
    assert find_leaks("reviews", row) == found


def test_the_data_package_describes_every_column(sample: SampleData, tmp_path: Path) -> None:
    export_tables(sample.dataset, tmp_path / "out", ["csv"])
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert package["licenses"] == [{"name": "CC0-1.0"}]
    for resource in package["resources"]:
        path = tmp_path / "out" / resource["path"]
        spec = published.published(resource["title"])
        assert [field["name"] for field in resource["schema"]["fields"]] == list(spec.columns)
        assert path.read_text("utf-8-sig").splitlines()[0] == ",".join(spec.columns)
        assert resource["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        assert resource["rows"] == len(list(read_csv(path)))


def test_unknown_formats_and_missing_databases_are_refused(sample: SampleData, tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such export format: xlsx"):
        export_tables(sample.dataset, tmp_path / "out", ["xlsx"])
    sample.dataset.database.unlink()
    with pytest.raises(InputMissing):
        export_tables(sample.dataset, tmp_path / "out")
