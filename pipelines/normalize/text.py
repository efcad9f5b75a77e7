"""Text as people read it: markup removed only where there is markup, nothing lost silently."""

from __future__ import annotations

import html
import re
import unicodedata

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

# A tag that pages use for layout. A review that writes "<script>" or "a < b" in plain words is text, not markup.
_LAYOUT = (
    r"p|br|div|span|b|i|u|em|strong|a|ul|ol|li|table|tr|td|th|tbody|thead|h[1-6]|img|font|small|big|sup|sub|hr|"
    r"section|"
    r"article|blockquote|pre|code|dl|dt|dd|s|strike|del|ins|mark|figure|center|label|html|body|iframe|video|"
    r"picture|source|style|!--"
)
_MARKUP = re.compile(rf"</?(?:{_LAYOUT})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "table",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
        "pre",
        "dt",
        "dd",
        "hr",
    ]
)
_OTHER_TAG = re.compile(rf"<(?!/?(?:{_LAYOUT})(?:[\s/>]))", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def clean(markup: str) -> str:
    """The text of a value that may hold markup; line breaks where blocks were, runs of spaces as one.

    Only tags of layout count as markup. Any other `<…>` is what somebody wrote and stays as written; so does the
    inside of a `<script>` that a reviewer typed. A value without markup is its own text, to the character.
    """
    if "<" in markup and _MARKUP.search(markup):
        return _tidy(_text_of(_OTHER_TAG.sub("&lt;", markup)))
    if "&" in markup and _ENTITY.search(markup):
        return html.unescape(markup)
    return markup


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _text_of(markup: str) -> str:
    pieces: list[str] = []
    inside: list[Tag] = []
    for node in BeautifulSoup(markup, "html.parser").descendants:
        while inside and inside[-1] is not node.parent:
            pieces.append("\n" * (inside.pop().name in _BLOCKS))
        if isinstance(node, Tag):
            pieces.append("\n" * (node.name in _BLOCKS))
            inside.append(node)
        # Comments, doctypes and style sheets are subclasses of their own.
        elif type(node) is NavigableString and (node.parent is None or node.parent.name != "style"):
            pieces.append(str(node) if node == "\n" else re.sub(r"\s+", " ", str(node)))
    return "".join(pieces)


def nfkc(text: str) -> str:
    """Unicode NFKC, for comparing and reading numbers only: it turns ² into 2, so raw text is kept beside it."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ue000]")
_STORED = re.compile("\ue000([0-9a-f]{4})")


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which UTF-8 files and SQLite cannot hold.

    Each becomes U+E000 (private use) and its four hex digits; U+E000 itself is written the same way, so that `unstore`
    gives back the very text.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(lambda match: f"\ue000{ord(match.group()):04x}", text)


def unstore(text: str) -> str:
    """The inverse of `storable`."""
    return _STORED.sub(lambda match: chr(int(match.group(1), 16)), text) if "\ue000" in text else text
