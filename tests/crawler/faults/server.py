"""A server that breaks the protocol: one listener for each fault, writing its own bytes, each saying what must follow.

Every fault has a port of its own, so that a host that misbehaves cannot be the reason that another waits. The handlers
stand in `wire_faults.py`, `body_faults.py`, `route_faults.py` and `text_faults.py`; a `Case` declares how its page ends
in the ledger.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"
PRICE = "199.00"


@dataclass(slots=True)
class Connection:
    """One accepted connection after its request was read; `path` is what was asked for."""

    path: str
    case: Case
    server: FaultServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *pieces: bytes | str) -> None:
        for piece in pieces:
            self.writer.write(piece.encode() if isinstance(piece, str) else piece)
            self.server.sent[self.case.name] = self.server.sent.get(self.case.name, 0) + len(piece)
        await self.writer.drain()

    async def head(self, *headers: str, status: str = "200 OK") -> None:
        await self.send("\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")))

    async def answer(self, body: bytes | str, *headers: str, status: str = "200 OK", kind: str = HTML) -> None:
        """A right answer: whatever is wrong is in its body or in the headers given."""
        data = body.encode() if isinstance(body, str) else body
        await self.head(f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers, status=status)
        await self.send(data)

    def reset(self) -> None:
        """End with a TCP reset."""
        found = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def url(self, path: str) -> str:
        return self.server.url(self.case, path)


Serve = Callable[[Connection], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fault, and what a crawl must say of it.

    state     of the ledger row: done, refused or failed
    reason    pattern that the ledger's reason must match; for done pages there is none
    faults    codes in `pages.faults_json`
    price     of the stored offer; None when there must be none
    tls       makes the listener speak TLS with this context
    raw       the handler reads the request itself, if there is one; the address is https all the same
    """

    name: str
    serve: Serve
    state: str
    reason: str = ""
    faults: frozenset[str] = frozenset()
    price: str | None = None
    tls: Callable[[Certificates], ssl.SSLContext] | None = None
    path: str = "/item/1"
    raw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Server contexts: `trusted` is signed by the authority in `authority_file`; the others are wrong in one thing."""

    authority_file: str
    trusted: ssl.SSLContext
    self_signed: ssl.SSLContext
    expired: ssl.SSLContext
    other_host: ssl.SSLContext


CASES: list[Case] = []


def case(
    state: str,
    reason: str = "",
    *faults: str,
    price: str | None = None,
    tls: Callable[[Certificates], ssl.SSLContext] | None = None,
    path: str = "/item/1",
    raw: bool = False,
) -> Callable[[Serve], Serve]:
    """Register the decorated handler as a fault of its name."""

    def register(serve: Serve) -> Serve:
        CASES.append(
            Case(
                name=getattr(serve, "__name__", "?"),
                serve=serve,
                state=state,
                reason=reason,
                faults=frozenset(faults),
                price=price,
                tls=tls,
                path=path,
                raw=raw,
            )
        )
        return serve

    return register


@dataclass(slots=True)
class FaultServer:
    """All cases, served from a thread; `ports` by case name, `asked` the paths that came, `sent` bytes by case.

    errors   mistakes of handlers; there must be none
    """

    cases: list[Case]
    certificates: Certificates | None = None
    ports: dict[str, int] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _listeners: list[asyncio.Server] = field(default_factory=list)
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, case: Case, path: str | None = None) -> str:
        scheme = "https" if case.tls or case.raw else "http"
        return f"{scheme}://127.0.0.1:{self.ports[case.name]}{case.path if path is None else path}"

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(30)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        assert self._thread is not None
        self._thread.join(timeout=10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()
        for listener in self._listeners:
            listener.close()
        for task in self._open:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self) -> None:
        for each in self.cases:
            context = None if each.tls is None or self.certificates is None else each.tls(self.certificates)
            listener = await asyncio.start_server(self._accepting(each), "127.0.0.1", 0, ssl=context, backlog=50)
            self._listeners.append(listener)
            self.ports[each.name] = listener.sockets[0].getsockname()[1]
            self.asked[each.name] = []

    def _accepting(self, each: Case) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._open.add(task)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
                try:
                    await self._talk(each, reader, writer)
                except (AssertionError, TypeError, ValueError) as error:
                    self.errors.append(f"{each.name}: {error!r}")
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError, ssl.SSLError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 2)
            self._open.discard(task)

        return accept

    async def _talk(self, each: Case, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if each.raw:
            await each.serve(Connection("", each, self, reader, writer))
            return
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ", 2)[1].decode()
        self.asked[each.name].append(path)
        connection = Connection(path, each, self, reader, writer)
        if path == "/robots.txt":
            status = "503 Service Unavailable" if each.name == "robots_unreachable" else "200 OK"
            rules = "User-agent: *\nDisallow: /private/\n"
            await connection.head("Connection: close", f"Content-Length: {len(rules)}", status=status)
            await connection.send(rules[:-10] if each.name == "robots_cut" else rules)
        else:
            await each.serve(connection)


def page(body: str = "", name: str = "云雀口红 3g") -> str:
    """A small product page; `body` stands after the price."""
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{name}</title></head><body>'
        f'<div class="product"><h1>{name}</h1><p class="price">¥{PRICE}</p><button>加入购物车</button></div>'
        f"{body}</body></html>"
    )


@contextlib.contextmanager
def running(cases: list[Case], certificates: Certificates | None = None) -> Iterator[FaultServer]:
    """A server of these cases for the time of the block."""
    server = FaultServer(cases, certificates)
    server.start()
    try:
        yield server
    finally:
        server.stop()
