"""Host names: which two belong to one site."""

from __future__ import annotations

import re
from functools import lru_cache

import tldextract

# The list of public suffixes inside the package; no list is downloaded and nothing is cached on disk.
_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
_PORT = re.compile(r":\d+$")
_ADDRESS = re.compile(r"[\d.]+|\[.*\]|[^.]+")


@lru_cache(maxsize=4096)
def registrable_domain(netloc: str) -> str:
    """`www.shop.example.co.uk:8080` → `example.co.uk`; an address keeps its port: there, ports are different sites."""
    host = netloc.rsplit("@", 1)[-1].lower().rstrip(".")
    bare = _PORT.sub("", host)
    if _ADDRESS.fullmatch(bare):
        return host
    # A suffix that is not on the list (a company's inner names) counts as one label.
    return _extract(bare).top_domain_under_public_suffix or ".".join(bare.split(".")[-2:])
