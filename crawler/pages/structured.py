"""Structured data: JSON-LD, microdata, RDFa Lite and OpenGraph, each turned into offers, reviews and listing items.

One page may carry several; each becomes its own `Found`, nothing is merged or preferred here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.lenient import fault_of, read_json
from crawler.pages.schema_org import PRODUCTS, Node, key, listed, nodes, read_product, read_review, types_of, walk
from pipelines.items import FoundIn, Issue, ListingItem, Offer, PriceKind, PriceSaid, Review, Said

_LINKS = frozenset({"a", "area", "link"})
_SOURCES = frozenset({"img", "audio", "embed", "iframe", "source", "track", "video"})
_VALUES = frozenset({"data", "meter", "input", "option"})
_MOST_ITEMS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One marked-up product: its offer, URLs it names for itself, and whether it stands below another one."""

    offer: Offer
    urls: tuple[str, ...] = ()
    apart: bool = False
    found_in: FoundIn
    path: str = ""


@dataclass(slots=True, kw_only=True)
class Found:
    """All that structured data says."""

    products: list[Product] = field(default_factory=list)
    meta: Offer | None = None
    reviews: list[Review] = field(default_factory=list)
    items: list[ListingItem] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_structured(document: Document) -> Found:
    """Read every syntax that the page uses."""
    found = Found()
    if document.has("ld+json"):
        _json_ld(document, found)
    if document.has("itemprop") and document.has("itemscope"):
        _trees(microdata(document), "microdata", found)
    if all(map(document.has, ("typeof=", "property=", "schema.org"))):
        _trees(rdfa(document), "rdfa", found)
    found.meta = open_graph(document)
    return found


def _json_ld(document: Document, found: Found) -> None:
    trees = []
    for index, (kind, _, text) in enumerate(script for script in document.scripts if "ld+json" in script[0]):
        value, problem = read_json(text)
        document.fault(fault_of(problem))
        if problem:
            found.issues.append(Issue(field="json-ld", value=text.strip()[:80], why=problem))
        if value is not None and kind:
            trees.append((value, f"script[{index}]$"))
    _consume(trees, "json-ld", found)


def _trees(roots: list[Node], found_in: FoundIn, found: Found) -> None:
    _consume([(node, f"item[{index}]") for index, node in enumerate(roots)], found_in, found)


def _consume(trees: list[tuple[Any, str]], found_in: FoundIn, found: Found) -> None:
    by_id: dict[str, Node] = {}
    visited = [entry for value, path in trees for entry in walk(value, path)]
    for node, _, _ in visited:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 2:
            by_id.setdefault(name, node)
    _adopt_lone_offer([value for value, _ in trees if isinstance(value, dict)])
    taken: set[int] = set()
    for node, path, apart in visited:
        kinds = types_of(node)
        if kinds & PRODUCTS and not (apart and ".hasVariant" in path):
            whole = _joined(node, by_id)
            offer = read_product(whole, path, found_in)
            urls = tuple(url for name in ("url", "@id", "mainEntityOfPage") if (url := key(node, name)))
            found.products.append(Product(offer=offer, urls=urls, apart=apart, found_in=found_in, path=path))
        if kinds & {"review", "userreview", "criticreview"} and id(node) not in taken and not _foreign(path):
            taken.add(id(node))
            review = read_review(node, path)
            if review is not None:
                found.reviews.append(review)
        if "itemlist" in kinds:
            found.items.extend(_list_items(node, path, found_in))


def _adopt_lone_offer(roots: list[Node]) -> None:
    """A page's one priced Offer that markup left outside its one product belongs to it; so does one that says stock."""
    products = [root for root in roots if types_of(root) & PRODUCTS]
    offers = [root for root in roots if types_of(root) & {"offer", "aggregateoffer"} and not root.get("itemOffered")]
    priced = [offer for offer in offers if offer.get("price") or offer.get("lowPrice")]
    if len(products) == 1 and len(priced) == 1 and len(offers) <= 2 and not products[0].get("offers"):
        products[0]["offers"] = offers


def _foreign(path: str) -> bool:
    return any(name in path for name in (".isRelatedTo", ".isSimilarTo", ".itemListElement"))


def _joined(node: Node, by_id: dict[str, Node]) -> Node:
    """A product whose offers, rating or variants are references (`{"@id": …}`) with those put in place."""
    whole = dict(node)
    for name in ("offers", "aggregateRating", "hasVariant", "brand"):
        if name in whole:
            parts = []
            for part in listed(whole[name]):
                reference = part.get("@id") if isinstance(part, dict) and len(part) == 1 else None
                parts.append(by_id.get(reference, part) if isinstance(reference, str) else part)
            whole[name] = parts
    return whole


