"""A place in a text that identifies a person, and the mark that takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """From `start` up to `end`, in a text of plain characters (see `plain`); `mark` is `[phone]` and the like."""

    start: int
    end: int
    mark: str


Finder = Callable[[str], Iterator[Found]]
