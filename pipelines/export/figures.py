"""The report's figures: a chart, where it can be drawn, and always the same numbers as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from pipelines.export.charts import Drawer
from pipelines.export.claims import ClaimView
from pipelines.export.complaints import TopicRates, rate_rows
from pipelines.export.filters import clean, money
from pipelines.export.overview import gap_rows
from pipelines.export.price_history import PriceHistory, Series, chart_rows, span
from pipelines.export.reviews import STAR_GROUPS, Volume
from pipelines.observation import utc

_MOST_STEPS = 60
_LABEL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFigure:
    """The price history of one claim. `series` are (series, rows); a row is (from, to, price or None, state, why,
    looks), times as local dates. `left` counts the rows that were left out, oldest first.
    """

    history: PriceHistory
    chart: Markup | None
    series: list[tuple[Series, list[tuple[Any, ...]]]]
    left: int


class Figures:
    """Draws on demand, in the order of the page, so that the budget for charts goes to what stands first."""

    def __init__(self, said: dict[str, Any], zone: str, histories: dict[str, PriceHistory]) -> None:
        self.drawer = Drawer()
        self._said = said
        self._zone = ZoneInfo(zone)
        self._histories = histories

    def history(self, claim: ClaimView) -> HistoryFigure | None:
        """The price history of a claim; None when no shop's price was seen twice."""
        history = self._histories.get(claim.row["id"])
        if history is None or not history.drawable:
            return None
        broadcast = _moment(claim.row["broadcast_at"])
        across = span(history, broadcast)
        form = "%m-%d %H:%M" if across < timedelta(days=3) else "%m-%d" if across < timedelta(days=300) else "%Y-%m"
        rows = chart_rows(history, self._axis, broadcast, self._said["history"]["broadcast"])
        chart = self.drawer.draw("history", rows, self._describe(history, broadcast), form)
        shown = "%Y-%m-%d %H:%M" if across < timedelta(days=3) else "%Y-%m-%d"
        series = [(each, [self._row(step, shown) for step in each.steps[-_MOST_STEPS:]]) for each in history.series]
        left = sum(max(0, len(each.steps) - _MOST_STEPS) for each in history.series)
        return HistoryFigure(history=history, chart=chart, series=series, left=left)

    def volume(self, volume: Volume, label: str) -> Markup | None:
        """Reviews by month; None without dates."""
        months = volume.months
        if not months:
            return None
        rows = [
            {"month": month, "count": volume.counts[month, group], "stars": group, "rank": rank}
            for month in months
            for rank, group in enumerate(STAR_GROUPS)
            if volume.counts[month, group] or group == STAR_GROUPS[0]
        ]
        return self.drawer.draw("volume", {"months": rows}, label)

    def gaps(self, claims: Sequence[ClaimView], label: str) -> Markup | None:
        """How far the promoted prices are from the official ones; None when none could be compared."""
        found = gap_rows(claims, _name)
        return self.drawer.draw(found[0], found[1], label) if found else None

    def rates(self, topics: Sequence[TopicRates], name: Callable[[str], str], label: str) -> Markup | None:
        """Complaint rates of both sides with their intervals."""
        return self.drawer.draw("rates", rate_rows(topics, name), label) if topics else None

    def _axis(self, moment: datetime) -> str:
        """The clock of the dataset's zone, written as if it were UTC: the axis knows no other zone."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _row(self, step: Any, shown: str) -> tuple[Any, ...]:
        first, last = (moment.astimezone(self._zone).strftime(shown) for moment in (step.first, step.last))
        return first, None if last == first else last, step.price, step.state, step.why, step.looks

    def _describe(self, history: PriceHistory, broadcast: datetime | None) -> str:
        """For those who cannot see the chart: lowest and highest price of each shop, number of looks, the broadcast."""
        words, parts = self._said["history"], []
        for series in history.series:
            prices = [step.price for step in series.steps if step.price is not None]
            if prices:
                least, most = (str(money(price, history.currency)) for price in (min(prices), max(prices)))
                role = self._said["role"][series.role]
                parts.append(words["described"].format(role=role, least=least, most=most, looks=series.priced))
        if broadcast:
            parts.append(words["described_broadcast"].format(day=self._axis(broadcast)[:10]))
        return f"{words['title']}{words['colon']}{words['join'].join(parts)}"


def _name(claim: ClaimView) -> str:
    name = " ".join(clean(claim.row["product"] or "").split())
    cut = name if len(name) <= _LABEL else f"{name[:_LABEL]}…"
    return f"{clean(claim.row['id'])[:_LABEL]} {cut}"


def _moment(text: str | None) -> datetime | None:
    try:
        return utc(text or "")
    except ValueError:
        return None
