"""What a screenshot says of itself."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from crawler.fetch.screenshot import HEIGHT_LIMIT, stamp, texts

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TIME = "2026-11-11T12:00:00.123Z"


def picture(width: int = 1280, height: int = 100) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(written, "PNG")
    return written.getvalue()


def test_url_time_and_hash_stand_in_the_png() -> None:
    stamped = stamp(picture(), url="https://店铺.example/口红?a=1", taken_at=TIME, dom_sha256=SHA)
    said = texts(stamped)
    assert said["URL"] == "https://xn--hxtq42j.example/%E5%8F%A3%E7%BA%A2?a=1"
    assert said["Creation Time"] == TIME and said["DOM-SHA-256"] == SHA and "Comment" not in said


def test_strip_is_added_below_and_the_picture_is_as_it_was() -> None:
    with Image.open(io.BytesIO(stamp(picture(), url="https://a.example/", taken_at=TIME, dom_sha256=SHA))) as stamped:
        assert stamped.width == 1280 and stamped.height > 100
        assert stamped.crop((0, 0, 1280, 100)).getcolors() == [(128_000, (200, 30, 30))]
        strip = stamped.crop((0, 100, 1280, stamped.height))
        colors = strip.getcolors(1 << 20)
        assert colors is not None and len(colors) > 10
        # Three lines of text, each with ink in it.
        rows = [row for row in range(strip.height) if min(strip.crop((0, row, 1280, row + 1)).tobytes()) < 90]
        assert len(rows) > 20


def test_strip_tells_two_pages_apart() -> None:
    one, two = (stamp(picture(), url=f"https://a.example/{n}", taken_at=TIME, dom_sha256=SHA) for n in (1, 2))
    pixels = [Image.open(io.BytesIO(each)).tobytes() for each in (one, two)]
    assert pixels[0] != pixels[1]


def test_long_url_is_cut_in_the_strip_and_whole_in_the_text() -> None:
    url = "https://a.example/" + "x" * 5000
    short = stamp(picture(), url="https://a.example/" + "x" * 2000, taken_at=TIME, dom_sha256=SHA)
    stamped = stamp(picture(), url=url, taken_at=TIME, dom_sha256=SHA)
    assert texts(stamped)["URL"] == url
    assert Image.open(io.BytesIO(stamped)).height == Image.open(io.BytesIO(short)).height < 300


def test_cut_picture_says_how_tall_the_page_is() -> None:
    stamped = stamp(picture(), url="https://a.example/", taken_at=TIME, dom_sha256=SHA, cut_from=60_000)
    assert texts(stamped)["Comment"] == "cut: the page is 60000 px tall"
    assert HEIGHT_LIMIT < 10_000


@pytest.mark.parametrize("width", [1, 20, 2560])
def test_any_width_can_be_stamped(width: int) -> None:
    assert texts(stamp(picture(width, 3), url="https://a.example/b?c", taken_at=TIME, dom_sha256=SHA))["URL"]


@pytest.mark.parametrize("url", ["", "no url", "http://[", "https://a.example/\x00\n", "https://a.example/\ud800"])
def test_odd_urls_are_written_somehow(url: str) -> None:
    assert texts(stamp(picture(), url=url, taken_at=TIME, dom_sha256=SHA))["DOM-SHA-256"] == SHA


def test_what_is_no_picture_is_an_error() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        stamp(b"no picture", url="https://a.example/", taken_at=TIME, dom_sha256=SHA)
