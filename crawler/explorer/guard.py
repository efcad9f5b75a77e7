"""What stands before Datasette: which requests reach it at all, and which headers go out with every answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils import tilde_decode

from pipelines.export.explore.chosen import chosen_tables
from pipelines.export.explore.described import NAME
from pipelines.export.explore.questions import QUESTIONS

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# No script at all, no frame, nothing from elsewhere. Pages may say what they like: none of it can run.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_OFFERED = frozenset({*chosen_tables(), *(question.name for question in QUESTIONS)})
LONGEST_QUERY = 8_000
_MOST_PARAMETERS = 100
_WHOLE = ("_timelimit", "_facet_size", "_size")
# SQLite's integers have 64 bits; a longer number is a mistake before it is a question.
_MOST_DIGITS = 18


def guard(app: App) -> App:
    """Only GET and HEAD, only from this machine by one of its names, only what the explorer offers."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # Start and end of the server's life; there are no web sockets.
            if scope["type"] == "lifespan":
                await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HEADERS}
                headers = [pair for pair in message.get("headers", []) if pair[0].lower() not in ours]
                message = {**message, "headers": [*headers, *HEADERS]}
            await send(message)

        refused = refusal(scope)
        if refused:
            await _refuse(send_with_headers, *refused)
        else:
            await app(_safe_csv(scope), receive, send_with_headers)

    return guarded


def refusal(scope: Scope) -> tuple[int, str] | None:
    """Status and reason for a request that goes no further; None for one that does."""
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "the explorer only answers questions: GET or HEAD"
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    # A page elsewhere whose name was made to lead to this machine would read all answers.
    if name not in LOOPBACK:
        return 421, "the explorer is at 127.0.0.1 or localhost"
    path = _path(scope)
    # Datasette drops a slash at the end by a redirect, and `//name` leads to another site.
    if path.startswith(("//", "/\\")):
        return 404, "there is no such page"
    if path.startswith("/-/") and not path.startswith("/-/static/"):
        return 404, "there is no such page"
    if not _is_offered(path):
        return 404, "there is no such table or question"
    return _bad_query(scope.get("query_string", b""))


def _is_offered(path: str) -> bool:
    """Whether a path below the database names a table or question as it is spelled.

    Datasette looks a row up in whatever SQLite knows by that name, and stumbles where it knows no more of it.
    """
    parts = path.split("/")
    if len(parts) < 3 or parts[1].partition(".")[0] != NAME:
        return True
    named = parts[2] if len(parts) > 3 else parts[2].partition(".")[0]
    return tilde_decode(named) in _OFFERED


def _path(scope: Scope) -> str:
    raw = scope.get("raw_path") or str(scope["path"]).encode()
    return bytes(raw).partition(b"?")[0].decode("latin-1")


def _bad_query(query: bytes) -> tuple[int, str] | None:
    if len(query) > LONGEST_QUERY:
        return 414, f"a question has at most {LONGEST_QUERY} bytes"
    try:
        said = parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeDecodeError:
        return 400, "the question is not UTF-8"
    except ValueError:
        return 400, f"a question has at most {_MOST_PARAMETERS} parameters"
    for name, value in said:
        if "\x00" in name + value:
            return 400, "NUL is no character of a text"
        wrong = _bad_parameter(name, value)
        if wrong:
            return 400, f"{name}: {wrong}"
    return None


def _bad_parameter(name: str, value: str) -> str | None:
    if (
        name in _WHOLE
        and value not in ("", "max")
        and not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS)
    ):
        return "expected a whole number"
    if name.startswith("_facet") and value.startswith("{"):
        return "expected the name of a column"
    if name == "_through":
        try:
            asked = json.loads(value)
        except (ValueError, RecursionError):
            return "expected JSON"
        if not isinstance(asked, dict) or not all(
            isinstance(asked.get(key), str) for key in ("table", "column", "value")
        ):
            return "expected an object with table, column and value"
    return None


def _safe_csv(scope: Scope) -> Scope:
    """`.csv` is answered by `spreadsheet`, whose cells are no formulas; Datasette's own writes them as they are."""
    path = _path(scope)
    if not path.endswith(".csv"):
        return scope
    changed = path.removesuffix(".csv") + ".sheet"
    return {**scope, "path": str(scope["path"]).removesuffix(".csv") + ".sheet", "raw_path": changed.encode("latin-1")}


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = json.dumps({"ok": False, "error": reason, "status": status}, ensure_ascii=False).encode() + b"\n"
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
