"""Which addresses pass the gate: what a name resolves to decides, not how it is spelled."""

from __future__ import annotations

import asyncio

import pytest

from crawler.fetch.gate import Gate, public

RESOLVES = {
    "shop.example": ["93.184.216.34"],
    "rebound.example": ["93.184.216.34", "10.0.0.5"],
    "inside.example": ["192.168.1.10"],
    "2130706433": ["127.0.0.1"],
    "0x7f.1": ["127.0.0.1"],
    "017700000001": ["127.0.0.1"],
    "127.1": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "metadata.example": ["169.254.169.254"],
    "six.example": ["2606:2800:220:1:248:1893:25c8:1946"],
}


async def fake_resolver(host: str) -> list[str]:
    try:
        return RESOLVES[host]
    except KeyError:
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise OSError(-2, "Name or service not known") from None


def refusal(url: str, *allowed: str) -> str | None:
    return asyncio.run(Gate(allowed, resolver=fake_resolver).refusal(url))


@pytest.mark.parametrize("url", ["http://shop.example/a", "https://shop.example:8443/?q=中", "http://six.example/"])
def test_public_addresses_pass(url: str) -> None:
    assert refusal(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "scheme file"),
        ("data:text/html,x", "scheme data"),
        ("ftp://shop.example/", "scheme ftp"),
        ("//shop.example/", "scheme (none)"),
        ("http://", "no host"),
        ("http://user@shop.example/", "user name"),
        ("http://shop.example@127.0.0.1/", "user name"),
        ("http://shop.example\\@127.0.0.1/", "backslash"),
        ("http://shop.example:99999/", "ort out of range"),
        ("http://127.0.0.1/", "not a public address"),
        ("http://127.0.0.1./", "not a public address"),
        ("http://localhost/", "not a public address"),
        ("http://127.1/", "not a public address"),
        ("http://2130706433/", "not a public address"),
        ("http://0x7f.1/", "not a public address"),
        ("http://017700000001/", "not a public address"),
        ("http://[::1]/", "not a public address"),
        ("http://[::ffff:10.0.0.1]/", "not a public address"),
        ("http://[fd00::1]/", "not a public address"),
        ("http://10.1.2.3/", "not a public address"),
        ("http://172.16.0.1/", "not a public address"),
        ("http://100.64.0.1/", "not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "not a public address"),
        ("http://metadata.example/", "not a public address"),
        ("http://inside.example/", "not a public address"),
        ("http://rebound.example/", "10.0.0.5"),
        ("http://no-such-host.example/", "host not found"),
    ],
)
def test_everything_else_is_refused_with_a_reason(url: str, why: str) -> None:
    reason = refusal(url)
    assert reason is not None and why in reason


def test_an_allowed_address_passes_only_at_its_port() -> None:
    assert refusal("http://127.0.0.1:8871/item", "127.0.0.1:8871") is None
    assert refusal("http://127.0.0.1:8872/item", "127.0.0.1:8871") is not None
    assert refusal("http://127.0.0.1:9/item", "127.0.0.1") is None


@pytest.mark.parametrize("address", ["224.0.0.1", "0.0.0.0", "255.255.255.255", "2002:7f00:1::", "fe80::1%eth0", "x"])
def test_addresses_that_are_not_public(address: str) -> None:
    assert not public(address)
