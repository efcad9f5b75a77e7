"""URLs as text: the host a page belongs to, and one spelling for one page. No network."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters that say where a visitor came from, never which page is shown.
TRACKING = frozenset({
    "spm", "scm", "pvid", "utparam", "fbclid", "gclid", "msclkid", "dclid", "yclid", "mc_cid", "mc_eid", "_ga", "_gl",
    "igshid", "ttclid", "twclid", "wbraid", "gbraid", "srsltid",
})  # fmt: skip
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """`https://Shop.example:443/p/1` → `shop.example`; a port that is not the scheme's own stays; else empty."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


@lru_cache(maxsize=4096)
def page_key(url: str) -> str:
    """The same text for two spellings of one page's URL: `shop.example/p/1?color=2`.

    Scheme, `www.`, default port, trailing slash, tracking parameters and their order are dropped. A fragment stays only
    where it is a route (`#/item/5`, `#!item`): other fragments point inside one page.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0].lower() not in TRACKING and not pair[0].lower().startswith("utm_")
    )
    query = f"?{urlencode(kept)}" if kept else ""
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return host_of(url).removeprefix("www.") + parts.path.rstrip("/") + query + route
