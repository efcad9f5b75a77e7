"""What goes to a reader process comes back the same, and what is not of its type comes back as nothing at all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from crawler.fetch.records import Exchange, Resource
from crawler.pages.captured import Captured, CapturedBody
from crawler.pages.readers import Asked, Part, Reading, read_and_understand
from crawler.pages.readers import Readers as ReaderProcesses
from crawler.pages.wire import Wire, WireError

HARD = (
    "",
    "口红",
    "\ud800",
    "a\udfffb",
    "\ud83d\ude00",
    "\U0001f600",
    "\x00",
    "\ue000",
    "\ue000d800",
    "\u202e倒\u200b",
    "é",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    texts: tuple[str, ...] = ()
    named: dict[str, str] | None = None
    data: bytes = b""
    amount: Decimal | None = None
    number: int = 0
    nested: Letter | None = None


WIRE = Wire(Letter)


def test_every_text_comes_back() -> None:
    # A lone surrogate anywhere sends all texts in their other form: each must survive alone and beside others.
    for texts in (*((text,) for text in HARD), HARD):
        letter = Letter(texts=texts, named={text: text for text in texts}, nested=Letter(texts=texts))
        letter = replace(letter, data=b"\x00\xff\xed\xa0\x80", amount=Decimal("1E+400"), number=-(2**63))
        assert WIRE.unpack(WIRE.pack(letter)) == letter


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"p",
        b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
        b"p\x81\xa5texts\xa3abc",
        b"p\x81\xa6number\xa3abc",
        b"s\x81\xa6number\xa3abc",
        b"p" + b"\x91" * 100_000,
        b"s" + b"\x91" * 100_000,
        b"s\x81\x90\xa1a",
        b"p\x81\xa5texts\xdf\xff\xff\xff\xff",
    ],
)
def test_other_messages_are_refused(message: bytes) -> None:
    with pytest.raises(WireError):
        WIRE.unpack(message)


def test_what_no_message_holds_is_refused() -> None:
    with pytest.raises(WireError):
        WIRE.pack(Letter(number=2**64))


def asked(body: bytes) -> Asked:
    exchange = Exchange(
        url="https://shop.example/1",
        method="GET",
        request_headers=[("Accept", "*/*")],
        status=200,
        headers=[("Content-Type", "text/html")],
        body=body,
        fetched_at="2026-11-11T12:00:00Z",
    )
    picture = Resource(
        kind="screenshot",
        url="https://shop.example/1",
        page_url="https://shop.example/1",
        body=b"\x89PNG",
        content_type="image/png",
        fetched_at="2026-11-11T12:00:00Z",
    )
    captured = Captured((CapturedBody(url="https://shop.example/api", text='{"a": "\ud800"}'),))
    parts = (Part.of(exchange), Part.of(picture))
    return Asked(url=exchange.url, status=200, headers={}, body=None, captured=captured, parts=parts)


def test_a_page_with_half_a_character_is_read_by_a_process() -> None:
    said = {
        "@type": "Product",
        "name": "口红 \ud800",
        "offers": {"price": "9.90", "priceCurrency": "CNY"},
        "review": {"@type": "Review", "reviewBody": "好\udc00 \ue000 \x00!", "author": "\udfff"},
    }
    page = asked(f'<script type="application/ld+json">{json.dumps(said)}</script><h1>口红</h1>'.encode())
    assert Wire(Asked).unpack(Wire(Asked).pack(page)) == page

    async def go() -> Reading:
        readers = ReaderProcesses(1)
        try:
            return await readers.read(page)
        finally:
            readers.close()

    reading, here = asyncio.run(go()), read_and_understand(page)
    assert (reading.page, reading.facts) == (here.page, here.facts)
    assert [member.kind for member in reading.members] == [member.kind for member in here.members]
    assert reading.facts.reviews[0].text == "好\udc00 \ue000 \x00!"
