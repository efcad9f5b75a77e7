"""The explorer answers questions, only questions, and only from this machine."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from crawler.explorer.guard import POLICY, refusal
from crawler.explorer.serving import make_explorer
from pipelines.export.explore.build import Explorer
from pipelines.export.explore.chosen import chosen_tables
from pipelines.export.explore.questions import QUESTIONS

Ask = Callable[..., Any]


def test_every_table_and_question_has_a_page_and_json(ask: Ask) -> None:
    assert ask("/").status_code == 200
    for name in chosen_tables():
        assert ask(f"/explorer/{name}").status_code == 200, name
        assert ask(f"/explorer/{name}.json").json()["columns"] == list(chosen_tables()[name].columns)
    for question in QUESTIONS:
        answer = ask(f"/explorer/{question.name}.json?claim=C1")
        assert answer.status_code == 200
        assert answer.json()["rows"] or question.name == "products_by_repeated_texts", question.name


def test_tables_and_columns_are_described(ask: Ask) -> None:
    page = ask("/explorer/verdicts").text
    for name, (_, meaning) in chosen_tables()["verdicts"].columns.items():
        assert f"<dt>{name}</dt>" in page
        assert meaning.replace("'", "&#39;") in page
    assert "The answer for one claim." in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("假货", {"r00000"}),
        ("refund", {"r00001", "r00002"}),
        ("REFUND", {"r00001", "r00002"}),
        ("很", {"r00003"}),
        ("宝贝 完好", {"r00004", "r00005"}),
        ('"a refund"', {"r00001"}),
        ("%", set()),
        ("假货 refund", set()),
    ],
)
def test_search_by_page_and_json(ask: Ask, words: str, found: set[str]) -> None:
    rows = ask("/explorer/reviews.json", params={"_search": words, "_shape": "objects"}).json()["rows"]
    assert {row["id"] for row in rows} == found
    page = ask("/explorer/reviews", params={"_search": words}).text
    assert set(re.findall(r"r0000\d", page)) == found
    only_title = ask("/explorer/reviews.json", params={"_search_title": words, "_shape": "objects"}).json()["rows"]
    assert only_title == []


def test_too_many_words_are_refused(ask: Ask) -> None:
    answer = ask("/explorer/reviews.json", params={"_search": "x" * 201})
    assert answer.status_code == 400
    assert "200 characters" in answer.json()["error"]


WRITES = (
    "insert into claims (id) values ('x')",
    "update claims set product = 'x'",
    "delete from claims",
    "drop table claims",
    "create table x (y)",
    "create temp table x (y)",
    "attach database 'x.sqlite' as x",
    "detach database main",
    "vacuum",
    "vacuum into 'x.sqlite'",
    "pragma journal_mode = wal",
    "pragma query_only = off",
    "pragma writable_schema = on",
    "pragma temp_store_directory = '/'",
    "reindex",
    "analyze",
    "begin",
    "savepoint x",
    "alter table claims add column x",
    "with x as (select 1) delete from claims",
    "replace into claims (id) values ('x')",
    "explain delete from claims",
    "select load_extension('x')",
    "select fts3_tokenizer('simple')",
    "select writefile('x', 'y')",
    "select readfile('/etc/hostname')",
    "select edit('x')",
    "select * from pragma_query_only(0)",
    "select * from fsdir('/')",
    "insert into reviews_search (reviews_search) values ('rebuild')",
)


@pytest.mark.parametrize("sql", WRITES)
def test_writes_and_ways_out_are_refused(ask: Ask, built: Explorer, sql: str) -> None:
    before = built.database.read_bytes()
    answer = ask("/explorer.json", params={"sql": sql})
    assert answer.status_code == 400, answer.text
    assert ask("/explorer", params={"sql": sql}).status_code == 400
    assert ask("/explorer/claims.json", params={"_where": f"id in ({sql})"}).status_code == 400
    assert built.database.read_bytes() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/explorer", "/explorer/claims", "/explorer/claims/C1", "/-/create-token"])
def test_only_questions_are_taken(ask: Ask, method: str, path: str) -> None:
    answer = ask(path, method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert ask("/explorer/claims", "HEAD").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "", "[::2]:80", "0.0.0.0"]
)
def test_other_names_for_this_machine_are_refused(ask: Ask, host: str) -> None:
    assert ask("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:9", "LOCALHOST", "[::1]:8001", "[::1]"])
def test_its_own_names_are_taken(ask: Ask, host: str) -> None:
    assert ask("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/-/versions",
        "/-/settings.json",
        "/-/metadata",
        "/-/databases.json",
        "/-/plugins",
        "/-/threads",
        "/-/permissions",
        "/-/messages",
        "/-/allow-debug",
        "/-/patterns",
        "/-/auth-token",
        "/-/logout",
        "/_internal",
        "/_memory",
        "/explorer/sqlite_master",
        "/explorer/SQLITE_MASTER/1",
        "/explorer/reviews_search",
        "/explorer/CLAIMS/C1",
    ],
)
def test_what_is_not_offered_is_not_there(ask: Ask, path: str) -> None:
    assert ask(path).status_code in (403, 404)


def test_no_redirect_leads_elsewhere() -> None:
    for path in ("//evil.example/", "///evil.example/", "/\\evil.example/", "//evil.example/%2f.."):
        assert _untidied(path) == 404, path
    assert _untidied("/explorer/claims/") == 200


def _untidied(path: str) -> int:
    """The status for a path that a client would have made tidy."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "headers": [(b"host", b"localhost")],
    }
    refused = refusal(scope)
    return refused[0] if refused else 200


