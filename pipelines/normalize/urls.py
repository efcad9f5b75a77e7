"""URLs as text: the host a page belongs to, and one spelling for one page. No network."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

# Parameters that say where a visitor came from, never which page is shown.
TRACKING = frozenset({
    "spm", "scm", "pvid", "utparam", "fbclid", "gclid", "msclkid", "dclid", "yclid", "mc_cid", "mc_eid", "_ga", "_gl",
    "igshid", "ttclid", "twclid", "wbraid", "gbraid", "srsltid",
})  # fmt: skip
# Names under which shop software writes a visitor's session into links; `sid` and `s` only with a value like a hash.
_SESSION = re.compile(
    r"(?i)(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|session_?id|sessid|zenid|oscsid|cfid|cftoken)=[^&;]*"
    r"|(?:sid|s)=[0-9a-f]{16,}"
).fullmatch
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*(?:&[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*)*").fullmatch
_PRINTABLE = "".join(map(chr, range(33, 127)))
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
def ledger_key(url: str) -> str:
    """One spelling for one page to be asked, still a URL: fragment, session ids and order of parameters are dropped.

    Stricter than `page_key`: scheme, `www.` and a trailing slash may lead to another answer, so they stay.
    """
    try:
        parts = urlsplit(quote(url.strip(), safe=_PRINTABLE, errors="surrogatepass"))
    except ValueError:
        return url
    path = ";".join(part for part in parts.path.split(";") if not _SESSION(part))
    kept = sorted(part for part in parts.query.split("&") if part and not _SESSION(part))
    return urlunsplit((parts.scheme, host_of(url) or parts.netloc, path or "/", "&".join(kept), ""))


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
    # A query of these characters only is written as it is read.
    plain = _PLAIN_QUERY(parts.query) is not None
    said = [part.split("=", 1) for part in parts.query.split("&")] if plain else parse_qsl(parts.query, True)
    kept = sorted(
        (name, value) for name, value in said if name.lower() not in TRACKING and not name.lower().startswith("utm_")
    )
    query = f"?{'&'.join(map('='.join, kept)) if plain else urlencode(kept)}" if kept else ""
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return host_of(url).removeprefix("www.") + parts.path.rstrip("/") + query + route


def product_key(url: str, sku: str | None) -> str:
    """The name of a product: its shop's host and number, else the key of its page."""
    return f"{host_of(url)}/{sku}" if sku else page_key(url)
