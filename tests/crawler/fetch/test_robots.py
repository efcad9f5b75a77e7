"""Any robots.txt is read without an error, and as RFC 9309 says."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from crawler.fetch.robots import MOST_BYTES, Rules

BASE = "https://shop.example"


@pytest.mark.parametrize(
    ("body", "allowed", "disallowed"),
    [
        (b"", "/a", None),
        (b"User-agent: *\nDisallow: /a", "/b", "/a"),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/b", "/a"),
        ("\ufeffUser-agent: *\nDisallow: /a\n".encode("utf-16-le"), "/b", "/a"),
        ("User-agent: *\nDisallow: /a\n".encode("utf-16"), "/b", "/a"),
        ("User-agent: *\nDisallow: /商品\n".encode(), "/b", "/%E5%95%86%E5%93%81/1"),
        ("# 商店\nUser-agent: *\nDisallow: /a\n".encode("gbk"), "/b", "/a"),
        (b"User-agent: *\rDisallow: /a\rAllow: /a/b\r", "/a/b", "/a/c"),
        # The group that names us counts alone; the longest rule wins; a tie allows.
        (b"User-agent: *\nDisallow: /\n\nUser-agent: DaiHuo\nDisallow: /a\n", "/b", "/a"),
        (b"User-agent: otherbot\nDisallow: /\n", "/a", None),
        (b"User-agent: daihuo\nUser-agent: otherbot\nDisallow: /a*z$\nAllow: /a*y", "/ay", "/abz"),
        (b"User-agent: *\nDisallow: /a\nAllow: /a", "/a", None),
        (b"User-agent: *\nDisallow:\n", "/a", None),
        (b"User-agent: *\nDisallow: /", "/robots.txt", "/"),
        (b"<!doctype html><title>404</title><p>Disallow: /", "/a", None),
        (b"\x00\xff\xfe\x80" * 100, "/a", None),
    ],
)
def test_rules(body: bytes, allowed: str, disallowed: str | None) -> None:
    rules = Rules(body)
    assert rules.allowed(BASE + allowed)
    assert disallowed is None or not rules.allowed(BASE + disallowed)


def test_only_the_first_500_kib_are_read_up_to_a_whole_line() -> None:
    start = b"User-agent: *\nDisallow: /early\n"
    kept = len(b"Disallow: /shor")
    filling = b"#" * (MOST_BYTES - len(start) - kept - 1) + b"\n"
    body = start + filling + b"Disallow: /shortened\nDisallow: /late\n"
    rules = Rules(body)
    assert not rules.allowed(f"{BASE}/early") and rules.allowed(f"{BASE}/late")
    # "Disallow: /shor", cut off in the line, would close more than the host asked for.
    assert rules.allowed(f"{BASE}/shop")
    assert Rules(b"x" * (2 * MOST_BYTES)).allowed(BASE)


@pytest.mark.parametrize(
    ("said", "delay"),
    [
        ("Crawl-delay: 10", 10),
        ("crawl-delay: 0.5", 0.5),
        ("Request-rate: 1/5", 5),
        ("Request-rate: 2/1m 0600-0845\nCrawl-delay: 3", 30),
        ("Crawl-delay: -1", 0),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: nan", 0),
        ("Crawl-delay: 1e400", 0),
        ("Request-rate: 1/0", 0),
        ("Disallow: /", 0),
    ],
)
def test_delay(said: str, delay: float) -> None:
    assert Rules(f"User-agent: daihuo\n{said}\n".encode()).delay == delay
    assert Rules(f"User-agent: otherbot\n{said}\n".encode()).delay == 0


@pytest.mark.parametrize(
    "url", ["", "http://[", "https://shop.example/%ff%zz", "https://shop.example/\ud800", "x" * 9000]
)
def test_no_url_is_too_odd(url: str) -> None:
    assert Rules(b"User-agent: *\nDisallow: /a*b*c$\n").allowed(url) in (True, False)


@pytest.mark.shared
def test_no_collected_file_is_too_odd(shared: Path) -> None:
    count = 0
    with tarfile.open(shared / "corpora" / "robots-txt.tar.xz") as box:
        for member in box:
            if not member.isfile():
                continue
            body = box.extractfile(member)
            assert body is not None
            rules = Rules(body.read())
            assert rules.allowed(f"{BASE}/p/1?x=1") in (True, False) and rules.delay >= 0
            count += 1
    assert count > 4000
