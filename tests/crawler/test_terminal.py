"""What pages and files are called cannot act on the terminal it is printed on."""

from __future__ import annotations

import json

import pytest
from rich.progress import Task, TaskID
from rich.table import Table
from rich.text import Text

from crawler.progress import _pace
from crawler.terminal import Rate, Terminal, print_json


def test_texts_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(soft_wrap=True)
    terminal.print("[red]x[/] [/x] :smile:", highlight=False)
    terminal.print("a\x1b[31mb\x07c\x9bd\re\x00f\tg", highlight=False)
    terminal.print(Text("\x1b]0;title\x07"))
    table = Table("\x1b[2J")
    table.add_row("[bold]\x1b[1m", Text("\x08"))
    terminal.print(table)
    printed = capsys.readouterr().out
    assert printed.startswith("[red]x[/] [/x] :smile:\na\ufffd[31mb")
    assert "\ufffd]0;title\n" in printed and "\ufffd[2J" in printed
    assert not set(printed) & {"\x1b", "\x07", "\x08", "\x00", "\x9b", "\r"}


def test_json_is_exact_and_acts_on_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "a\x1b[2J\x9b31m\x7f\u2028云雀"}
    print_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert not set(printed) & {"\x1b", "\x9b", "\x7f", "\u2028"}


@pytest.mark.parametrize(("speed", "shown"), [(None, ""), (0.0, ""), (1.26, "1.3/s"), (1234.4, "1,234/s")])
def test_rates(speed: float | None, shown: str) -> None:
    task = Task(TaskID(1), "x", 10, 5, _get_time=lambda: 0.0)
    task.finished_speed = speed
    assert Rate().render(task).plain == shown


@pytest.mark.parametrize(
    ("ended", "queued", "seconds", "shown"),
    [(0, 9, 5.0, "5 s"), (3, 9, 0.5, "0 s"), (30, 10, 20.0, "20 s · 1.5/s · 6 s left")],
)
def test_the_pace_of_a_crawl(ended: int, queued: int, seconds: float, shown: str) -> None:
    assert _pace(ended, queued, seconds) == shown
