"""Start the two demo shops: `start()` for a program, `serve()` for a terminal."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.demo import official, streamer
from crawler.demo.served import Served
from pipelines.errors import DaihuoError

HOST = "127.0.0.1"
PORTS = (8871, 8872)
Answer = Callable[[str, str], Served]


class DemoPortBusy(DaihuoError):
    """Another program listens on a port that the demo's watchlist names."""

    exit_code = 2


class Shop(ThreadingHTTPServer):
    """One shop. `asked` lists every request target that came in, decoys included."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        super().__init__((HOST, port), _Handler)

    @property
    def base(self) -> str:
        """`http://127.0.0.1:8871`."""
        return f"http://{HOST}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Shop
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        served = self.server.answer(self.path, self.server.base)
        time.sleep(served.pause)
        body = served.body.encode()
        self.send_response(served.status)
        self.send_header("Content-Type", f"{served.content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name the base class looks up

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the crawler prints what it fetched."""


def _listen(port: int, answer: Answer) -> Shop:
    try:
        return Shop(port, answer)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise DemoPortBusy(
            f"{HOST}:{port} is in use; the demo's watchlist names this port. Stop the program that listens there "
            f"(perhaps the demo shops in another terminal) and try again."
        ) from error


@contextmanager
def start(ports: tuple[int, int] = PORTS, later: bool = False) -> Iterator[tuple[Shop, Shop]]:
    """The streamer's shop and the official store, listening while the block runs. Port 0 takes any free one. With
    `later` they are as a week later (`later.toml`).

    Raises `DemoPortBusy` when a port is taken.
    """
    with ExitStack() as stack:
        shops: list[Shop] = []
        for port, answer in zip(ports, (streamer.answer, official.answer), strict=True):
            shop = _listen(port, partial(answer, later=later))
            stack.callback(shop.server_close)
            threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            stack.callback(shop.shutdown)
            shops.append(shop)
        yield shops[0], shops[1]


def serve(say: Callable[[str], object] = print, ports: tuple[int, int] = PORTS, later: bool = False) -> int:
    """Serve until Ctrl-C."""
    with start(ports, later) as (first, second):
        say(f"云雀直播间小店 {first.base}/   白鹭研究所官方商城 {second.base}/   (Ctrl-C stops both)")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("stopped")
    return 0
