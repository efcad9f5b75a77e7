"""`daihuo match` and `daihuo explain` on two saved pages: a decision wins, is cited, and expires."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from pipelines import compare
from pipelines.dataset import load
from pipelines.decisions import COLUMNS
from pipelines.errors import DatasetInvalid, InputMissing

PAGE = """<!doctype html><html lang=zh><meta charset=utf-8><title>{title}</title><h1>{title}</h1>
<p class=price>¥{price}</p><button>加入购物车</button></html>"""
PROMOTED, OFFICIAL = "https://xunlu-live.example/item/1", "https://xunlu.example/products/mist"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(arguments))
    return done.exit_code, done.output


def ingest(dataset: Path, url: str, title: str, price: str) -> None:
    page = dataset / "page.html"
    page.write_text(PAGE.format(title=title, price=price), "utf-8")
    code, said = run("ingest", str(dataset), str(page), "--url", url)
    assert code == 0, said


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "xunlu"
    folder.mkdir()
    (folder / "dataset.toml").write_text(
        'title = "Xunlu"\nlicence = "CC-BY-4.0"\n[crawl]\ncontact = "desk@paper.example"\n', "utf-8"
    )
    (folder / "watchlist.csv").write_text(
        "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls,note\n"
        f"X1,某主播,douyin,,寻鹿小绿瓶,,,,,,,{PROMOTED},{OFFICIAL},\n",
        "utf-8",
    )
    ingest(folder, PROMOTED, "寻鹿 小绿瓶 30ml", "99.00")
    ingest(folder, OFFICIAL, "寻鹿 森林唤活晨露喷雾 30ml", "89.00")
    return folder


def filled(dataset: Path, **cells: str) -> Path:
    """The list of doubtful pairs with one row filled in."""
    review = dataset / "pairs.csv"
    code, said = run("match", str(dataset), "--review", str(review))
    assert code == 0 and "1 pairs in" in said, said
    with review.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[0] |= cells
    with review.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return review


def words(dataset: Path) -> tuple[str, str]:
    (row,) = compare.run(load(str(dataset)))
    return row.verdict.word, " ".join(row.verdict.reasons)


def test_a_decision_wins_and_is_cited(dataset: Path) -> None:
    assert words(dataset)[0] == "cannot_tell"
    review = filled(dataset, decision="same_variant", decided_by="编辑甲", decided_on="2026-11-01", note="=查过备案")
    code, said = run("match", str(dataset), "--read", str(review))
    assert code == 0 and "1 decisions read: 1 new, 0 changed" in said, said
    word, why = words(dataset)
    assert word == "dearer_at_streamer"
    assert "The same variant, decided by 编辑甲 on 2026-11-01: =查过备案." in why
    # Decided pairs are in doubt no more, and the cell that looks like a formula is none in the file.
    assert "0 pairs in" in run("match", str(dataset), "--review", str(review))[1]
    assert "'=查过备案" in (dataset / "decisions.csv").read_text("utf-8-sig")


def test_a_decision_about_another_title_is_not_used(dataset: Path) -> None:
    run("match", str(dataset), "--read", str(filled(dataset, decision="same_variant", decided_by="编辑甲")))
    path = dataset / "decisions.csv"
    path.write_text(path.read_text("utf-8-sig").replace("森林唤活晨露喷雾", "旧名喷雾"), "utf-8")
    (row,) = compare.run(load(str(dataset)))
    assert row.verdict.word == "cannot_tell"
    notes = [item.says for item in row.compared[0].match.evidence if item.field == "decision"]
    assert len(notes) == 1 and notes[0].endswith("not used, since a title has changed since then")


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"decision": "maybe", "decided_by": "甲"}, "pairs.csv:2:decision: an unknown decision"),
        ({"decision": "different"}, "pairs.csv:2:decided_by: nothing is said"),
        ({"decision": "different", "decided_by": "甲", "decided_on": "gestern"}, "pairs.csv:2:decided_on: no date"),
    ],
)
def test_what_is_wrong_in_a_filled_in_file_is_named(dataset: Path, cells: dict[str, str], place: str) -> None:
    code, said = run("match", str(dataset), "--read", str(filled(dataset, **cells)))
    assert code == DatasetInvalid.exit_code and place in said, said
    assert not (dataset / "decisions.csv").exists()


def test_a_pair_decided_in_two_ways_is_named_by_check(dataset: Path) -> None:
    row = dict.fromkeys(COLUMNS, "x") | {"promoted_url": PROMOTED, "official_url": OFFICIAL, "decided_on": "2026-11-01"}
    with (dataset / "decisions.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows([row | {"decision": "different"}, row | {"decision": "same_variant"}])
    code, said = run("check", str(dataset))
    assert code == DatasetInvalid.exit_code
    assert "decisions.csv:3:decision: the pair is decided in two ways" in said


def test_match_wants_one_of_its_options(dataset: Path) -> None:
    assert run("match", str(dataset))[0] == 2
    assert run("match", str(dataset), "--read", str(dataset / "none.csv"))[0] == InputMissing.exit_code


def test_a_verdict_is_followed_to_its_bytes(dataset: Path) -> None:
    compare.run(load(str(dataset)))
    code, said = run("explain", str(dataset), "X1", "--json", "--quiet")
    found = json.loads(said)
    assert code == 0
    assert found["verdict"]["verdict"] == "cannot_tell" and found["unbroken"]
    assert {page["side"] for page in found["pages"]} == {"promoted", "official"}
    assert all(record["matches"] and record["record_id"] for page in found["pages"] for record in page["records"])
    code, said = run("explain", str(dataset), "X1")
    assert code == 0 and "99.00 CNY" in said and "hash matches" in said and "every one is as it was stored" in said


def test_a_changed_byte_is_named(dataset: Path) -> None:
    compare.run(load(str(dataset)))
    with closing(sqlite3.connect(dataset / "build" / "daihuo.sqlite")) as db, db:
        db.execute(
            "UPDATE evidence SET sha256 = 'ab' WHERE page_id = (SELECT id FROM pages WHERE url = ?)", (PROMOTED,)
        )
    code, said = run("explain", str(dataset), "X1")
    assert code == 7 and "expected sha256 ab, found" in said and "1 not as stored" in said


def test_an_unknown_claim_is_told_with_those_there_are(dataset: Path) -> None:
    compare.run(load(str(dataset)))
    code, said = run("explain", str(dataset), "X9")
    assert code == InputMissing.exit_code and "stored are: X1" in said
