"""What Chromium says of a fault, in the words of the ledger."""

from __future__ import annotations

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Request

from crawler.fetch.browser import RenderFailed
from crawler.fetch.net_errors import failure_of
from crawler.spiders.record import failure_record


@pytest.mark.parametrize(
    ("message", "kind", "sentence"),
    [
        ("Page.goto: net::ERR_CONNECTION_RESET at http://a.example/", DownloadFailedError, "the connection broke"),
        ("net::ERR_CONNECTION_REFUSED at x", DownloadConnectionRefusedError, "the host refused the connection"),
        ("net::ERR_NAME_NOT_RESOLVED at x", CannotResolveHostError, "the host was not found"),
        ("net::ERR_TIMED_OUT at x", DownloadTimeoutError, "no answer in time"),
        ("net::ERR_TOO_MANY_REDIRECTS at x", RenderFailed, "redirects lead in circles"),
        ("net::ERR_EMPTY_RESPONSE at x", RenderFailed, "the host closed the connection without an answer"),
        ("net::ERR_CERT_DATE_INVALID at x", RenderFailed, "TLS: the certificate is expired or not valid yet"),
        (
            "net::ERR_CERT_SYMANTEC_LEGACY at x",
            RenderFailed,
            "TLS: the connection is not safe (ERR_CERT_SYMANTEC_LEGACY)",
        ),
        ("Page.goto: Download is starting\nCall log:", RenderFailed, "download: the address sends a file, not a page"),
        ("net::ERR_SOMETHING_NEW at x", RenderFailed, "Chromium says ERR_SOMETHING_NEW"),
        ("Page.goto: Protocol error (x)\nmore", RenderFailed, "Chromium says: Protocol error (x)"),
        ("", RenderFailed, "Chromium says: nothing"),
    ],
)
def test_sentence_of_the_ledger(message: str, kind: type[Exception], sentence: str) -> None:
    error = failure_of(message)
    assert type(error) is kind
    record = failure_record(Request("http://a.example/", meta={"playwright": True}), error, "offers", "run")
    assert (record.outcome, record.reason, record.renderer) == ("failed", sentence, "browser")
