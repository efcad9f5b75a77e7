"""Files of comment bodies: each distinct number once, whatever the file's form; repeats counted, late words kept."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_ingest import dataset  # noqa: F401 - a fixture

from crawler.cli import main
from crawler.pages.read import read_page


def comment(number: int, product: str = "100", **more: Any) -> dict[str, Any]:
    return {
        "id": 15000000000 + number,
        "guid": f"g{number}",
        "content": f"第 {number} 条，颜色和直播里一样",
        "creationTime": f"2026-03-{1 + number % 28:02} 12:00:00",
        "score": 1 + number % 5,
        "nickname": f"花***{number}",
        "plusAvailable": 201,
        "referenceId": product,
        **more,
    }


# Twelve comments; two come again under another filter, one of them with the follow-up that it has got since.
FOLLOW_UP = {"content": "补充：越用越好", "created": "2026-05-01 09:00:00"}
REPLY = {
    "replies": [
        {"content": "谢谢", "venderShopInfo": {"id": 1}},
        {"content": "同问"},
        {"content": "欢迎再来", "venderShopInfo": {"id": 1}},
    ]
}
ROWS = [
    *(comment(n) for n in range(5)),
    *(comment(n, "200") for n in range(5, 12)),
    comment(3, **REPLY),
    comment(4, afterUserComment=FOLLOW_UP),
    comment(4, after="补充：越用越好"),
]


def body(rows: list[dict[str, Any]]) -> dict[str, Any]:
    summary = {"commentCountStr": "40", "score5Count": 30, "score1CountStr": "10", "productId": 100}
    return {"productCommentSummary": summary, "maxPage": 3, "comments": rows}


FORMS = {
    "lines of comments": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
    "an array of comments": json.dumps(ROWS),
    "a body": json.dumps(body(ROWS), ensure_ascii=False),
    "lines of bodies": "\n".join(json.dumps(body(ROWS[at : at + 5])) for at in range(0, 15, 5)) + "\n",
    "an array of bodies": json.dumps([body(ROWS[:8]), body(ROWS[8:])], indent=1),
    "lines, the last one cut": "\n".join(json.dumps(row) for row in [*ROWS, comment(99)])[:-9],
}


def ingested(folder: Path, tmp_path: Path, *texts: str) -> str:
    for n, text in enumerate(texts):
        path = tmp_path / f"comments-{n}.json"
        path.write_text(text, "utf-8")
        os.utime(path, (1_780_000_000 + n, 1_780_000_000 + n))
    done = CliRunner().invoke(
        main, ["ingest", str(folder), *(str(tmp_path / f"comments-{n}.json") for n in range(len(texts)))]
    )
    assert done.exit_code == 0, done.output
    return done.output


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as db:
        return db.execute(query).fetchall()


@pytest.mark.parametrize("form", FORMS)
def test_each_distinct_review_once_in_any_form(dataset: Path, tmp_path: Path, form: str) -> None:  # noqa: F811
    said = ingested(dataset, tmp_path, FORMS[form])
    assert "15 reviews delivered: 12 distinct, 3 repeats" in said
    numbers = {str(15000000000 + n) for n in range(12)}
    assert sorted(rows(dataset, "SELECT review_id FROM reviews")) == sorted((number,) for number in numbers)
    assert rows(dataset, "SELECT reply FROM reviews WHERE review_id = '15000000003'") == [("谢谢\n欢迎再来",)]
    assert rows(dataset, "SELECT follow_up_text FROM reviews WHERE review_id = '15000000004'") == [("补充：越用越好",)]
    assert rows(dataset, "SELECT COUNT(*) FROM reviews WHERE follow_up_text IS NOT NULL OR reply IS NOT NULL") == [(2,)]


def test_several_files_of_one_platform_share_their_reviews(dataset: Path, tmp_path: Path) -> None:  # noqa: F811
    """Whichever product a file begins with, a platform's number is one review; no edit is told by a file's time."""
    other = [comment(n, "200", content="改过的话") for n in range(8, 14)]
    ingested(dataset, tmp_path, FORMS["lines of comments"], json.dumps(list(reversed(other))))
    assert rows(dataset, "SELECT COUNT(*), COUNT(DISTINCT review_id) FROM reviews") == [(14, 14)]
    assert rows(dataset, "SELECT product, COUNT(*) FROM reviews GROUP BY 1") == [("/100", 5), ("/200", 9)]
    assert CliRunner().invoke(main, ["corpus", str(dataset)]).exit_code == 0
    assert rows(dataset, "SELECT COUNT(*) FROM review_versions") == [(4,)]
    assert rows(dataset, "SELECT COUNT(*) FROM review_history") == [(0,)]
    assert CliRunner().invoke(main, ["verify", str(dataset)]).exit_code == 0


def test_what_the_platform_counts_by_star(dataset: Path, tmp_path: Path) -> None:  # noqa: F811
    ingested(dataset, tmp_path, FORMS["a body"])
    query = "SELECT product, total, stars_json, most_pages FROM review_pages"
    assert rows(dataset, query) == [("/100", 40, "[[5, 30], [1, 10]]", 3)]
    done = CliRunner().invoke(main, ["corpus", str(dataset)])
    assert "coverage 12 of 40 (30.0%): no list of reviews was followed" in done.output


def test_lines_are_read_in_the_time_of_their_length() -> None:
    """What costs a stack frame a line ends with the stack, what costs the rest of the text a line never ends."""
    text = "\n".join(json.dumps(comment(n)) for n in range(6000))
    page = read_page("https://club.jd.com/comment/x", text.encode())
    assert len(page.reviews) == 6000 and not page.faults
