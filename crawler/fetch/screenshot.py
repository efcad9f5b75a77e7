"""Screenshots that say what they show: URL, UTC time and hash of the settled DOM, visibly and in the PNG's own text."""

from __future__ import annotations

import io
import textwrap
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin
from w3lib.url import safe_url_string

WIDTH_LIMIT, HEIGHT_LIMIT = 2560, 8000
# Level 6, Pillow's default, takes four times as long for a tenth less.
PNG_LEVEL = 1
FONT_SIZE, MARGIN, LINE = 13, 8, 18
URL_LINES = 3
INK, PAPER, RULE = (20, 20, 20), (255, 255, 255), (150, 150, 150)


def stamp(picture: bytes, *, url: str, taken_at: str, dom_sha256: str, cut_from: int | None = None) -> bytes:
    """A PNG with a strip below it that says where and when it was taken and of which DOM.

    `url` is written in ASCII, wrapped, and cut with an ellipsis after three lines; `taken_at` is UTC, ISO 8601;
    `cut_from` is the page's whole height in CSS pixels when only its upper part is shown. The same words stand
    uncut in `tEXt` chunks (PNG specification, 11.3.4): `URL`, `Creation Time`, `DOM-SHA-256`, `Software`.
    Raises OSError or ValueError when `picture` is no picture.
    """
    with Image.open(io.BytesIO(picture)) as opened:
        shown = opened.convert("RGB")
    font = ImageFont.load_default(FONT_SIZE)
    lines = _lines(url, taken_at, dom_sha256, cut_from, (shown.width - 2 * MARGIN) // _width_of_a_letter(font))
    height = 2 * MARGIN + LINE * len(lines)
    whole = Image.new("RGB", (shown.width, shown.height + height), PAPER)
    whole.paste(shown, (0, 0))
    draw = ImageDraw.Draw(whole)
    draw.line([(0, shown.height), (shown.width, shown.height)], fill=RULE)
    for number, line in enumerate(lines):
        draw.text((MARGIN, shown.height + MARGIN + LINE * number), line, fill=INK, font=font)
    written = io.BytesIO()
    said = _said(url, taken_at, dom_sha256, cut_from)
    whole.save(written, "PNG", compress_level=PNG_LEVEL, pnginfo=said)
    return written.getvalue()


def texts(picture: bytes) -> dict[str, str]:
    """The `tEXt` chunks of a stamped PNG, by keyword. Raises OSError when it is no PNG."""
    with Image.open(io.BytesIO(picture)) as opened:
        return {str(key): value for key, value in opened.info.items() if isinstance(value, str)}


def _lines(url: str, taken_at: str, dom_sha256: str, cut_from: int | None, columns: int) -> list[str]:
    columns = max(columns, 20)
    address = textwrap.wrap(_ascii(url), columns, break_on_hyphens=False) or ["(no URL)"]
    if len(address) > URL_LINES:
        address = address[:URL_LINES]
        address[-1] = address[-1][: columns - 1] + "…"
    about = [f"{taken_at} (UTC)", f"DOM SHA-256 {dom_sha256}"]
    if cut_from is not None:
        about.append(f"The page is {cut_from} px tall; its first {HEIGHT_LIMIT} px are shown.")
    return address + [line for text in about for line in textwrap.wrap(text, columns)]


def _ascii(url: str) -> str:
    clean = url.encode("utf-8", "replace").decode("utf-8")
    try:
        return str(safe_url_string(clean))
    except ValueError:
        return quote(clean, safe=":/?#[]@!$&'()*+,;=%")


def _said(url: str, taken_at: str, dom_sha256: str, cut_from: int | None) -> PngImagePlugin.PngInfo:
    said = PngImagePlugin.PngInfo()
    said.add_text("URL", _ascii(url))
    said.add_text("Creation Time", taken_at)
    said.add_text("DOM-SHA-256", dom_sha256)
    said.add_text("Software", "daihuo")
    if cut_from is not None:
        said.add_text("Comment", f"cut: the page is {cut_from} px tall")
    return said


def _width_of_a_letter(font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> int:
    return max(1, round(font.getlength("abcdefghijklmnopqrstuvwxyz0123456789/%-.") / 40 + 0.5))
