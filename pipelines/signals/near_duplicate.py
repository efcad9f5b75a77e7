"""How many collected reviews say the same, or almost the same? The size of the cluster, 1 for a text of its own.

Same: equal after NFKC, case, punctuation, space and emoji are gone. Almost: character-bigram Jaccard ≥ `jaccard`
(default 0.7) among texts of at least `least_letters` (default 8) letters; with a `ratio` above 0 (default 0) also a
rapidfuzz ratio ≥ `ratio`, to which 质量很好 and 质量很差 in one text are alike. Clusters are the connected groups; a
cluster's id depends on its texts only, not on their order. Platform texts and shorter texts have no value. Evidence:
`cluster`, `texts` (different ones), `exact` (how many are letter for letter equal), `products`, `accounts` (None when a
review of the cluster has no account). Limit: buyers copy each other's words to fill a form; the number says that texts
are alike, not why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256

from pipelines.signals.alike import alike_pairs
from pipelines.signals.default_text import platform_sentence
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number, plain

DEFAULTS: dict[str, object] = {"jaccard": 0.7, "ratio": 0, "least_letters": 8}


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    least = int(number(parameters, "least_letters"))
    left_out: dict[str, str] = {}
    by_text: dict[str, list[ReviewText]] = defaultdict(list)
    for review in reviews:
        said = plain(review.text)
        if review.default_text or platform_sentence(review.text):
            left_out[review.id] = "the platform wrote the text"
        elif len(said) < least:
            left_out[review.id] = f"fewer than {least} letters"
        else:
            by_text[said].append(review)
    texts = sorted(by_text)
    pairs = alike_pairs(texts, number(parameters, "jaccard"), number(parameters, "ratio"))
    described: dict[str, tuple[int, dict[str, object]]] = {}
    for members in _groups(len(texts), pairs):
        group = _describe([texts[at] for at in members], by_text)
        for at in members:
            described[texts[at]] = group
    for review in reviews:
        if review.id in left_out:
            yield not_computable(review.id, "near_duplicate", left_out[review.id])
            continue
        said = plain(review.text)
        size, evidence = described[said]
        found = {**evidence, "exact": len(by_text[said])} if size > 1 else {}
        yield Signal(review=review.id, signal="near_duplicate", value=str(size), evidence=found)


def _groups(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Connected groups of 0 … count-1, each ascending."""
    parent = list(range(count))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(count):
        groups[root(at)].append(at)
    return list(groups.values())


def _describe(texts: list[str], by_text: dict[str, list[ReviewText]]) -> tuple[int, dict[str, object]]:
    members = [review for text in texts for review in by_text[text]]
    accounts = {review.author_key for review in members}
    return len(members), {
        "cluster": sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "texts": len(texts),
        "products": len({review.product for review in members}),
        "accounts": None if None in accounts else len(accounts),
    }
