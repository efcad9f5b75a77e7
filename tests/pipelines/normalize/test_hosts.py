"""Which hosts belong to one site."""

from __future__ import annotations

import pytest

from pipelines.normalize.hosts import registrable_domain


@pytest.mark.parametrize(
    ("netloc", "site"),
    [
        ("www.shop.example", "shop.example"),
        ("detail.tmall.com", "tmall.com"),
        ("a.b.shop.co.uk:8443", "shop.co.uk"),
        ("item.shop.com.cn", "shop.com.cn"),
        ("user@shop.com.", "shop.com"),
        ("127.0.0.1:8871", "127.0.0.1:8871"),
        ("localhost:3000", "localhost:3000"),
        ("[::1]:80", "[::1]:80"),
    ],
)
def test_registrable_domain(netloc: str, site: str) -> None:
    assert registrable_domain(netloc) == site
