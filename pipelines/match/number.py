"""Numbers in a title that are no quantity, model or memory: `990 v5` against `990 v6`."""

from __future__ import annotations

import re

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record


def look(promoted: Record, official: Record) -> Evidence | None:
    """Caution when each title has a number that the other lacks; one that only one title has says nothing."""
    left, right = _numbers(promoted), _numbers(official)
    if not (left - right and right - left):
        return None
    return Evidence(
        field="number",
        promoted=", ".join(sorted(left - right)),
        official=", ".join(sorted(right - left)),
        says="each title has a number that the other does not have",
        points_to="caution",
    )


def _numbers(record: Record) -> set[str]:
    return {
        word
        for word in record.words
        if any(char.isdigit() for char in word) and re.sub(r"[.\-]", "", word) not in record.models
    }
