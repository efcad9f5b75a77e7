"""One pass over a page's text: where prices, buttons and stock words stand, and what the places of elements mean.

Text nodes are joined and searched as one string, since a page has thousands of them and few that matter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze

SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "title", "textarea", "iframe", "svg", "select", "object"}
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLES = frozenset({*_HEADINGS, "strong", "b", "legend", "summary", "caption"})
_APART_TAGS = frozenset({"nav", "footer", "dialog", "menu"})
_STRUCK_TAGS = frozenset({"del", "s", "strike"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CODE = re.compile("|".join(map(re.escape, signs.CODES)))
# Letters beyond ASCII; signs such as dashes and quotes are in every text.
_FOREIGN = re.compile(r"[^\x00-\x7f\xa0-\xbf\u2000-\u2bff]")
_BARE_NODE = re.compile(r"\x00\s*(?:[A-Za-z]{1,3}[./]{0,2}\s?)?\d[\d.,' \u00a0\u202f]{0,14}(?=[\s\x00])")
_NUMBER = re.compile(
    r"^(?:id|pid|item|sku|route|goods|product)$|(?:item|product|goods|prod|article)s?[-_]?(?:id|no|code)$", re.I
)
_BRIEF = 60
_ENDS = frozenset("!.»)>")
_LONGEST = 160
_MOST_CANDIDATES = 400
_MOST_STOCK_WORDS = 60


@dataclass(slots=True, eq=False)
class Place:
    """What the ancestors of an element say about it."""

    gone: bool = False
    apart: bool = False
    struck: bool = False
    link: str | None = None


class Survey:
    """`marked`: elements whose own text may be a price, in page order. `buttons`, `stock`: elements that say buy, or
    a stock state.
    """

    def __init__(self, document: Document, heading: etree._Element | None) -> None:
        self.document = document
        self.heading = heading
        self.above = set(heading.iterancestors()) if heading is not None else set()
        self.places: dict[etree._Element, Place] = {}
        self.others: set[etree._Element] = set()
        self.order: dict[etree._Element, int] = {}
        self.buttons: list[etree._Element] = []
        self.stock: list[tuple[etree._Element, str]] = []
        self.text_size = 0
        self.heading_order = 0
        self._texts: list[str] = []
        self._phrases: tuple[str, list[int]] = ("", [])
        self._holders: list[etree._Element] = []
        self._orders: list[int] = []
        if document.tree is not None:
            self._walk(document.tree)
            self._find_prices()
            self._find_phrases()

    @property
    def marked(self) -> list[etree._Element]:
        return list(self.order)

    def _walk(self, tree: etree._Element) -> None:
        texts, holders, orders = self._texts, self._holders, self._orders
        size = 0
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
            if element is self.heading:
                self.heading_order = index
        pictured = {element for element in tree.iter("img") if _says_price(element.get("alt"))}
        for index, element in enumerate(tree.iter("*") if pictured else ()):
            if element in pictured:
                texts.append(element.get("alt") or "")
                holders.append(element)
                orders.append(index)
        for element in tree.iter("input"):
            if (sort := element.get("type")) in ("submit", "button", "image"):
                # The value of a picture is what is sent, its alternative text what is read.
                shown = ("alt", "value") if sort == "image" else ("value", "alt")
                texts.append(next(filter(None, map(element.get, shown)), ""))
                holders.append(element)
                orders.append(0)
        self.text_size = size

    def _find_prices(self) -> None:
        joined, starts = _together(self._texts)
        found = {bisect_right(starts, place) - 1 for place in _places(joined, signs.SYMBOLS)}
        for match in _CODE.finditer(joined):
            index = bisect_right(starts, match.start()) - 1
            if (
                index not in found
                and index < len(self._texts)
                and (signs.MARK.search(self._texts[index]) or self._texts[index].strip() in signs.ALONE)
            ):
                found.add(index)
        for match in _BARE_NODE.finditer(joined):
            index = bisect_right(starts, match.start() + 1) - 1
            if index not in found and index < len(self._texts) and signs.BARE.fullmatch(self._texts[index]):
                holder = self._holders[index]
                if holder is not None and signs.PRICE_CLASS.search(classes_of(holder, 2)):
                    found.add(index)
        for index in sorted(found):
            holder = self._holders[index] if index < len(self._holders) else None
            if holder is not None and len(self.order) < _MOST_CANDIDATES:
                self.order.setdefault(holder, self._orders[index])

    def _find_phrases(self) -> None:
        # No text holds the separator; lower case may be longer than the text, so that places are counted anew.
        phrases = [*map(str.strip, "\x00".join(self._texts).lower().split("\x00"))] if self._texts else []
        self._phrases = _together(phrases)
        brief = [index for index, text in enumerate(self._texts) if len(text) < _BRIEF]
        short = _together([phrases[index] for index in brief])
        buy = signs.BUY
        for index, phrase in enumerate(phrases):
            if phrase in buy or (phrase[-1:] in _ENDS and phrase.rstrip("!. »)>") in buy):
                self.buttons.append(self._holders[index])
        for index in _having(short, signs.STOCK_STEMS):
            text = self._texts[brief[index]]
            if len(self.stock) < _MOST_STOCK_WORDS and signs.STOCK.search(text.lower()):
                self.stock.append((self._holders[brief[index]], squeeze(text)))
        for index in _having(short, signs.OTHER_GOODS_STEMS):
            if signs.OTHER_GOODS.match(phrases[brief[index]]):
                self._add_others(self._holders[brief[index]])

    def _add_others(self, title: etree._Element) -> None:
        """What follows a title such as "You may also like" shows other goods, up to the next title of its rank."""
        node = title if title.tag in _TITLES else title.getparent()
        if node is None or node.tag not in _TITLES:
            return
        ranks = _HEADINGS[: _HEADINGS.index(node.tag) + 1] if node.tag in _HEADINGS else _HEADINGS
        for _ in range(3):
            following = list(node.itersiblings())
            for sibling in following:
                if sibling.tag in ranks or sibling in self.above or sibling is self.heading:
                    return
                self.others.add(sibling)
            parent = node.getparent()
            if following or parent is None or parent in self.above or parent.tag in ("body", "html"):
                return
            node = parent

    def texts_with(self, words: Iterable[str]) -> Iterator[tuple[etree._Element, str]]:
        """(element, text) of the short texts that hold one of the lower-case words, in page order."""
        for index in _having(self._phrases, words):
            yield self._holders[index], self._texts[index]

    def elsewhere(self, element: etree._Element) -> bool:
        """Whether the element lies in a link that leads away from this page."""
        return leads_elsewhere(self.document, self.place(element).link)

    def own(self, element: etree._Element) -> bool:
        """Whether the element is shown, and in the product's own part of the page."""
        place = self.place(element)
        return not place.gone and not place.apart

    def place(self, element: etree._Element) -> Place:
        """The place of an element, from its ancestors' marks; linear over the whole page."""
        chain: list[etree._Element] = []
        node: etree._Element | None = element
        while node is not None and node not in self.places:
            chain.append(node)
            node = node.getparent()
        above = self.places[node] if node is not None else Place()
        for node in reversed(chain):
            above = self._below(above, node)
            self.places[node] = above
        return above

    def _below(self, above: Place, element: etree._Element) -> Place:
        tag, attributes = element.tag, element.attrib
        if not isinstance(tag, str):
            return above
        hidden, beside = _named(f"{attributes.get('class', '')} {attributes.get('id', '')}")
        style = attributes.get("style")
        gone = (
            above.gone
            or hidden
            or tag in SKIPPED
            or "hidden" in attributes
            or (style is not None and signs.HIDDEN_STYLE.search(style) is not None)
        )
        other = tag in _APART_TAGS or element in self.others or (beside and tag not in ("body", "html", "form"))
        apart = above.apart or (other and element not in self.above)
        struck = above.struck or tag in _STRUCK_TAGS or (style is not None and "line-through" in style)
        link = attributes.get("href") if tag == "a" and "href" in attributes else above.link
        if (gone, apart, struck, link) == (above.gone, above.apart, above.struck, above.link):
            return above
        return Place(gone, apart, struck, link)


