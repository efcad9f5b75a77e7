"""How often Python looks for objects that hold each other, in verbs that read a great many things once."""

from __future__ import annotations

import gc

# New objects before the youngest are looked through; and how many times that before older ones are.
_THRESHOLDS = (50_000, 20, 100)


def collect_seldom() -> None:
    """Look through new objects 70 times less often than usual, and through all of them hardly ever.

    Pages, facts and rows hold no circles: they are freed when the last name for them is gone. Looking for circles among
    them takes a tenth of the time of an ingest or a corpus.
    """
    gc.set_threshold(*_THRESHOLDS)
