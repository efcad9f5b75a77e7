"""What is printed for people: texts of pages and names of files as they are, with nothing in them that acts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# C0 and C1 controls but for the line feed: a terminal would obey them (ECMA-48).
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Terminal(Console):
    """A console without markup and emoji codes, that shows control characters instead of sending them."""

    def __init__(self, *, soft_wrap: bool = False, stderr: bool = False) -> None:
        super().__init__(soft_wrap=soft_wrap, stderr=stderr, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(_OBEYED.sub("\ufffd", segment.text), segment.style)
