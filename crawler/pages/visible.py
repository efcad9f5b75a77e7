"""Visible text: the product block around the heading, the price and the buy button, and nothing of the goods shown
beside it.

Every text that carries a price mark is a candidate. A candidate keeps its place (struck, hidden, inside a list of
other goods) and its
words ("was", "/mo", "for members"). The most prominent candidates of the product block are returned, best first; what
a number means is
only said where the page's own mark or words say it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.survey import classes_of
from crawler.pages.texts import SKIPPED
from pipelines.items import Offer, PriceKind, PriceSaid, Said

_LONGEST_BOX = 60
_MOST_WORDS_MORE = 24
_NO_PRICE_PART = frozenset({"h1", "h2", "h3", "button", "label", "option", "input"})


@dataclass(slots=True, eq=False)
class Candidate:
    """One price text: `box` is the smallest element that holds it whole."""

    box: etree._Element
    text: str
    order: int
    label: str = ""
    after: str = ""
    classes: str = ""
    kind: PriceKind | None = None
    struck: bool = False
    score: float = 0.0


@dataclass(slots=True, kw_only=True)
class Visible:
    """The visible product block. `groups` are repeated blocks with a price and a link each
    (other goods, or a listing). `strength`: how surely the first price is the product's; `rivals`: others stand
    elsewhere; `untold`: the page says that it tells no price; `labelled`: brand and numbers beside their labels."""

    name: str | None = None
    prices: list[PriceSaid] = field(default_factory=list)
    availability: list[Said] = field(default_factory=list)
    rating: str | None = None
    rating_scale: str | None = None
    review_count: str | None = None
    groups: list[list[etree._Element]] = field(default_factory=list)
    has_button: bool = False
    strength: float = 0.0
    rivals: bool = False
    untold: bool = False
    text_size: int = 0
    labelled: Offer = field(default_factory=Offer)


def pieces_in(element: etree._Element, limit: int = _LONGEST_BOX) -> list[tuple[str, etree._Element]] | None:
    """Text pieces inside an element in order, with the element that holds each; None beyond `limit`."""
    found: list[tuple[str, etree._Element]] = []
    size = 0
    for count, node in enumerate(element.iter()):
        if count > 40:
            return None
        if isinstance(node.tag, str) and node.tag not in SKIPPED and node.text and not node.text.isspace():
            found.append((node.text.strip(), node))
            size += len(found[-1][0])
        elif node.tag == "img" and (words := node.get("alt")) and signs.PICTURED.fullmatch(words):
            found.append((words.strip(), node))
            size += len(words)
        if node is not element and node.tail and not node.tail.isspace():
            found.append((node.tail.strip(), node.getparent()))
            size += len(found[-1][0])
        if size > limit:
            return None
    return found


_PERCENTAGE = re.compile(r"\d[\d.,]*\s?%")
_CENTS = re.compile(r"\d\d(?:\s?[$€£])?")


def joined(pieces: list[tuple[str, etree._Element]]) -> str:
    """Pieces as one text; a price split over elements ("$", "154", ".99" or "9", "99") is put together."""
    if len(pieces) > 3 and all(len(piece) == 1 or not any(map(str.isdigit, piece)) for piece, _ in pieces):
        # Every digit in an element of its own.
        return squeeze("".join(piece for piece, _ in pieces))
    text = last = ""
    for piece, element in pieces:
        before, last = last, piece
        if (text and piece[0] in ".," and (piece[1:2].isdigit() or len(piece) == 1) and text[-1].isdigit()) or (
            text
            and text[-1] in ".,"
            and text[-2:-1].isdigit()
            and re.match(r"\d{1,3}(?!\d)" if before in (".", ",") else r"\d{1,2}(?!\d)", piece)
        ):
            text += piece
        elif (
            _CENTS.fullmatch(piece)
            and re.search(r"(?<![\d.,])\d[\d,. ]*$", text)
            and not re.search(r"[.,]\d\d$", text)
            and (
                (len(pieces) <= 3 and len(piece) == 2)
                or element.tag == "sup"
                or re.search(r"cent|frac|decimal|sup|minor|small", classes_of(element, 1), re.I)
            )
        ):
            text += "." + piece
        else:
            text += (" " if text else "") + piece
    return squeeze(text)


_BETWEEN_CJK = re.compile(r"(?<=[\u3040-\u30ff\u4e00-\u9fff])\x00(?=[\u3040-\u30ff\u4e00-\u9fff])")


def words_of(pieces: list[tuple[str, etree._Element]]) -> str:
    """Pieces as running text. Marked search words cut Chinese and Japanese names where no space belongs."""
    return squeeze(_BETWEEN_CJK.sub("", "\x00".join(piece for piece, _ in pieces)).replace("\x00", " "))


def amounts_in(text: str) -> list[str]:
    """Distinct numbers with a money shape in a text, percentages left out."""
    found = [
        match.group().rstrip(".,")
        for match in signs.AMOUNT.finditer(text)
        if text[match.end() : match.end() + 1] != "%"
    ]
    return list(dict.fromkeys(found))


_RANGE = re.compile(r"\d\s*(?:元|[A-Z]{3}|[€$£])?\s*(?:-|–|—|~|至|to|bis)\s*(?:[A-Z]{2,3}\s?)?[^\w\s]{0,2}\s*\d", re.I)


def box_of(element: etree._Element) -> tuple[etree._Element, str] | None:
    """The smallest element that holds the price whole, widened while no second amount comes in; None without a
    number.
    """
    best: tuple[etree._Element, str] | None = None
    node: etree._Element | None = element
    for _ in range(5):
        if node is None or node.tag in ("body", "html", "tr", "ul", "ol", "table"):
            break
        pieces = pieces_in(node)
        if pieces is None or (best is not None and any(holder.tag in _NO_PRICE_PART for _, holder in pieces)):
            break
        text = joined(pieces)
        amounts = amounts_in(text)
        if len(amounts) > 1 and not (len(amounts) == 2 and _RANGE.search(text)):
            offscreen = next(
                (piece for piece, _ in pieces if signs.MARK.search(piece) and len(amounts_in(piece)) == 1), None
            )
            whole = re.sub(r"\s", "", text)
            if best is None and offscreen and whole.count(re.sub(r"\s", "", offscreen)) > 1:
                best = (node, offscreen)
            break
        if amounts and (best is None or len(best[1]) < len(text) <= len(best[1]) + _MOST_WORDS_MORE):
            best = (node, text)
        elif best is not None and text != best[1]:
            break
        node = node.getparent()
    return best or _own_text(element)


def _own_text(element: etree._Element) -> tuple[etree._Element, str] | None:
    """The element's own words where they hold a price; of several lines with a price between others' names none."""
    parts = [part for part in (element.text, *(child.tail for child in element)) if part]
    marked = [part for part in parts if signs.MARK.search(part)]
    if len({squeeze(part) for part in marked}) > 1 and len(amounts_in(" ".join(marked))) > 1:
        return None
    own = squeeze(" ".join(parts))
    if marked and len(amounts_in(_PERCENTAGE.sub("", own))) > 1:
        own = squeeze(marked[0])
    return (element, own[:200]) if signs.AMOUNT.search(own) else None


def css_path(element: etree._Element) -> str:
    """A short CSS path: the element and up to two ancestors with an id or class."""
    parts: list[str] = []
    node: etree._Element | None = element
    while node is not None and len(parts) < 3 and isinstance(node.tag, str) and node.tag not in ("body", "html"):
        name = node.get("id")
        css = (node.get("class") or "").split()
        if name and not name[0].isdigit():
            parts.append(f"{node.tag}#{name}")
            break
        if css or not parts:
            parts.append(node.tag + "".join(f".{part}" for part in css[:2]))
        node = node.getparent()
    return " > ".join(reversed(parts))


def find_heading(document: Document, hint: str | None) -> etree._Element | None:
    """The element that names the product: the `<h1>` (the one like `hint` or the title, when several), else a heading
    like the hint.
    """
    tree = document.tree
    if tree is None:
        return None
    wanted = [squeeze(text).lower() for text in (hint, document.metas.get("og:title"), document.title) if text]
    best: tuple[float, etree._Element] | None = None
    for index, element in enumerate(tree.iter("h1", "h2", "h3")):
        if index > 150:
            break
        if element.tag != "h1" and best is not None and best[0] >= 2:
            break
        pieces = pieces_in(element, 400)
        text = squeeze(" ".join(piece for piece, _ in pieces)).lower() if pieces else ""
        if len(text) < 2:
            continue
        like = (
            3.0
            if text in wanted
            else 2.0
            if any(text in one or one in text for one in wanted if len(one) > 4 and len(text) > 4)
            else 0.0
        )
        score = like + (1.0 if element.tag == "h1" else -0.5 if like else -9.0)
        if score > 0 and (best is None or score > best[0]):
            best = (score, element)
    if best is not None:
        return best[1]
    named = tree.xpath("//*[@itemprop='name' or contains(@class,'product-name') or contains(@class,'product-title')]")
    # A list names every one of its goods so.
    if named and len({squeeze("".join(element.itertext())) for element in named[:50]}) == 1:
        return named[0]
    return _titled(document)


_SEPARATOR = re.compile(r"\s+[-–—|:·»]+\s+|\s*[|»：]\s*")
_SORT = re.compile(
    r"(?:item|product|goods|article)s? (?:details?|information|info|page|view)|view (?:item|product)|details?"
    r"|product|untitled(?: document)?"
    r"|artikel(?:detail|ansicht)s?|produkt(?:detail)?s?|fiche produit|detalle(?: de)? producto|商品(?:详情|詳情"
    r"|詳細|页)|商品详情页|商品ページ|상품\s?상세",
    re.I,
)
_HEADER = re.compile(r"(?:^|\s)(?:header|heading|headline|page-?title|title|item-?name|product-?title)(?:\s|$)", re.I)


def names_no_goods(title: str) -> bool:
    """Whether one part of a title only says what sort of page it is, as in "Shop | Item Detail"."""
    parts = [part for part in _SEPARATOR.split(title) if part]
    return 0 < len(parts) <= 2 and any(_SORT.fullmatch(part) for part in parts)


def _titled(document: Document) -> etree._Element | None:
    """Where no heading is marked up: the first words of their own that are the page's title, or its first part; where
    the title only says what sort of page this is, the first element that is called a header.
    """
    tree = document.tree
    if tree is None:
        return None
    # Marketplaces put their own name in brackets before the goods'.
    title = re.sub(r"^【[^】]{1,12}】", "", squeeze(document.title or "")).lower()
    if names_no_goods(title):
        called = (
            element
            for element in tree.iter("span", "div", "td", "font", "p")
            if _HEADER.search(element.get("class") or "")
        )
        return next((element for element in called if 3 <= len(text_in(element, 90)) <= 80 and len(element) < 2), None)
    wanted = {title, *_SEPARATOR.split(title)[:1]} - {""}
    for element in tree.iter("b", "strong", "font", "span", "div", "td", "p"):
        text = element.text
        if text and 6 <= len(text) <= 200 and squeeze(text).lower() in wanted and element.get("href") is None:
            return element
    return None