def _list_items(node: Node, path: str, found_in: FoundIn) -> list[ListingItem]:
    found = []
    for index, entry in enumerate(nodes(node.get("itemListElement"))[:1000]):
        inner = next(iter(nodes(entry.get("item"))), entry)
        if types_of(inner) & {"breadcrumb", "webpage", "sitenavigationelement", "imageobject"}:
            continue
        offer = (
            read_product(inner, f"{path}.itemListElement[{index}]", found_in) if types_of(inner) & PRODUCTS else None
        )
        url = key(inner, "url", "@id") or key(entry, "url")
        if offer is not None or (url and key(inner, "name")):
            name = key(inner, "name")
            found.append(
                ListingItem(name=name, url=url, sku=offer.sku if offer else None, prices=offer.prices if offer else ())
            )
    return found


def microdata(document: Document) -> list[Node]:
    """Top-level microdata items as dicts (`@type`, property → list of values), in document order."""
    return _scopes(document, "itemscope", "itemtype", "itemprop")


def rdfa(document: Document) -> list[Node]:
    """Top-level RDFa Lite items in the same shape."""
    return _scopes(document, "typeof", "typeof", "property")


def _scopes(document: Document, scope: str, kind: str, prop: str) -> list[Node]:
    tree = document.tree
    if tree is None:
        return []
    roots: list[Node] = []
    owners: dict[etree._Element, Node] = {}
    for element in tree.xpath(f"//@{scope}/.. | //@{prop}/..")[: 20 * _MOST_ITEMS]:
        names = (element.get(prop) or "").split()
        parent = _owner(element, owners)
        value: Any
        if scope in element.attrib:
            node: Node = {"@type": (element.get(kind) or "").split()}
            if element.get("itemid") or element.get("resource"):
                node["@id"] = element.get("itemid") or element.get("resource")
            owners[element] = node
            value = node
            if parent is None or not names:
                if len(roots) < _MOST_ITEMS:
                    roots.append(node)
                continue
        else:
            value = _value(element) if parent is not None and names else None
        if parent is not None and value is not None:
            for name in names:
                parent.setdefault(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1], []).append(value)
    return roots


def _owner(element: etree._Element, owners: dict[etree._Element, Node]) -> Node | None:
    for ancestor in element.iterancestors():
        node = owners.get(ancestor)
        if node is not None:
            return node
    return None


def _value(element: etree._Element) -> str | None:
    """The value of a property by the element's kind: https://html.spec.whatwg.org/multipage/microdata.html#values"""
    tag, said = element.tag, element.attrib
    value: str | None = said.get("content")
    if value is not None:
        return value
    if tag in _LINKS and said.get("href"):
        value = said.get("href")
    elif tag in _SOURCES:
        value = said.get("src")
    elif tag in _VALUES and said.get("value") is not None:
        value = said.get("value")
    elif tag == "time" and said.get("datetime"):
        value = said.get("datetime")
    else:
        value = text_in(element) or said.get("value") or said.get("title")
    return value


def open_graph(document: Document) -> Offer | None:
    """Prices and identity in `og:` and `product:` metas; None when the page has no price or product meta at all."""
    metas = document.metas
    if not any(
        name.startswith(("product:", "og:price", "og:product", "twitter:data")) or name == "og:type" for name in metas
    ):
        return None
    if (
        metas.get("og:type", "").lower() in ("article", "profile", "video.movie")
        and "product:price:amount" not in metas
    ):
        return None
    currency = (
        metas.get("product:price:currency")
        or metas.get("og:price:currency")
        or metas.get("product:sale_price:currency")
    )
    # Beside a sale price, Facebook's `product:price:amount` is the regular one.
    plain: PriceKind | None = (
        "list" if metas.get("product:sale_price:amount") or metas.get("product:sale_price") else None
    )
    meanings: tuple[tuple[str, PriceKind | None, str], ...] = (
        ("product:sale_price:amount", "sale", "sale_price"),
        ("product:sale_price", "sale", "sale_price"),
        ("product:price:amount", plain, ""),
        ("og:price:amount", plain, ""),
        ("product:price", plain, ""),
        ("og:price:standard_amount", "list", "standard_amount"),
        ("product:original_price:amount", "list", "original_price"),
    )
    prices = [
        PriceSaid(
            text=metas[name], kind=kind, label=label, currency=currency, found_in="opengraph", path=f"meta[{name}]"
        )
        for name, kind, label in meanings
        if metas.get(name)
    ]
    stock = metas.get("product:availability") or metas.get("og:availability")
    return Offer(
        name=metas.get("og:title"),
        brand=metas.get("product:brand") or metas.get("og:brand"),
        sku=metas.get("product:retailer_item_id") or metas.get("product:retailer_part_no"),
        gtin=metas.get("product:ean") or metas.get("product:upc") or metas.get("product:isbn"),
        prices=tuple(prices),
        availability=(Said(text=stock, found_in="opengraph", path="meta[product:availability]"),) if stock else (),
        description=squeeze(metas.get("og:description", "")) or None,
    )
