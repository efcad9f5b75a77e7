"""From a response or a failure to the page row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.fetch.archive import Archive
from crawler.fetch.browser import RenderFailed
from crawler.fetch.capture import Capture
from crawler.fetch.manners import HostAway
from crawler.fetch.middleware import Refused
from crawler.fetch.records import in_ascii, utc_now
from crawler.fetch.sentences import sentence_of
from crawler.fetch.traffic import AnswerUnusable
from pipelines.store.write import EvidenceRecord, PageRecord


def record_of(response: Response, spider: str, run_id: str) -> PageRecord:
    """The row of a page that came; its archive pointer is the body's (the settled DOM for a rendered page)."""
    capture: Capture = response.meta["capture"]
    main = capture.pointers[0]
    asked = response.meta.get("asked", capture.url)
    return PageRecord(
        url=asked,
        final_url=response.url,
        method=capture.method,
        status=capture.status,
        fetched_at=capture.fetched_at,
        time_source="fetch",
        sha256=main.sha256,
        bytes=len(response.body),
        content_type=capture.content_type,
        etag=in_ascii(capture.header("etag") or "") or None,
        last_modified=in_ascii(capture.header("last-modified") or "") or None,
        warc_file=main.warc_file,
        warc_offset=main.warc_offset,
        renderer="browser" if capture.rendered else "static",
        render_reason=response.meta.get("render_reason") if capture.rendered else None,
        spider=spider,
        run_id=run_id,
        reason=capture.note or None,
        evidence=_evidence(capture),
        faults=tuple(response.meta.get("faults", ())),
    )


def _evidence(capture: Capture | None) -> tuple[EvidenceRecord, ...]:
    return tuple(
        EvidenceRecord(
            kind=pointer.kind,
            url=pointer.url,
            warc_file=pointer.warc_file,
            warc_offset=pointer.warc_offset,
            sha256=pointer.sha256,
        )
        for pointer in (capture.pointers if capture else ())
    )


def keep_evidence(request: Request, archive: Archive) -> None:
    """Archive what came of a page that will not be read; its failure record then points to it."""
    pointers = tuple(pointer for part in request.meta.pop("parts", ()) for pointer in archive.write(part))
    capture = request.meta.get("capture")
    if pointers and isinstance(capture, Capture):
        request.meta["capture"] = replace(capture, pointers=(*capture.pointers, *pointers))


def failure_record(request: Request, error: Any, spider: str, run_id: str) -> PageRecord:
    """The row of a page that did not come: `refused` when we did not ask for it, else `failed`, with the reason."""
    refused = isinstance(error, Refused) or (isinstance(error, IgnoreRequest) and "redirection" not in str(error))
    reason = str(error).strip() or type(error).__name__
    told = str(error) if isinstance(error, AnswerUnusable | RenderFailed | HostAway) else sentence_of(error)
    first_line = (told or f"{type(error).__name__}: {reason}").splitlines()[0][:300]
    rendered = bool(request.meta.get("playwright"))
    return PageRecord(
        url=request.meta.get("asked", request.url),
        final_url=request.url,
        method=request.method,
        fetched_at=utc_now(),
        renderer="browser" if rendered else "static",
        render_reason=request.meta.get("render_reason"),
        spider=spider,
        run_id=run_id,
        faults=tuple(request.meta.get("faults", ())),
        evidence=_evidence(request.meta.get("capture")),
        outcome="refused" if refused else "failed",
        reason=reason.splitlines()[0][:300] if refused else first_line,
    )
