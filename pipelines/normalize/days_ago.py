"""Days told from now: 3天前, yesterday, vor 2 Wochen, il y a un mois."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from pipelines.normalize.moments import CLOCK, build, clock
from pipelines.normalize.numerals import small_count

_DAY_WORDS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "today": 0, "yesterday": 1, "gestern": 1,
              "heute": 0, "hier": 1, "aujourd'hui": 0, "ayer": 1, "hoy": 0, "ieri": 1, "oggi": 0, "어제": 1,
              "오늘": 0}  # fmt: skip
_DAY_WORD = re.compile(rf"^({'|'.join(_DAY_WORDS)}){CLOCK}$", re.I)
_AGO = re.compile(
    r"(?:vor |il y a |hace )?(\d{1,4}|an?|one|[一二两三四五六七八九十半]{1,3}) ?(?:个)?"
    r"(秒钟?|分钟|分|小时|時間|天|日|周|星期|週間|月|ヶ月|か月|年|seconds?|minutes?|mins?|hours?|days?|weeks?|"
    r"months?|years?|"
    r"초|분|시간|일|주|개월|달|년|minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?|jours?|semaines?|"
    r"mois|ans?|"
    r"heures?|días?|semanas?|meses|mes|años?|horas?) ?"
    r"(?:前|之前|以前|ago|전|$)", re.I)  # fmt: skip
_JUST_NOW = re.compile(r"^(?:刚刚|剛剛|just now|方才|たった今|방금)$", re.I)

_UNIT_DAYS = (
    (r"天|日|일|day|tag|jour|día", 1), (r"周|星期|週|주|week|woche|semaine|semana", 7),
)  # fmt: skip
_UNIT_SECONDS = ((r"秒|초|second", 1), (r"分|분|min", 60), (r"小时|時間|시간|hour|stunde|heure|hora", 3600))


def before_now(text: str, now: datetime) -> tuple[datetime | date, str] | None:
    if _JUST_NOW.match(text):
        return now.replace(microsecond=0), "now"
    if match := _DAY_WORD.match(text):
        day = now.date() - timedelta(days=_DAY_WORDS[match[1].lower()])
        built = build(day.year, day.month, day.day, clock(match, 2), None)
        return (built, "relative to the time of capture") if built else None
    match = _AGO.search(text)
    if match is None or (
        match.group()[-1] not in "前전"
        and not re.match(
            r"(?i)vor|il y a|hace|"
            r".*ago",
            match.group(),
        )
    ):
        return None
    count = 1 if match[1].lower() in ("a", "an", "one") else small_count(match[1])
    if count is None:
        return None
    unit = match[2].lower()
    why = f"{count} {unit} before the time of capture"
    for pattern, seconds in _UNIT_SECONDS:
        if re.match(pattern, unit):
            return (now - timedelta(seconds=count * seconds)).replace(microsecond=0), why
    for pattern, days in _UNIT_DAYS:
        if re.match(pattern, unit):
            return now.date() - timedelta(days=count * days), why
    return _months_back(now, count * (12 if re.match("年|년|year|jahr|an|año", unit) else 1)), f"about {why}"


def _months_back(now: datetime, months: int) -> date:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in range(now.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(now.day, 28))