def test_every_answer_has_the_headers(ask: Ask) -> None:
    for path in (
        "/",
        "/explorer/claims",
        "/explorer/claims.json",
        "/nope",
        "/explorer.db",
        "/look/explorer.css",
        "/-/versions",
    ):
        answer = ask(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers
    assert "script" not in POLICY.replace("default-src 'none'", "")


def test_time_and_rows_have_an_end(ask: Ask) -> None:
    endless = "with recursive x(n) as (select 1 union all select n + 1 from x) "
    answer = ask("/explorer.json", params={"sql": endless + "select count(*) from x"})
    assert answer.status_code == 400
    assert "longer than a second" in answer.json()["error"]
    assert "<script" not in ask("/explorer", params={"sql": endless + "select count(*) from x"}).text
    answer = ask("/explorer.json", params={"sql": endless + "select n from x limit 100000"}).json()
    assert len(answer["rows"]) == 1000
    assert answer["truncated"]
    assert ask("/explorer.json", params={"sql": "select zeroblob(100000000)"}).status_code == 400
    assert ask("/explorer/claims.json?_size=1001").status_code == 400


def test_csv_cells_are_no_formulas(ask: Ask) -> None:
    sql = "select '=1+1' as \"=cmd\", '+1' as b, '@x' as c, '-2' as d, 'plain' as e, -3 as f, null as g"
    answer = ask("/explorer.csv", params={"sql": sql})
    assert answer.headers["content-type"].startswith("text/csv")
    (head, row) = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert not [cell for cell in (*head, *row[:5]) if cell.startswith(("=", "+", "-", "@"))]
    assert row[4:] == ["plain", "-3", ""]
    table = ask("/explorer/reviews.csv?_size=2&_labels=on")
    assert len(list(csv.reader(io.StringIO(table.text)))) == 3


def test_a_claim_a_product_and_a_page(ask: Ask) -> None:
    found = ask("/claim/C1.json").json()
    assert [look["price"] for look in found["looks"]] == ["139.00", "129.00", "159.00", "149.00", None]
    assert [look["days"] for look in found["looks"]][:2] == [-1.958, 0.042]
    assert [offer["page_id"] for offer in found["offers"]] == ["pb", "pc"]
    assert [page["id"] for page in found["pages"]] == ["pb", "pc"]
    page = ask("/claim/C1").text
    assert page.count("<circle") == 4
    assert page.count('class="gap"') == 1
    assert ask("/claim/C~2F2~20~C3~BC.json").json()["claim"]["id"] == "C/2 ü"
    assert ask("/claim/nope").status_code == 404
    stored = ask("/page/pb.json").json()
    assert [record["sha256"] for record in stored["records"]] == ["0b" * 32, "1b" * 32]
    assert [row["claim_id"] for row in stored["claims"]] == ["C1"]
    product = ask("/product/tit~2Eexample~2F1.json").json()
    assert product["product"]["collected"] == 3
    assert product["claims"][0]["claim_id"] == "C1"
    assert ask("/product/nope").status_code == 404


def test_the_database_may_be_taken_along(ask: Ask, built: Explorer) -> None:
    assert ask("/explorer.db").content == built.database.read_bytes()


def test_nothing_else_that_is_installed_has_a_say(built: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType, SimpleNamespace

    from datasette.plugins import pm

    foreign = ModuleType("foreign")
    pm.register(foreign, "foreign")
    monkeypatch.setattr(pm, "list_plugin_distinfo", lambda: [(foreign, SimpleNamespace())])
    datasette = make_explorer(built.database, built.metadata)
    assert not pm.is_registered(foreign)
    assert list(datasette.databases) == ["_internal", "explorer"]
    assert not datasette.databases["explorer"].is_mutable
    assert not datasette.cors
    assert not datasette.crossdb
    assert datasette.setting("max_returned_rows") == 1000
    assert datasette.setting("sql_time_limit_ms") == 1000
