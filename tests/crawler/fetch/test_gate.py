"""Which addresses pass the gate: a URL has one reading, and all that its name resolves to is public."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from crawler.fetch import gate as gate_module
from crawler.fetch.gate import Gate
from pipelines.normalize.addresses import AddressRefused
from tests.spellings import ALL, SOUND

RESOLVES = {
    "shop.example": ["93.184.216.34"],
    "mixed.example": ["93.184.216.34", "10.0.0.5"],
    "inside.example": ["192.168.1.10"],
    "metadata.example": ["169.254.169.254"],
    "six.example": ["2606:2800:220:1:248:1893:25c8:1946"],
    "six-inside.example": ["64:ff9b::7f00:2"],
    "nowhere.example": [],
}


async def fake_resolver(host: str) -> list[str]:
    try:
        return RESOLVES[host]
    except KeyError:
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise OSError(-2, "Name or service not known", host) from None


def refusal(url: str, *allowed: str) -> str | None:
    return asyncio.run(Gate(allowed, resolver=fake_resolver).refusal(url))


@pytest.mark.parametrize("url", ["http://shop.example/a", "https://shop.example.:8443/?q=中", "http://six.example/"])
def test_public_addresses_pass(url: str) -> None:
    assert refusal(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "scheme file"),
        ("//shop.example/", "scheme (none)"),
        ("http://", "no host"),
        ("http://user@shop.example/", "user name"),
        ("http://shop.example\\@127.0.0.1/", "backslash"),
        ("http://shop.example:99999/", "port out of range"),
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://2130706433/", "ambiguous spelling '2130706433', browsers read it as 127.0.0.1"),
        ("http://metadata.example/", "metadata.example is 169.254.169.254, not a public address"),
        ("http://inside.example/", "not a public address"),
        ("http://six-inside.example/", "not a public address"),
        ("http://mixed.example/", "10.0.0.5"),
        ("http://nowhere.example/", "host not found: nowhere.example (no address)"),
        ("http://no-such-host.example/", "host not found: no-such-host.example (Name or service not known)"),
    ],
)
def test_everything_else_is_refused_with_a_reason(url: str, why: str) -> None:
    reason = refusal(url)
    assert reason is not None and why in reason


def test_no_odd_spelling_is_ever_looked_up() -> None:
    asked: list[str] = []

    async def resolver(host: str) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    async def go() -> None:
        gate = Gate(resolver=resolver)
        assert all([await gate.refusal(spelling.format(port=80)) for spelling in ALL]) and not asked
        assert not any([await gate.refusal(url) for url in SOUND]) and asked

    asyncio.run(go())


def test_an_allowed_address_passes_only_at_its_port() -> None:
    assert refusal("http://127.0.0.1:8871/item", "127.0.0.1:8871") is None
    assert refusal("http://127.0.0.1:8872/item", "127.0.0.1:8871") is not None
    assert refusal("http://127.0.0.1:9/item", "127.0.0.1") is None
    assert refusal("http://inside.example/", "inside.example") is None
    assert refusal("http://inside.example/", "192.168.1.10") is not None


class Changing:
    """A name that gives one answer after another, and the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str) -> list[str]:
        self.asked += 1
        await asyncio.sleep(0)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [1000.0]
    monkeypatch.setattr(gate_module.time, "monotonic", lambda: now[0])
    yield now


def test_what_was_checked_is_what_is_connected_to_until_the_name_is_asked_again(clock: list[float]) -> None:
    async def go() -> None:
        name = Changing(["93.184.216.34"], ["127.0.0.2"])
        gate = Gate(resolver=name)
        assert await gate.refusal("http://changing.example/") is None
        assert await gate.addresses("changing.example", 80) == ("93.184.216.34",) and name.asked == 1
        clock[0] += gate_module.ANSWER_SECONDS + 1
        with pytest.raises(AddressRefused, match=r"changing\.example is 127\.0\.0\.2, not a public address"):
            await gate.addresses("changing.example", 80)
        assert "127.0.0.2" in str(gate.known_refusal("http://changing.example/x")) and name.asked == 2

    asyncio.run(go())


def test_a_name_that_was_not_found_is_asked_again_soon(clock: list[float]) -> None:
    async def go() -> None:
        gate = Gate(resolver=fake_resolver)
        RESOLVES.pop("late.example", None)
        assert "not found" in str(await gate.refusal("http://late.example/"))
        RESOLVES["late.example"] = ["93.184.216.34"]
        assert "not found" in str(await gate.refusal("http://late.example/"))
        clock[0] += gate_module.NOT_FOUND_SECONDS + 1
        assert await gate.refusal("http://late.example/") is None

    asyncio.run(go())


def test_many_who_ask_at_once_make_one_look_up_and_one_may_leave() -> None:
    async def go() -> None:
        name = Changing(["93.184.216.34"])
        gate = Gate(resolver=name)
        asking = [asyncio.ensure_future(gate.refusal("http://shop.example/")) for _ in range(20)]
        await asyncio.sleep(0)
        asking[0].cancel()
        assert await asyncio.gather(*asking[1:]) == [None] * 19 and name.asked == 1

    asyncio.run(go())


def test_a_name_that_does_not_answer_in_time_is_not_found() -> None:
    async def slow(host: str) -> list[str]:
        raise TimeoutError

    reason = asyncio.run(Gate(resolver=slow).refusal("http://slow.example/"))
    assert reason == "host not found: slow.example (no answer in time)"


def test_what_was_never_asked_has_no_known_refusal() -> None:
    gate = Gate(resolver=fake_resolver)
    assert gate.known_refusal("http://inside.example/") is None
    assert gate.known_refusal("http://127.1/") is not None
