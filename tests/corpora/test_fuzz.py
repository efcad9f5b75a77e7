"""Fixture pages cut, flipped, doubled and swapped at random: no reader fails, and no price comes from nowhere."""

from __future__ import annotations

import html
import json
import random
import re
from pathlib import Path

import pytest

from crawler.pages.read import read_page
from pipelines.understand import understand

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PAGES = sorted(FIXTURES.glob("*/*/inputs/HttpResponse-body.html"))
MUTANTS_EACH = 8
FAILED = re.compile(r"^\w*(?:Error|Exception|Iteration|Interrupt): ")
PIECES = (
    *(b"<", b">", b"</div>", b"<div>", b'"', b"}", b"{", b"\\u", b"&#", b"]]>", b"-->", b"<!--"),
    *(b"\x00", b"\xff", b"\x01", b",", b"0" * 40),
)


def mutant(body: bytes, rng: random.Random) -> bytes:
    """The body with one to four changes."""
    for _ in range(rng.randint(1, 4)):
        at, to = sorted(rng.randrange(len(body) + 1) for _ in range(2))
        to = min(to, at + 3000)
        kind = rng.randrange(6)
        if kind == 0:
            body = body[:at] if rng.random() < 0.3 else body[:at] + body[to:]
        elif kind == 1:
            changed = bytearray(body)
            for _ in range(rng.randint(1, 30)):
                if changed:
                    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            body = bytes(changed)
        elif kind == 2:
            body = body[:to] + body[at:to] * rng.randint(1, 4) + body[to:]
        elif kind == 3:
            tags = [found.span() for found in re.finditer(rb"<[^<>]{1,200}>", body)]
            if len(tags) > 1:
                (a, b), (c, d) = sorted(rng.sample(tags, 2))
                body = body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]
        elif kind == 4:
            body = body[:at] + rng.choice(PIECES) + body[at:]
        else:
            body = body[to:] + body[at:to] + body[:at]
    return body


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parts[-3])
def test_mutants_are_read(path: Path) -> None:
    info = path.with_name("HttpResponse-info.json")
    said = json.loads(info.read_text("utf-8")) if info.exists() else {}
    url, body = said.get("url", "https://shop.example/1"), path.read_bytes()
    rng = random.Random(path.parts[-3])
    for number in range(MUTANTS_EACH):
        changed = mutant(body, rng)
        page = read_page(url, changed, headers=said.get("headers") or {})
        facts = understand(page)
        failed = [issue for issue in facts.issues if FAILED.match(issue.why)]
        assert not failed, (number, failed)
        if facts.offer is None:
            continue
        amounts = {amount for price in facts.offer.prices for amount in (price.amount, price.amount_max)}
        for amount in (facts.offer.price, facts.offer.price_max, facts.offer.list_price):
            assert amount is None or amount in amounts, (number, amount)
        shown = digits(html.unescape(changed.decode("utf-8", "replace")))
        for price in facts.offer.prices:
            assert all(part in shown for part in re.findall("[0-9]+", price.text)), (number, price)


def test_there_are_pages_to_change() -> None:
    assert len(PAGES) > 40
    rng = random.Random(1)
    body = PAGES[0].read_bytes()
    assert len({mutant(body, rng) for _ in range(50)}) > 40
