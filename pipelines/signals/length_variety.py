"""How much was written, and how varied: the number of letters and digits, with the number of different ones as
evidence.

Short praise is common among ordinary buyers; the value describes a text and nothing else. On a public JD set, length
alone separates "empty praise" from other reviews (AUC 0.92), which is why it stands beside the other signals.
Platform texts have no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.signals.default_text import platform_sentence
from pipelines.signals.forms import different, plain
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; `variety` is different characters by all characters."""
    texts = [plain(review.text) for review in reviews]
    for review, said, characters in zip(reviews, texts, different(texts), strict=True):
        if review.default_text or platform_sentence(review.text):
            yield not_computable("the platform wrote the text")
            continue
        variety = round(characters / len(said), 3) if said else 0.0
        evidence: dict[str, object] = {"letters": len(said), "different": characters, "variety": variety}
        yield Signal(str(len(said)), evidence)
