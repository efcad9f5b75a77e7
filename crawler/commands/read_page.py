"""`daihuo read page FILE [--url URL]`: one saved page as the stable JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.fetch.capture import Capture
from crawler.fetch.saved import captures
from crawler.pages.read import read_page, unreadable
from pipelines.errors import InputMissing
from pipelines.facts import to_json
from pipelines.understand import understand

_LARGEST = 512 * 1024 * 1024


def read_page_file(path: Path, url: str | None = None) -> dict[str, Any]:
    """The JSON of `daihuo read page`; of a container (HAR, WARC, WACZ) its first recognized page.

    Raises `InputMissing` when the file does not exist; any content is an outcome.
    """
    if not path.is_file():
        raise InputMissing(f"{path} does not exist or is not a file; name a saved page (HTML, MHTML, HAR, JSON …)")
    name = url or f"file:{path.name}"
    if path.stat().st_size > _LARGEST:
        return to_json(understand(unreadable(name, f"larger than {_LARGEST} bytes")))
    try:
        pages = [_read(capture) for capture in captures(path, url)]
    except OSError as error:
        return to_json(understand(unreadable(name, f"cannot be opened: {error.strerror}")))
    if not pages:
        return to_json(understand(unreadable(name, "no page inside")))
    return next((page for page in pages if page["kind"] != "unknown"), pages[0])


def _read(capture: Capture) -> dict[str, Any]:
    address = capture.final_url or capture.url
    if capture.too_large:
        return to_json(understand(unreadable(address, capture.too_large)))
    headers, faults = dict(capture.headers), capture.faults
    page = read_page(
        address, capture.body, status=capture.status, headers=headers, captured=capture.captured, faults=faults
    )
    return to_json(understand(page))
