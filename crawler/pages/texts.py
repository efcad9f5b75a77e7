"""The short texts of a page, gathered in one pass and searched as one: a page has thousands, and few that matter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

from lxml import etree

from crawler.pages import signs
from crawler.pages.marks import Marks

SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "textarea", "iframe", "svg", "select", "object"}
)
_LONGEST = 160


class Joined:
    """Texts as one, each between two zeros, which no text of a page holds."""

    def __init__(self, texts: list[str]) -> None:
        self.text = "\x00".join(("", *texts, ""))
        self._data = self.text.encode(errors="replace")
        self._starts = _starts(texts)
        self._starts_in_utf8 = (
            self._starts if len(self._data) == len(self.text) else _starts(self._data.split(b"\x00")[1:-1])
        )

    def index_at(self, place: int) -> int:
        """Which text stands at a place of the joined one."""
        return bisect_right(self._starts, place) - 1

    def having(self, marks: Marks) -> list[int]:
        """Which of the texts have one of the marks, in their order."""
        starts = self._starts_in_utf8
        return sorted({bisect_right(starts, place) - 1 for place in marks.places_in(self._data)})


def _starts(texts: Iterable[str | bytes]) -> list[int]:
    return [*accumulate((len(text) + 1 for text in texts), initial=1)]


class Texts:
    """`texts` of at most 160 characters, the element that holds each, and the number of the element it was met at.

    `size` counts the characters of all texts that are shown, long ones too.
    """

    def __init__(self, tree: etree._Element | None) -> None:
        self.texts: list[str] = []
        self.holders: list[etree._Element] = []
        self.orders: list[int] = []
        self.size = 0
        if tree is not None:
            self._walk(tree)
            self._add_spoken(tree)

    def _walk(self, tree: etree._Element) -> None:
        texts, holders, orders, size = self.texts, self.holders, self.orders, 0
        for index, element in enumerate(tree.iter("*")):
            text = element.text
            if text and not text.isspace() and element.tag not in SKIPPED:
                size += len(text)
                if len(text) <= _LONGEST:
                    texts.append(text)
                    holders.append(element)
                    orders.append(index)
            tail = element.tail
            if tail and not tail.isspace():
                size += len(tail)
                if len(tail) <= _LONGEST:
                    texts.append(tail)
                    holders.append(element.getparent())
                    orders.append(index)
        self.size = size

    def _add_spoken(self, tree: etree._Element) -> None:
        """Words that pictures and buttons have in attributes."""
        pictured = {element for element in tree.iter("img") if _says_price(element.get("alt"))}
        for index, element in enumerate(tree.iter("*") if pictured else ()):
            if element in pictured:
                self._add(element.get("alt") or "", element, index)
        for element in tree.iter("input"):
            if (sort := element.get("type")) in ("submit", "button", "image"):
                # The value of a picture is what is sent, its alternative text what is read.
                shown = ("alt", "value") if sort == "image" else ("value", "alt")
                self._add(next(filter(None, map(element.get, shown)), ""), element, 0)

    def _add(self, text: str, holder: etree._Element, order: int) -> None:
        self.texts.append(text)
        self.holders.append(holder)
        self.orders.append(order)

    @cached_property
    def joined(self) -> Joined:
        """The texts as they are."""
        return Joined(self.texts)

    @cached_property
    def phrases(self) -> list[str]:
        """The texts in lower case without white space at their ends."""
        # Lower case may be longer than the text, but has no other number of zeros.
        return [*map(str.strip, "\x00".join(self.texts).lower().split("\x00"))] if self.texts else []

    @cached_property
    def joined_phrases(self) -> Joined:
        """The phrases."""
        return Joined(self.phrases)


def _says_price(words: str | None) -> bool:
    """Whether a picture's words are a price and nothing else."""
    return bool(words) and len(words or "") <= 40 and signs.PICTURED.fullmatch(words or "") is not None
