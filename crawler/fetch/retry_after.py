"""`Retry-After` (RFC 9110, section 10.2.3): seconds, or a date in any of the three forms of HTTP."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

# Whoever asks for more than a year means never; times beyond what a calendar holds cannot be said.
LONGEST = 366 * 24 * 3600.0
# A date is compared with the server's own clock where that is more than this many seconds off ours.
SKEW = 5.0
_SECONDS = re.compile(r"[0-9]{1,400}(?:\.[0-9]{1,20})?")


def seconds_asked(response: Response, now: float | None = None) -> float | None:
    """How many seconds from now the host asks to wait; None when it asks for nothing that can be understood.

    Of several headers the longest wait counts. Zero, negative numbers and past dates ask for nothing.
    """
    moment = time.time() if now is None else now
    clock = _moment(_said(response, "Date")[:1])
    skew = moment - clock if clock is not None and abs(moment - clock) > SKEW else 0.0
    found = [_seconds(text, moment, skew) for text in _said(response, "Retry-After")]
    waits = [wait for wait in found if wait is not None and wait > 0]
    return min(max(waits), LONGEST) if waits else None


def utc_in(seconds: float) -> str:
    """The time in so many seconds, UTC, ISO 8601, whole seconds."""
    moment = datetime.fromtimestamp(math.ceil(time.time() + min(seconds, LONGEST)), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _said(response: Response, name: str) -> list[str]:
    return [value.decode("latin-1").strip() for value in response.headers.getlist(name)]


def _seconds(text: str, now: float, skew: float) -> float | None:
    if _SECONDS.fullmatch(text):
        return float(text)
    date = _moment([text])
    return None if date is None else date + skew - now


def _moment(texts: list[str]) -> float | None:
    for text in texts:
        # Reads all three forms; one without a zone (asctime) is UTC.
        try:
            found = parsedate_to_datetime(text[:100])
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
