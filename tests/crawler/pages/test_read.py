"""Whatever the bytes are, `read_page` gives one `Page`."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from crawler.commands.read_page import read_page_file
from crawler.fetch.saved import address_of
from crawler.pages.base import ShopPage
from crawler.pages.captured import Captured, CapturedBody
from crawler.pages.decode import decode
from crawler.pages.generic import GenericPage
from crawler.pages.read import all_page_classes, page_class_for, read_page
from pipelines.errors import InputMissing
from pipelines.understand import understand

URL = "https://shop.example/p/mug"
PRODUCT = """<html><head><script type="application/ld+json">{"@type":"Product","name":"Mug","offers":
{"@type":"Offer","price":"9.50","priceCurrency":"USD"}}</script>%s</head><body><h1>Mug</h1>
<div class="product"><span class="price">$9.50</span><button>Add to cart</button>%s</div></body></html>"""


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "blocked"),
        (b"   \n", "blocked"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "unreadable"),
        (b"PK\x03\x04" + b"\x00" * 400, "unreadable"),
        (b"%PDF-1.7 binary", "unreadable"),
        (b"\x1f\x8b\x08\x00" + b"\x01\x02" * 100, "unreadable"),
        (b"just a sentence, no page", "unreadable"),
        (b"{" * 100_000, "unreadable"),
        (b"[" * 100_000 + b"]" * 100_000, "unreadable"),
        (b"<html><body>" + b"<div>" * 60_000 + b"</div>" * 60_000, "no_offer"),
        (b"<" * 50_000, "no_offer"),
        (b"<html><p>" + b"\xff\xfe\xfd" * 100, "no_offer"),
        (b"null", "unreadable"),
        (b'{"a": 1e999999999, "b": -Infinity}', "no_offer"),
    ],
)
def test_rubbish_is_an_outcome(body: bytes, outcome: str) -> None:
    facts = understand(read_page(URL, body))
    assert facts.outcome == outcome
    assert facts.offer is None or facts.offer.price is None


def test_a_price_after_deep_nesting_is_no_traceback() -> None:
    body = PRODUCT % ("", "<div>" * 60_000)
    facts = understand(read_page(URL, body.encode()))
    assert facts.offer is not None
    assert str(facts.offer.price) == "9.50"


def test_deep_json_ld_is_named() -> None:
    bomb = '<script type="application/ld+json">' + "[" * 200_000 + "</script>"
    facts = understand(read_page(URL, (PRODUCT % (bomb, "")).encode()))
    assert facts.offer is not None
    assert str(facts.offer.price) == "9.50"
    assert any(issue.why == "nested too deep" for issue in facts.issues)


def test_a_failing_page_object_leaves_the_page_to_the_generic_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(GenericPage):
        def extract(self):  # type: ignore[no-untyped-def]
            raise KeyError("layout changed")

    monkeypatch.setattr("crawler.pages.read.choose", lambda *_: Broken)
    page = read_page(URL, (PRODUCT % ("", "")).encode())
    assert page.outcome == "ok"
    assert page.offer is not None
    assert any("layout changed" in issue.why for issue in page.issues)


def test_every_platform_is_found_and_the_generic_page_is_last() -> None:
    classes = all_page_classes()
    assert classes[-1] is GenericPage
    assert len(classes) > 5
    assert all(issubclass(page, ShopPage) for page in classes)
    assert page_class_for("https://never.seen.example/x") is GenericPage
    assert page_class_for("urn:sha256:00") is GenericPage


def test_captured_json_completes_an_empty_frame() -> None:
    frame = b'<html><head><title>Mug</title></head><body><h1>Blue mug no. 7</h1><div class="price"></div></body></html>'
    captured = Captured(
        (CapturedBody(url="https://shop.example/api/7", text='{"name":"Blue mug no. 7","price":"12.40"}'),)
    )
    facts = understand(read_page(URL, frame, captured=captured), currency_hint="EUR")
    assert facts.offer is not None
    assert (str(facts.offer.price), facts.offer.currency) == ("12.40", "EUR")
    assert facts.offer.prices[0].found_in == "xhr"


@pytest.mark.parametrize(
    ("body", "headers", "charset", "text"),
    [
        ("价格".encode(), {}, "utf-8", "价格"),
        ("﻿价格".encode(), {}, "utf-8", "价格"),
        ("价格".encode("utf-16"), {}, "utf-16-le", "价格"),
        ("<meta charset=gb2312>直播间价格便宜，质量很好，推荐购买".encode("gbk"), {}, "gb18030", "直播间"),
        ("<p>直播间价格便宜，质量很好，推荐购买，还会再来".encode("gbk"), {}, "gb18030", "直播间"),
        ("<meta charset=utf-8>直播间价格便宜，质量很好，推荐购买，还会再来".encode("gbk"), {}, "gb18030", "直播间"),
        (
            "直播间价格便宜，质量很好，推荐购买，还会再来".encode("gbk"),
            {"Content-Type": "text/html; charset=ISO-8859-1"},
            "gb18030",
            "直播",
        ),
        ("<meta charset=big5>價格優惠，購買滿額贈送，品質很好".encode("big5"), {}, "big5hkscs", "價格優惠"),
        ("<meta charset=shift_jis>価格は税込です。送料無料".encode("cp932"), {}, "cp932", "価格は税込"),
        ("<p>価格は税込です。おすすめの商品です".encode("cp932"), {}, "cp932", "おすすめ"),
        ("<meta charset=iso-8859-1>Café à 5 €".encode("cp1252"), {}, "cp1252", "Café à 5 €"),
        ("<p>Größe: 5 Stück für 3 €".encode("cp1252"), {}, "cp1252", "Größe"),
        ("<meta charset=gbk>直播间价格便宜，质量很好".encode(), {}, "utf-8", "直播间"),
        ("<meta charset=utf-8>直播间价格便宜，质量很好，价格便宜".encode() + b"caf\xe9", {}, "utf-8", "café"),
        (
            b"<script src='x?charset=utf-8'></script><meta charset=gbk>" + "促销价格".encode("gbk"),
            {},
            "gb18030",
            "促销价格",
        ),
    ],
)
def test_charsets(body: bytes, headers: dict[str, str], charset: str, text: str) -> None:
    decoded = decode(body, headers)
    assert decoded is not None
    assert decoded.charset == charset
    assert text in decoded.text
    assert "\ufffd" not in decoded.text


def test_a_wrong_declaration_is_an_issue() -> None:
    decoded = decode("<meta charset=gbk>直播间价格便宜，质量很好".encode())
    assert decoded is not None
    assert decoded.issues[0].why == "declares gb18030 but the bytes are utf-8"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<!-- saved from url=(0033)https://shop.example/p/1 -->", "https://shop.example/p/1"),
        (
            "<!--\n Page saved with SingleFile \n url: https://shop.example/p/2 \n saved date: x -->",
            "https://shop.example/p/2",
        ),
        ('<link href="https://shop.example/p/3" rel="canonical">', "https://shop.example/p/3"),
        ('<meta property="og:url" content="https://shop.example/p?a=1&amp;b=2">', "https://shop.example/p?a=1&b=2"),
        (
            '<link rel="canonical" href="https://web.archive.org/web/2020/http://shop.example/p/4">',
            "http://shop.example/p/4",
        ),
        ("<p>no address", None),
    ],
)
def test_address_of(head: str, url: str | None) -> None:
    found = address_of(f"<html><head>{head}</head>".encode())
    assert found == url if url else found.startswith("urn:sha256:")


def test_read_page_file(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PRODUCT % ("", ""), "utf-8")
    said = read_page_file(file, None)
    assert said["offer"]["price"] == "9.50"
    json.dumps(said)
    (tmp_path / "bytes.bin").write_bytes(b"\x00\x01\x02" * 1000)
    assert read_page_file(tmp_path / "bytes.bin", None)["outcome"] == "unreadable"
    with pytest.raises(InputMissing):
        read_page_file(tmp_path / "absent.html", None)
    with pytest.raises(InputMissing):
        read_page_file(tmp_path, None)


@pytest.mark.shared
def test_every_json_case_beside_a_good_page(shared: Path) -> None:
    """Each JSON test-suite case as a second JSON-LD script: the page's own price stays right."""
    count = 0
    with tarfile.open(shared / "corpora" / "jsontestsuite.tar.gz") as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith(".json"):
                continue
            count += 1
            case = archive.extractfile(member)
            assert case is not None
            body = (
                (PRODUCT % ('<script type="application/ld+json">%s</script>', "")).encode().replace(b"%s", case.read())
            )
            facts = understand(read_page(URL, body))
            assert facts.outcome in ("ok", "unreadable"), member.name
            if facts.outcome == "ok":
                assert facts.offer is not None
                assert str(facts.offer.price) == "9.50", member.name
    assert count > 300


@pytest.mark.shared
def test_naughty_strings_as_names_and_reviews(shared: Path) -> None:
    strings = json.loads((shared / "corpora" / "blns.json").read_text("utf-8"))
    assert len(strings) > 400
    for text in strings:
        said = json.dumps(
            {
                "@type": "Product",
                "name": text,
                "review": [{"@type": "Review", "reviewBody": text or "x", "author": text}],
            }
        )
        script = f'<script type="application/ld+json">{said.replace("</", "<" + chr(92) + "/")}</script>'
        facts = understand(
            read_page(
                URL, f"<html><head>{script}</head><body><h1>x</h1></body></html>".encode("utf-8", "surrogatepass")
            )
        )
        assert len(facts.reviews) == (1 if text.strip() or not text else 0), text
