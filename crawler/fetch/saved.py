"""Files people save: what pages are inside, at which URL, saved when.

HTML (browser "save page", SingleFile), MHTML (RFC 2557), HAR 1.2, WARC, ARC, WACZ 1.1, bare JSON or JSONP bodies, one
or several in a file. The
kind is told by content, not by the file's name. A damaged container gives what can be read, then ends.
"""

from __future__ import annotations

import base64
import email
import email.policy
import gzip
import html
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from warcio.limitreader import LimitReader

from crawler.fetch.archive import Record, records
from crawler.fetch.bodies import LARGEST_PAYLOAD, MEBIBYTE, payload_of, size_text
from crawler.fetch.capture import Capture, faults_of_note
from crawler.fetch.json_lines import bodies_in
from crawler.fetch.records import RESOURCE_PREFIX, sha256_hex
from crawler.fetch.revisit import Originals
from crawler.fetch.warc_bounds import GZIP_MAGIC, opens_record
from crawler.pages.captured import Captured, CapturedBody
from pipelines.faults import joined

_URL_MARKS = (
    re.compile(rb"<!-- saved from url=\(\d+\)(https?://[^\s\"'<>]+)"),
    re.compile(rb"Page saved with SingleFile\s+url:\s*(https?://\S+)"),
)
_LINK_MARKS = (
    re.compile(rb"<link\b[^>]*\brel=[\"']?canonical[\"']?[^>]*>", re.I),
    re.compile(rb"<meta\b[^>]*\bproperty=[\"']?og:url[\"']?[^>]*>", re.I),
)
_ADDRESS = re.compile(rb"(?:href|content)=[\"']?((?:https?:)?//[^\s\"'<>]+)", re.I)
_WEB_ARCHIVE = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(https?://.*)$")
_SAVED_DATE = re.compile(rb"saved date:\s*([^\r\n]+)")
_HTML_HEAD = 400_000
_LARGEST_SINGLE = LARGEST_PAYLOAD
_LARGEST_HAR = 2 * LARGEST_PAYLOAD
# What a WACZ unpacks to: WARC files inside are packed already, plain ones shrink to a tenth.
_LARGEST_BOX = 4 * 1024 * MEBIBYTE
_LARGEST_RATIO = 100
_LARGEST_UNPACKED = 256 * MEBIBYTE
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(ValueError, KeyError, RecursionError, NotImplementedError),
)
_DATA_TYPES = ("json", "javascript")
PAGE_LIST = "pages/pages.jsonl"


def captures(path: Path, url: str | None = None) -> Iterator[Capture]:
    """Every page of a saved file; a file that is no container, or one without a page, is one page itself.

    `url` is used where the file does not say one.
    """
    count = 0
    try:
        for capture in _inside(path, url):
            count += 1
            yield capture
    except _DAMAGED:
        # What could be read of a damaged container has been given already.
        pass
    if count == 0:
        yield whole_file(path, url)


def _inside(path: Path, url: str | None) -> Iterator[Capture]:
    head = _head(path)
    if head.startswith(b"PK\x03\x04") and zipfile.is_zipfile(path):
        yield from _wacz(path)
    elif head.startswith((b"WARC/", b"filedesc:")):
        yield from _warc(path)
    elif opens_record(head) or (head.startswith(GZIP_MAGIC) and _is_warc_gz(path)):
        yield from _warc_gz(path)
    elif _is_mhtml(head) and path.stat().st_size <= _LARGEST_HAR:
        yield from _mhtml(path, url)
    elif _is_har(path, head):
        yield from _har(path)
    else:
        whole = whole_file(path, url)
        bodies = bodies_in(whole.body)
        for body in bodies:
            yield replace(whole, url=url or name_of(body), body=body)
        if not bodies:
            yield whole


def url_inside(body: bytes) -> str | None:
    """The page's own URL as the saving program, a canonical link or og:url says it; a web archive's copy counts too."""
    head = body[:_HTML_HEAD]
    places = [match.group(1) for mark in _URL_MARKS if (match := mark.search(head))]
    tags = [match.group() for mark in _LINK_MARKS if (match := mark.search(head))]
    places += [match.group(1) for tag in tags if (match := _ADDRESS.search(tag))]
    for place in places:
        found = html.unescape(place.decode("utf-8", "replace"))
        archived = _WEB_ARCHIVE.match(found)
        found = archived.group(1) if archived else found
        found = f"https:{found}" if found.startswith("//") else found
        if found.startswith(("http://", "https://")):
            return found
    return None


def address_of(body: bytes) -> str:
    """`url_inside`, or a name of the body's own where it says nothing."""
    return url_inside(body) or name_of(body)


