"""Dates as shops and reviews write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.normalize.dates import read_date, read_written

NOW = datetime(2026, 5, 20, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年3月9日", "2025-03-09"),
        ("2024-02-29 23:10:05", "2024-02-29T15:10:05Z"),
        ("2024/2/9", "2024-02-09"),
        ("2025年1月5日 下午3:20", "2025-01-05T07:20:00Z"),
        ("2023-06-01T08:00:00+02:00", "2023-06-01T06:00:00Z"),
        ("2023-06-01T08:00:00Z", "2023-06-01T08:00:00Z"),
        ("昨天", "2026-05-19"),
        ("昨天 08:15", "2026-05-19T00:15:00Z"),
        ("4天前", "2026-05-16"),
        ("两周前", "2026-05-06"),
        ("2 hours ago", "2026-05-20T01:30:00Z"),
        ("3月8日", "2026-03-08"),
        ("12-24", "2025-12-24"),
        ("Reviewed in the United States on March 14, 2019", "2019-03-14"),
        ("21st May 2008", "2008-05-21"),
        ("Rezension aus Deutschland vom 7. März 2020", "2020-03-07"),
        ("Commenté en France le 5 août 2021", "2021-08-05"),
        ("2021년 11월 2일에 작성", "2021-11-02"),
        ("14.09.2018", "2018-09-14"),
        ("25/12/2019", "2019-12-25"),
        ("1609459200", "2021-01-01T00:00:00Z"),
        ("1609459200000", "2021-01-01T00:00:00Z"),
        ("14 listopada 2020", "2020-11-14"),
    ],
)
def test_date(text: str, value: str) -> None:
    reading = read_date(text, now=NOW, zone="Asia/Shanghai")
    assert reading.value == value
    assert reading.has_time == ("T" in value)
    assert reading.zone_known == value.endswith("Z")


@pytest.mark.parametrize(
    "text",
    ["", "rubbish", "2024-13-40", "2023-02-30", "12", "08/09/2018", "5 stars", "99999999999", "0000-00-00", "x" * 400],
)
def test_no_date_is_guessed(text: str) -> None:
    reading = read_date(text, now=NOW)
    assert reading.value is None
    assert reading.why


def test_relative_dates_need_the_time_of_capture() -> None:
    assert read_date("昨天").value is None
    assert read_date("3天前").value is None


def test_time_without_a_zone_is_kept_local_and_said() -> None:
    reading = read_date("2024-02-09 10:00:00")
    assert (reading.value, reading.zone_known) == ("2024-02-09T10:00:00", False)
    assert "zone" in reading.why


def test_language_tells_day_from_month() -> None:
    assert read_date("08/09/2018", language="en-US").value == "2018-08-09"
    assert read_date("08/09/2018", language="de").value == "2018-09-08"


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "+08:00", "Z", None, "nowhere"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-11 20:36:39",
        "2026-03-29 02:30:00",
        "2026-10-25 02:30:00",
        "2026-02-30 10:00:00",
        "2026-11-11 24:00:00",
        "1899-12-31 10:00:00",
        "2026/11/11 20:36:39",
        "2026-11-11T20:36:39",
        "２０２６-11-11 20:36:39",
        "2026-11-11",
        "",
    ],
)
def test_the_common_form_is_read_as_every_other_reads_it(text: str, zone: str | None) -> None:
    found = read_written(text, zone)
    assert found in (None, read_date(text, zone=zone).value)
    assert found is not None or text not in ("2026-11-11 20:36:39", "2026-03-29 02:30:00", "2026-10-25 02:30:00")
