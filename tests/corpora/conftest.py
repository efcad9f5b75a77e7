"""The public corpora of bad input, read from the sample material, and a shop that serves them."""

from __future__ import annotations

import http.server
import json
import re
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest


def members(path: Path, ending: str = "") -> list[tuple[str, bytes]]:
    """(name, content) of the files in a packed corpus."""
    found = []
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None and member.name.endswith(ending):
                found.append((member.name, stream.read()))
    return found


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An input of the tokenizer tests; `text` is what its character tokens say, None when it starts inside an element
    or its test is of another kind of document."""

    input: str
    text: str | None


@pytest.fixture(scope="session")
def tokens(corpora: Path) -> list[Token]:
    """6,810 inputs of the HTML tokenizer tests."""
    found = [
        _token(test)
        for _, content in members(corpora / "html5lib-tokenizer.tar.gz", ".test")
        for name, tests in json.loads(content).items()
        if name.endswith("ests")
        for test in tests
    ]
    assert len(found) == 6810
    return found


def _token(test: dict[str, object]) -> Token:
    twice = bool(test.get("doubleEscaped"))
    output: list[list[object]] = test["output"]  # type: ignore[assignment]
    text = "".join(_once(str(token[1]), twice) for token in output if token[0] == "Character")
    states = test.get("initialStates", ["Data state"])
    return Token(
        input=_once(str(test["input"]), twice),
        text=text if isinstance(states, list) and "Data state" in states else None,
    )


def _once(text: str, twice: bool) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text) if twice else text


@dataclass(slots=True)
class Shop:
    """A shop on loopback that sends given bytes: path → (content type, body)."""

    port: int = 0
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.pages[path] = kind, body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


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
