"""What a URL names, and which addresses are public: every odd spelling is refused, nothing sound is."""

from __future__ import annotations

import pytest

from pipelines.normalize.addresses import REFUSED, AddressRefused, Allowed, has_host, host_key, public, refusal, target
from tests.spellings import ALL, SOUND


@pytest.mark.parametrize("spelling", ALL)
def test_spelling_is_refused_with_a_sentence(spelling: str) -> None:
    reason = refusal(spelling.format(port=8080))
    assert reason is not None and reason.startswith(f"{REFUSED}: ") and len(reason.splitlines()) == 1


@pytest.mark.parametrize("url", SOUND)
def test_sound_address_passes(url: str) -> None:
    assert refusal(url) is None


def test_what_is_allowed_passes_by_its_plain_spelling_only() -> None:
    allowed = Allowed(["127.0.0.2:8080", "localhost", "[::1]:80", "fd00::1", "例子.local"])
    for url in (
        *(
            "http://127.0.0.2:8080/x",
            "http://localhost:1/",
            "http://LOCALHOST./",
            "http://[::1]/",
            "http://[fd00::1]:9/",
        ),
        *("http://[fd00:0::1]/", "http://例子.local/"),
    ):
        assert refusal(url, allowed) is None, url
    for url in (
        *("http://127.0.0.2/", "http://127.0.0.2:8081/", "http://127.2:8080/", "http://[::ffff:127.0.0.2]:8080/"),
        *("http://u@127.0.0.2:8080/", "ftp://127.0.0.2:8080/", "http://[::1]:81/", "http://shop.localhost/"),
    ):
        assert refusal(url, allowed) is not None, url


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Shop.Example./a", "shop.example", 443),
        ("http://例子.测试:8080/a@b", "xn--fsqu00a.xn--0zwm56d", 8080),
        ("http://[2606:2800:0220:1:0::1]/", "2606:2800:220:1::1", 80),
    ],
)
def test_target(url: str, host: str, port: int) -> None:
    found = target(url)
    assert (found.host, found.port) == (host, port)


def test_a_half_surrogate_is_no_host() -> None:
    with pytest.raises(AddressRefused):
        target("http://\ud800.example/")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "224.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "127.0.0.1",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.1.1",
            "192.88.99.1",
        ),
        *("198.18.0.1", "192.0.0.8", "168.63.129.16", "::", "::1", "::7f00:1", "fe80::1%eth0", "fec0::1", "fd00::1"),
        *("ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1"),
        *("4000::1", "5f00::1", "3fff::1", "::ffff:10.0.0.1", "x", "", "1.2.3", "shop.example"),
    ],
)
def test_address_that_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "2606:2800:220:1::1",
        "2a00::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_public_address(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ("Shop.Example.", "shop.example"),
        ("[::1]", "::1"),
        ("\ud800", "\ud800"),
    ],
)
def test_host_key(host: str, key: str) -> None:
    assert host_key(host) == key


def test_references_with_a_host_of_their_own() -> None:
    assert all(has_host(text) for text in ("http://x", "//x", "\\\\x", "/\\x", "data:x", "mailto:x"))
    assert not any(has_host(text) for text in ("/a//b", "a/b:c", "?q=http://x", "#a", "../x", ""))
