"""The browser's proxy over real sockets: who may use it, where it leads, what it carries, when it ends."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crawler.fetch import proxy as proxy_module
from crawler.fetch.gate import Gate
from crawler.fetch.proxy import BodyTooLarge, BrowserProxy, Budget
from tests.crawler.fetch.canary import canary
from tests.crawler.fetch.test_gate import Changing
from tests.spellings import ALL

CAP = 100_000
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def head_of(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)


class Wire:
    """A proxy that lets one server on loopback through, and connections to it."""

    def __init__(self, proxy: BrowserProxy, port: int) -> None:
        self.proxy, self.port = proxy, port

    async def send(self, text: str, password: str | None = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.proxy.server.rpartition(":")[2]))
        said = f"daihuo:{self.proxy.password if password == '' else password}"
        if password is not None:
            text = text.replace(
                "\r\n", f"\r\nProxy-Authorization: Basic {base64.b64encode(said.encode()).decode()}\r\n", 1
            )
        writer.write(text.encode())
        return reader, writer

    async def all_of(self, text: str, password: str | None = "") -> bytes | str:
        """Everything that comes back until the end, or "reset"."""
        reader, writer = await self.send(text, password)
        got = b""
        try:
            while data := await asyncio.wait_for(reader.read(65536), 5):
                got += data
        except ConnectionResetError:
            return "reset"
        finally:
            writer.close()
        return got


def on_wire(serve: Serve, work: Callable[[Wire], Awaitable[Any]], gate: Gate | None = None) -> Any:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    async def go() -> Any:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        proxy = BrowserProxy(gate or Gate([f"127.0.0.1:{port}"]), CAP)
        await proxy.start()
        try:
            return await work(Wire(proxy, port))
        finally:
            await proxy.stop()
            server.close()

    return asyncio.run(go())


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def answering(answer: bytes, heard: list[bytes] | None = None) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await head_of(reader)
        if heard is not None:
            heard.append(head)
        writer.write(answer)
        await writer.drain()

    return serve


def test_tunnel_carries_bytes_both_ways_as_they_are() -> None:
    sent = bytes(range(256)) * 200

    async def work(wire: Wire) -> None:
        reader, writer = await wire.send(f"CONNECT 127.0.0.1:{wire.port} HTTP/1.1\r\n\r\n")
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(sent)
        assert await asyncio.wait_for(reader.readexactly(len(sent)), 5) == sent
        assert wire.proxy.received == len(sent) and wire.proxy.connected == 1
        writer.close()

    on_wire(echo, work)


def test_plain_exchange_ends_with_its_connection_and_says_nothing_of_the_proxy() -> None:
    heard: list[bytes] = []
    answer = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\nX-A: b\r\n\r\n\xc2\xa5"

    async def work(wire: Wire) -> None:
        place = f"127.0.0.1:{wire.port}"
        got = await wire.all_of(f"GET http://{place}/a?b=c HTTP/1.1\r\nHost: {place}\r\nAccept: x\r\n\r\n")
        assert got == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\nConnection: close\r\n\r\n\xc2\xa5"
        assert heard == [f"GET /a?b=c HTTP/1.1\r\nHost: {place}\r\nAccept: x\r\nConnection: close\r\n\r\n".encode()]

    on_wire(answering(answer, heard), work)


def test_interim_answers_and_bare_line_ends_pass() -> None:
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 200 OK\nX-A: b\n\nbody"

    async def work(wire: Wire) -> None:
        got = await wire.all_of(f"GET http://127.0.0.1:{wire.port}/ HTTP/1.1\r\n\r\n")
        assert isinstance(got, bytes) and got.endswith(b"X-A: b\r\nConnection: close\r\n\r\nbody")
        assert got.startswith(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")

    on_wire(answering(answer), work)


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_only_who_knows_the_password_gets_through(password: str | None) -> None:
    async def work(wire: Wire) -> None:
        for line in (f"CONNECT 127.0.0.1:{wire.port}", f"GET http://127.0.0.1:{wire.port}/"):
            reader, writer = await wire.send(f"{line} HTTP/1.1\r\n\r\n", password)
            got = await head_of(reader)
            writer.close()
            if password == "":
                assert b" 200 " in got
            else:
                assert got.startswith(b"HTTP/1.1 407 ") and wire.proxy.connected == 0

    on_wire(answering(b"HTTP/1.1 200 OK\r\n\r\n"), work)


def test_no_odd_spelling_reaches_anything() -> None:
    async def work(wire: Wire) -> None:
        with canary() as bird:
            for spelling in ALL:
                url = spelling.format(port=bird.port)
                if not url.isprintable() or " " in url:
                    continue
                assert await wire.all_of(f"GET {url} HTTP/1.1\r\n\r\n") in ("reset", b""), url
                place = url.partition("//")[2].partition("/")[0]
                refused = await wire.all_of(f"CONNECT {place} HTTP/1.1\r\n\r\n")
                assert refused == "reset" or refused.startswith(b"HTTP/1.1 403 ") or refused == b"", place
            assert wire.proxy.connected == 0 and bird.heard == []
            # The canary hears what is let through.
            wire.proxy.gate = Gate(["127.0.0.2"])
            assert b"secret" in await wire.all_of(f"GET http://127.0.0.2:{bird.port}/ HTTP/1.1\r\n\r\n")  # type: ignore[operator]
            assert bird.lines() == [b"GET / HTTP/1.1"]

    on_wire(echo, work)


def test_name_that_changed_since_it_was_checked_is_refused_or_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(wire: Wire) -> None:
        with canary() as bird:
            url = f"http://changing.example:{bird.port}/"
            for keep in (0.0, 60.0):
                monkeypatch.setattr("crawler.fetch.gate.ANSWER_SECONDS", keep)
                wire.proxy.gate = Gate(resolver=Changing(["192.0.0.8"], ["127.0.0.2"]))
                # The first answer is public for the test, and leads nowhere.
                monkeypatch.setattr("crawler.fetch.gate.public", lambda address: address == "192.0.0.8")
                monkeypatch.setattr(proxy_module, "CONNECT_SECONDS", 0.2)
                assert await wire.proxy.gate.refusal(url) is None
                assert await wire.all_of(f"GET {url} HTTP/1.1\r\n\r\n") in ("reset", b"")
                reason = wire.proxy.gate.known_refusal(url)
                assert (reason is not None and "127.0.0.2" in reason) if keep == 0 else reason is None
            assert bird.heard == []

    on_wire(echo, work)


@pytest.mark.parametrize(
    "answer",
    [
        f"HTTP/1.1 200 OK\r\nContent-Length: {CAP + 1}\r\n\r\n".encode() + b"x" * (CAP + 1),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5 * CAP + b"x" * proxy_module.HEAD_BYTES,
    ],
    ids=["said", "not said"],
)
def test_body_over_the_cap_is_cut_off_and_not_taken_for_whole(answer: bytes) -> None:
    async def work(wire: Wire) -> None:
        url = f"http://127.0.0.1:{wire.port}/"
        assert await wire.all_of(f"GET {url} HTTP/1.1\r\n\r\n") == "reset"
        assert isinstance(wire.proxy.gate.trouble(url), BodyTooLarge)

    on_wire(answering(answer), work)


def test_tunnel_carries_some_bodies_at_once_and_no_more() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def work(wire: Wire) -> None:
        assert await wire.all_of(f"CONNECT 127.0.0.1:{wire.port} HTTP/1.1\r\n\r\n") == "reset"
        assert CAP * proxy_module.TUNNEL_BODIES <= wire.proxy.received <= CAP * (proxy_module.TUNNEL_BODIES + 2)

    on_wire(endless, work)


def test_budget_comes_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(proxy_module.time, "monotonic", lambda: now[0])
    budget = Budget(100, rate=10)
    assert budget.spend(100) and not budget.spend(1)
    now[0] = 5
    assert budget.spend(49) and not budget.spend(1)
    now[0] = 1000
    assert budget.spend(100) and not budget.spend(1)


def test_silence_ends_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_module, "IDLE_SECONDS", 0.3)

    async def work(wire: Wire) -> None:
        got = await wire.all_of(f"CONNECT 127.0.0.1:{wire.port} HTTP/1.1\r\n\r\n")
        assert got == "reset" or got == b"HTTP/1.1 200 Connection established\r\n\r\n"

    on_wire(echo, work)


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (b"", (b"",)),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000, ("reset",)),
        (b"HTTP/1.1 200 OK\r\nX-cut", ("reset",)),
        (b"\x00\xff\r\n", ("reset", b"\x00\xff\r\nConnection: close\r\n\r\n")),
    ],
    ids=["nothing", "endless head", "cut head", "no HTTP"],
)
def test_rubbish_of_a_server_ends_its_connection_only(answer: bytes, end: tuple[bytes | str, ...]) -> None:
    async def work(wire: Wire) -> None:
        assert await wire.all_of(f"GET http://127.0.0.1:{wire.port}/ HTTP/1.1\r\n\r\n") in end
        reader, writer = await wire.send("GET / HTTP/1.1\r\n\r\n", None)
        assert (await head_of(reader)).startswith(b"HTTP/1.1 407")
        writer.close()

    on_wire(answering(answer), work)


@pytest.mark.parametrize("said", ["\r\n\r\n", "GET\r\n\r\n", "CONNECT x HTTP/1.1\r\n\r\n", "GET http://é/ x\r\n\r\n"])
def test_rubbish_of_a_client_ends_its_connection_only(said: str) -> None:
    async def work(wire: Wire) -> None:
        got = await wire.all_of(said)
        assert got in ("reset", b"") or b" 403 " in got or b" 407 " in got  # type: ignore[operator]
        assert wire.proxy.connected == 0

    on_wire(echo, work)


def test_refused_connection_is_told_by_what_it_was() -> None:
    async def work(wire: Wire) -> None:
        url = f"http://127.0.0.1:{wire.port + 1 if wire.port < 65535 else wire.port - 1}/"
        wire.proxy.gate = Gate(["127.0.0.1"])
        assert await wire.all_of(f"GET {url} HTTP/1.1\r\n\r\n") == "reset"
        assert isinstance(wire.proxy.gate.trouble(url), ConnectionRefusedError)

    on_wire(echo, work)
