"""Markup to text, and characters that cannot be stored."""

from __future__ import annotations

import sqlite3

import pytest

from pipelines.normalize.text import clean, nfkc, storable, unstore


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>soft &amp; light<br>nice</p>", "soft & light\nnice"),
        ("plain  text ", "plain  text "),
        ("a\u3000b\r\n ", "a\u3000b\r\n "),
        ("<b>plain  text</b> ", "plain text"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("<script>alert(1)</script> great", "<script>alert(1)</script> great"),
        ("<p>ok</p><script>x()</script>", "ok\n<script>x()</script>"),
        ("<style>p{}</style><!-- note --><p>ok</p>", "ok"),
        ("&hearts; it", "♥ it"),
        ("<3 love", "<3 love"),
        ("", ""),
    ],
)
def test_clean(markup: str, text: str) -> None:
    assert clean(markup) == text


@pytest.mark.parametrize("text", ["plain", "a\x00b", "\ud800x", "\ue000", "\ue0000041", "面霜\udfff\x00\ue000"])
def test_storable_is_reversible_and_storable(text: str) -> None:
    stored = storable(text)
    assert unstore(stored) == text
    assert "\x00" not in stored
    found = sqlite3.connect(":memory:").execute("select ?", (stored,)).fetchone()[0]
    assert found == stored


def test_nfkc() -> None:
    assert nfkc("５０ｍｌ") == "50ml"
