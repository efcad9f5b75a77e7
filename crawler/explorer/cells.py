"""What a cell of a table leads to: from a row to its claim, product, review or page, and from there to the archive."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from datasette.utils import tilde_encode
from markupsafe import Markup

_PAGES = re.compile(r"(?:.*_)?page_id|any_page|page_before|page_after")
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")
_LONGEST = 300
# Where the key of a row is what its own page is about.
OWN_PAGE = {
    "claims": ("claim", "id"),
    "verdicts": ("claim", "claim_id"),
    "pages": ("page", "id"),
    "offers": ("page", "page_id"),
    "reviewed_products": ("product", "product"),
}


def place(kind: str, key: object) -> str:
    """The address of a claim's, product's, page's or review's own page."""
    encoded = tilde_encode(str(key))
    return f"/explorer/reviews/{encoded}" if kind == "review" else f"/{kind}/{encoded}"


def own_page(table: str, keys: list[str]) -> str | None:
    """The page that tells more of a row than its columns do; None where there is none."""
    return place(OWN_PAGE[table][0], keys[0]) if table in OWN_PAGE and len(keys) == 1 else None


def shown(value: Any, column: str, table: str | None) -> Markup | None:
    """A cell as links; None leaves it to Datasette, which escapes it."""
    label = value
    if isinstance(value, dict):
        value, label = value.get("value"), value.get("label") or value.get("value")
    if not isinstance(value, str) or not value:
        return None
    if column == "page_ids_json":
        return _pages(value)
    kind = _kind(column, table)
    if kind:
        return _link(place(kind, value), label)
    if column == "cluster":
        return _link(f"/explorer/repeated_texts?cluster__exact={quote(value, safe='')}", value)
    if _ADDRESS.fullmatch(value):
        return Markup('<a class="out" rel="noopener noreferrer nofollow" href="{}">{}</a>').format(value, _cut(value))
    return None


def _kind(column: str, table: str | None) -> str | None:
    if column == "claim_id":
        return "claim"
    if _PAGES.fullmatch(column):
        return "page"
    if column == "review":
        return "review"
    if column == "product_key" or (column == "product" and table in ("reviews", "reviewed_products", "repeated_texts")):
        return "product"
    own = OWN_PAGE.get(table or "")
    return own[0] if own and own[1] == column else None


def _pages(text: str) -> Markup | None:
    try:
        ids = json.loads(text)
    except ValueError:
        return None
    if not isinstance(ids, list) or not ids:
        return None
    return Markup(" ").join(_link(place("page", item), item) for item in ids if isinstance(item, str))


def _link(address: str, text: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, _cut(str(text)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
