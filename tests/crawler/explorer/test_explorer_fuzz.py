"""Two thousand questions that nobody would ask: each is answered, or refused with a reason; none is an accident."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipelines.export.explore.build import Explorer
from pipelines.export.explore.chosen import chosen_tables
from pipelines.export.explore.questions import QUESTIONS

REQUESTS = 2_000
ODD = (
    "",
    "0",
    "-1",
    "1",
    "1.5",
    "9" * 30,
    "max",
    "null",
    "None",
    "NaN",
    "true",
    "假货",
    "refund",
    "%",
    "%%",
    "_",
    "'",
    '"',
    "''",
    "*",
    "(",
    ")",
    "a" * 300,
    "{}",
    "[]",
    '{"table": "reviews"}',
    '{"table": "reviews", "column": "id", "value": "x"}',
    '{"table": "nope", "column": 1, "value": null}',
    "id",
    "rowid",
    "text",
    "nope",
    "p1,p2",
    "~2F",
    "~",
    "~zz",
    "$null",
    ",",
    ",,,",
    "\u202e",
    "👩‍👩‍👧",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "1;drop table claims",
    "' or 1=1 --",
    "\\",
    "\t",
    "on",
    "off",
    "objects",
    "array",
    "arrays",
    "object",
    "arrayfirst",
    "2026-11-20",
    "reviews_search",
    "NEAR(",
    "AND",
    'text:"',
    "^",
)
SPECIAL = (
    "_search",
    "_search_text",
    "_search_nope",
    "_searchmode",
    "_fts_table",
    "_fts_pk",
    "_sort",
    "_sort_desc",
    "_sort_by_desc",
    "_size",
    "_next",
    "_facet",
    "_facet_size",
    "_facet_array",
    "_facet_date",
    "_facet_nope",
    "_shape",
    "_col",
    "_nocol",
    "_where",
    "_through",
    "_labels",
    "_label",
    "_json",
    "_json_infinity",
    "_nl",
    "_timelimit",
    "_ttl",
    "_nocount",
    "_nofacet",
    "_nosuggest",
    "_trace",
    "_extra",
    "_extras",
    "_filter_column",
    "_filter_op",
    "_filter_value",
    "_header",
    "_dl",
    "_stream",
    "_blob_column",
    "_blob_hash",
    "_size__gt",
    "sql",
    "claim",
    "_hide_sql",
    "_show_sql",
    "_json_id",
    "_context",
)
OPERATORS = (
    "exact",
    "not",
    "contains",
    "notcontains",
    "endswith",
    "startswith",
    "gt",
    "gte",
    "lt",
    "lte",
    "like",
    "notlike",
    "glob",
    "in",
    "notin",
    "arraycontains",
    "arraynotcontains",
    "date",
    "isnull",
    "notnull",
    "isblank",
    "notblank",
    "nope",
    "",
)
SQL = (
    "select * from claims",
    "select",
    "select 1; select 2",
    "select * from nope",
    "select :a, :b",
    "select x'00ff'",
    "select 1/0",
    "select abs(-9223372036854775808)",
    "select zeroblob(2000000000)",
    "select printf('%.*c', 100000000, 'x')",
    "explain select 1",
    "select json('{')",
    "select * from reviews_search",
    "select * from reviews_search where reviews_search match '\"'",
    "select * from reviews where text regexp '('",
    "with x as (select 1) select * from x",
    "pragma table_info(claims)",
    "select * from pragma_database_list",
    "select * from sqlite_master",
    "select load_extension('x')",
    "select char(0)",
    "select 9223372036854775807 + 1",
    "select 1e999",
    "select cast(x'ff' as text)",
    "/* */ select 1",
    "-- \nselect 1",
    "insert into claims (id) values (1)",
    "select * from claims group by",
    "select count(*) over () from claims",
    "values (1)",
    "select group_concat(text, char(10)) from reviews",
    "select id as 'a', id as 'a' from claims",
    "select " + "(" * 300,
)
OTHER_NAMES = (
    "reviews_search",
    "reviews_search_data",
    "sqlite_master",
    "SQLITE_MASTER",
    "CLAIMS",
    "json_each",
    "pragma_table_list",
    "nope",
    "claims~2Fx",
    "claims%2Ejson",
)
EXTENSIONS = ("", ".json", ".json", ".json", ".csv", ".jsono", ".db", ".blob", ".nope", ".sheet")


def question(dice: random.Random) -> str:
    tables = [*chosen_tables(), *(each.name for each in QUESTIONS), *OTHER_NAMES]
    table = dice.choice(tables)
    key = quote(dice.choice([*ODD, "C1", "pb", "r00001", "C1,0", "pb,0"]), safe="~,")
    path = dice.choice(
        (
            f"/explorer/{table}",
            f"/explorer/{table}",
            f"/explorer/{table}",
            f"/explorer/{table}/{key}",
            "/explorer",
            "/",
            f"/claim/{key}",
            f"/page/{key}",
            f"/product/{key}",
            f"/{key}",
            f"/{key}/{key}",
            "/_internal",
            "/_memory",
            f"/-/{key}",
        )
    )
    spec = chosen_tables().get(table)
    columns = list(spec.columns) if spec else ["id"]
    pairs = []
    for _ in range(dice.choice((0, 1, 1, 2, 3, 6))):
        kind = dice.random()
        if kind < 0.5:
            name, value = dice.choice(SPECIAL), dice.choice((*ODD, *columns))
            value = dice.choice(SQL) if name in ("sql", "_where") and dice.random() < 0.7 else value
        elif kind < 0.9:
            name, value = f"{dice.choice(columns)}__{dice.choice(OPERATORS)}", dice.choice(ODD)
        else:
            name, value = dice.choice(ODD), dice.choice(ODD)
        pairs.append(f"{quote(name, safe='')}={quote(value, safe='')}")
    raw = "&".join(pairs) + dice.choice(("", "", "", "", "&%", "&%ff=%fe", "&=", "&&"))
    return path + dice.choice(EXTENSIONS) + ("?" + raw if raw else "")


# Datasette begins to count facets side by side; where one fails the others are never awaited.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_question_is_an_accident(ask: Callable[..., Any], built: Explorer, caplog: pytest.LogCaptureFixture) -> None:
    before = Path(built.database).read_bytes()
    dice = random.Random(20261126)
    statuses: Counter[int] = Counter()
    with caplog.at_level(logging.ERROR):
        for number in range(REQUESTS):
            path = question(dice)
            answer = ask(path)
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, (number, path, answer.text[-700:], caplog.text[-3000:])
            assert "script" not in answer.headers["content-type"]
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            if answer.headers["content-type"].startswith("text/html"):
                assert "<script" not in answer.text, path
    assert statuses[200] > REQUESTS / 8, statuses
    assert statuses[400] > REQUESTS / 20, statuses
    assert Path(built.database).read_bytes() == before
