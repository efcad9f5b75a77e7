"""What Chromium's network errors mean to a reader.

The names are Chromium's (net/base/net_error_list.h). What may pass becomes the exception that the plain downloader
raises for the same fault, so that it is tried again by the same rule and told in the same words; all else is a
`RenderFailed` with its sentence.
"""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.fetch.browser import RenderFailed

DOWNLOAD = "download: the address sends a file, not a page"
TOO_LARGE = "the body is larger than allowed"
NO_ANSWER = "no answer in time"

_PASSING: dict[str, type[Exception]] = {
    "ERR_CONNECTION_REFUSED": DownloadConnectionRefusedError,
    "ERR_NAME_NOT_RESOLVED": CannotResolveHostError,
    "ERR_NAME_RESOLUTION_FAILED": CannotResolveHostError,
    "ERR_TIMED_OUT": DownloadTimeoutError,
    "ERR_CONNECTION_TIMED_OUT": DownloadTimeoutError,
    "ERR_CONNECTION_RESET": DownloadFailedError,
    "ERR_CONNECTION_CLOSED": DownloadFailedError,
    "ERR_CONNECTION_ABORTED": DownloadFailedError,
    "ERR_CONNECTION_FAILED": DownloadFailedError,
    "ERR_SOCKET_NOT_CONNECTED": DownloadFailedError,
    "ERR_NETWORK_CHANGED": DownloadFailedError,
    "ERR_HTTP2_PROTOCOL_ERROR": DownloadFailedError,
    "ERR_CONTENT_LENGTH_MISMATCH": ResponseDataLossError,
    "ERR_INCOMPLETE_CHUNKED_ENCODING": ResponseDataLossError,
    "ERR_INCOMPLETE_HTTP2_HEADERS": ResponseDataLossError,
}
_LASTING = {
    "ERR_EMPTY_RESPONSE": "the host closed the connection without an answer",
    "ERR_TOO_MANY_REDIRECTS": "redirects lead in circles",
    "ERR_INVALID_REDIRECT": "a redirect leads to no address",
    "ERR_UNSAFE_REDIRECT": "a redirect leads to no web address",
    "ERR_UNKNOWN_URL_SCHEME": "a redirect leads to no web address",
    "ERR_UNSAFE_PORT": "the port is one that Chromium never asks",
    "ERR_INVALID_HTTP_RESPONSE": "the answer is no HTTP",
    "ERR_INVALID_RESPONSE": "the answer is no HTTP",
    "ERR_RESPONSE_HEADERS_TOO_BIG": "the answer's headers are larger than allowed",
    "ERR_CONTENT_DECODING_FAILED": "the body's compression is broken",
    "ERR_ADDRESS_UNREACHABLE": "the host cannot be reached",
    "ERR_INTERNET_DISCONNECTED": "this machine has no network",
    "ERR_BLOCKED_BY_CLIENT": "the address was not allowed in the browser",
    "ERR_FAILED": "the address was not allowed in the browser",
    "ERR_BLOCKED_BY_RESPONSE": "the host forbids showing this page",
    "ERR_TUNNEL_CONNECTION_FAILED": "no connection to the host could be made",
    "ERR_PROXY_CONNECTION_FAILED": "no connection to the host could be made",
    "ERR_ABORTED": "the host answered without a page",
    "ERR_CERT_AUTHORITY_INVALID": "TLS: nobody trusted vouches for the certificate",
    "ERR_CERT_COMMON_NAME_INVALID": "TLS: the certificate is another host's",
    "ERR_CERT_DATE_INVALID": "TLS: the certificate is expired or not valid yet",
    "ERR_CERT_REVOKED": "TLS: the certificate is revoked",
    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH": "TLS: the host offers no encryption that is still in use",
    "ERR_SSL_PROTOCOL_ERROR": "TLS: the host speaks it wrongly or not at all",
    "ERR_BAD_SSL_CLIENT_AUTH_CERT": "TLS: the host asks visitors for a certificate",
    "ERR_SSL_CLIENT_AUTH_CERT_NEEDED": "TLS: the host asks visitors for a certificate",
}
_CODE = re.compile(r"net::(ERR_[A-Z0-9_]+)")


def failure_of(message: str) -> Exception:
    """The exception for what Playwright's `goto` says, with a sentence as its message."""
    if "Download is starting" in message:
        return RenderFailed(DOWNLOAD)
    found = _CODE.search(message)
    code = found.group(1) if found else ""
    if code in _PASSING:
        return _PASSING[code](code)
    if code.startswith(("ERR_CERT_", "ERR_SSL_")) and code not in _LASTING:
        return RenderFailed(f"TLS: the connection is not safe ({code})")
    if code:
        return RenderFailed(_LASTING.get(code, f"Chromium says {code}"))
    first = (message.strip() or "nothing").splitlines()[0].removeprefix("Page.goto: ")
    return RenderFailed(f"Chromium says: {first[:200]}")
