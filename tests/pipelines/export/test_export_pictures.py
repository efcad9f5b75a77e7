"""Screenshots in the report: only what the archive still holds, only as many as fit."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING

import pytest
from lxml import html
from PIL import Image

from pipelines.export import report
from pipelines.export.pictures import Pictures, thumbnail
from pipelines.export.report import render

if TYPE_CHECKING:
    from conftest import SampleData


def png(width: int = 600, height: int = 2000) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#246").save(out, "PNG")
    return out.getvalue()


def screenshots(sample: SampleData, body: bytes) -> None:
    for n, page in enumerate(("p1", "p2")):
        sample.add(
            "evidence", page_id=page, n=0, kind="screenshot", url="", warc_file="a.warc.gz", warc_offset=n,
            sha256=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip


def test_the_top_of_a_page_is_shown_beside_its_hash(sample: SampleData) -> None:
    screenshots(sample, png())
    tree = html.document_fromstring(render(sample.dataset, "en", lambda file, offset: png()))
    found = tree.xpath("//article[@id='claim-C1']//img")
    assert len(found) == 2
    head, data = found[0].get("src").split(",", 1)
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as shown:
        assert (shown.width, shown.height) == (int(found[0].get("width")), int(found[0].get("height"))) == (272, 340)
    assert found[0].get("alt").startswith("Screenshot of the page, 2026-11-20")


@pytest.mark.parametrize("body", [png(5, 5), b"", None, b"\x89PNG\r\n\x1a\nbroken"])
def test_other_bytes_than_those_hashed_are_not_shown(sample: SampleData, body: bytes | None) -> None:
    screenshots(sample, png())
    page = render(sample.dataset, "en", lambda file, offset: body)
    assert "<img" not in page and "<!--picture" not in page
    assert "2 screenshots are not shown" in page


def test_bytes_that_are_no_picture_are_not_shown(sample: SampleData) -> None:
    screenshots(sample, b"<svg onload=alert(1)>")
    page = render(sample.dataset, "en", lambda file, offset: b"<svg onload=alert(1)>")
    assert "<img" not in page
    assert thumbnail(png(9000, 9000)) is None


def test_pictures_take_only_what_is_left(sample: SampleData, monkeypatch: pytest.MonkeyPatch) -> None:
    screenshots(sample, png())
    monkeypatch.setattr(report, "MOST_BYTES", len(render(sample.dataset, "en").encode()) + 40_100)
    page = render(sample.dataset, "en", lambda file, offset: png())
    assert page.count("<img") == 1
    assert "1 screenshots were left out" in page
    assert len(page.encode()) <= report.MOST_BYTES + 1_000


def test_a_text_is_no_place_for_a_picture() -> None:
    pictures = Pictures(lambda file, offset: png())
    place = pictures.place(
        {"id": "a", "evidence": [{"kind": "screenshot", "warc_file": "f", "warc_offset": 1, "sha256": ""}]}, ""
    )
    assert place == "<!--picture 0-->"
    assert pictures.place({"id": "a", "evidence": []}, "") == ""
