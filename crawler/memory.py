"""How memory is handled in verbs that read a great many things once."""

from __future__ import annotations

import ctypes
import gc
import sys

# New objects before the youngest are looked through; and how many times that before older ones are.
_THRESHOLDS = (100_000, 20, 100)
# Options of mallopt(3), and bytes: a block of less is not mapped for itself; what is free at the end is kept up to so
# much.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = (-3, 32 * 2**20), (-1, 256 * 2**20)


def prepare_for_many() -> None:
    """Spend less time on memory in the rest of this process. Called once, by the verb."""
    _collect_seldom()
    _keep_freed()


def _collect_seldom() -> None:
    """Look for objects that hold each other 140 times less often than usual, and through all of them hardly ever.

    Pages, facts and rows hold no circles: they are freed when the last name for them is gone. Looking for circles among
    them takes a tenth of the time of an ingest or a corpus.
    """
    gc.set_threshold(*_THRESHOLDS)


def _keep_freed() -> None:
    """Use memory again that arrays of numbers were in.

    glibc gives each large block back to the system and asks for it anew, and the system clears it each time: a fifth of
    the time that comparing all texts takes. Elsewhere there is nothing to do.
    """
    if sys.platform.startswith("linux"):
        # musl has none.
        if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
            mallopt(*_MMAP_THRESHOLD)
            mallopt(*_TRIM_THRESHOLD)
