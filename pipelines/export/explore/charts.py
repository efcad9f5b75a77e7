"""Two charts as SVG text that needs nothing from outside: a history with gaps, and bars. Each is drawn from rows that
stand beside it as a table. Colors and fonts come from the style sheet by class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Place = Callable[[float], float]

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 16, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One look: `x` in days, `y` a price, None where the look showed none."""

    x: float
    y: float | None
    said: str


def history(series: Sequence[tuple[str, Sequence[Point]]], title: str, event: tuple[float, str] | None) -> Markup:
    """A line for each (name, points in order of x), broken where a point has no y; `event` is a marked (x, name).

    Empty when no point has a y.
    """
    xs = [point.x for _, points in series for point in points] + ([event[0]] if event else [])
    ys = [point.y for _, points in series for point in points if point.y is not None]
    if not ys:
        return Markup()
    left, right = min(xs), max(xs)
    top = max(ys) * 1.08 or 1.0
    span = (right - left) or 1.0

    def across(x: float) -> float:
        return round(_LEFT + (x - left) / span * (WIDTH - _LEFT - _RIGHT), 1)

    def down(y: float) -> float:
        return round(HEIGHT - _BOTTOM - y / top * (HEIGHT - _TOP - _BOTTOM), 1)

    drawn = [_grid(top, down)]
    if event:
        drawn.append(_event(across(event[0]), event[1]))
    for number, (name, points) in enumerate(series):
        drawn.append(_line(number, name, points, across, down))
    for x in dict.fromkeys((left, right)):
        drawn.append(_label(across(x), HEIGHT - _BOTTOM + 18, f"{x:+.1f} d", "start" if x == left else "end"))
    return _svg(title, drawn)


def bars(counts: Sequence[tuple[str, int]], title: str) -> Markup:
    """One bar for each (name, number), left to right; empty without any."""
    most = max((count for _, count in counts), default=0)
    if not most:
        return Markup()
    step = (WIDTH - _LEFT - _RIGHT) / len(counts)
    every = max(1, -(-len(counts) // 12))

    def down(y: float) -> float:
        return round(HEIGHT - _BOTTOM - y / most * (HEIGHT - _TOP - _BOTTOM), 1)

    drawn = [_grid(most, down)]
    for number, (name, count) in enumerate(counts):
        x, y = round(_LEFT + step * number + step * 0.1, 1), down(count)
        drawn.append(
            Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
                x, y, round(step * 0.8, 1), round(HEIGHT - _BOTTOM - y, 1), name, count
            )
        )
        if number % every == 0:
            drawn.append(_label(round(x + step * 0.4, 1), HEIGHT - _BOTTOM + 18, name, "middle"))
    return _svg(title, drawn)


def _svg(title: str, drawn: Sequence[Markup]) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, title, Markup().join(drawn)
    )


def _grid(top: float, down: Place) -> Markup:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = down(top * share)
        lines.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, WIDTH - _RIGHT, y, y)
            + _label(_LEFT - 6, y + 4, f"{top * share:.4g}", "end")
        )
    return Markup().join(lines)


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    shown = text if len(text) <= 14 else text[:13] + "…"
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, shown)


_GAP = Markup('<text class="gap" x="{}" y="{}" text-anchor="middle">×<title>{}</title></text>')
_DOT = Markup('<circle cx="{}" cy="{}" r="3.5"><title>{}</title></circle>')
_EVENT = Markup(
    '<line class="event" x1="{x}" x2="{x}" y1="{top}" y2="{end}"/><text class="event" x="{side}" y="{at}">{name}</text>'
)


def _event(x: float, name: str) -> Markup:
    return _EVENT.format(x=x, top=_TOP, end=HEIGHT - _BOTTOM, side=x + 4, at=_TOP + 10, name=name)


def _line(number: int, name: str, points: Sequence[Point], across: Place, down: Place) -> Markup:
    """Dots for looks with a price, crosses for looks without, a line through neighbors that both have one."""
    parts, path, broken = [], "", True
    for point in points:
        x = across(point.x)
        if point.y is None:
            parts.append(_GAP.format(x, HEIGHT - _BOTTOM - 3, point.said))
            broken = True
            continue
        path += f"{'M' if broken else 'L'}{x} {down(point.y)}"
        broken = False
        parts.append(_DOT.format(x, down(point.y), point.said))
    return Markup('<g class="series s{}"><title>{}</title><path d="{}"/>{}</g>').format(
        number % 4, name, path, Markup().join(parts)
    )


def legend(names: Sequence[str]) -> Markup:
    """What the colors of a history mean."""
    items = [Markup('<li class="s{}">{}</li>').format(number % 4, name) for number, name in enumerate(names)]
    return Markup('<ul class="legend">{}</ul>').format(Markup().join(items))