def _says_price(words: str | None) -> bool:
    """Whether a picture's words are a price and nothing else."""
    return bool(words) and len(words or "") <= 40 and signs.PICTURED.fullmatch(words or "") is not None


@lru_cache(maxsize=20_000)
def _named(names: str) -> tuple[bool, bool]:
    """Whether class and id names say hidden, and whether they say that this is not the product's part of the page."""
    if len(names) < 3:
        return False, False
    spread = names if names.islower() else _CAMEL.sub("-", names)
    return signs.HIDDEN_CLASS.search(names) is not None, signs.APART_CLASS.search(spread) is not None


def classes_of(element: etree._Element, levels: int) -> str:
    names = []
    node: etree._Element | None = element
    for _ in range(levels):
        if node is None or not isinstance(node.tag, str):
            break
        names.append(f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}")
        node = node.getparent()
    return " ".join(names)


def _together(texts: list[str]) -> tuple[str, list[int]]:
    """Texts as one, each between two zeros, and where each begins; one place more for the end."""
    pieces = [f"{text}\x00" for text in texts]
    return "\x00" + "".join(pieces), list(accumulate(map(len, pieces), initial=1))


def _having(together: tuple[str, list[int]], words: Iterable[str]) -> list[int]:
    """Which of the texts put together have one of the words."""
    text, starts = together
    plain = text.isascii() or _FOREIGN.search(text) is None
    wanted = (word for word in words if word.isascii()) if plain else words
    return sorted({bisect_right(starts, place) - 1 for place in _places(text, wanted)})


def _places(text: str, words: Iterable[str]) -> Iterator[int]:
    """Every offset at which one of the words begins."""
    for word in words:
        place = text.find(word)
        while place >= 0:
            yield place
            place = text.find(word, place + 1)


def leads_elsewhere(document: Document, link: str | None) -> bool:
    """Whether a link leads to another page than this one."""
    if not link or link.startswith(("#", "javascript:", "?", "tel:", "mailto:")):
        return False
    return _elsewhere(document.base, document.url, link)


@lru_cache(maxsize=4096)
def _elsewhere(base: str, url: str, link: str) -> bool:
    try:
        target, here = urlsplit(urljoin(base, link)), urlsplit(url)
    except ValueError:
        return False
    if target.path.rstrip("/") != here.path.rstrip("/"):
        return True
    return bool(target.query) and _numbers(target.query) != _numbers(here.query) and bool(_numbers(target.query))


def _numbers(query: str) -> set[tuple[str, str]]:
    """Query parts that name a product or a page of the shop, as `index.php?route=…&product_id=…` does."""
    return {pair for pair in parse_qsl(query) if _NUMBER.search(pair[0])}
