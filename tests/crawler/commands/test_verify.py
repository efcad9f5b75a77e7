"""Whatever is changed in an archive or a database is named; what was not touched verifies."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.evidence.members import Piece, mapped, pieces
from crawler.fetch.records import Exchange, pack, utc_now
from pipelines.store.seals import NO_CHAIN, Entry, chained

ROOT = Path(__file__).resolve().parents[3]
WATCHLIST = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls,note\n"
    "c1,主播,other,2026-11-11 20:00,云雀口红 1,云雀,,,199.00,CNY,最低,https://shop.example/p/1,https://shop.example/p/2,\n"
)


def page(number: int) -> str:
    product = {
        "@type": "Product",
        "name": f"云雀口红 {number}",
        "sku": f"YQ-{number}",
        "offers": {"@type": "Offer", "price": f"{198 + number}.00", "priceCurrency": "CNY"},
        "review": [
            {"@type": "Review", "author": {"name": f"小{n}"}, "reviewBody": f"颜色很正 {number} {n}" * 9}
            for n in range(3)
        ],
    }
    said = json.dumps(product, ensure_ascii=False)
    return f"""<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀口红 {number}</title>
<link rel="canonical" href="https://shop.example/p/{number}"><script type="application/ld+json">{said}</script>
<h1>云雀口红 {number}</h1><p class="price">¥{198 + number}.00</p><button>加入购物车</button></html>"""


def daihuo(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of five ingested pages in two runs, compared."""
    folder = tmp_path_factory.mktemp("verify") / "口红"
    folder.mkdir()
    toml = 'title = "口红"\nlicence = "CC0-1.0"\n[[shops]]\nname = "云雀"\nhost = "shop.example"\nrole = "official"\n'
    (folder / "dataset.toml").write_text(toml, "utf-8")
    (folder / "watchlist.csv").write_text(WATCHLIST, "utf-8")
    saved = folder.parent / "saved"
    for run, numbers in (("one", (1, 2, 3)), ("two", (4, 5))):
        (saved / run).mkdir(parents=True)
        for number in numbers:
            (saved / run / f"{number}.html").write_text(page(number), "utf-8")
        daihuo("ingest", str(folder), str(saved / run))
    daihuo("compare", str(folder))
    return folder


