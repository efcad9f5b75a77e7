"""The verbs that read one page or texts, without a dataset: read page, price, quantity, language."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.options import Verbs
from crawler.terminal import print_json


@click.group(cls=Verbs)
def read() -> None:
    """Read one page, or texts line by line, and print JSON."""


@read.command("page")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--url", help="The page's address, where the file does not say it.")
def read_page(file: Path, url: str | None) -> None:
    """Read a saved page and print what it says."""
    from crawler.commands.read_page import read_page_file

    print_json(read_page_file(file, url))


@read.command("price")
def read_price() -> None:
    """Prices and promotions, one text a line on standard input."""
    from crawler.commands.read_text import read_price_lines

    read_price_lines(sys.stdin.buffer, sys.stdout.buffer)


@read.command("quantity")
def read_quantity() -> None:
    """Quantities and gifts, one text a line on standard input."""
    from crawler.commands.read_text import read_quantity_lines

    read_quantity_lines(sys.stdin.buffer, sys.stdout.buffer)


@read.command("language")
def read_language() -> None:
    """The language of each line on standard input."""
    from crawler.commands.read_text import read_language_lines

    read_language_lines(sys.stdin.buffer, sys.stdout.buffer)


VERBS = (read,)
