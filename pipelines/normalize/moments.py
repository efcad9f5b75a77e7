"""A day and a clock, built into a moment or refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CLOCK = (
    r"(?:[ T日,]{0,2}(?:at )?(?:(上午|下午|晚上|中午|凌晨|午前|午後|오전|"
    r"오후) ?)?(\d{1,2})[:时時시](?: ?(\d{2}))(?:[:分](\d{2}))?(?:\.\d{1,9})?秒?分?(?: ?([ap])\.?m\.?)?)?"
)
_ZONES_OF = {"zh": "Asia/Shanghai", "zh-cn": "Asia/Shanghai", "zh-hans": "Asia/Shanghai"}


@lru_cache(maxsize=256)
def zone_of(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    offset = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", name)
    if offset is not None and int(offset[2]) < 15 and int(offset[3]) < 60:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def build(year: int, month: int, day: int, clock: tuple[str | None, ...], zone: str | None) -> datetime | date | None:
    """A date or a datetime; `clock` is (half of the day, hour, minute, second, am or pm)."""
    try:
        if clock[1] is None:
            return date(year, month, day)
        hour = int(clock[1])
        half = (clock[0] or clock[4] or "").lower()
        if half in ("下午", "晚上", "午後", "오후", "p") and hour < 12:
            hour += 12
        elif half in ("凌晨", "上午", "午前", "오전", "a") and hour == 12:
            hour = 0
        built = datetime(year, month, day, hour, int(clock[2] or 0), int(clock[3] or 0))
    except ValueError:
        return None
    offset = zone_of(zone)
    return built.replace(tzinfo=offset) if offset is not None else built


def clock(match: re.Match[str], first: int) -> tuple[str | None, ...]:
    return tuple(match.group(first + i) for i in range(5))
