"""Lists of products: repeated blocks with a name, a link and a price; and the links to further pages.

`Visible.groups` has the repeated blocks; the largest one is the list.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze
from crawler.pages.reduced import mark_reduced
from crawler.pages.visible import Candidate, amounts_in, box_of, css_path, pieces_in, words_of
from crawler.pages.wording import describe, no_price, without_extras
from pipelines.items import Link, ListingItem, PriceSaid

_NEXT_TEXT = frozenset({
    "next", "next page", "next »", "next ›", "next >", ">", "»", "›", ">>", "下一页", "下一頁", "下页", "次へ",
    "次のページ", "weiter",
    "nächste", "nächste seite", "suivant", "siguiente", "successivo", "volgende", "próximo", "próxima", "następna",
    "nästa", "next→",
    "more reviews", "show more reviews", "下一页>", "后一页", "older",
})  # fmt: skip
_NEXT_WORDS = ("next", "page", "下一", "次へ", "suivant", "siguiente", "volgende", "weiter", "»", "›")
# Along attributes libxml2 is faster than along elements with a condition.
_CALLED_NEXT = etree.XPath(
    "//@rel[contains(concat(' ', ., ' '), ' next ')]/parent::*[self::a or self::link[@rel='next']][@href]"
)
_WRAPPERS = frozenset({"li", "span", "div"})
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:next|pagination-?next|page-?next|nextpage)(?:[\s_-]|$)", re.I)
_NO_NEXT = re.compile(r"slick|swiper|carousel|slide|disabled|prev", re.I)
_NAME_CLASS = re.compile(r"name|title|product-?link|heading|desc", re.I)
_MOST_ITEMS = 500


def read_items(document: Document, groups: list[list[etree._Element]]) -> list[ListingItem]:
    """Items of the largest repeated group, in page order, one a URL."""
    best: list[ListingItem] = []
    for group in groups:
        # A group has at most as many items as blocks.
        items = _items(document, group) if len(group) > len(best) else []
        if len(items) > len(best):
            best = items
    return best


def _items(document: Document, group: list[etree._Element]) -> list[ListingItem]:
    found: dict[str, ListingItem] = {}
    for block in group[:_MOST_ITEMS]:
        name, url = _name_and_link(document, block)
        prices = _prices(block)
        if url and prices:
            known = found.get(url)
            if known is None:
                found[url] = ListingItem(name=name, url=url, prices=tuple(prices))
    return list(found.values())


def _name_and_link(document: Document, block: etree._Element) -> tuple[str | None, str | None]:
    best: tuple[float, str | None, str] | None = None
    links = [block] if block.tag == "a" else list(block.iter("a"))[:30]
    for link in links:
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        try:
            url = urljoin(document.base, href)
        except ValueError:
            continue
        pieces = pieces_in(link, 400)
        text = words_of([part for part in pieces if not signs.MARK.search(part[0])]) if pieces else ""
        heading = next((node for node in link.iter("h2", "h3", "h4", "h5")), None)
        if heading is None and link.getparent() is not None and link.getparent().tag in ("h2", "h3", "h4", "h5"):
            heading = link
        if heading is not None and heading is not link:
            inner = pieces_in(heading, 400)
            text = words_of(inner) if inner else text
        image = next((node.get("alt") for node in link.iter("img") if node.get("alt")), None)
        named = text if len(text) > 2 else link.get("title") or image
        score = (3.0 if heading is not None else 0.0) + (1.5 if _NAME_CLASS.search(link.get("class") or "") else 0.0)
        score += min(len(text), 60) / 60 if text else (0.3 if named else -1.0)
        if best is None or score > best[0]:
            best = (score, squeeze(named) if named else None, url)
    if best is None:
        return None, None
    return best[1] or _heading(block), best[2]


def _heading(block: etree._Element) -> str | None:
    for node in block.iter("h2", "h3", "h4", "h5"):
        pieces = pieces_in(node, 400)
        if pieces:
            return squeeze(" ".join(piece for piece, _ in pieces))
    return None


def _prices(block: etree._Element) -> list[PriceSaid]:
    found: list[PriceSaid] = []
    boxes: list[tuple[etree._Element, str]] = []
    seen: set[etree._Element] = set()
    for node in block.iter():
        for text, holder in ((node.text, node), (node.tail, node.getparent())):
            if not text or text.isspace() or holder is None or node.tag in ("script", "style") or len(found) >= 8:
                continue
            priced = signs.MARK.search(text) or (
                signs.BARE.fullmatch(text)
                and text.strip()
                and signs.PRICE_CLASS.search(f"{holder.get('class')} {holder.get('itemprop')}")
            )
            boxed = box_of(holder) if priced else None
            if boxed is None or boxed[0] in seen or not amounts_in(boxed[1]):
                continue
            seen.add(boxed[0])
            if signs.NOT_A_PRICE.search(without_extras(boxed[1])):
                continue
            found.append(_price(*boxed))
            boxes.append(boxed)
    return _described(found, boxes) if sum(price.kind is None for price in found) > 1 else found


def _described(found: list[PriceSaid], boxes: list[tuple[etree._Element, str]]) -> list[PriceSaid]:
    """Several plain prices of one entry with what the words beside them say: "2 used from", "-30 %"."""
    candidates = [Candidate(box=box, text=text, order=0) for box, text in boxes]
    for candidate in candidates:
        describe(candidate)
    mark_reduced(candidates)
    told = []
    for price, candidate in zip(found, candidates, strict=True):
        if price.kind is None and no_price(candidate):
            continue
        kind = candidate.kind if price.kind is None else price.kind
        told.append(replace(price, kind=kind, struck=price.struck or candidate.struck))
    return told


def _price(box: etree._Element, text: str) -> PriceSaid:
    node: etree._Element | None = box
    struck = False
    names = ""
    for _ in range(3):
        if node is None or not isinstance(node.tag, str):
            break
        struck = struck or node.tag in ("del", "s", "strike") or "line-through" in (node.get("style") or "")
        struck = struck or node.get("data-a-strike") == "true"
        names += f" {node.get('class') or ''}"
        node = node.getparent()
    struck = (
        struck
        or any(True for _ in box.iter("del", "s", "strike"))
        or signs.OLD_CLASS.search(box.get("class") or "") is not None
    )
    kind = "list" if struck else "unit" if signs.UNIT_CLASS.search(names) else None
    for said_kind, pattern in signs.LABELS if kind is None else ():
        if said_kind in ("member", "instalment", "unit", "used", "list") and pattern.search(text):
            kind = said_kind
            break
    return PriceSaid(text=text, kind=kind, struck=struck, found_in="visible", path=css_path(box))  # type: ignore[arg-type]


def next_links(document: Document) -> list[Link]:
    """The next page of the same list or reviews: `rel=next`, a link called next, or the page number after the current
    one.
    """
    tree = document.tree
    if tree is None:
        return []
    for element in _CALLED_NEXT(tree):
        if url := _absolute(document, element.get("href")):
            return [Link(kind="next", url=url)]
    if not _may_go_on(document.text):
        return []
    for element in tree.iter("a"):
        href = element.get("href")
        if not href or href.startswith(("#", "javascript:")):
            continue
        parent = element.getparent()
        above = parent.get("class") if parent is not None and parent.tag in _WRAPPERS else ""
        names = f"{element.get('class', '')} {element.get('id', '')} {above or ''}"
        text = (element.text or "").strip() or (element.get("title") or element.get("aria-label") or "").strip()
        text, lower = text.lower(), names.lower()
        called = text in _NEXT_TEXT
        if not called and "next" not in lower:
            continue
        named = called and (len(text) > 2 or "pag" in lower or "next" in lower)
        if _NO_NEXT.search(names):
            continue
        if (
            (named or _NEXT_CLASS.search(names))
            and (url := _absolute(document, href))
            and url != document.url
            and _same_list(document.url, url)
        ):
            return [Link(kind="next", url=url)]
    return []


def _may_go_on(text: str) -> bool:
    """Whether a page has one of the words by which a link to the next page is told, in any case."""
    if any(word in text for word in _NEXT_WORDS):
        return True
    low = text.lower()
    return any(word in low for word in _NEXT_WORDS)


def _same_list(here: str, there: str) -> bool:
    """A next page stays on the host and differs by a page number, in path or query."""
    a, b = urlsplit(here), urlsplit(there)
    if a.netloc and b.netloc and a.netloc != b.netloc:
        return False
    return bool(re.search(r"\d", b.path + b.query)) or parse_qs(a.query) != parse_qs(b.query)


def _absolute(document: Document, href: str | None) -> str | None:
    try:
        url = urljoin(document.base, (href or "").strip())
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
