"""The public corpora of bad input, read from the sample material, and a shop on loopback."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_inputs import Shop, Token, members, token_of


@pytest.fixture(scope="session")
def corpora(shared: Path) -> Path:
    return shared / "corpora"


@pytest.fixture(scope="session")
def naughty(corpora: Path) -> list[str]:
    """515 strings that break programs."""
    strings: list[str] = json.loads((corpora / "blns.json").read_text("utf-8"))
    assert len(strings) == 515
    return strings


@pytest.fixture(scope="session")
def payloads(corpora: Path) -> list[str]:
    """223 pieces of markup that try to run a script."""
    found = [case["payload"] for case in json.loads((corpora / "xss-payloads.json").read_text("utf-8"))]
    assert len(found) == 223
    return found


@pytest.fixture(scope="session")
def json_cases(corpora: Path) -> list[tuple[str, bytes]]:
    """340 files that are JSON, or nearly."""
    found = members(corpora / "jsontestsuite.tar.gz", ".json")
    assert len(found) == 340
    return found


@pytest.fixture(scope="session")
def tokens(corpora: Path) -> list[Token]:
    """6,810 inputs of the HTML tokenizer tests."""
    found = [
        token_of(test, name)
        for _, content in members(corpora / "html5lib-tokenizer.tar.gz", ".test")
        for name, tests in json.loads(content).items()
        if name.endswith("ests")
        for test in tests
    ]
    assert len(found) == 6810
    return found


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = made.pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in made.pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()
