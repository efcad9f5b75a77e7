"""The only way out of the browser: a forward proxy in our own process, on loopback, that asks the gate.

Everything Chromium connects to comes through here, whoever asked for it: redirect hops, frames, scripts, WebSockets,
preconnects, service workers. `https` and WebSockets are tunnels (CONNECT, RFC 9110 section 9.3.6), `http` is relayed
one exchange a connection. The connection goes to an address that the gate checked a moment before.

A refusal is never an answer: it would look like the server's. A tunnel gets 403, which browsers do not show; a plain
exchange is cut off.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import secrets
import socket
import struct
import time
from dataclasses import dataclass

from crawler.fetch.gate import Gate
from pipelines.normalize.addresses import AddressRefused, target

HEAD_BYTES = 256 * 1024
HEAD_SECONDS = 15.0
CONNECT_SECONDS = 10.0
IDLE_SECONDS = 60.0
CHUNK = 64 * 1024
PASSWORD_TRIES = 3
# What is inside a tunnel cannot be told apart: it carries many bodies, one after another. It may bring this many full
# bodies at once and then one more every so many seconds, which no page needs and no endless body can live on.
TUNNEL_BODIES = 8
TUNNEL_REFILL_SECONDS = 8.0

_HOP_BY_HOP = (b"connection", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"keep-alive")


@dataclass(slots=True)
class Budget:
    """Bytes that may still come: at most `most` at once, refilled by `rate` bytes a second."""

    most: float
    rate: float = 0.0
    left: float = 0.0
    at: float = 0.0

    def __post_init__(self) -> None:
        self.left, self.at = self.most, time.monotonic()

    def spend(self, count: int) -> bool:
        """Take `count` bytes; whether they were there."""
        now = time.monotonic()
        self.left = min(self.most, self.left + (now - self.at) * self.rate) - count
        self.at = now
        return self.left >= 0


class Refusal(Exception):
    """The client gets nothing, or an error status for a tunnel; the gate has the reason."""


class NoAnswer(Exception):
    """The server closed the connection before it said anything; the browser is told the same."""


class BodyTooLarge(Exception):
    """More came than one body, or one tunnel, may bring."""


class BrowserProxy:
    """One proxy for one Chromium. `server`, `username` and `password` are Playwright's proxy options.

    The password is random: other users of this machine cannot use it as a way into the network.
    """

    def __init__(self, gate: Gate, body_bytes: int) -> None:
        self.gate = gate
        self.body_bytes = body_bytes
        self.username = "daihuo"
        self.password = secrets.token_urlsafe(32)
        self.asked = self.connected = self.refused = 0
        self.received = 0
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port; a proxy that listens already goes on."""
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD_BYTES)

    @property
    def server(self) -> str:
        if self._server is None:
            raise RuntimeError("the proxy was not started")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close the door and end what is open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._clients:
            task.cancel()
        if self._clients:
            await asyncio.wait(set(self._clients), timeout=2)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        # Either side may break off, send rubbish or say nothing at any moment: that ends this connection only.
        try:
            await self._serve(reader, writer)
        except NoAnswer:
            writer.close()
            return
        except (OSError, Refusal, ValueError, asyncio.CancelledError):
            pass
        _cut(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(PASSWORD_TRIES):
            line, headers = await _head(reader)
            if self._is_ours(headers):
                break
            # Chromium says the password only after it was asked for it, on the same connection.
            writer.write(
                b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="daihuo"\r\n'
                b"Content-Length: 0\r\n\r\n"
            )
            await writer.drain()
            if _value(headers, b"content-length") not in (None, b"0") or _value(headers, b"transfer-encoding"):
                return
        else:
            return
        method, asked, _ = line.decode("ascii").split(" ", 2)
        if method == "CONNECT":
            await self._tunnel(asked, reader, writer)
        else:
            await self._exchange(method, asked, headers, reader, writer)

    def _is_ours(self, headers: list[bytes]) -> bool:
        said = _value(headers, b"proxy-authorization") or b""
        ours = b"Basic " + base64.b64encode(f"{self.username}:{self.password}".encode())
        return hmac.compare_digest(said, ours)

    async def _connect(self, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to one of the addresses the gate accepts for this URL."""
        trouble: Exception = ConnectionError("no address")
        self.asked += 1
        try:
            found = target(url)
            if self.gate.spelling_refusal(url) is not None:
                raise AddressRefused
            addresses = await self.gate.addresses(found.host, found.port)
        except AddressRefused:
            self.refused += 1
            raise Refusal from None
        for address in addresses:
            try:
                opened = await asyncio.wait_for(asyncio.open_connection(address, found.port), CONNECT_SECONDS)
            except OSError as error:
                trouble = error
                continue
            self.connected += 1
            self.gate.note_trouble(found.host, found.port, None)
            return opened
        self.gate.note_trouble(found.host, found.port, trouble)
        raise Refusal

    async def _tunnel(self, place: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The scheme inside a tunnel is unknown (https, ws, wss); only host and port are asked for.
        try:
            upstream = await self._connect(f"https://{place}/")
        except Refusal:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        budget = Budget(TUNNEL_BODIES * self.body_bytes, self.body_bytes / TUNNEL_REFILL_SECONDS)
        await self._relay(f"https://{place}/", (reader, writer), upstream, budget)

    async def _exchange(
        self, method: str, url: str, headers: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if not url.lower().startswith("http://"):
            raise Refusal
        upstream = await self._connect(url)
        path = url.split("/", 3)[3] if url.count("/") > 2 else ""
        upstream[1].write(
            b"".join([f"{method} /{path} HTTP/1.1\r\n".encode("ascii"), *_kept(headers), _CLOSE, b"\r\n"])
        )
        try:
            budget = await self._answer_head(url, upstream[0], writer)
        except BaseException:
            _cut(upstream[1])
            raise
        await self._relay(url, (reader, writer), upstream, budget)

    async def _answer_head(self, url: str, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Budget:
        """Hand on the head of the answer, saying that the connection ends with it; a body that is too long does not."""
        while True:
            line, headers = await _head(upstream, IDLE_SECONDS)
            length = _value(headers, b"content-length") or b""
            if length.isdigit() and int(length) > self.body_bytes:
                self._too_large(url)
                raise Refusal
            status = line.split(b" ", 2)[1] if line.count(b" ") else b""
            interim = status.startswith(b"1") and status != b"101"
            writer.write(b"".join([line + b"\r\n", *_kept(headers), b"" if interim else _CLOSE, b"\r\n"]))
            if not interim:
                return Budget(self.body_bytes + HEAD_BYTES)

    async def _relay(
        self,
        url: str,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        budget: Budget,
    ) -> None:
        """Hand bytes on both ways until both sides said all, or nothing came for a while, or too much came."""
        heard = [time.monotonic()]

        async def up() -> None:
            while data := await client[0].read(CHUNK):
                heard[0] = time.monotonic()
                upstream[1].write(data)
                await upstream[1].drain()

        async def down() -> None:
            while data := await upstream[0].read(CHUNK):
                heard[0] = time.monotonic()
                self.received += len(data)
                if not budget.spend(len(data)):
                    self._too_large(url)
                    raise Refusal
                client[1].write(data)
                await client[1].drain()

        sending, receiving = asyncio.ensure_future(up()), asyncio.ensure_future(down())
        try:
            # The browser closes its side when it wants no more of the answer: nothing is left to do then.
            while not sending.done() and not receiving.done():
                wait = heard[0] + IDLE_SECONDS - time.monotonic()
                if wait <= 0:
                    raise Refusal
                await asyncio.wait({sending, receiving}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                receiving.result()
                client[1].close()
                await asyncio.wait_for(client[1].wait_closed(), IDLE_SECONDS)
        finally:
            for task in (sending, receiving):
                task.cancel()
            await asyncio.gather(sending, receiving, return_exceptions=True)
            _cut(upstream[1])

    def _too_large(self, url: str) -> None:
        found = target(url)
        self.gate.note_trouble(found.host, found.port, BodyTooLarge())


_CLOSE = b"Connection: close\r\n"


async def _head(reader: asyncio.StreamReader, seconds: float = HEAD_SECONDS) -> tuple[bytes, list[bytes]]:
    """First line and header lines of an HTTP/1.1 message, each header with its line end."""
    lines: list[bytes] = []
    async with asyncio.timeout(seconds):
        while (line := await reader.readline()).rstrip(b"\r\n") or not lines:
            if not line and not lines:
                raise NoAnswer
            lines.append(line.rstrip(b"\r\n") + b"\r\n")
            if not line.endswith(b"\n") or sum(map(len, lines)) > HEAD_BYTES:
                raise Refusal
    return lines[0].rstrip(), lines[1:]


def _value(headers: list[bytes], name: bytes) -> bytes | None:
    for line in headers:
        said, _, value = line.partition(b":")
        if said.strip().lower() == name:
            return value.strip()
    return None


def _kept(headers: list[bytes]) -> list[bytes]:
    return [line for line in headers if line.partition(b":")[0].strip().lower() not in _HOP_BY_HOP]


def _cut(writer: asyncio.StreamWriter) -> None:
    """End a connection so that the other side cannot take it for the end of a body: with a reset."""
    raw = writer.get_extra_info("socket")
    if raw is not None and not writer.is_closing():
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
