"""Listeners that should never hear anything: one port on several loopback addresses, TCP and UDP."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PLACES = ("127.0.0.1", "127.0.0.2", "::1")


@dataclass
class Canary:
    """`heard`: an entry for each connection (where it came in, nothing), and one for what it says first; datagrams."""

    port: int
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    def lines(self) -> list[bytes]:
        """First lines of what was said."""
        return [said.split(b"\r\n")[0] for _, said in self.heard if said]


@contextmanager
def canary() -> Iterator[Canary]:
    """A canary on a free port of all places; each connection gets a small page."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(_tcp(PLACES[0], 0))
        sitting = Canary(first.getsockname()[1])
        sockets = [first, *(stack.enter_context(_tcp(place, sitting.port)) for place in PLACES[1:])]
        udp = [stack.enter_context(_udp(place, sitting.port)) for place in PLACES[:2]]
        ears = [threading.Thread(target=_serve, args=(each, sitting), daemon=True) for each in sockets]
        ears += [threading.Thread(target=_hear, args=(each, sitting), daemon=True) for each in udp]
        for ear in ears:
            ear.start()
        yield sitting
        for each in (*sockets, *udp):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _tcp(place: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in place else socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((place, port))
    made.listen(128)
    return made


def _udp(place: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((place, port))
    return made


def _serve(listening: socket.socket, sitting: Canary) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_answer, args=(connection, sitting), daemon=True).start()


def _answer(connection: socket.socket, sitting: Canary) -> None:
    with connection, contextlib.suppress(OSError):
        place = connection.getsockname()[0]
        sitting.heard.append((place, b""))
        connection.settimeout(5)
        said = connection.recv(4096)
        sitting.heard.append((place, said))
        body = b"<!doctype html><title>inside</title><p>secret"
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def _hear(listening: socket.socket, sitting: Canary) -> None:
    with contextlib.suppress(OSError):
        while True:
            said, _ = listening.recvfrom(4096)
            if said:
                sitting.heard.append(("udp " + listening.getsockname()[0], said))


class PageServer(http.server.ThreadingHTTPServer):
    """Pages by path on 127.0.0.1: text, or bytes of a whole answer; `seen` are the paths asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str], str | bytes | None]) -> None:
        self.answer, self.seen = answer, list[str]()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PageServer

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        said = self.server.answer(self.path)
        if isinstance(said, bytes):
            self.wfile.write(said)
            self.close_connection = True
            return
        body = (said or "").encode()
        self.send_response(404 if said is None else 200)
        kind = "text/javascript" if self.path.split("?")[0].endswith(".js") else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pages(answer: Callable[[str], str | bytes | None]) -> Iterator[PageServer]:
    server = PageServer(answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def redirect(to: str) -> bytes:
    """A whole answer that leads on; `to` goes out as UTF-8."""
    head = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return head.encode()
