"""What an error of the network means, in a plain sentence for the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_BY_NAME = {
    "ConnectionRefusedError": "the host refused the connection",
    "DownloadConnectionRefusedError": "the host refused the connection",
    "CannotResolveHostError": "the host was not found",
    "DNSLookupError": "the host was not found",
    "DownloadTimeoutError": "no answer in time",
    "TimeoutError": "no answer in time",
    "TCPTimedOutError": "no answer in time",
    "NoRouteError": "the host cannot be reached",
}
_TLS = (
    # OpenSSL's words for it, ours; those with True cannot be mended by asking again.
    # Which of these it is, Twisted's verification does not tell.
    (
        "certificate verify failed",
        "the certificate is not trusted: it has expired, or is signed by itself or by nobody who is known here",
        True,
    ),
    ("wrong version number", "the host does not speak TLS on this port", True),
    ("http request", "the host does not speak TLS on this port", True),
    ("unsupported protocol", "the host speaks only outdated versions of TLS", True),
    ("handshake failure", "the TLS handshake failed", True),
    ("unexpected eof", "the connection ended in the TLS handshake", False),
)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and the errors that Twisted's failures hold."""
    waiting: list[Any] = [error]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop(0)
        item = getattr(item, "value", item)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        reasons = getattr(item, "reasons", None)
        waiting += [*(reasons if isinstance(reasons, list) else ()), item.__cause__]


def sentence_of(error: BaseException, *, hopeless: bool = False) -> str | None:
    """The sentence; None when there is none for this error. With `hopeless` only what asking again cannot mend."""
    found = list(causes(error))
    for cause in found:
        if type(cause).__name__ == "VerificationError":
            return "the certificate is for another host"
        if type(cause).__module__.startswith("OpenSSL") or type(cause).__name__ in ("SSLError", "Error"):
            said = str(cause.args).lower()
            for words, sentence, never in _TLS:
                if words in said and (never or not hopeless):
                    return sentence
    if hopeless:
        return None
    for cause in found:
        if type(cause).__name__ in _BY_NAME:
            return _BY_NAME[type(cause).__name__]
    names = {type(cause).__name__ for cause in found}
    if "ResponseNeverReceived" in names:
        return "the connection broke before an answer came"
    if names & {
        "ResponseFailed",
        "ConnectionLost",
        "ConnectionDone",
        "DownloadFailedError",
        "RequestTransmissionFailed",
    }:
        return "the connection broke"
    return None
