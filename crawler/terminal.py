"""What is printed for people: texts of pages and names of files as they are, with nothing in them that acts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.text import Text

# C0 and C1 controls but for the line feed: a terminal would obey them (ECMA-48).
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
# JSON escapes the C0 controls only.
_OBEYED_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029]")

Said = Callable[[str, int, int], None]


class Terminal(Console):
    """A console without markup and emoji codes, that shows control characters instead of sending them."""

    def __init__(self, *, soft_wrap: bool = False, stderr: bool = False, quiet: bool = False) -> None:
        super().__init__(soft_wrap=soft_wrap, stderr=stderr, markup=False, emoji=False, quiet=quiet)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(_OBEYED.sub("\ufffd", segment.text), segment.style)


def many(count: int, one: str, more: str = "") -> str:
    """`1 claim`, `2 claims`; `more` where the plural is not the word with an s."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """One JSON object on standard output, also where everything else is quiet; its texts are exact.

    Without `indent` it is one line, for who reads while the verb goes on.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_exact)
    click.echo(_OBEYED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _exact(value: object) -> str:
    """Amounts and shares as decimal strings."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class Rate(ProgressColumn):
    """`1,234/s`."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if not speed else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s")


@contextmanager
def bars(verb: str) -> Iterator[Said]:
    """Bars with rate and remaining time for long work, on standard error; nothing where that is no terminal.

    Yields what is told of the work: (of what, done, total). `--quiet` switches them off.
    """
    console = Terminal(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet() or not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def said(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(f"{verb}: {what}", total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield said


def quiet() -> bool:
    """Whether this call of daihuo was asked to say nothing but errors."""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().meta.get(QUIET))


QUIET = "daihuo.quiet"
