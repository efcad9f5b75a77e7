"""The report's charts: Vega-Altair says what they are, once; Vega draws each with its own rows.

Compiling takes ten times as long as drawing, so a kind of chart is compiled when its first one is drawn. Colors are the
page's CSS variables. `altair` and `vl-convert-python` come with the extra `report`; without them nothing is drawn, and
the table that stands beside every chart is all there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipelines.export.svg import inline

if TYPE_CHECKING:
    import altair as alt

Rows = Sequence[Mapping[str, Any]]
# How an axis writes time, and the names of the rows there are, to what Altair makes.
Kind = Callable[[str, tuple[str, ...]], Any]

# What all charts of a report may weigh together. The file is meant to be sent by mail.
MOST_BYTES = 5_000_000
_WIDTH = 520
_SIDES = ("promoted", "official", "official2", "official3")
_COLORS = ("var(--promoted)", "var(--official)", "var(--official)", "var(--official)")


def can_draw() -> bool:
    """Whether the packages that draw are installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


class Drawer:
    """Draws charts until their bytes are spent; `left_out` is how many were not drawn for that."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.able = can_draw()
        self.left_out = 0
        self._left = most
        self._drawn: dict[str, str] = {}

    def draw(self, kind: str, data: Mapping[str, Rows], label: str, form: str = "") -> Markup | None:
        """One chart of a kind in `KINDS`, or None. `data` are its rows by name, `form` how its axis writes time."""
        if not self.able:
            return None
        if self._left <= 0:
            self.left_out += 1
            return None
        key = json.dumps([kind, form, {name: list(rows) for name, rows in data.items()}], ensure_ascii=False)
        if key not in self._drawn:
            compiled = json.loads(_compiled(kind, form, tuple(name for name in data if data[name])))
            for table in compiled["data"]:
                if table["name"] in data:
                    table["values"] = list(data[table["name"]])
            self._drawn[key] = _svg(compiled)
        made = inline(self._drawn[key], label)
        self._left -= len(made.encode())
        return made


def _svg(compiled: dict[str, Any]) -> str:
    import vl_convert

    drawn: str = vl_convert.vega_to_svg(compiled)
    return drawn


@cache
def _compiled(kind: str, form: str, present: tuple[str, ...]) -> str:
    """A kind of chart with layers for the rows that are `present`: an empty layer costs as much as a full one.

    Labels are measured a little larger than the page writes them: its fonts are not those of this machine.
    """
    import vl_convert

    chart = KINDS[kind](form, present)
    wanted = chart.configure(
        background="transparent",
        padding=2,
        font="sans-serif",
        view={"stroke": None, "clip": False},
        axis={"labelFontSize": 12},
    ).to_dict()
    if kind != "history":
        # Long labels at the left would make the drawing wider than others. It takes a second layout, half the time.
        wanted["autosize"] = {"type": "fit-x", "contains": "padding"}
    wanted["datasets"] = {name: [] for name in present}
    return json.dumps(vl_convert.vegalite_to_vega(wanted))


def _day_axis(form: str, count: int = 5) -> alt.Axis:
    import altair as alt

    return alt.Axis(
        grid=False, tickCount=count, format=form, tickColor="var(--line)", domainColor="var(--line)", labelFlush=True,
        labelPadding=3, labelOverlap=True,
    )  # fmt: skip


def _number_axis(count: int = 4, form: str = ",~f") -> alt.Axis:
    import altair as alt

    return alt.Axis(tickCount=count, format=form, domain=False, ticks=False, gridColor="var(--hair)", labelPadding=6)


def _percent_axis(count: int) -> alt.Axis:
    import altair as alt

    label = "datum.value === 0 ? '0' : format(datum.value, '+.0%')"
    return alt.Axis(
        tickCount=count, labelExpr=label, domain=False, ticks=False, gridColor="var(--hair)", labelPadding=6
    )


def _side(channel: str, values: Sequence[Any]) -> Any:
    import altair as alt

    made = {"color": alt.Color, "strokeDash": alt.StrokeDash, "shape": alt.Shape, "strokeWidth": alt.StrokeWidth}
    return made[channel]("side:N", legend=None, scale=alt.Scale(domain=list(_SIDES), range=list(values)))


def _history(form: str, present: tuple[str, ...]) -> Any:
    """looks {at, price or null, side} · alone, missed {at, price, side} · said {at, label} · promised {at, price}."""
    import altair as alt

    at = alt.X("at:T", title=None, scale=alt.Scale(type="utc"), axis=_day_axis(form))
    price = alt.Y("price:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=_number_axis())
    color = _side("color", _COLORS)
    rows = {name: alt.Chart(alt.NamedData(name=name)).encode(x=at) for name in present}
    layers: list[alt.Chart] = []
    if "said" in rows:
        layers.append(rows["said"].mark_rule(color="var(--ink)", strokeDash=[3, 2]))
        name = rows["said"].mark_text(baseline="bottom", color="var(--ink)")
        layers.append(name.encode(text="label:N", y=alt.value(-3)))
    if "looks" in rows:
        line = rows["looks"].mark_line(interpolate="step-after", invalid="break-paths-filter-domains")
        dash = _side("strokeDash", ([1, 0], [5, 2], [2, 2], [8, 2, 2, 2]))
        width = _side("strokeWidth", (2.2, 1.8, 1.5, 1.5))
        layers.append(line.encode(y=price, color=color, strokeDash=dash, strokeWidth=width))
    if "alone" in rows:
        shape = _side("shape", ("circle", "square", "diamond", "triangle"))
        layers.append(
            rows["alone"].mark_point(filled=True, opacity=1, size=34).encode(y=price, color=color, shape=shape)
        )
    if "missed" in rows:
        cross = rows["missed"].mark_point(shape="M-.7-.7L.7.7M-.7.7L.7-.7", opacity=1, size=34, strokeWidth=1.4)
        layers.append(cross.encode(y=alt.value(152), color=color))
    if "promised" in rows:
        mark = rows["promised"].mark_point(shape="diamond", size=60, color="var(--ink)", strokeWidth=1.4, opacity=1)
        layers.append(mark.encode(y=price))
    return alt.layer(*layers).properties(width=_WIDTH - 40, height=158)


def _volume(_form: str, _present: tuple[str, ...]) -> Any:
    """months {month, count, stars, rank}, `stars` high, middle, low or none; a bar a month."""
    import altair as alt

    groups = ("low", "middle", "high", "none")
    colors = ("var(--low)", "var(--middle)", "var(--high)", "var(--track)")
    axis = alt.Axis(labelAngle=0, labelOverlap=True, labelPadding=5, ticks=False, domainColor="var(--line)")
    return (
        alt.Chart(alt.NamedData(name="months"))
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None, axis=axis, scale=alt.Scale(paddingInner=0.12)),
            y=alt.Y("count:Q", title=None, axis=_number_axis(3, ",d"), stack="zero"),
            color=alt.Color("stars:N", legend=None, scale=alt.Scale(domain=list(groups), range=list(colors))),
            order=alt.Order("rank:Q"),
        )
        .properties(width=_WIDTH, height=110)
    )


def _by_verdict() -> alt.Color:
    import altair as alt

    words = ("dearer_at_streamer", "cheaper_at_streamer", "consistent")
    colors = ("var(--dearer)", "var(--cheaper)", "var(--consistent)")
    return alt.Color("verdict:N", legend=None, scale=alt.Scale(domain=list(words), range=list(colors)))


def _zero() -> Any:
    """zero {gap}: the line of no difference."""
    import altair as alt

    return alt.Chart(alt.NamedData(name="zero")).mark_rule(color="var(--ink)").encode(x=alt.X("gap:Q"))


def _gaps(_form: str, _present: tuple[str, ...]) -> Any:
    """claims {name, gap, verdict}: one bar a claim, from the official price to the left and right."""
    import altair as alt

    across = alt.X("gap:Q", title=None, axis=_percent_axis(6), scale=alt.Scale(padding=14))
    down = alt.Y("name:N", title=None, sort=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=150))
    base = alt.Chart(alt.NamedData(name="claims")).encode(x=across, y=down)
    colored = _by_verdict()
    bars = base.mark_bar(height=7).encode(color=colored)
    dots = base.mark_point(filled=True, opacity=1, size=50).encode(color=colored)
    return alt.layer(bars, dots, _zero()).properties(width=_WIDTH, height=alt.Step(22))


def _spread(_form: str, _present: tuple[str, ...]) -> Any:
    """bins {low, high, count, verdict}: how many claims are how far from the official price."""
    import altair as alt

    bars = (
        alt.Chart(alt.NamedData(name="bins"))
        .mark_bar()
        .encode(
            x=alt.X("low:Q", title=None, axis=_percent_axis(7)),
            x2="high:Q",
            y=alt.Y("sum(count):Q", title=None, axis=_number_axis(3, ",d")),
            color=_by_verdict(),
        )
    )
    return alt.layer(bars, _zero()).properties(width=_WIDTH, height=130)


def _rates(_form: str, _present: tuple[str, ...]) -> Any:
    """rates {topic, side, per_1000, low, high}: a point and its interval for each side of a topic."""
    import altair as alt

    base = alt.Chart(alt.NamedData(name="rates")).encode(
        y=alt.Y("topic:N", title=None, sort=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=150)),
        yOffset=alt.YOffset("side:N", sort=["promoted", "official"]),
        color=_side("color", _COLORS),
    )
    across = alt.X("low:Q", title=None, axis=_number_axis(5), scale=alt.Scale(zero=True))
    spans = base.mark_rule(strokeWidth=2).encode(x=across, x2="high:Q")
    points = base.mark_point(filled=True, opacity=1, size=46).encode(
        x=alt.X("per_1000:Q"), shape=_side("shape", ("circle", "square", "diamond", "triangle"))
    )
    return alt.layer(spans, points).properties(width=_WIDTH, height=alt.Step(15))


KINDS: dict[str, Kind] = {
    "history": _history,
    "volume": _volume,
    "gaps": _gaps,
    "spread": _spread,
    "rates": _rates,
}
