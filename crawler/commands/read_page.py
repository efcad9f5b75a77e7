"""`daihuo read page FILE [--url URL]`: one saved page as the stable JSON."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path
from typing import Any

from crawler.pages.read import read_page, unreadable
from pipelines.errors import InputMissing
from pipelines.facts import to_json
from pipelines.understand import understand

_LARGEST = 64 * 1024 * 1024
_HEAD = 400_000
_PLACES = (
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)"),
    re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S+?)\s*-->"),
    re.compile(r"<link[^>]*\brel=[\"']?canonical[\"']?[^>]*\bhref=[\"']?([^\"'\s>]+)", re.I),
    re.compile(r"<link[^>]*\bhref=[\"']?([^\"'\s>]+)[\"']?[^>]*\brel=[\"']?canonical\b", re.I),
    re.compile(r"<meta[^>]*\bproperty=[\"']?og:url[\"']?[^>]*\bcontent=[\"']?([^\"'\s>]+)", re.I),
    re.compile(r"<meta[^>]*\bcontent=[\"']?([^\"'\s>]+)[\"']?[^>]*\bproperty=[\"']?og:url\b", re.I),
)
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(https?://.*)$")


def read_page_file(path: Path, url: str | None = None) -> dict[str, Any]:
    """The JSON of `daihuo read page`. Raises `InputMissing` when the file does not exist; any content is an outcome."""
    if not path.is_file():
        raise InputMissing(f"{path} does not exist or is not a file; name a saved page (HTML, JSON, JSONP or JS)")
    try:
        if path.stat().st_size > _LARGEST:
            return to_json(understand(unreadable(url or f"file:{path.name}", f"larger than {_LARGEST} bytes")))
        body = path.read_bytes()
    except OSError as error:
        return to_json(understand(unreadable(url or f"file:{path.name}", f"cannot be opened: {error.strerror}")))
    return to_json(understand(read_page(url or url_inside(body), body)))


def url_inside(body: bytes) -> str:
    """The address that a saved page names for itself; `urn:sha256:…` of the body when it names none."""
    head = body[:_HEAD].decode("utf-8", "replace")
    for place in _PLACES:
        match = place.search(head)
        if match:
            found = html.unescape(match.group(1))
            archived = _ARCHIVED.match(found)
            found = archived.group(1) if archived else found
            if found.startswith(("http://", "https://")):
                return found
    return f"urn:sha256:{hashlib.sha256(body).hexdigest()}"
