"""The learned score of two offers, for a reader who decides what the evidence left open. It decides nothing itself.

On sets it was not trained on, even its highest scores were wrong more often than one time in a hundred
(`benchmarks/matching.py --shipped`, column `sure`), which is too often to hold a price against anybody.
"""

from __future__ import annotations

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record

_PUSHES_SAID = 3


def look(promoted: Record, official: Record) -> Evidence | None:
    """The score and what pushed it most; None when a page has no title."""
    # Loaded here: most pairs are decided without, and the arrays take longer to load than a pair to match.
    from pipelines.match.learned import Wording, shipped

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
    (found,) = shipped().explain([one], [other])
    return Evidence(
        field="likeness",
        promoted="",
        official="",
        says=f"the learned score is {found.score:.2f} of 1, which decides nothing; {found.says(_PUSHES_SAID)}",
        points_to="nothing",
    )
