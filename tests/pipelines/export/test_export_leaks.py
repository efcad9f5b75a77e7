"""The last look: what it finds in files of every kind, and that an export stops without saying what it found."""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import LeakFound, PackageMissing
from pipelines.export import file_rows
from pipelines.export.leaks import Leak, check_files, refuse_leaks
from pipelines.export.people import known_names, names_are_missing, refuse_place
from pipelines.export.report import write_report
from pipelines.export.tables import export_tables, read_jsonl, read_parquet

if TYPE_CHECKING:
    from conftest import SampleData

SECRET = bytes(range(150, 182))
NAME = "快乐的小鱼"


def as_csv(path: Path, said: str) -> None:
    path.write_text(f'\ufeffid,text\n1,好\n2,"很\n{said}"\n', encoding="utf-8")


def as_jsonl(path: Path, said: str) -> None:
    path.write_text(
        json.dumps({"id": 1}) + "\n" + json.dumps({"id": 2, "text": [{"a": said}]}) + "\n", encoding="utf-8"
    )


def as_json(path: Path, said: str) -> None:
    path.write_text(json.dumps([{"id": 1}, {"a": {"text": said}}]), encoding="utf-8")


def as_lines(path: Path, said: str) -> None:
    path.write_text(f"# Titel\n<p>{said}</p>\n", encoding="utf-8")


