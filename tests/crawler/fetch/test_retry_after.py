"""Every form of Retry-After, and everything that is none."""

from __future__ import annotations

import pytest
from scrapy.http import Response

from crawler.fetch.retry_after import LONGEST, seconds_asked, utc_in

# Sun, 06 Nov 1994 08:49:37 GMT
NOW = 784111777.0


def asked(*said: str, date: str = "") -> float | None:
    headers: dict[str, str | list[str]] = {"Retry-After": list(said), **({"Date": date} if date else {})}
    return seconds_asked(Response("http://shop.example/", headers=headers), NOW)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3", 3),
        (" 120 ", 120),
        ("0.5", 0.5),
        ("Sun, 06 Nov 1994 08:49:40 GMT", 3),
        ("Sunday, 06-Nov-94 08:49:40 GMT", 3),
        ("Sun Nov  6 08:49:40 1994", 3),
        ("0", None),
        ("-5", None),
        ("Sun, 06 Nov 1994 08:49:30 GMT", None),
        ("soon", None),
        ("", None),
        ("3 seconds", None),
        ("3s", None),
        ("+3", None),
        ("1e3", None),
        ("３", None),
        ("0x10", None),
        ("Sun, 99 Nov 1994 99:99:99 GMT", None),
        ("\x00\xff", None),
        ("9" * 300, LONGEST),
        ("9" * 100_000, None),
        ("Sun, 06 Nov 9999 08:49:40 GMT", LONGEST),
    ],
)
def test_forms(said: str, seconds: float | None) -> None:
    assert asked(said) == seconds


def test_of_several_the_longest_counts() -> None:
    assert asked("3", "soon", "7") == 7
    assert asked() is None


def test_a_date_counts_by_the_clock_of_the_server_where_it_is_wrong() -> None:
    late = "Sun, 06 Nov 1994 09:49:40 GMT"
    assert asked(late, date="Sun, 06 Nov 1994 09:49:37 GMT") == 3
    # Dates have no fractions: a clock that seems a second off is right.
    assert asked("Sun, 06 Nov 1994 08:49:40 GMT", date="Sun, 06 Nov 1994 08:49:36 GMT") == 3
    assert asked("3", date="nonsense") == 3


def test_a_time_that_no_calendar_holds_can_be_said() -> None:
    assert utc_in(1e300).endswith("Z") and len(utc_in(60)) == len("2026-11-24T00:00:00Z")
