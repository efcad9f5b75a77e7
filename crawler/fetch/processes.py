"""The processes that belong to a browser: how much memory they take, and their end."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Weight:
    """One process: whether a page's code runs in it, and its own memory in bytes (without what is shared)."""

    process: psutil.Process
    renderer: bool
    size: int

    def end(self) -> None:
        """Kill it; that it is gone already is no fault."""
        with contextlib.suppress(psutil.Error):
            self.process.kill()


def tree(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; empty when there is none."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)] if pid else []
    except psutil.Error:
        return []


def weigh(pid: int) -> list[Weight]:
    """The processes of the browser whose first process is `pid`."""
    weights = []
    for process in tree(pid):
        with contextlib.suppress(psutil.Error):
            memory = process.memory_info()
            renderer = "--type=renderer" in " ".join(process.cmdline())
            # Linux alone tells what is shared; elsewhere some of it is counted more than once.
            weights.append(Weight(process, renderer, memory.rss - getattr(memory, "shared", 0)))
    return weights


def end_tree(pid: int) -> None:
    """Kill a process and all that descend from it."""
    for process in tree(pid):
        with contextlib.suppress(psutil.Error):
            process.kill()


def end_drivers() -> None:
    """Kill the Playwright drivers of this process, and all they started."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "run-driver" in child.cmdline():
                end_tree(child.pid)
