"""Is the promoted article the same thing, in the same variant, as the official one? One file a kind of evidence.

`prepare` an article once, `match` two records. Answers: same_variant, other_variant, different, unsure.
Prices take no part.
"""

from pipelines.match.decide import match
from pipelines.match.evidence import Evidence, Match
from pipelines.match.record import Record, prepare

__all__ = ["Evidence", "Match", "Record", "match", "prepare"]
