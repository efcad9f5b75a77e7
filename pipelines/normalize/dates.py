"""Dates as shops and reviews write them → ISO 8601, with what is known about time and zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from dateparser.date import DateDataParser

from pipelines.normalize.days_ago import before_now
from pipelines.normalize.moments import CLOCK, build, clock, zone_of
from pipelines.normalize.numerals import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """A date, understood.

    value  UTC `YYYY-MM-DDTHH:MM:SSZ` when time and zone are known, local `YYYY-MM-DDTHH:MM:SS` when only the time is,
           `YYYY-MM-DD` when only the day is; None when the text states no day. `why` says how it was read.
    """

    value: str | None = None
    has_time: bool = False
    zone_known: bool = False
    why: str = ""


_Maker = Callable[["re.Match[str]", "datetime | None"], "datetime | date | None"]
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan januar janvier janv enero ene gennaio gen",
        "february feb februar février fevrier févr febrero febbraio",
         "march mar märz maerz mars marzo mär", "april apr avril avr abril abr aprile", "may mai mayo maggio",
         "june jun juni juin junio giugno", "july jul juli juillet juil julio luglio",
         "august aug août aout agosto ago",
         "september sep sept septembre septiembre settembre", "october oct oktober okt octobre octubre ottobre",
         "november nov novembre noviembre", "december dec dezember dez décembre déc diciembre dic dicembre"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_ZONE = r"(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_YMD = re.compile(
    rf"(?<!\d)((?:19|20)\d\d) ?[-/.年년] ?(\d{{1,2}}) ?[-/.月월] ?(\d{{1,2}}) ?[日号일]?{CLOCK}{_ZONE}(?!\d)", re.I
)
_MDY = re.compile(rf"(?<![^\W\d]){_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d\d){CLOCK}{_ZONE}", re.I)
_DMY = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)? (?:of |de |d')?{_MONTH}\.?,? (?:de |del )?((?:19|"
    rf"20)\d\d){CLOCK}{_ZONE}",
    re.I,
)
_DOTTED = re.compile(rf"(?<!\d)(\d{{1,2}})\.(\d{{1,2}})\.((?:19|20)\d\d){CLOCK}{_ZONE}(?!\d)", re.I)
_SLASHED = re.compile(rf"(?<!\d)(\d{{1,2}})[/-](\d{{1,2}})[/-]((?:19|20)\d\d){CLOCK}{_ZONE}(?!\d)", re.I)
_MONTH_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})月(\d{{1,2}})日?{CLOCK}(?!\d)|^(\d{{2}})-(\d{{2}})(?: (\d{{2}}):(\d{{2}}))?$"
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$")
# How APIs write a moment, and by far the most common form of a review's.
_WRITTEN = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
_UNIX = re.compile(r"^(\d{10}|\d{13})(?:\.\d+)?$")


def _reading(moment: datetime | date, zone: str | None, why: str) -> DateReading:
    if not isinstance(moment, datetime):
        return DateReading(value=moment.isoformat(), why=why)
    known = moment.tzinfo or zone_of(zone)
    if known is None:
        return DateReading(value=moment.isoformat(timespec="seconds"), has_time=True, why=f"{why}; time zone unknown")
    try:
        utc = moment.replace(tzinfo=known).astimezone(UTC)
    except (OverflowError, ValueError):
        return DateReading(why="out of range")
    return DateReading(value=f"{utc.isoformat()[:19]}Z", has_time=True, zone_known=True, why=why)


def _absolute(text: str, language: str | None) -> tuple[datetime | date, str] | None:
    if match := _YMD.search(text):
        year, month, day = (int(match.group(i)) for i in (1, 2, 3))
        built = build(year, month, day, clock(match, 4), match.group(9))
        return (built, "year, month, day") if built else None
    if match := _MDY.search(text):
        built = build(int(match[3]), _MONTHS[match[1].lower()], int(match[2]), clock(match, 4), match.group(9))
        return (built, "month name") if built else None
    if match := _DMY.search(text):
        built = build(int(match[3]), _MONTHS[match[2].lower()], int(match[1]), clock(match, 4), match.group(9))
        return (built, "month name") if built else None
    if match := _DOTTED.search(text):
        built = build(int(match[3]), int(match[2]), int(match[1]), clock(match, 4), match.group(9))
        return (built, "day.month.year") if built else None
    if match := _SLASHED.search(text):
        return _slashed(match, language)
    return None


def _slashed(match: re.Match[str], language: str | None) -> tuple[datetime | date, str] | None:
    """08/25/2018 or 25/08/2018; when both are possible only the language can tell."""
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    tongue = (language or "").lower().replace("_", "-")
    if first > 12 or first == second:
        day, month, why = first, second, "day/month/year"
    elif second > 12 or tongue == "en-us":
        month, day, why = first, second, "month/day/year"
    elif (tongue and tongue.split("-")[0] not in ("en", "zh", "ja", "ko", "und")) or tongue in (
        "en-gb",
        "en-au",
        "en-nz",
        "en-ie",
        "en-in",
    ):
        day, month, why = first, second, f"day/month/year, as in {language}"
    else:
        return None
    built = build(year, month, day, clock(match, 4), match.group(9))
    return (built, why) if built else None


def _without_year(text: str, now: datetime) -> tuple[datetime | date, str] | None:
    match = _MONTH_DAY.search(text)
    if match is None:
        return None
    if match[1]:
        month, day, said = int(match[1]), int(match[2]), clock(match, 3)
    else:
        month, day, said = int(match[8]), int(match[9]), (None, match[10], match[11], None, None)
    built = build(now.year, month, day, said, None)
    if built is not None and (built.date() if isinstance(built, datetime) else built) > now.date():
        built = build(now.year - 1, month, day, said, None)
    return (built, "no year said; the last such day before the capture") if built else None


def _number(text: str) -> tuple[datetime | date, str] | None:
    if match := _UNIX.match(text):
        seconds = int(match[1][:10])
        if 315_532_800 <= seconds < 4_102_444_800:
            return datetime.fromtimestamp(seconds, UTC), "unix time"
    if match := _COMPACT.match(text):
        built = build(int(match[1]), int(match[2]), int(match[3]), (None, match[4], match[5], match[6], None), None)
        return (built, "compact digits") if built else None
    return None


def read_written(text: str, zone: str | None) -> str | None:
    """The value that `read_date` gives for `YYYY-MM-DD HH:MM:SS`, in a tenth of the time; None for any other text."""
    if len(text) != 19 or _WRITTEN.fullmatch(text) is None:
        return None
    hours = _hours_of(text[:10], zone)
    return f"{hours[int(text[11:13])]}{text[13:]}Z" if hours else _moment_of(text, zone)


def _moment_of(text: str, zone: str | None) -> str | None:
    known = zone_of(zone)
    try:
        moment = datetime.fromisoformat(text)
        return f"{moment.replace(tzinfo=known).astimezone(UTC).isoformat()[:19]}Z" if known else moment.isoformat()
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=512)
def _hours_of(day: str, zone: str | None) -> tuple[str, ...]:
    """The hours of a local day in UTC, where each begins and ends with one of UTC; none for any other day. Reviews of
    a page are mostly of the same days.
    """
    hours = []
    for hour in range(24):
        first, last = (_moment_of(f"{day} {hour:02}:{end}", zone) or "" for end in ("00:00", "59:59"))
        if not first.endswith(":00:00Z") or last != f"{first[:13]}:59:59Z":
            return ()
        hours.append(first[:13])
    return tuple(hours)


def read_date(
    text: str | None, *, now: datetime | None = None, zone: str | None = None, language: str | None = None
) -> DateReading:
    """Read a date.

    `now` (aware, or naive in `zone`) is the time of capture that relative dates count from; without it 昨天 and 3天前
    give None. `zone` is an IANA name or an offset for times that state none. `language` decides 08/09/2018.
    """
    if not text or not text.strip():
        return DateReading(why="empty")
    if len(text) > 300:
        return DateReading(why="too long for a date")
    if now is not None and now.tzinfo is not None and (local := zone_of(zone)) is not None:
        now = now.astimezone(local).replace(tzinfo=None)
    folded = fold(text).strip()
    found = _number(folded) if folded[0].isdigit() else None
    found = found or _absolute(folded, language)
    if found is None and now is not None:
        try:
            found = before_now(folded, now) or _without_year(folded, now)
        except (OverflowError, ValueError):
            return DateReading(why="out of range")
    if found is not None and found[0] is not None:
        return _reading(found[0], zone, found[1])
    if _SLASHED.search(folded):
        return DateReading(why="day and month cannot be told apart")
    return _by_dateparser(folded, language, zone)


# Languages of shops and reviews whose month names the forms above do not hold.
_OTHER_LANGUAGES = [
    "pl",
    "ru",
    "uk",
    "cs",
    "sk",
    "sv",
    "da",
    "nb",
    "fi",
    "nl",
    "pt",
    "ro",
    "hu",
    "tr",
    "el",
    "bg",
    "hr",
    "vi",
    "id",
    "th",
    "ar",
    "fa",
    "he",
    "hi",
    "lt",
    "lv",
    "et",
    "sl",
]
_YEAR_SAID = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY_SAID = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?!\d)")


@lru_cache(maxsize=32)
def _slow_parser(languages: tuple[str, ...]) -> DateDataParser:
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "DATE_ORDER": "DMY"}
    return DateDataParser(languages=list(languages), settings=settings)


@lru_cache(maxsize=2048)
def _by_dateparser(text: str, language: str | None, zone: str | None) -> DateReading:
    """The slow reader for month names of further languages; it never guesses a missing year, month or day."""
    nothing = DateReading(why="no known form of a date")
    if len(text) > 60 or not (_YEAR_SAID.search(text) and _DAY_SAID.search(text) and re.search(r"[^\W\d_]{3}", text)):
        return nothing
    primary = (language or "").split("-")[0].lower()
    try:
        parser = _slow_parser((primary,) if primary in _OTHER_LANGUAGES else tuple(_OTHER_LANGUAGES))
        parsed = parser.get_date_data(text).date_obj
    except (ValueError, TypeError, OverflowError, AttributeError, RecursionError, KeyError):
        return nothing
    if parsed is None:
        return nothing
    if re.search(r"\d{1,2}:\d{2}", text):
        return _reading(parsed.replace(microsecond=0), zone, "dateparser")
    return _reading(parsed.date(), zone, "dateparser")
