"""From an exchange to WARC records: pure, so that any process can do the compressing.

WARC/1.1, one gzip member a record, so that a record can be read alone. Beside request and response there are, for
rendered pages, `resource` records: `urn:dom:URL` (the settled DOM), `urn:view:URL` (the screenshot) and
`urn:captured:URL` (JSON the page loaded). Each names its page in `WARC-Refers-To-Target-URI`; the DOM's record says
final URL and status in headers of our own.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from w3lib.url import safe_url_string
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawler.fetch.bodies import payload_of

# warcio compresses at level 9: on 100 kB of HTML, 15 times the time of level 4 for four fifths of its size.
GZIP_LEVEL = 4
RESOURCE_PREFIX = {"dom": "urn:dom:", "screenshot": "urn:view:", "captured": "urn:captured:", "saved": ""}
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


class _Sha256(Digester):  # type: ignore[misc]
    """`sha256:` and hexadecimal digits: for a body without content coding the same that the database has."""

    def __str__(self) -> str:
        return f"sha256:{self.digester.hexdigest()}"


class _Sha256Builder(RecordBuilder):  # type: ignore[misc]
    """Block and payload digests in SHA-256; warcio's own are SHA-1, which two bodies can be made to share."""

    def _create_digester(self) -> Digester:
        return _Sha256("sha256")


class _Sha256Writer(_Sha256Builder, WARCWriter):  # type: ignore[misc]
    """Writes what `_Sha256Builder` builds."""


_BUILDER = _Sha256Builder(warc_version="WARC/1.1")


def utc_now() -> str:
    """The time now as the archive and the database write it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sha256_hex(body: bytes) -> str:
    """SHA-256 of a payload, in hex."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer as they went over the wire; `body` has its content coding, `decoded` has not.

    truncated  why the body is not all that was sent, in WARC's words: `length`, `time`, `disconnect`; "" when it is
    faults     codes of `pipelines.faults` that only the connection shows
    """

    url: str
    method: str
    request_headers: list[tuple[str, str]]
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    fetched_at: str
    decoded: bytes | None = None
    truncated: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An archived response whose body stands for one that was not sent, or need not be kept, again.

    profile  why: `server-not-modified` or `identical-payload-digest` (WARC/1.1, section 6.7)
    """

    profile: str
    url: str
    date: str
    record_id: str
    payload_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something a rendered page left behind (`kind` dom, screenshot or captured), or a file that somebody saved.

    `more` become `Daihuo-*` headers.
    """

    kind: str
    url: str
    page_url: str
    body: bytes
    content_type: str
    fetched_at: str
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One record, compressed, ready to be appended; `sha256` is of its payload without content coding.

    `digest` is the SHA-256 of `data`; it is made where the member is packed.
    """

    kind: str
    url: str
    data: bytes
    sha256: str
    digest: str = ""

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", sha256_hex(self.data))


def pack(part: Exchange | Resource) -> tuple[Member, ...]:
    """The records of an exchange (response first, then request) or of a resource."""
    return pack_exchange(part) if isinstance(part, Exchange) else (pack_resource(part),)


def pack_exchange(exchange: Exchange) -> tuple[Member, Member]:
    """Response and request records."""
    response = _BUILDER.create_warc_record(
        exchange.url,
        "response",
        payload=io.BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=_answer_headers(exchange),
        warc_headers_dict={"WARC-Date": exchange.fetched_at, **_on_the_way(exchange)},
    )
    decoded = payload_of(exchange.body, exchange.headers).body if exchange.decoded is None else exchange.decoded
    answer = Member(kind="response", url=exchange.url, data=compress(response), sha256=sha256_hex(decoded))
    return answer, _pack_request(exchange, response)


def pack_revisit(exchange: Exchange, known: Known) -> tuple[Member, Member]:
    """Revisit and request records of an exchange; the revisit has the headers as sent, its body is `known`'s."""
    revisit = _BUILDER.create_warc_record(
        exchange.url,
        "revisit",
        http_headers=_answer_headers(exchange),
        warc_headers_dict={
            "WARC-Date": exchange.fetched_at,
            "WARC-Profile": f"{REVISIT_PROFILE}{known.profile}",
            "WARC-Refers-To": known.record_id,
            "WARC-Refers-To-Target-URI": known.url,
            "WARC-Refers-To-Date": known.date,
            "WARC-Payload-Digest": known.payload_digest,
        },
    )
    answer = Member(kind="revisit", url=exchange.url, data=compress(revisit), sha256=sha256_hex(b""))
    return answer, _pack_request(exchange, revisit)


def payload_digest(body: bytes) -> str:
    """The digest of a payload as `WARC-Payload-Digest` of our records has it."""
    return f"sha256:{sha256_hex(body)}"


def _answer_headers(exchange: Exchange) -> StatusAndHeaders:
    line = f"{exchange.status} {_reason(exchange.status)}"
    return StatusAndHeaders(line, _ascii(exchange.headers), protocol="HTTP/1.1")


def _pack_request(exchange: Exchange, answer: Any) -> Member:
    target = safe_url_string(exchange.url).split("/", 3)
    path = "/" + (target[3] if len(target) > 3 else "")
    line = f"{exchange.method} {path} HTTP/1.1"
    request = _BUILDER.create_warc_record(
        exchange.url,
        "request",
        payload=io.BytesIO(b""),
        http_headers=StatusAndHeaders(line, _ascii(exchange.request_headers), is_http_request=True),
        warc_headers_dict={
            "WARC-Date": exchange.fetched_at,
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    return Member(kind="request", url=exchange.url, data=compress(request), sha256=sha256_hex(b""))


def _on_the_way(exchange: Exchange) -> dict[str, str]:
    said = {"WARC-Truncated": exchange.truncated, "Daihuo-Faults": ", ".join(exchange.faults)}
    return {name: value for name, value in said.items() if value}


def pack_resource(resource: Resource) -> Member:
    """A `resource` record."""
    record = _BUILDER.create_warc_record(
        RESOURCE_PREFIX[resource.kind] + resource.url,
        "resource",
        payload=io.BytesIO(resource.body),
        length=len(resource.body),
        warc_content_type=resource.content_type or "application/octet-stream",
        warc_headers_dict={
            "WARC-Date": resource.fetched_at,
            "WARC-Refers-To-Target-URI": safe_url_string(resource.page_url),
            **{f"Daihuo-{name}": value for name, value in resource.more if value},
        },
    )
    return Member(kind=resource.kind, url=resource.url, data=compress(record), sha256=sha256_hex(resource.body))


def pack_info(name: str) -> bytes:
    """The record that opens a WARC file."""
    about = {"software": "daihuo", "format": "WARC File Format 1.1"}
    return compress(_BUILDER.create_warcinfo_record(name, about))


def compress(record: Any) -> bytes:
    """One record as one gzip member."""
    plain = io.BytesIO()
    _Sha256Writer(plain, gzip=False, warc_version="WARC/1.1").write_record(record)
    member = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return member.compress(plain.getbuffer()) + member.flush()


def _ascii(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # Control characters would begin another header or another record.
    return [(in_ascii(name), in_ascii(value)) for name, value in headers]


def in_ascii(value: str) -> str:
    """A header's value as the archive has it: what is not printable ASCII is percent-encoded."""
    plain = value.isascii() and value.isprintable()
    return value if plain else quote(value, safe=" !#$%&'()*+,/:;=?@[]~\"")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
