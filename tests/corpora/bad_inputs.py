"""How the corpora of bad input are read, and a shop that serves them."""

from __future__ import annotations

import re
import tarfile
from dataclasses import dataclass, field
from pathlib import Path


def members(path: Path, ending: str = "") -> list[tuple[str, bytes]]:
    """(name, content) of the files in a packed corpus."""
    found = []
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None and member.name.endswith(ending):
                found.append((member.name, stream.read()))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An input of the tokenizer tests; `text` is what its character tokens say, None when it starts inside an element
    or its test is of another kind of document."""

    input: str
    text: str | None


def token_of(test: dict[str, object], kind: str) -> Token:
    twice = bool(test.get("doubleEscaped"))
    output: list[list[object]] = test["output"]  # type: ignore[assignment]
    text = "".join(_once(str(token[1]), twice) for token in output if token[0] == "Character")
    states = test.get("initialStates", ["Data state"])
    return Token(
        input=_once(str(test["input"]), twice),
        text=text if kind == "tests" and isinstance(states, list) and "Data state" in states else None,
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
