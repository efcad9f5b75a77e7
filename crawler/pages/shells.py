"""Pages without an offer of their own: an empty frame that JavaScript fills; a cart, an article."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.pages.document import Document

_CARTS = frozenset({
    "cart", "basket", "bag", "shopping-cart", "shopping-bag", "checkout", "warenkorb", "kasse", "panier", "carrito",
    "cesta", "carrello", "winkelwagen", "winkelmand", "koszyk", "kosik", "varukorg", "carrinho", "wishlist", "compare",
})  # fmt: skip
_PLACEHOLDER = re.compile(
    r">\s*(?:\{\{[^{}<]{0,80}price[^{}<]{0,80}\}\}|\{\$[^{}<]{0,60}price[^{}<]{0,60}\$?\}"
    r"|<%=[^<%]{0,60}price[^<%]{0,60}%>"
    r"|\$\{[^{}<]{0,60}price[^{}<]{0,60}\}|\[\[[^\]<]{0,60}price[^\]<]{0,60}\]\])",
    re.I,
)
_ROOT = re.compile(
    r"<(?:div|main|section|app-root)\b[^>]{0,200}?(?:id=[\"']?(?:app|root|__next|__nuxt|main-app|react-root"
    r"|ice-container|container)[\"']?)"
    r"[^>]{0,200}>\s*(?:<!--.{0,200}?-->\s*)?(?:<(?:div|span|img|svg|i|p)[^>]{0,200}>\s*(?:loading[^<]{0,20}"
    r"|加载中[^<]{0,10}|请稍[^<]{0,10})?"
    r"\s*(?:</(?:div|span|svg|i|p)>)?\s*)*</(?:div|main|section|app-root)>|<app-root[^>]*>\s*</app-root>",
    re.I | re.S,
)
_NOSCRIPT = re.compile(
    r"<noscript[^>]*>(?:(?!</noscript).){0,600}?(?:enable javascript|need(?:s)? javascript|requires javascript"
    r"|javascript (?:is )?(?:required"
    r"|disabled)|turn on javascript|启用\s*javascript|开启\s*javascript|javascript を有効|javascript aktivieren"
    r"|activer javascript)",
    re.I | re.S,
)


def sells_nothing(document: Document, has_button: bool) -> bool:
    """Whether a page without marked-up product shows prices of things it does not offer itself."""
    try:
        parts = urlsplit(document.url).path.lower().strip("/").split("/")
    except ValueError:
        parts = [""]
    # Below two folders, as in /products/basket, the word names goods.
    cart = parts[-1].partition(".")[0] in _CARTS and (len(parts) == 1 or not has_button)
    return cart or (document.metas.get("og:type") == "article" and not has_button)


def shell_reason(document: Document, text_size: int, has_price: bool) -> str | None:
    """Why the offer is only there after JavaScript; None when the page looks complete. `text_size` counts visible
    characters.
    """
    text = document.text
    if has_price or document.tree is None:
        return None
    if ("{{" in text or "{$" in text or "<%=" in text or "${" in text or "[[" in text) and _PLACEHOLDER.search(text):
        return "the price is a template placeholder"
    if _ROOT.search(text[:400_000]) and text_size < 4000:
        return "the page's application root is empty"
    if text_size < 1500 and _NOSCRIPT.search(text[:400_000]):
        return "the page says that it needs JavaScript"
    scripts = sum(len(script) for _, _, script in document.scripts) + 2000 * text.count("<script src")
    if text_size < 400 and scripts > 1500:
        return "scripts but almost no text"
    return None