def as_sqlite(path: Path, said: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE reviews (id INTEGER, text TEXT)")
        connection.executemany("INSERT INTO reviews VALUES (?, ?)", [(1, "好"), (2, said)])


def as_gzip(path: Path, said: str) -> None:
    path.write_bytes(gzip.compress(f"好\n{said}\n".encode()))


def as_zip(path: Path, said: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/pages.jsonl", f"好\n{said}\n")


KINDS: dict[str, Callable[[Path, str], None]] = {
    "reviews.csv": as_csv,
    "reviews.jsonl": as_jsonl,
    "deep/rows.json": as_json,
    "README.md": as_lines,
    "report.html": as_lines,
    "explore.sqlite": as_sqlite,
    "pages.warc.gz": as_gzip,
    "all.wacz": as_zip,
    ".hidden": as_lines,
}
FORMS = {
    "hexadecimal": SECRET.hex(),
    "capitals": SECRET.hex().upper(),
    "half": f"x{SECRET.hex()[:32]}y",
    "base64": base64.b64encode(SECRET).decode(),
    "base64 of more": base64.b64encode(b"k=" + SECRET + b"!").decode(),
    "base64 for URLs": base64.urlsafe_b64encode(b"k" + SECRET).decode(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("said", [f"我是{NAME}呀", FORMS["hexadecimal"]])
def test_a_name_and_the_secret_are_found_in_files_of_every_kind(tmp_path: Path, kind: str, said: str) -> None:
    path = tmp_path / kind
    path.parent.mkdir(exist_ok=True)
    KINDS[kind](path, "还不错")
    assert check_files(tmp_path, SECRET, [NAME]) == []
    path.unlink()
    KINDS[kind](path, said)
    found = check_files(tmp_path, SECRET, [NAME])
    assert {leak.file.partition(",")[0] for leak in found} == {kind}
    assert {leak.row for leak in found} == {2}
    assert all(said not in str(leak) and NAME not in str(leak) for leak in found)


@pytest.mark.parametrize("form", FORMS)
def test_the_secret_is_found_however_it_is_written(tmp_path: Path, form: str) -> None:
    as_lines(tmp_path / "notes.md", FORMS[form])
    assert check_files(tmp_path, SECRET) == [Leak("notes.md", 2, "text: the dataset's secret")]


@pytest.mark.parametrize("before", [0, 5, (1 << 20) - 7])
def test_the_raw_secret_is_found_in_what_is_no_text(tmp_path: Path, before: int) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x00\xff" + b"\x07" * before + SECRET + b"\n\xfe" * 9)
    assert check_files(tmp_path, SECRET) == [Leak("model.bin", None, "the dataset's secret")]


def test_columns_of_people_and_texts_with_numbers_are_leaks(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "author_key": "张三", "text": "138 0000 0000"},
        {"id": "2", "author_key": "0" * 64, "nickname": "x"},
    ]
    (tmp_path / "reviews.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,avatar\n1,x\n", encoding="utf-8")
    (tmp_path / "complaints.csv").write_text("clause\n客服电话13800000000\n", encoding="utf-8")
    (tmp_path / "corpus_changes.csv").write_text("before\n13800000000\n", encoding="utf-8")
    assert set(map(str, check_files(tmp_path, SECRET))) == {
        "complaints.csv, row 1: clause: phone number",
        "people.csv, row 0: avatar: not a column for publication",
        "people.csv, row 1: avatar: not a column for publication",
        "reviews.jsonl, row 1: author_key: not a keyed hash",
        "reviews.jsonl, row 1: text: phone number",
        "reviews.jsonl, row 2: nickname: not a column for publication",
    }


def test_what_describes_a_dataset_may_name_its_makers(tmp_path: Path) -> None:
    described = {"creator": {"name": "Desk", "email": "desk@paper.example"}, "url": "https://a.example/13800000000"}
    (tmp_path / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "README.md").write_text("Write to desk@paper.example\n", encoding="utf-8")
    assert check_files(tmp_path, SECRET, [NAME]) == []


def test_private_files_are_leaks_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"old")
    (tmp_path / f"{NAME}.md").write_text("", encoding="utf-8")
    assert [leak.what for leak in check_files(tmp_path, SECRET, [NAME])] == [
        "a private file",
        "its name holds the secret or an author's name",
    ]


def test_parquet_that_cannot_be_looked_at_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(file_rows, "import_module", absent)
    (tmp_path / "reviews.parquet").write_bytes(b"PAR1....PAR1")
    with pytest.raises(PackageMissing, match="pyarrow"):
        check_files(tmp_path, SECRET)


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip", b"\x1f\x8b no gzip", b"SQLite format 3\0 no database"])
def test_what_cannot_be_looked_into_is_not_published(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd.bin").write_bytes(data)
    found = check_files(tmp_path, SECRET)
    assert found in ([], [Leak("odd.bin", None, "cannot be looked into")])
    assert bool(found) == (not data.startswith(b"PK"))


def test_sentences_of_ours_may_name_a_host_by_its_number(tmp_path: Path) -> None:
    for table in ("verdicts", "reviews"):
        (tmp_path / f"{table}.csv").write_text("id,text\n1,http://10.0.0.7/1\n", encoding="utf-8")
    assert check_files(tmp_path, SECRET) == [Leak("reviews.csv", 1, "text: IP address")]


def test_parquet_is_looked_into(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"id": [1, 2], "text": ["好", f"我是{NAME}"]}), tmp_path / "reviews.parquet")
    assert check_files(tmp_path, SECRET, [NAME]) == [Leak("reviews.parquet", 2, "text: name of an author")]


def test_a_refusal_names_places_and_no_value(tmp_path: Path) -> None:
    for n in range(9):
        as_csv(tmp_path / f"{n}.csv", SECRET.hex())
    with pytest.raises(LeakFound, match=r"0\.csv, row 2: text: the dataset's secret; .*and 4 more") as refused:
        refuse_leaks(tmp_path, SECRET)
    assert refused.value.exit_code == 8
    assert SECRET.hex()[:32] not in str(refused.value)


def test_names_in_texts_are_masked_on_export(sample: SampleData, tmp_path: Path) -> None:
    sample.dataset.names_file.write_text(f"{NAME}\nAnna\n", encoding="utf-8")
    sample.dataset.names_file.chmod(0o600)
    sample.review(
        1, f"{NAME}说好", title=f"回{NAME}", reply=f"亲爱的{NAME}", follow_up_text=f"@{NAME} 你好", variant="Anna"
    )
    sample.add("issues", page_id="p1", n=0, field="date", value=NAME, why=f"no date: {NAME}")
    sample.signal("r0001", "incentive", NAME, {"words": [NAME]})
    export_tables(sample.dataset, tmp_path / "out")
    (row,) = read_jsonl(tmp_path / "out" / "reviews.jsonl")
    assert [row[name] for name in ("title", "text", "reply", "follow_up_text", "variant")] == [
        *("回[name]", "[name]说好", "亲爱的[name]", "@[name] 你好", "Anna")
    ]
    for path in (tmp_path / "out").iterdir():
        assert NAME.encode() not in path.read_bytes()
    texts = [str(row) for path in (tmp_path / "out").glob("*.parquet") for row in read_parquet(path)]
    assert texts and not any(NAME in text for text in texts)
    assert NAME not in write_report(sample.dataset, tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("said", ["name", "hexadecimal", "base64"])
@pytest.mark.parametrize(("table", "column"), [("offers", "name"), ("pages", "reason"), ("claims", "note")])
def test_what_is_planted_in_the_database_stops_the_export(
    sample: SampleData, tmp_path: Path, said: str, table: str, column: str
) -> None:
    sample.dataset.names_file.write_text(f"{NAME}\n", encoding="utf-8")
    sample.dataset.names_file.chmod(0o600)
    secret = sample.dataset.secret
    value = {"name": NAME, "hexadecimal": secret.hex(), "base64": base64.b64encode(secret).decode()}[said]
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = ? || '.'", [value])
    with pytest.raises(LeakFound, match=rf"{table}\.csv, row 1: {column}: ") as refused:
        export_tables(sample.dataset, tmp_path / "out")
    assert value not in str(refused.value)
    assert not list((tmp_path / "out").iterdir())


def test_a_secret_in_a_review_is_not_masked_away(sample: SampleData, tmp_path: Path) -> None:
    sample.review(1, f"好 {sample.dataset.secret.hex()}")
    with pytest.raises(LeakFound, match=r"reviews\.csv, row 1: text: the dataset's secret"):
        export_tables(sample.dataset, tmp_path / "out")


def test_bytes_in_a_text_column_stop_the_export(sample: SampleData, tmp_path: Path) -> None:
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        connection.execute("UPDATE offers SET name = ?", [sample.dataset.secret])
    with pytest.raises(LeakFound, match="offers"):
        export_tables(sample.dataset, tmp_path / "out")


def test_a_lookup_says_that_a_word_is_nobodys_name(sample: SampleData) -> None:
    from pipelines.dataset import load

    sample.dataset.names_file.write_text(f"{NAME}\n山雀小店\n小鹿爱买买\n", encoding="utf-8")
    entry = f'[[lookup]]\nfield = "name"\nvalue = "{NAME}"\nmeans = "public"\nnote = "a book"\n'
    (sample.folder / "lookups.toml").write_text(entry, encoding="utf-8")
    names = known_names(load(str(sample.folder)))
    assert [len(list(names.find(text))) for text in (NAME, "山雀小店", "小鹿爱买买")] == [0, 0, 1]


def test_reviews_without_a_file_of_names_are_noticed(sample: SampleData) -> None:
    assert not names_are_missing(sample.dataset)
    sample.review(1, "好")
    assert names_are_missing(sample.dataset)
    sample.dataset.names_file.touch()
    assert not names_are_missing(sample.dataset)


def test_no_export_where_private_files_lie_or_others_may_read_them(sample: SampleData, tmp_path: Path) -> None:
    key = sample.dataset.secret_file
    assert len(sample.dataset.secret) == 32
    for folder in (sample.dataset.build, sample.folder):
        with pytest.raises(LeakFound, match=r"secret\.key"):
            export_tables(sample.dataset, folder)
    key.chmod(0o644)
    with pytest.raises(LeakFound, match="600"):
        refuse_place(sample.dataset, tmp_path / "out")
    key.chmod(0o600)
    refuse_place(sample.dataset, tmp_path / "out")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
