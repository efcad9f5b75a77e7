"""Words in reviews, found exactly as a scan with LIKE finds them, in any script.

SQLite's trigram tokenizer (https://www.sqlite.org/fts5.html#the_trigram_tokenizer) indexes every three characters that
follow each other, so it needs no word boundaries, which Chinese does not write. A word of two characters, 假货, is in
no such index: it is looked for in the texts themselves. What the index finds is compared with LIKE as well, because the
index folds the case of all letters and LIKE only that of a to z.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from pipelines.normalize.names import sql_name, sql_names

INDEX = "reviews_search"
TABLE = "reviews"
# What buyers wrote, and what the merchant answered.
COLUMNS = ("title", "text", "follow_up_text", "reply")
LONGEST = 200
_TRIGRAM = 3
_TERM = re.compile(r'"([^"]+)"|(\S+)')


def make_index(made: sqlite3.Connection) -> None:
    """Index all reviews. The index holds no text of its own, and where in a text a trigram stands is not kept."""
    made.execute(
        f"CREATE VIRTUAL TABLE {sql_name(INDEX)} USING fts5"
        f"({sql_names(COLUMNS)}, content='', detail='none', columnsize=0, tokenize='trigram')"
    )
    made.execute(
        f"INSERT INTO {sql_name(INDEX)} (rowid, {sql_names(COLUMNS)})"  # noqa: S608
        f" SELECT rowid, {sql_names(COLUMNS)} FROM {sql_name(TABLE)}"
    )
    made.execute(f"INSERT INTO {sql_name(INDEX)} ({sql_name(INDEX)}) VALUES ('optimize')")  # noqa: S608


def terms(words: str) -> list[str]:
    """What is looked for: runs of characters without white space; text in double quotes is one term.

    Raises `ValueError` when it is longer than anyone types.
    """
    if len(words) > LONGEST:
        raise ValueError(f"looked for are at most {LONGEST} characters")
    return [quoted or bare for quoted, bare in _TERM.findall(words.replace("\x00", ""))]


def clause(words: str, columns: Sequence[str] = COLUMNS, prefix: str = "find") -> tuple[list[str], dict[str, str]]:
    """SQL conditions on rows of `reviews`, and their parameters: every term stands in one of the columns.
    The names of the parameters begin with `prefix`.

    Raises `ValueError` for a column without words, or too many words.
    """
    if not set(columns) <= set(COLUMNS):
        raise ValueError(f"words are looked for in {', '.join(COLUMNS)}")
    conditions, parameters = [], {}
    for number, term in enumerate(terms(words)):
        name = f"{prefix}_{number}"
        parameters[name] = "%" + re.sub(r"([\\%_])", r"\\\1", term) + "%"
        like = " OR ".join(rf"{sql_name(TABLE)}.{sql_name(column)} LIKE :{name} ESCAPE '\'" for column in columns)
        conditions.append(f"({like})")
        if len(term) >= _TRIGRAM:
            parameters[f"{name}_index"] = _all_trigrams(term)
            conditions[-1] = (
                f"{sql_name(TABLE)}.rowid IN (SELECT rowid FROM {sql_name(INDEX)} WHERE {sql_name(INDEX)}"  # noqa: S608
                f" MATCH :{name}_index) AND {conditions[-1]}"
            )
    return conditions, parameters


def _all_trigrams(term: str) -> str:
    """A query for texts with every trigram of the term, in any order: LIKE then keeps those that have the term."""
    pieces = dict.fromkeys(term[at : at + _TRIGRAM] for at in range(len(term) - _TRIGRAM + 1))
    return " AND ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
