"""The corpora that are about one reader: HTML tokens, robots.txt, archives that other programs wrote or broke."""

from __future__ import annotations

import csv
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from bad_inputs import Token, members
from click.testing import CliRunner
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiders import Spider
from scrapy.utils.misc import load_object

from crawler.cli import main
from crawler.pages.read import read_page
from pipelines.understand import understand

pytestmark = [pytest.mark.shared, pytest.mark.slow]

BEFORE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mug</title><div class="product"><h1>Mug</h1>'
    '<p class="price">$9.50</p><button>Add to cart</button></div><div class="reviews"><div class="review">'
    '<span class="rating">5/5</span><time datetime="2026-01-01"></time><div class="review-text">Kept. '
)
AFTER = "</div></div></div></body></html>"
# Inputs that an end tag after them changes: "</</" begins a comment, and a plain text never ends.
OPEN_ENDED = ("</", "<plaintext>foobar")
# Bytes cannot hold half a character, and HTML's tree leaves NUL out (https://html.spec.whatwg.org/#parsing-main-inbody).
NOT_IN_A_PAGE = re.compile("[\x00\ud800-\udfff]")


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_tokens_in_the_markup_of_a_review(tokens: list[Token]) -> None:
    """Each in its own page: a review is there, its letters are those of the standard's character tokens (white space
    aside, which a browser lays out), and the price above it stays what it was."""
    compared, wrong = 0, []
    for token in tokens:
        body = (BEFORE + token.input + AFTER).encode("utf-8", "surrogatepass")
        facts = understand(read_page("https://shop.example/1", body))
        assert facts.outcome == "ok" and facts.offer is not None and str(facts.offer.price) == "9.50", token.input
        (review,) = facts.reviews
        if token.text is not None and token.input not in OPEN_ENDED and not NOT_IN_A_PAGE.search(token.input):
            compared += 1
            if letters(review.text or "") != letters(f"Kept. {token.text}"):
                wrong.append((token.input, token.text, review.text))
    assert not wrong
    assert compared > 6600


def test_robots_files(corpora: Path) -> None:
    """By the parser that the crawl uses; a file that is no text at all is one, too."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    crawler = Crawler(Spider, settings)
    parser = load_object(settings["ROBOTSTXT_PARSER"])
    found = members(corpora / "robots-txt.tar.xz")
    assert len(found) == 4231
    own = [
        b"\x00" * 1000,
        b"\xff\xfe" + b"Disallow: /" * 1000,
        b"Disallow: " + b"*" * 5000,
        b"User-agent: *\n" * 20_000,
    ]
    for body in (*(content for _, content in found), *own):
        rules = parser.from_crawler(crawler, body)
        for path in ("/", "/item/1?a=b*c$", "/%E5%8F%A3%E7%BA%A2", "/" + "a" * 2000):
            assert rules.allowed(f"https://shop.example{path}", "daihuo/0.1") in (True, False)


def test_archives_end_with_pages_or_a_reason(corpora: Path, tmp_path: Path) -> None:
    saved, folder = tmp_path / "saved", tmp_path / "d"
    for path in (saved, folder):
        path.mkdir()
    found = members(corpora / "warc-samples.tar.gz")
    assert len(found) == 16
    for name, content in found:
        (saved / Path(name).name).write_bytes(content)
    (folder / "dataset.toml").write_text(
        'title = "t"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "t@example.org"\n', "utf-8"
    )
    said = {"id": "c1", "streamer": "a", "platform": "other", "broadcast_at": "2026-11-11 20:00", "product": "b"}
    said |= {
        "claimed_price": "9.90",
        "currency": "CNY",
        "promo_url": "https://shop.example/1",
        "official_urls": "https://brand.example/1",
    }
    with (folder / "watchlist.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([list(said), list(said.values())])
    pages = 0
    for path in sorted(saved.iterdir()):
        done = CliRunner().invoke(main, ["ingest", str(folder), str(path)])
        assert done.exit_code == 0, f"{path.name}: {done.output} {done.exception!r}"
        counted = re.search(r"(\d+) pages? from 1 file ", done.output)
        assert counted is not None and int(counted[1]) >= 1, f"{path.name}: {done.output}"
        pages += int(counted[1])
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as db:
        query = """SELECT url FROM pages WHERE outcome = 'unreadable' AND reason IS NULL
            AND NOT EXISTS (SELECT 1 FROM issues WHERE page_id = pages.id)"""
        assert db.execute(query).fetchall() == []
        # Of three samples nothing can be read: requests only, a picture only, an ARC without one whole record.
        told = dict(db.execute("SELECT outcome, COUNT(*) FROM pages GROUP BY outcome"))
        assert told["unreadable"] == 4 and told["no_offer"] >= 4
    verified = CliRunner().invoke(main, ["verify", str(folder)])
    assert verified.exit_code == 0, verified.output
    assert pages >= 16
