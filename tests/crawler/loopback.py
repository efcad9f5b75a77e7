"""Hosts on loopback for whole crawls: what they answer is scripted, what they were asked is kept."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from test_crawl import WATCHLIST, daihuo, product, rows

Said = tuple[int, dict[str, str], str | bytes]
TEXT = {"Content-Type": "text/plain"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Host:
    """A server on a port of its own. `answer(path, n)` says what the n-th request (from 0) for a path gets."""

    answer: Callable[[str, int], Said]
    seen: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def times(self, path: str) -> list[float]:
        return [at for at, asked, _ in self.seen if asked == path]

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.seen]

    def headers(self, path: str) -> list[dict[str, str]]:
        return [headers for _, asked, headers in self.seen if asked == path]


def hosts() -> Iterator[Starts]:
    """Starts hosts, and ends them: what the fixture `host` is made of."""
    servers = []

    def start(special: Callable[[str, int], Said | None]) -> Host:
        def answer(path: str, n: int) -> Said:
            return special(path, n) or _shop(path)

        made = Host(answer)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                n = made.paths().count(self.path)
                made.seen.append(
                    (time.time(), self.path, {name.title(): value for name, value in self.headers.items()})
                )
                status, headers, text = made.answer(self.path, n)
                body = text if isinstance(text, bytes) else text.encode()
                if status == 0:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        made.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=made.server.serve_forever, daemon=True).start()
        servers.append(made.server)
        return made

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Starts = Callable[[Callable[[str, int], Said | None]], Host]


def _shop(path: str) -> Said:
    if path == "/robots.txt":
        return 404, TEXT, ""
    return 200, HTML, product(f"口红 {path}", "199.00")


def make(folder: Path, urls: list[str], crawl: str = "", delay: float = 0) -> Path:
    folder.mkdir()
    allowed = sorted({url.split("/")[2] for url in urls})
    (folder / "dataset.toml").write_text(
        'title = "试验"\nlicence = "CC0-1.0"\n[crawl]\ncontact = "desk@paper.example"\nretry_pause = 0.1\n'
        f"delay = {delay}\nrobots_pause = 0.2\nallow_addresses = {allowed!r}\n{crawl}\n"
    )
    lines = [f"c{n},主播,other,2026-11-11 20:00,口红,云雀,,,199.00,CNY,最低,{url},," for n, url in enumerate(urls)]
    (folder / "watchlist.csv").write_text("\n".join([WATCHLIST, *lines]) + "\n", encoding="utf-8")
    return folder


def crawl(dataset: Path, code: int) -> None:
    done = daihuo("crawl", str(dataset))
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr


def ledger(dataset: Path, columns: str = "state, reason") -> dict[str, tuple[object, ...]]:
    query = f"SELECT asked, {columns} FROM ledger WHERE spider = 'offers' AND crawl = (SELECT MAX(id) FROM crawls)"
    return {"/" + str(url).split("/", 3)[3]: tuple(rest) for url, *rest in rows(dataset, query)}


def verified(dataset: Path) -> None:
    done = daihuo("verify", str(dataset))
    assert done.returncode == 0, done.stdout
