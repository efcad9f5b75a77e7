"""Bad input that no public corpus has: documents that name files or grow, odd numbers, long and odd names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.fetch.saved import captures
from crawler.pages.read import read_page
from pipelines.items import Page
from pipelines.understand import understand

SECRET = "the-secret-of-this-machine"
BLOCK = '<div class="product"><h1>口红</h1><p class="price">¥9.50</p><button>加入购物车</button></div>'


def only(said: str) -> Page:
    return read_page("https://shop.example/1", f'<script type="application/ld+json">{said}</script>'.encode())


def laughs() -> str:
    grown = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE r [<!ENTITY l0 "ha">{grown}]>'


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml", "text/xml", "application/xml", "image/svg+xml"])
@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>'])
def test_entities_of_a_document_are_not_followed(kind: str, start: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, "utf-8")
    outside = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>'
    for doctype, entity in ((outside, "&x;"), (laughs(), "&l11;")):
        body = (
            f'{start}{doctype}<html lang="zh"><body>{BLOCK}<p class="review-text">{entity}</p></body></html>'.encode()
        )
        page = read_page("https://shop.example/1", body, headers={"Content-Type": kind})
        facts = understand(page)
        assert SECRET not in repr(facts) and len(repr(facts)) < 100_000
        assert facts.offer is not None and str(facts.offer.price) == "9.50"


def test_a_saved_page_names_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, "utf-8")
    path = tmp_path / "💋 a\nb.mhtml"
    path.write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html\r\nContent-Location: " + secret.as_uri().encode() + b"\r\n\r\n"
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "' + secret.as_uri().encode() + b'">]><p>&x;</p>' + BLOCK.encode() + b"\r\n"
        b'--x\r\nContent-Type: message/external-body; access-type=local-file; name="'
        + str(secret).encode()
        + b'"\r\n\r\n'
        b"\r\n--x--\r\n"
    )
    found = list(captures(path))
    assert len(found) == 1 and found[0].url.startswith("urn:sha256:")
    assert SECRET not in repr(found[0]) + repr(read_page(found[0].url, found[0].body))


@pytest.mark.parametrize(
    "price",
    ["1e400", "-1e400", "NaN", "Infinity", "-Infinity", "9" * 5_000, '"' + "9" * 10_000 + '"', '"NaN"', '"1e400"', "[]",
     "{}", "true", '"\\ud800"', '"\\u0000"', "0." + "0" * 10_000 + "1", "1" + "0" * 5_000],
    ids=lambda value: value[:20],
)  # fmt: skip
def test_numbers_that_are_none(price: str) -> None:
    said = f'{{"@type":"Product","name":"口红","offers":{{"@type":"Offer","price":{price},"priceCurrency":"CNY"}}}}'
    alone = understand(only(said))
    assert alone.offer is None or alone.offer.price is None
    beside = f'<html lang="zh"><script type="application/ld+json">{said}</script>{BLOCK}'
    facts = understand(read_page("https://shop.example/1", beside.encode()))
    assert facts.offer is not None and str(facts.offer.price) == "9.50"


def test_a_name_said_twice_counts_as_json_says(tmp_path: Path) -> None:
    """RFC 8259 leaves it open; JavaScript, and so the page as shown, takes the last."""
    said = '{"@type":"Product","name":"a","name":"b","offers":{"price":"1.00","price":"2.00","priceCurrency":"CNY"}}'
    facts = understand(only(said))
    assert facts.offer is not None and (facts.offer.name, str(facts.offer.price)) == ("b", "2.00")


@pytest.mark.parametrize(
    "date", ["9999-12-31", "10000-01-01", "0000-00-00", "-0001-01-01", "1e9", "99999999999999999999", "2026-02-30",
             "\u0662\u0660\u0662\u0666-01-01", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "\x00",
             "\ud800"]
)  # fmt: skip
def test_dates_far_out(date: str) -> None:
    review = {"@type": "Review", "reviewBody": "好", "datePublished": date, "reviewRating": {"ratingValue": 5}}
    said = json.dumps({"@type": "Product", "name": "a", "review": review})
    body = f'<script type="application/ld+json">{said}</script>'.encode()
    for zone in (None, "Asia/Shanghai", "Pacific/Apia"):
        facts = understand(read_page("https://shop.example/1", body), zone=zone)
        (review_fact,) = facts.reviews
        assert review_fact.date_said == date
        assert review_fact.date is None or review_fact.date[:4].isdigit()
        assert not [issue for issue in facts.issues if "Error" in issue.why]


def test_odd_names_of_attributes_do_not_hide_an_offer() -> None:
    body = f'<html lang="zh">{BLOCK}<a \x01="1" href="/x">x</a><a \ufffe=2 href="/y">y</a></html>'
    for url in ("https://shop.example/index.php?route=product/product&product_id=1", "https://shop.example/1"):
        facts = understand(read_page(url, body.encode()))
        assert facts.offer is not None and str(facts.offer.price) == "9.50"
        assert not [issue for issue in facts.issues if "Error" in issue.why]


def blocks(count: int) -> bytes:
    shown = "".join(
        f'<div class="review"><span class="rating">5/5</span><time datetime="2026-01-01"></time>'
        f'<div class="review-text">Kept {n}.</div></div>'
        for n in range(count)
    )
    return f'<html lang="zh">{BLOCK}<div class="reviews">{shown}</div></html>'.encode()


def test_what_is_too_much_is_said() -> None:
    facts = understand(read_page("https://shop.example/1", blocks(1500)))
    assert len({review.text for review in facts.reviews}) == 1500 and not facts.issues
    facts = understand(read_page("https://shop.example/1", blocks(2001)))
    assert len(facts.reviews) == 2000
    assert [issue.why for issue in facts.issues] == ["the page shows more reviews than are read"]
    review = {"@type": "Review", "reviewBody": "好", "datePublished": "?", "reviewRating": {"ratingValue": 5}}
    facts = understand(only(json.dumps({"@type": "Product", "name": "a", "review": [review] * 350})))
    assert len(facts.reviews) == 350 and len(facts.issues) == 201
    assert (facts.issues[-1].value, facts.issues[-1].why) == ("150", "further issues, not listed")
