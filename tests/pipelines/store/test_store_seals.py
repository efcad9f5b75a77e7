"""Seals: hashed as `docs/evidence.md` says, whatever writes the bytes, and one entry a page that changed."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from types import FrameType
from typing import Any

import pytest
from msgspec.structs import replace
from store_samples import URL, facts, record

from pipelines.facts import ReviewFact
from pipelines.store.seals import NO_CHAIN, Entry, Seals, chained, table_digest
from pipelines.store.write import Store


def as_documented(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "odd", [0.1, 1.0, 0.0, -0.5, 1e-4, 9.9e-5, 1e-9, 1e15, 1e16, 1e300, 2**62, "\x7f\x00\n精华\u2028", '"\\/']
)
def test_cells_are_hashed_as_documented(odd: Any) -> None:
    rows = [("a", odd, None, None), ("b", None, None, "later")]
    line = as_documented({"id": ["a", "b"], "odd": [odd, None], "last": [None, "later"]}) + b"\n"
    assert table_digest(("id", "odd", "empty", "last"), rows) == (2, sha256(line).hexdigest())
    entry = Entry("page", "a", bytes=odd)
    expected = sha256(NO_CHAIN.encode() + b"\n" + as_documented([1, *entry])).hexdigest()
    assert chained(NO_CHAIN, 1, entry) == expected


def test_each_page_of_a_large_transaction_is_sealed_once_and_again_when_it_changes(store: Store) -> None:
    urls = [f"{URL}/{n}" for n in range(230)]
    with store.transaction():
        for url in urls:
            store.write_page(record(url=url), facts(url=url, reviews=()))
    with store.transaction():
        for n, url in enumerate(urls):
            store.write_page(
                record(url=url), facts(url=url, reviews=(), shop_name="other" if n in (7, 205) else "白鹭")
            )
    sealed = [row[0] for row in store.connection.execute("SELECT url FROM seals WHERE kind = 'page' ORDER BY n")]
    assert sealed == [*urls, urls[7], urls[205]]


def page_seals(store: Store) -> list[str]:
    return [row[0] for row in store.connection.execute("SELECT content FROM seals WHERE kind = 'page' ORDER BY n")]


ODD: list[dict[str, Any]] = [
    {"language_confidence": odd} for odd in (0.5, 0.0, -0.0, 1, -0.25, 1e-9, 1e300, float("nan"), float("inf"), True)
]


@pytest.mark.parametrize("odd", [*ODD, {"language": 7}, {"pictures": "3"}])
def test_what_is_sealed_as_it_was_written_is_what_the_table_has(store: Store, odd: dict[str, Any]) -> None:
    review = replace(facts().reviews[0], **odd)
    page = store.write_page(record(), facts(reviews=(review, *facts().reviews[1:])))
    assert_sealed_as_stored(store, page)


def test_a_page_with_more_rows_than_a_block_is_sealed_as_stored(store: Store) -> None:
    """The text of the last ones is NULL, as in a block of its own."""
    many = tuple(ReviewFact(id=str(n), text="好" if n < 1000 else None, date_said=f"{n}") for n in range(1100))
    assert_sealed_as_stored(store, store.write_page(record(), facts(reviews=many)))


def test_a_key_that_is_given_twice_is_one_row(store: Store) -> None:
    marks = [{"shop": "白鹭", "kind": "mark", "value": value} for value in ("旗舰店", "官方旗舰店")]
    page = store.write_page(record(), facts(), beside={"official_evidence": marks})
    assert_sealed_as_stored(store, page)


def test_what_another_thread_lets_wait_meanwhile_disturbs_no_commit(store: Store) -> None:
    """The archive writes records while pages are stored: here at each step at which a thread may be interrupted."""
    said = 0

    def between(frame: FrameType, event: str, _: object) -> Any:
        nonlocal said
        if frame.f_code not in (Seals.append.__code__, Seals.settle.__code__):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            store.seals.wait(Entry("record", "a.warc.gz", warc_offset=said))
            said += 1
        return between

    store.seals.wait(Entry("record", "a.warc.gz", warc_offset=-1))
    sys.settrace(between)
    try:
        for _ in range(2):
            store.seal()
    finally:
        sys.settrace(None)
    store.seal()
    sealed = store.connection.execute("SELECT warc_offset FROM seals WHERE kind = 'record' ORDER BY n").fetchall()
    assert said > 100
    assert sealed == [(n,) for n in range(-1, said)]


def assert_sealed_as_stored(store: Store, page: str) -> None:
    sealed = page_seals(store)
    with store.transaction():
        store.seals.touch([page])
    assert page_seals(store) == sealed


def test_a_page_is_read_back_when_another_one_changes_its_rows_in_the_same_transaction(store: Store) -> None:
    numbered = ReviewFact(id="9", scope="shop.example", text="好用", author="王**", date_said="11月1日")
    with store.transaction():
        first = store.write_page(record(), facts(reviews=(numbered,)))
        store.write_page(record(url=URL + "/2"), facts(url=URL, reviews=(replace(numbered, reply="谢谢"),)))
    assert_sealed_as_stored(store, first)
    assert store.connection.execute("SELECT reply FROM reviews WHERE page_id = ?", (first,)).fetchone() == ("谢谢",)
