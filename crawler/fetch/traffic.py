"""One HTTP/1 connection, watched: how fast, how much, and whether what came is what was announced.

Twisted's client reads the answer; this notes what it would pass over in silence (bytes beyond the announced length, a
reset in a body without length, malformed chunks) and ends what it would go on reading: endless headers, bodies above
the limit, answers that drip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, ParseError
from twisted.web.http import _MalformedChunkedDataError
from twisted.web.iweb import UNKNOWN_LENGTH

from crawler.fetch.bodies import BodyTooLarge

MOST_HEADER_BYTES = 128 * 1024
# Fewer bytes than this in that many seconds, but some: the answer drips. None at all is waiting, DOWNLOAD_TIMEOUT's.
FLOOR_BYTES = 1024
FLOOR_SECONDS = 20.0


class AnswerUnusable(Exception):
    """The answer is of no use and asking again would not help; the message is the sentence that the ledger keeps."""


class TooSlow(AnswerUnusable):
    """The answer came more slowly than the floor."""


@dataclass(slots=True)
class Traffic:
    """What was seen of one exchange.

    extra     bytes after the end of the answer
    trouble   why it was ended before its end: BodyTooLarge, TooSlow, or another AnswerUnusable
    faults    codes of `pipelines.faults`
    """

    limit: int
    came: int = 0
    header_bytes: int = 0
    body_bytes: int = 0
    extra: int = 0
    trouble: Exception | None = None
    faults: list[str] = field(default_factory=list)

    def count_body(self, data: bytes) -> None:
        """Raises BodyTooLarge."""
        self.body_bytes += len(data)
        # A body in tiny chunks is many times its size on the wire.
        if self.body_bytes > self.limit or self.came > 8 * self.limit + MOST_HEADER_BYTES:
            raise BodyTooLarge(self.limit)


class WatchedParser(_LenientHTTPClientParser):
    """Reads one answer; what cannot be one is an AnswerUnusable."""

    traffic: Traffic

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise AnswerUnusable(f"a header line is longer than {self.MAX_LENGTH // 1024} KiB")

    def statusReceived(self, status: bytes) -> None:  # noqa: N802
        try:
            super().statusReceived(status)  # type: ignore[no-untyped-call]
        except (ParseError, ValueError) as error:
            begin = status[:60].decode("ascii", "backslashreplace")
            raise AnswerUnusable(f"not an HTTP answer: it begins with {begin!r}") from error

    def allHeadersReceived(self) -> None:  # noqa: N802
        try:
            super().allHeadersReceived()  # type: ignore[no-untyped-call]
        except ValueError as error:
            said = b", ".join(self.connHeaders.getRawHeaders(b"Content-Length", ()))[:60].decode("latin-1")
            raise AnswerUnusable(f"its Content-Length cannot be right: {said!r}") from error
        except KeyError as error:
            raise AnswerUnusable("its transfer coding is unknown") from error

    def switchToBodyMode(self, decoder: Any) -> None:  # noqa: N802
        inner, traffic = decoder.dataCallback, self.traffic

        def counted(data: bytes) -> None:
            traffic.count_body(data)
            inner(data)

        decoder.dataCallback = counted
        super().switchToBodyMode(decoder)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802
        cause = reason.value if isinstance(reason, Failure) else reason
        if isinstance(cause, BodyTooLarge | AnswerUnusable):
            self.traffic.trouble = self.traffic.trouble or cause
        elif isinstance(cause, _MalformedChunkedDataError):
            self.traffic.faults.append("bad_chunks")
        elif self.bodyDecoder is not None and not isinstance(cause, ConnectionDone):
            # Of a body without length, a reset is all that tells that it is not whole.
            self.traffic.faults.append("truncated_body")
        super().connectionLost(reason)


class WatchedProtocol(_LenientHTTP11ClientProtocol):
    """One connection; `limit` is the largest body in bytes."""

    limit: int
    traffic: Traffic
    transport: Any
    _parser: Any
    _currentRequest: Any  # noqa: N815
    _clock: Any = None

    def request(self, request: Any) -> Any:
        self.traffic = traffic = Traffic(self.limit)
        answer = super().request(request)
        self._parser.__class__ = WatchedParser
        self._parser.traffic = traffic

        def note(response: Any) -> Any:
            response._daihuo_traffic = traffic
            if response.length is not UNKNOWN_LENGTH and response.length > traffic.limit:
                traffic.trouble = BodyTooLarge(traffic.limit)
                self.transport.abortConnection()
            return response

        answer.addCallback(note)
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        parser, traffic = self._parser, self.traffic
        if parser is None:
            # Nobody asked for these: what follows on this connection cannot be trusted to be an answer.
            traffic.extra += len(data)
            self.transport.loseConnection()
            return
        if not traffic.came:
            self._watch(traffic, 0)
        traffic.came += len(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is parser and parser.state in (STATUS, HEADER):
            traffic.header_bytes += len(data)
            if traffic.header_bytes > MOST_HEADER_BYTES:
                self._end(AnswerUnusable(f"its headers are larger than {MOST_HEADER_BYTES // 1024} KiB"))

    def _watch(self, traffic: Traffic, before: int) -> None:
        # Scrapy installs its reactor before the first connection; imported earlier, another one would be.
        from twisted.internet import reactor

        loop: Any = reactor

        def look() -> None:
            came = traffic.came - before
            if 0 < came < FLOOR_BYTES:
                self._end(TooSlow(f"too slow: {came} bytes in {FLOOR_SECONDS:g} s"))
            else:
                self._watch(traffic, traffic.came)

        self._clock = loop.callLater(FLOOR_SECONDS, look)

    def _end(self, trouble: Exception) -> None:
        transport = self.transport
        self._giveUp(Failure(trouble))  # type: ignore[no-untyped-call]
        # An answer that drips would never let a closing handshake end.
        transport.abortConnection()

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802
        if rest:
            self.traffic.extra += len(rest)
            self._currentRequest.persistent = False
        super()._finishResponse(rest)

    def _disconnectParser(self, reason: Any) -> None:  # noqa: N802
        if self._clock is not None and self._clock.active():
            self._clock.cancel()
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]


def watched_factory(limit: int) -> Any:
    """What a connection pool makes its connections with."""

    class Factory(_LenientHTTP11ClientFactory):
        noisy = False

        def buildProtocol(self, addr: Any) -> WatchedProtocol:  # noqa: N802
            protocol = WatchedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
            protocol.limit = limit
            return protocol

    return Factory
