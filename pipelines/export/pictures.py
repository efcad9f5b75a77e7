"""Screenshots of the archive as small pictures for the report. The archive is read by whoever hands over a `Reader`.

A picture is shown only when the archive still holds the bytes that were hashed when the page was stored. All pictures
together stay within a budget, so that the report can be mailed; how many were left out is said.
"""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image

# (archive file, byte offset) → the record's body; None when it cannot be read.
Reader = Callable[[str, int], bytes | None]

MOST_BYTES = 3_000_000
_WIDTH, _HEIGHT = 300, 380
_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One thumbnail as a `data:` address, and its size in pixels. `cut` when the page goes on below."""

    data: str
    width: int
    height: int
    cut: bool


class Pictures:
    """Makes thumbnails until their bytes are spent. Each page is shown once, where it is named first.

    shown, left_out, broken  how many were made, were too many, did not match their hash or could not be read
    """

    def __init__(self, reader: Reader | None, most: int = MOST_BYTES) -> None:
        self.shown = self.left_out = self.broken = 0
        self._reader = reader
        self._left = most
        self._done: set[str] = set()

    def of(self, page: dict[str, Any]) -> Picture | None:
        """The thumbnail of a page with its `evidence`; None without a screenshot, or when it was shown before."""
        record = next((item for item in page["evidence"] if item["kind"] == "screenshot"), None)
        if self._reader is None or record is None or page["id"] in self._done or record["warc_file"] is None:
            return None
        self._done.add(page["id"])
        if self._left <= 0:
            self.left_out += 1
            return None
        body = self._reader(record["warc_file"], record["warc_offset"])
        found = thumbnail(body) if body and hashlib.sha256(body).hexdigest() == record["sha256"] else None
        if found is None:
            self.broken += 1
            return None
        self.shown += 1
        self._left -= len(found.data)
        return found

    def attach(self, pages: Iterable[dict[str, Any]]) -> None:
        """Give each page its `picture`, or None."""
        for page in pages:
            page["picture"] = self.of(page)


def thumbnail(body: bytes) -> Picture | None:
    """The top of a screenshot, 300 pixels wide; None for bytes that are no picture, or one too large to unpack."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.width * opened.height > _PIXELS:
                    return None
                seen = min(opened.height, opened.width * _HEIGHT // _WIDTH)
                cut = seen < opened.height
                part = opened.convert("RGB").crop((0, 0, opened.width, max(1, seen)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    small = part.resize((_WIDTH, max(1, part.height * _WIDTH // part.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=62, method=4)
    data = f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
    return Picture(data=data, width=small.width, height=small.height, cut=cut)
