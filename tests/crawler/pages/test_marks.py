"""Marks are found in one pass; what stands over another mark does not hide it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.marks import Marks
from crawler.pages.read import all_page_classes

_LETTERS = st.text("ab商", min_size=1, max_size=4)


@given(st.lists(_LETTERS, min_size=1, max_size=8), st.text("ab商c", max_size=30))
def test_no_mark_that_is_there_is_missed(marks: list[str], text: str) -> None:
    assert {mark for mark in marks if mark in text} == Marks(marks).held_by(text.encode())


def test_a_mark_that_is_not_there_is_not_found() -> None:
    assert Marks(["price", "stock"]).held_by("商品 price".encode()) == {"price"}


@pytest.mark.parametrize("page", all_page_classes(), ids=lambda page: page.__name__)
def test_markup_without_marks_is_not_recognized(page: type) -> None:
    assert not page.marks or not page.recognizes("https://shop.example/", "<html>no mark</html>")  # type: ignore[attr-defined]


def test_all_marks_fit_the_fast_search() -> None:
    assert len({mark for page in all_page_classes() for mark in page.marks}) <= 64
