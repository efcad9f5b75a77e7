"""One page as it was captured, wherever it came from: the wire, the browser, our archive, or a file somebody saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from crawler.fetch.archive import Pointer
from crawler.pages.captured import Captured

# What the browser's notes (`tab.py`, `listener.py`) begin with, and the code that it is.
_NOTED = (("not settled", "not_settled"), ("the body ended early", "cut_render"))


def faults_of_note(note: str) -> tuple[str, ...]:
    """The codes of `pipelines.faults` in a note of the browser."""
    said = note.split("; ")
    return tuple(code for words, code in _NOTED if any(part.startswith(words) for part in said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page body (content coding removed) with what is known of its origin.

    time_source  `fetch` we fetched it, `capture` the file says when it was saved, `file` the file's modification time
    pointers     its records in our archive, the body's first; empty when it is not archived yet
    faults       codes of `pipelines.faults`
    too_large    why the body cannot be read: it is larger than allowed
    note         what the browser said of it: not settled, no screenshot
    optional     a part of some page that is only worth a row when it is recognized (stray JSON in a HAR)
    """

    url: str
    body: bytes
    fetched_at: str
    time_source: Literal["fetch", "capture", "file"]
    final_url: str = ""
    method: str = "GET"
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    captured: Captured = field(default_factory=Captured)
    rendered: bool = False
    pointers: tuple[Pointer, ...] = ()
    optional: bool = False
    note: str = ""
    faults: tuple[str, ...] = ()
    too_large: str = ""

    @property
    def content_type(self) -> str:
        return self.header("content-type") or ""

    def header(self, name: str) -> str | None:
        """The value of a header, None when it was not sent; `name` in lower case."""
        return next((value for said, value in self.headers if said.lower() == name), None)
