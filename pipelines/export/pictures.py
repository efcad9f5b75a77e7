"""Screenshots of the archive as small pictures for the report. The archive is read by whoever hands over a `Reader`.

A picture is shown only when the archive still holds the bytes that were hashed when the page was stored. Pictures
fill what the rest of the report leaves of its size, so that it can be mailed; how many were left out is said.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from PIL import Image

# (archive file, byte offset) → the record's body; None when it cannot be read.
Reader = Callable[[str, int], bytes | None]

_PLACE = re.compile(r"<!--picture (\d+)-->")
_LARGEST = 40_000
_WIDTH, _HEIGHT = 272, 340
_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One thumbnail as a `data:` address, and its size in pixels."""

    data: str
    width: int
    height: int


class Pictures:
    """Places of screenshots in the page, and what fills them. Each page's screenshot stands where it is named first.

    shown, left_out, broken  how many were put in, were too many, did not match their hash or could not be read
    """

    def __init__(self, reader: Reader | None) -> None:
        self.shown = self.left_out = self.broken = 0
        self._reader = reader
        self._places: list[tuple[dict[str, Any], str]] = []
        self._done: set[str] = set()

    def place(self, page: dict[str, Any], alt: str) -> Markup:
        """The place of a page's screenshot: a comment, which no text from outside can be. Empty when there is none to
        show, or it was shown before.
        """
        record = next((item for item in page["evidence"] if item["kind"] == "screenshot"), None)
        if self._reader is None or record is None or page["id"] in self._done or record["warc_file"] is None:
            return Markup("")
        self._done.add(page["id"])
        self._places.append((record, alt))
        return Markup("<!--picture {}-->").format(len(self._places) - 1)

    def fill(self, html: str, most: int) -> str:
        """The page with pictures in their places, from the top, as long as its bytes stay below `most`."""
        left = most - len(html.encode())

        def put(place: re.Match[str]) -> str:
            nonlocal left
            if left < _LARGEST:
                self.left_out += 1
                return ""
            record, alt = self._places[int(place[1])]
            found = self._picture(record)
            if found is None:
                self.broken += 1
                return ""
            made = Markup('<img src="{}" width="{}" height="{}" alt="{}">').format(
                found.data, found.width, found.height, alt
            )
            self.shown += 1
            left -= len(made)
            return made

        return _PLACE.sub(put, html)

    def _picture(self, record: dict[str, Any]) -> Picture | None:
        body = self._reader(record["warc_file"], record["warc_offset"]) if self._reader else None
        same = body is not None and hashlib.sha256(body).hexdigest() == record["sha256"]
        return thumbnail(body) if body is not None and same else None


def thumbnail(body: bytes) -> Picture | None:
    """The top of a screenshot, 272 pixels wide; None for bytes that are no picture, or one too large to unpack."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.width * opened.height > _PIXELS:
                    return None
                seen = min(opened.height, opened.width * _HEIGHT // _WIDTH)
                part = opened.convert("RGB").crop((0, 0, opened.width, max(1, seen)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    small = part.resize((_WIDTH, max(1, part.height * _WIDTH // part.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=58, method=4)
    data = f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
    return Picture(data=data, width=small.width, height=small.height)
