"""Which of the marked-up products is the one that the page sells."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from crawler.pages.document import Document, squeeze
from crawler.pages.structured import Found, Product
from crawler.pages.visible import Visible
from pipelines.items import Issue

_WORD = re.compile(r"[\w]+")


def page_name(document: Document, found: Found) -> str | None:
    own = [product.offer.name for product in found.products if not product.apart and product.offer.name]
    if len(set(own)) == 1:
        return own[0]
    return document.metas.get("og:title") or document.title


def alike(name: str | None, other: str | None) -> float:
    """Share of the shorter name's words that the other one has."""
    a, b = (set(_WORD.findall((text or "").lower())) for text in (name, other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def main_products(
    document: Document, found: Found, visible: Visible, issues: list[Issue]
) -> tuple[list[Product], list[Product]]:
    """(the page's own product in each syntax, the rest). Several that nothing tells apart are none, with an issue."""
    own = [product for product in found.products if not product.apart]
    rest = [product for product in found.products if product.apart]
    names = {squeeze(product.offer.name or "").lower() for product in own}
    if len(names) > 1:
        picked = _by_address(document, own) or _by_name(document, visible, own)
        if picked:
            kept = {squeeze(product.offer.name or "").lower() for product in picked}
            rest += [product for product in own if squeeze(product.offer.name or "").lower() not in kept]
            own = [product for product in own if product not in rest]
        else:
            rest += own
            if len(names) < 4:
                listed = "; ".join(sorted(names))[:120]
                issues.append(
                    Issue(
                        field="offer",
                        value=listed,
                        why="several products are marked up and nothing says which one the page sells",
                    )
                )
            own = []
    elif len(own) > 1:
        own = _without_copies(own)
    return own, rest


def _without_copies(own: list[Product]) -> list[Product]:
    """The same product written several times in one syntax: copies that say nothing new are left out."""
    kept: list[Product] = []
    for product in own:
        said = (product.found_in, {(price.text, price.variant) for price in product.offer.prices})
        if all(
            said != (other.found_in, {(price.text, price.variant) for price in other.offer.prices}) for other in kept
        ):
            kept.append(product)
    return kept


def _by_address(document: Document, own: list[Product]) -> list[Product]:
    here = unquote(urlsplit(document.url).path).rstrip("/")
    if len(here) < 2:
        return []
    found = []
    for product in own:
        for url in product.urls:
            try:
                path = unquote(urlsplit(urljoin(document.url, url)).path).rstrip("/")
            except ValueError:
                continue
            if path == here and not url.startswith("#"):
                found.append(product)
                break
    return found if len({product.offer.name for product in found}) == 1 else []


def _by_name(document: Document, visible: Visible, own: list[Product]) -> list[Product]:
    """Products called like the heading or the title; only when exactly one name fits clearly."""
    best: dict[str, float] = {}
    for product in own:
        name = product.offer.name or ""
        like = max(
            alike(name, visible.name),
            0.95 * alike(name, document.metas.get("og:title")),
            0.9 * alike(name, document.title),
        )
        best[squeeze(name).lower()] = like
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if ranked[0][1] < 0.7 or ranked[1][1] > ranked[0][1] - 0.2:
        return []
    return [product for product in own if squeeze(product.offer.name or "").lower() == ranked[0][0]]
