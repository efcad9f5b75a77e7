"""What pages and files are called cannot act on the terminal it is printed on."""

from __future__ import annotations

import pytest
from rich.table import Table
from rich.text import Text

from crawler.terminal import Terminal


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
