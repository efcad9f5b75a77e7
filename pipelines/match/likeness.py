"""The learned score of two offers, for a reader who decides what the evidence left open. It decides nothing itself.

On sets it was not trained on, even its highest scores were wrong more often than one time in a hundred
(`benchmarks/matching.py --shipped`, column `sure`), which is too often to hold a price against anybody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record

if TYPE_CHECKING:
    from pipelines.match.learned.wording import Wording

_PUSHES_SAID = 3


def look(promoted: Record, official: Record) -> Evidence | None:
    """The score and what pushed it most; None when a page has no title."""
    # Loaded here: most pairs are decided without, and the arrays take longer to load than a pair to match.
    from pipelines.match.learned.wording import Wording

    if not promoted.title or not official.title:
        return None
    one, other = (
        Wording(
            title=side.article.title,
            brand=side.article.brand or "",
            model=side.article.mpn or "",
            attributes=side.article.options,
        )
        for side in (promoted, official)
    )
    return Evidence(field="likeness", promoted="", official="", says=_told(one, other), points_to="nothing")


# Pages are seen many times, and their titles seldom change.
@lru_cache(maxsize=4_096)
def _told(one: Wording, other: Wording) -> str:
    from pipelines.match.learned import shipped

    (found,) = shipped().explain([one], [other])
    return f"the learned score is {found.score:.2f} of 1, which decides nothing; {found.says(_PUSHES_SAID)}"
