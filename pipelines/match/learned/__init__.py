"""A score for two wordings, learned from labelled pairs: `shipped().score(left, right)`, `.explain(left, right)`.

wording → bags, grams, codes → book (many wordings) → features, pool (pairs) → trees or rules → scorer; `train` makes
the trees.
"""

from pipelines.match.learned.scorer import Explanation, Push, Scorer, shipped
from pipelines.match.learned.wording import Wording

__all__ = ["Explanation", "Push", "Scorer", "Wording", "shipped"]