class Dataset:
    """A copy of that dataset, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "build" / "archive"
        self.database = folder / "build" / "daihuo.sqlite"
        self.files = sorted(self.archive.glob("*.warc.gz"))

    def verify(self, code: int = 7) -> str:
        return daihuo("verify", str(self.folder), "--all", code=code)

    def pieces(self, file: int = 0) -> list[Piece]:
        with mapped(self.files[file]) as data:
            return list(pieces(data, 0))

    def parts(self, file: int = 0) -> list[bytes]:
        raw = self.files[file].read_bytes()
        return [raw[piece.offset : piece.offset + piece.length] for piece in self.pieces(file)]

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.database)) as db:
            for statement in statements:
                assert db.execute(statement).rowcount > 0, statement
            db.commit()

    def rechain(self) -> None:
        """What somebody does who changes the database and knows how it is sealed."""
        with closing(sqlite3.connect(self.database)) as db:
            chain = NO_CHAIN
            names = ", ".join(("n", *Entry._fields))
            for n, *cells in db.execute(f"SELECT {names} FROM seals ORDER BY n").fetchall():
                chain = chained(chain, n, Entry(*cells))
                db.execute("UPDATE seals SET chain = ? WHERE n = ?", (chain, n))
            db.commit()


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Dataset:
    shutil.copytree(made, tmp_path / "口红")
    return Dataset(tmp_path / "口红")


def replay(dataset: Dataset) -> None:
    """Read the archive again; a process runs one reactor only."""
    command = [sys.executable, "-m", "crawler", "crawl", str(dataset.folder), "--replay"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 4), done.stderr


def test_what_nobody_touched_verifies(dataset: Dataset) -> None:
    said = dataset.verify(0)
    assert "7 records in 2 archive files, 5 pages" in said
    assert "everything is as it was sealed" in said
    assert "note" not in said


def test_reading_again_is_sealed_again(dataset: Dataset, made: Path) -> None:
    daihuo("ingest", str(dataset.folder), str(made.parent / "saved"))
    replay(dataset)
    daihuo("compare", str(dataset.folder))
    daihuo("corpus", str(dataset.folder))
    said = dataset.verify(0)
    assert "everything is as it was sealed" in said


def test_a_flipped_byte_is_named_wherever_it_is(dataset: Dataset) -> None:
    dice = random.Random(20261123)
    for file in (0, 1):
        path, found = dataset.files[file], dataset.pieces(file)
        good = path.read_bytes()
        for place in [0, len(good) - 1, *dice.sample(range(len(good)), 30)]:
            changed = bytearray(good)
            changed[place] ^= 1 << dice.randrange(8)
            path.write_bytes(changed)
            said = dataset.verify()
            (piece,) = (each for each in found if each.offset <= place < each.offset + each.length)
            broken = [line for line in said.splitlines() if line.startswith("broken")]
            assert len(broken) == 1, said
            assert f"{path.name} at {piece.offset}" in broken[0]
            assert piece.url in broken[0]
            assert "changed after it was sealed" in broken[0]
        path.write_bytes(good)
    dataset.verify(0)


def rewritten(dataset: Dataset, change: Callable[[list[bytes]], list[bytes]]) -> str:
    parts = dataset.parts()
    dataset.files[0].write_bytes(b"".join(change(parts)))
    return dataset.verify()


def _foreign() -> bytes:
    exchange = Exchange(
        url="https://liar.example/",
        method="GET",
        request_headers=[],
        status=200,
        headers=[],
        body=b"put in",
        fetched_at=utc_now(),
    )
    return pack(exchange)[0].data


FOREIGN = _foreign()


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_removed_record_is_named(dataset: Dataset, number: int) -> None:
    piece = dataset.pieces()[number]
    said = rewritten(dataset, lambda parts: parts[:number] + parts[number + 1 :])
    assert f"{dataset.files[0].name} at {piece.offset}: " in said
    assert piece.url in said
    assert said.count("was removed") == 1


@pytest.mark.parametrize("number", [0, 1, 4])
def test_an_added_record_is_named(dataset: Dataset, number: int) -> None:
    place = sum(map(len, dataset.parts()[:number]))
    said = rewritten(dataset, lambda parts: [*parts[:number], FOREIGN, *parts[number:]])
    assert f"broken: https://liar.example/, {dataset.files[0].name} at {place}: {len(FOREIGN)} bytes were never" in said
    assert "was removed" not in said


def test_added_bytes_that_are_no_record_are_named(dataset: Dataset) -> None:
    for number in (0, 1, 4):
        parts = dataset.parts()
        said = rewritten(dataset, lambda parts, n=number: [*parts[:n], b"\x00rubbish", *parts[n:]])
        assert "8 bytes were never sealed" in said
        dataset.files[0].write_bytes(b"".join(parts))


def test_swapped_records_are_named(dataset: Dataset) -> None:
    before = dataset.pieces()
    said = rewritten(dataset, lambda parts: [parts[0], parts[2], parts[1], parts[3]])
    assert said.count("was moved") == 1
    assert before[1].url in said or before[2].url in said


def test_a_replaced_record_is_named(dataset: Dataset) -> None:
    url = dataset.pieces()[2].url
    said = rewritten(dataset, lambda parts: [*parts[:2], FOREIGN, parts[3]])
    assert url in said
    assert "https://liar.example/" in said


def test_a_cut_file_is_named(dataset: Dataset) -> None:
    raw = dataset.files[0].read_bytes()
    for keep in (0, 1, len(raw) // 2, len(raw) - 1):
        dataset.files[0].write_bytes(raw[:keep])
        assert dataset.pieces(1)[1].url not in dataset.verify()


def test_a_missing_file_is_named(dataset: Dataset) -> None:
    dataset.files[0].unlink()
    said = dataset.verify()
    assert f"{dataset.files[0].name}: the archive file is missing, with 4 records" in said


def test_a_file_that_was_put_in_is_named(dataset: Dataset) -> None:
    name = "daihuo-20991123100000123-abcdef.warc.gz"
    (dataset.archive / name).write_bytes(FOREIGN)
    assert f"https://liar.example/, {name} at 0: {len(FOREIGN)} bytes were never sealed" in dataset.verify()


EDITS = {
    "price": (
        "UPDATE prices SET amount = '99.00' WHERE page_id = {page} AND n = 0",
        "table prices: a row was changed",
    ),
    "offer": ("UPDATE offers SET price = NULL WHERE page_id = {page}", "table offers: the row was changed"),
    "review": ("UPDATE reviews SET text = '假货' WHERE text LIKE '颜色很正 1 1%'", "table reviews: a row was changed"),
    "type": ("UPDATE reviews SET text = x'ff00' WHERE text LIKE '颜色很正 1 1%'", "table reviews: a row was changed"),
    "price removed": (
        "DELETE FROM prices WHERE page_id = {page}",
        "2 rows were sealed, 0 are there: rows were removed",
    ),
    "review removed": ("DELETE FROM reviews WHERE text LIKE '颜色很正 1 1%'", "3 rows were sealed, 2 are there"),
    "issue put in": ("INSERT INTO issues VALUES ({page}, 99, 'price', '', '')", "rows were put in"),
    "when": ("UPDATE pages SET fetched_at = '2020-01-01T00:00:00Z' WHERE id = {page}", "table pages: the row was"),
    "record": ("UPDATE pages SET warc_offset = 0 WHERE id = {page}", "expected sha256"),
    "nowhere": ("UPDATE pages SET warc_offset = 7 WHERE id = {page}", "no record was sealed at this place"),
    "no number": ("UPDATE pages SET warc_offset = 'x' WHERE id = {page}", "no record was sealed at this place"),
    "hash": ("UPDATE pages SET sha256 = 'ab' WHERE id = {page}", "expected sha256 ab, found"),
    "evidence": ("UPDATE evidence SET url = 'https://liar.example/' WHERE page_id = {page}", "table evidence: the row"),
    "page put in": (
        "INSERT INTO pages (id, url) VALUES ('0123', 'https://liar.example/')",
        "never sealed: it was put in",
    ),
    "page removed": ("DELETE FROM pages WHERE id = {page}", "the page was removed from the database"),
    "orphan row": ("INSERT INTO prices (page_id, n, amount) VALUES ('0123', 0, '1')", "rows of a page that is not in"),
    "verdict": ("UPDATE verdicts SET verdict = 'dearer_at_streamer'", "table verdicts: the row was changed"),
    "finding": ("DELETE FROM findings", "table findings: "),
    "claim": ("UPDATE claims SET claimed_price = '1.00'", "table claims: the row was changed"),
    "run": ("UPDATE runs SET started_at = '2020'", "was changed after it was sealed"),
    "seal": ("UPDATE seals SET content = 'ab' WHERE n = 3", "entry 3 of the table seals (record"),
    "seal's chain": ("UPDATE seals SET chain = 'ab' WHERE n = 3", "entry 3 of the table seals (record"),
    "seal removed": ("DELETE FROM seals WHERE n = 3", "entry 3 of the table seals is missing"),
    "seals removed": ("DELETE FROM seals WHERE n > 12", "names another chain"),
    "outside": (
        "UPDATE pages SET warc_file = '../elsewhere.warc.gz' WHERE id = {page}",
        "the archive file lies outside the archive folder",
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_the_database_is_named(dataset: Dataset, edit: str) -> None:
    statement, expected = EDITS[edit]
    url = "https://shop.example/p/1"
    dataset.sql(statement.format(page=f"(SELECT id FROM pages WHERE url = '{url}')"))
    said = dataset.verify()
    assert expected in said
    if "{page}" in statement:
        assert url in said


def test_swapped_seals_are_named(dataset: Dataset) -> None:
    dataset.sql(
        "UPDATE seals SET n = -1 WHERE n = 3",
        "UPDATE seals SET n = 3 WHERE n = 4",
        "UPDATE seals SET n = 4 WHERE n = -1",
    )
    assert "entry 3 of the table seals" in dataset.verify()


def test_who_chains_anew_is_betrayed_by_the_file_beside(dataset: Dataset) -> None:
    """The verdict is changed, its seal made to fit, and all entries after it are chained anew."""
    from pipelines.store.seals import canonical, rows_in_order, table_digest
    from pipelines.store.sql import columns

    dataset.sql("UPDATE verdicts SET verdict = 'dearer_at_streamer', text = 'He lied.'")
    with closing(sqlite3.connect(dataset.database)) as db:
        names = columns("verdicts")
        content = canonical({"verdicts": table_digest(names, db.execute(rows_in_order("verdicts", names)))})
        db.execute("UPDATE seals SET content = ? WHERE kind = 'table' AND subject = 'verdicts'", (content,))
        db.commit()
    dataset.rechain()
    said = dataset.verify()
    assert "names another chain" in said
    assert "table verdicts" not in said
    assert "does not follow" not in said


def lines_of(dataset: Dataset) -> list[bytes]:
    return (dataset.archive / "seals.jsonl").read_bytes().splitlines()


def test_the_file_beside_is_checked_too(dataset: Dataset) -> None:
    path = dataset.archive / "seals.jsonl"
    lines = lines_of(dataset)
    assert [json.loads(line)["line"] for line in lines] == [1, 2, 3]
    assert [len(json.loads(line)["files"]) for line in lines] == [1, 1, 0]
    for left in (lines[1:], lines[:-1], [lines[0], lines[2]], [lines[1], lines[0], lines[2]]):
        path.write_bytes(b"".join(line + b"\n" for line in left))
        assert "seals.jsonl: " in dataset.verify()
    path.write_bytes(b"".join(line.replace(b'"bytes": ', b'"bytes": 1') + b"\n" for line in lines))
    assert "that seals.jsonl names" in dataset.verify()
    path.write_bytes(b"{}\n[]\nrubbish\n\xff\n")
    assert "line 4" in dataset.verify()
    path.unlink()
    assert "the line that entry" in dataset.verify()


def test_a_line_that_was_cut_while_it_was_written_counts_for_nothing(dataset: Dataset) -> None:
    path = dataset.archive / "seals.jsonl"
    path.write_bytes(path.read_bytes() + b'{"line": 4, "run')
    dataset.verify(0)
    daihuo("ingest", str(dataset.folder), str(dataset.folder / "watchlist.csv"))
    assert len(lines_of(dataset)) == 4
    dataset.verify(0)


def test_a_database_that_was_made_anew_from_the_archive_says_so(dataset: Dataset) -> None:
    for path in dataset.database.parent.glob("daihuo.sqlite*"):
        path.unlink()
    replay(dataset)
    said = dataset.verify(0)
    assert "note: the database was made anew after line 3 of seals.jsonl" in said
    raw = bytearray(dataset.files[1].read_bytes())
    raw[len(raw) // 2] ^= 1
    dataset.files[1].write_bytes(raw)
    assert "changed after it was sealed" in dataset.verify()


def test_many_problems_are_cut_short_and_all_are_in_the_json(dataset: Dataset) -> None:
    dataset.sql("UPDATE reviews SET text = 'x'", "UPDATE offers SET price = '1'", "UPDATE pages SET status = 404")
    dataset.sql("UPDATE prices SET amount = '2'", "UPDATE evidence SET kind = 'x'")
    said = daihuo("verify", str(dataset.folder), code=7)
    assert said.count("broken: ") == 20
    assert "… and " in said
    found = json.loads(daihuo("verify", str(dataset.folder), "--json", code=7))
    assert found["ok"] is False
    assert len(found["problems"]) > 20
    assert {"part", "what", "page_id", "url", "table", "file", "offset"} == set(found["problems"][0])


@pytest.fixture
def old(dataset: Dataset) -> Iterator[Dataset]:
    """The same as a version without seals left it."""
    with closing(sqlite3.connect(dataset.database)) as db:
        db.executescript("DROP TABLE seals; DELETE FROM _migrations WHERE name = '0005_seals'")
    (dataset.archive / "seals.jsonl").unlink()
    return dataset


def test_a_dataset_from_before_there_were_seals_verifies(old: Dataset) -> None:
    said = old.verify(0)
    assert "stored before there were seals" in said
    raw = bytearray(old.files[0].read_bytes())
    raw[len(raw) // 2] ^= 1
    old.files[0].write_bytes(raw)
    assert "found damaged bytes" in old.verify() or "expected sha256" in old.verify()


def test_an_old_dataset_is_sealed_when_it_is_opened_and_its_archive_by_the_next_run(old: Dataset, made: Path) -> None:
    daihuo("compare", str(old.folder))
    said = old.verify(0)
    assert "5 pages were stored before there were seals" in said
    assert "bytes were archived before there were seals" in said
    old.sql("UPDATE prices SET amount = '1.00' WHERE amount = '199.00'")
    assert "table prices: a row was changed" in old.verify()
    old.sql("UPDATE prices SET amount = '199.00' WHERE amount = '1.00'")
    daihuo("ingest", str(old.folder), str(made.parent / "saved" / "one"))
    assert "archived before" not in old.verify(0)
    rewritten(old, lambda parts: [*parts, FOREIGN])
    assert "https://liar.example/" in old.verify()


def test_nothing_stored_yet_is_said(dataset: Dataset) -> None:
    dataset.database.unlink()
    assert "nothing was crawled" in daihuo("verify", str(dataset.folder), code=2)


def test_another_kind_of_file_is_said(dataset: Dataset) -> None:
    dataset.database.write_bytes(b"no database at all" * 100)
    assert "cannot be read" in daihuo("verify", str(dataset.folder), code=2)
