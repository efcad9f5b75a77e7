"""Where prices, buttons and stock words stand on a page, and what the places of elements mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze
from crawler.pages.marks import Marks
from crawler.pages.texts import SKIPPED, Texts

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLES = frozenset({*_HEADINGS, "strong", "b", "legend", "summary", "caption"})
_APART_TAGS = frozenset({"nav", "footer", "dialog", "menu"})
_STRUCK_TAGS = frozenset({"del", "s", "strike"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BARE_NODE = re.compile(r"\x00\s*(?:[A-Za-z]{1,3}[./]{0,2}\s?)?\d[\d.,' \u00a0\u202f]{0,14}(?=[\s\x00])")
_NUMBER = re.compile(
    r"^(?:id|pid|item|sku|route|goods|product)$|(?:item|product|goods|prod|article)s?[-_]?(?:id|no|code)$", re.I
)
_BRIEF = 60
_ENDS = ("!", ".", "»", ")", ">")
_MOST_CANDIDATES = 400
_MOST_STOCK_WORDS = 60
_SYMBOLS = Marks(signs.SYMBOLS)
_CODES = Marks(signs.CODES)
_STOCK = Marks(signs.STOCK_STEMS)
_OTHER_GOODS = Marks(signs.OTHER_GOODS_STEMS)


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
        self._texts = document.texts
        self._find_others()

    @property
    def text_size(self) -> int:
        return self._texts.size

    @cached_property
    def heading_order(self) -> int:
        """The number of the heading among all elements."""
        tree, heading = self.document.tree, self.heading
        elements = tree.iter("*") if tree is not None and heading is not None else ()
        return next((number for number, element in enumerate(elements) if element is heading), 0)

    @property
    def marked(self) -> list[etree._Element]:
        return list(self.order)

    @cached_property
    def order(self) -> dict[etree._Element, int]:
        """The number of each of the marked elements among all."""
        texts = self._texts
        order: dict[etree._Element, int] = {}
        for index in sorted(_priced(texts)):
            holder = texts.holders[index]
            if holder is not None and len(order) < _MOST_CANDIDATES:
                order.setdefault(holder, texts.orders[index])
        return order

    @cached_property
    def buttons(self) -> list[etree._Element]:
        texts, buy = self._texts, signs.BUY
        return [
            texts.holders[index]
            for index, phrase in enumerate(texts.phrases)
            if phrase in buy or (phrase.endswith(_ENDS) and phrase.rstrip("!. »)>") in buy)
        ]

    @cached_property
    def stock(self) -> list[tuple[etree._Element, str]]:
        found = (
            (element, squeeze(text))
            for element, text in self.texts_with(_STOCK)
            if len(text) < _BRIEF and signs.STOCK.search(text.lower())
        )
        return list(islice(found, _MOST_STOCK_WORDS))

    def _find_others(self) -> None:
        texts = self._texts
        for index in texts.joined_phrases.having(_OTHER_GOODS):
            if len(texts.texts[index]) < _BRIEF and signs.OTHER_GOODS.match(texts.phrases[index]):
                self._add_others(texts.holders[index])

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

    def texts_with(self, words: Marks) -> Iterator[tuple[etree._Element, str]]:
        """(element, text) of the short texts that hold one of the lower-case words, in page order."""
        texts = self._texts
        for index in texts.joined_phrases.having(words):
            yield texts.holders[index], texts.texts[index]

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


def _priced(texts: Texts) -> set[int]:
    """Which texts may be a price: by a currency's sign, by its code, or as a bare number in an element called so."""
    joined = texts.joined
    found = set(joined.having(_SYMBOLS))
    for index in joined.having(_CODES):
        text = texts.texts[index]
        if index not in found and (signs.MARK.search(text) or text.strip() in signs.ALONE):
            found.add(index)
    for match in _BARE_NODE.finditer(joined.text):
        index = joined.index_at(match.start() + 1)
        if index not in found and index < len(texts.texts) and signs.BARE.fullmatch(texts.texts[index]):
            holder = texts.holders[index]
            if holder is not None and signs.PRICE_CLASS.search(classes_of(holder, 2)):
                found.add(index)
    return found


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
