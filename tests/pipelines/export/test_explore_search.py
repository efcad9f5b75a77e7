"""Words are found in reviews exactly as a scan with LIKE finds them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.export.explore import search
from pipelines.export.explore.build import build_explorer

if TYPE_CHECKING:
    from conftest import SampleData

WORDS = (
    "假货",
    "refund",
    "REFUND",
    "货",
    "假货太",
    "很好用",
    "a",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "é",
    "É",
    "ß",
    "SS",
    "ı",
    "no such",
    "  ",
    "𠮷",
    "👩‍👩‍👧",
)


@pytest.fixture(scope="module")
def reviewed(
    tmp_path_factory: pytest.TempPathFactory, make_sample: Callable[[Path], SampleData]
) -> Iterator[sqlite3.Connection]:
    sample = make_sample(tmp_path_factory.mktemp("reviewed"))
    dice = random.Random(20261126)
    # Texts with all trigrams of a term and not the term, or with its letters in the other case, which LIKE tells apart.
    near = ["bcd abc", "货太多 假货太", "ÉTÉ", "été", "kelvin", "\u212aelvin"]
    pieces = [
        *near,
        *WORDS,
        "假",
        "货",
        "太多",
        "re",
        "fund",
        "refunded",
        "好用",
        " ",
        "\n",
        "，",
        "A",
        "z",
        "百分之100%",
        "a_b",
        "c:\\d",
    ]
    rows = []
    for n in range(600):
        texts = ["".join(dice.choices(pieces, k=dice.randint(0, 5))) or None for _ in range(4)]
        rows.append((f"r{n:04d}", *texts))
    with closing(sqlite3.connect(sample.dataset.database)) as connection, connection:
        connection.execute("INSERT INTO pages (id, url) VALUES ('p', 'u')")
        connection.executemany(
            "INSERT INTO reviews (id, title, text, reply, follow_up_text, page_id) VALUES (?, ?, ?, ?, ?, 'p')", rows
        )
    with closing(sqlite3.connect(build_explorer(sample.dataset).database)) as connection:
        yield connection


def found_and_scanned(connection: sqlite3.Connection, term: str) -> tuple[set[str], set[str]]:
    conditions, values = search.clause(f'"{term}"' if '"' not in term else term)
    query = "SELECT id FROM reviews" + (" WHERE " + " AND ".join(conditions) if conditions else "")
    like = " OR ".join(f"{column} LIKE :term ESCAPE '!'" for column in search.COLUMNS)
    pattern = "%" + term.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    scanned = connection.execute(f"SELECT id FROM reviews WHERE {like}", {"term": pattern})
    return {row[0] for row in connection.execute(query, values)}, {row[0] for row in scanned}


@pytest.mark.parametrize("term", [*WORDS, "abcd", "假货太多", "été", "ÉTÉ", "kelvin", "\u212aelvin"])
def test_a_search_finds_what_a_scan_finds(reviewed: sqlite3.Connection, term: str) -> None:
    found, scanned = found_and_scanned(reviewed, term)
    assert found == scanned
    assert found or term in ("no such", "SS", "abcd")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(
    st.text(st.sampled_from([*"假货太多refundREF %_\\'!*()-:^{}[]éÉßıK", "\u212a", "\u3000"]), min_size=1, max_size=8)
)
def test_any_search_finds_what_a_scan_finds(reviewed: sqlite3.Connection, term: str) -> None:
    found, scanned = found_and_scanned(reviewed, term)
    assert found == scanned


def test_words_stand_anywhere_and_quotes_hold_them_together() -> None:
    assert search.terms(' 假货  "not as described" x ') == ["假货", "not as described", "x"]
    conditions, values = search.clause('假货 "a b"', ("text",))
    assert len(conditions) == 2
    assert values["find_0"] == "%假货%"
    assert values["find_1"] == "%a b%"
    assert values["find_1_index"] == '"a b"'
    with pytest.raises(ValueError, match="200"):
        search.clause("x" * 201)
    with pytest.raises(ValueError, match="title, text"):
        search.clause("x", ("author_key",))