def name_of(body: bytes) -> str:
    """The name of a page whose URL nobody knows: its hash."""
    return f"urn:sha256:{sha256_hex(body)}"


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


def whole_file(path: Path, url: str | None) -> Capture:
    """The file as one page, unpacked when it is gzip."""
    if path.stat().st_size > _LARGEST_SINGLE:
        return _too_large(path, url, f"the file is larger than {size_text(_LARGEST_SINGLE)}")
    found = payload_of(path.read_bytes(), ())
    if found.too_large:
        return _too_large(path, url, found.too_large)
    body = found.body
    saved = _SAVED_DATE.search(body[:2000])
    when = _date(saved.group(1).decode("utf-8", "replace").split("(")[0].strip()) if saved else None
    return Capture(
        url=url or address_of(body),
        body=body,
        fetched_at=when or _modified(path),
        time_source="capture" if when else "file",
        # Nobody says of a file how it is packed.
        faults=tuple(code for code in found.faults if code != "coding_mismatch"),
    )


def _too_large(path: Path, url: str | None, why: str) -> Capture:
    return Capture(
        url=url or f"file:{path.name}", body=b"", fetched_at=_modified(path), time_source="file", too_large=why
    )


def _modified(path: Path) -> str:
    return _iso(datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(text: str) -> str | None:
    for read in (_from_browser, _from_iso, _from_rfc):
        try:
            moment = read(text)
        except (ValueError, TypeError):
            continue
        return _iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return None


def _from_rfc(text: str) -> datetime:
    return parsedate_to_datetime(text)


def _from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _from_browser(text: str) -> datetime:
    # JavaScript's Date.toString(): "Mon Nov 23 2026 10:00:00 GMT+0800".
    return datetime.strptime(text, "%a %b %d %Y %H:%M:%S GMT%z")


def _is_mhtml(head: bytes) -> bool:
    lowered = head.lower()
    return b"multipart/related" in lowered and b"mime-version" in lowered and not lowered.lstrip().startswith(b"<")


def _mhtml(path: Path, url: str | None) -> Iterator[Capture]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    when = _date(str(message.get("Date", "")))
    bodies: list[CapturedBody] = []
    main: tuple[str, bytes, str] | None = None
    for part in message.walk():
        payload = part.get_payload(decode=True) if not part.is_multipart() else None
        if not isinstance(payload, bytes):
            continue
        kind, place = part.get_content_type(), str(part.get("Content-Location", ""))
        if main is None and kind in ("text/html", "application/xhtml+xml"):
            charset = part.get_content_charset()
            main = (place, payload, f"{kind}; charset={charset}" if charset else kind)
        elif any(word in kind for word in _DATA_TYPES):
            bodies.append(CapturedBody(url=place, content_type=kind, text=payload.decode("utf-8", "replace")))
    if main is None:
        yield whole_file(path, url)
        return
    place, body, content_type = main
    said = str(message.get("Snapshot-Content-Location", "")) or place
    yield Capture(
        url=url or (said if said.startswith("http") else None) or url_inside(body) or name_of(body),
        body=body,
        fetched_at=when or _modified(path),
        time_source="capture" if when else "file",
        headers=(("Content-Type", content_type),),
        captured=Captured(tuple(bodies)),
        rendered=True,
    )


def _is_har(path: Path, head: bytes) -> bool:
    begins = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"log"' in head
    if not begins or path.stat().st_size > _LARGEST_HAR:
        return False
    try:
        return isinstance(json.loads(path.read_bytes())["log"]["entries"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _har(path: Path) -> Iterator[Capture]:
    found: list[Record] = []
    for entry in json.loads(path.read_bytes())["log"]["entries"]:
        record = _har_record(entry) if isinstance(entry, dict) else None
        if record is not None:
            found.append(record)
    yield from group_records(iter(found))


def _har_record(entry: dict[str, Any]) -> Record | None:
    try:
        answer, url = entry["response"], str(entry["request"]["url"])
        content = answer.get("content") or {}
        text = content.get("text") or ""
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "surrogatepass")
        kind = str(content.get("mimeType") or "")
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if content.get("encoding") != "base64" and kind:
        # HAR text is already decoded, so what the header said about the charset no longer holds.
        kind = kind.split(";")[0] + "; charset=utf-8"
    return Record(
        type="response",
        url=url,
        date=_date(str(entry.get("startedDateTime", ""))) or "",
        status=answer.get("status") if isinstance(answer.get("status"), int) else None,
        headers=(("Content-Type", kind),),
        content_type=kind,
        body=body,
        warc_headers=(),
        warc_file="",
        warc_offset=0,
    )


def _is_warc_gz(path: Path) -> bool:
    return next((True for _ in records(path)), False)


def _warc(path: Path, originals: Originals | None = None) -> Iterator[Capture]:
    return group_records((originals or Originals()).resolved(path, records(path)))


def _warc_gz(path: Path) -> Iterator[Capture]:
    """A compressed WARC; one that was not compressed record by record is unpacked first."""
    pages = 0
    for capture in _warc(path):
        pages += 1
        yield capture
    if not pages:
        with tempfile.TemporaryDirectory() as folder, gzip.open(path) as source:
            inside = Path(folder) / "unpacked.warc"
            with inside.open("wb") as target:
                shutil.copyfileobj(LimitReader(source, _LARGEST_UNPACKED), target)
            yield from _warc(inside)


def _wacz(path: Path) -> Iterator[Capture]:
    originals = Originals()
    with zipfile.ZipFile(path) as box, tempfile.TemporaryDirectory() as folder:
        pages = _listed_pages(box)
        left = min(_LARGEST_BOX, _LARGEST_RATIO * path.stat().st_size + MEBIBYTE)
        for number, entry in enumerate(box.infolist()):
            if not entry.filename.endswith((".warc.gz", ".warc")):
                continue
            # The name inside the box never becomes a path here.
            inside = Path(folder) / f"{number}.warc.gz"
            with box.open(entry) as source, inside.open("wb") as target:
                while left > 0 and (chunk := source.read(min(left, 1 << 20))):
                    left -= len(chunk)
                    target.write(chunk)
            for capture in _warc(inside, originals):
                if pages is None or (capture.url, capture.fetched_at) in pages:
                    yield capture


def _listed_pages(box: zipfile.ZipFile) -> set[tuple[str, str]] | None:
    """Address and time of each page of a WACZ that daihuo wrote; None for others, whose lists may name a part only."""
    if PAGE_LIST not in box.namelist() or box.getinfo(PAGE_LIST).file_size > LARGEST_PAYLOAD:
        return None
    with box.open(PAGE_LIST) as stream:
        head, *lines = (json.loads(line) for line in stream)
        ours = isinstance(head, dict) and bool(head.get("daihuo"))
        return {(line["url"], line["ts"]) for line in lines} if ours else None


def group_records(found: Iterator[Record]) -> Iterator[Capture]:
    """Documents become pages; the JSON that came after a document belongs to it, and stands for itself too."""
    page: Record | None = None
    data: list[Record] = []
    for record in found:
        kind = record.content_type.lower()
        if record.type == "resource" and record.url.startswith(RESOURCE_PREFIX["captured"]):
            data.append(record)
        elif record.type == "resource" and record.url.startswith(RESOURCE_PREFIX["dom"]):
            yield from _finish(page, data)
            page, data = record, []
        elif record.type not in ("response", "resource") or record.status in (204, 301, 302, 303, 304, 307, 308):
            continue
        elif "html" in kind:
            if page is not None and (page.url, page.date) == (RESOURCE_PREFIX["dom"] + record.url, record.date):
                # What Chromium got of the page that it then rendered.
                continue
            yield from _finish(page, data)
            page, data = record, []
        elif any(word in kind for word in _DATA_TYPES) and not _is_script(record):
            data.append(record)
    yield from _finish(page, data)


def _is_script(record: Record) -> bool:
    path = record.url.split("?", 1)[0].lower()
    return path.endswith((".js", ".mjs", ".map", ".css"))


def _finish(page: Record | None, data: list[Record]) -> Iterator[Capture]:
    bodies = tuple(
        CapturedBody(
            url=record.url.removeprefix(RESOURCE_PREFIX["captured"]),
            content_type=record.content_type,
            text=record.body.decode("utf-8", "replace"),
        )
        for record in data
    )
    if page is not None:
        yield _page(page, Captured(bodies), optional=False)
    for record in data if page is None else ():
        yield _page(record, Captured(), optional=len(data) > 1)


def _page(record: Record, captured: Captured, *, optional: bool) -> Capture:
    is_dom = record.url.startswith(RESOURCE_PREFIX["dom"])
    url = record.url.removeprefix(RESOURCE_PREFIX["dom"])
    status = record.warc_header("Daihuo-Status") if is_dom else ""
    return Capture(
        url=url or name_of(record.body),
        final_url=record.warc_header("Daihuo-Final-Url") if is_dom else "",
        body=record.body,
        fetched_at=record.date,
        time_source="capture" if record.date else "file",
        status=int(status) if status.isdigit() else record.status,
        headers=record.headers or (("Content-Type", record.content_type),),
        captured=captured,
        rendered=is_dom or bool(captured.bodies),
        optional=optional,
        faults=joined(record.faults, faults_of_note(record.warc_header("Daihuo-Note"))),
        too_large=record.too_large,
    )
