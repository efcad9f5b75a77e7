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

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from pipelines.signals.alike import alike_pairs
from pipelines.signals.default_text import platform_sentence
from pipelines.signals.forms import plain
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable, number

_ACCOUNT = 2**32 - 1
_ALONE = Signal("1")
DEFAULTS: dict[str, object] = {"jaccard": 0.7, "ratio": 0, "least_letters": 8}


class Cluster(NamedTuple):
    """Reviews that say the same or almost the same; `reviews` is their number, at least 2.

    id        16 hexadecimal digits of the SHA-256 of its normalized texts
    accounts  None when a review of it has no account
    names     the products, in order
    """

    id: str
    reviews: int
    texts: int
    names: tuple[str, ...]
    accounts: int | None


def observe(reviews: Sequence[ReviewText], parameters: Parameters) -> Iterable[Signal]:
    """One signal a review; `reviews` are the whole corpus."""
    clusters = gather(parameters)
    clusters.add(reviews)
    clusters.settle()
    return clusters.observe(reviews)


def gather(parameters: Parameters) -> Clusters:
    """An empty gathering: see `signal.Gathering`."""
    return Clusters(parameters)


class Clusters:
    """All texts of a corpus, by cluster. Holds every different text once, and who wrote it where."""

    def __init__(self, parameters: Parameters) -> None:
        self._jaccard, self._ratio = number(parameters, "jaccard"), number(parameters, "ratio")
        self._least = int(number(parameters, "least_letters"))
        self._texts: dict[str, int] = {}
        # Of each text the first review's product and account, as numbers; those of the others only where there are any.
        self._products: dict[str, int] = {}
        self._accounts: dict[str | None, int] = {None: 0}
        self._first = array("q")
        self._more: defaultdict[int, list[int]] = defaultdict(list)
        self._group: dict[int, int] = {}
        self._evidence: list[dict[str, object]] = []
        self.found: list[Cluster] = []

    def add(self, reviews: Sequence[ReviewText]) -> None:
        """Note the texts of further reviews."""
        for review in reviews:
            said = plain(review.text)
            if self._left_out(review, said):
                continue
            at = self._texts.setdefault(said, len(self._texts))
            product = self._products.setdefault(review.product, len(self._products))
            account = self._accounts.setdefault(review.author_key, len(self._accounts))
            where = product << 32 | account
            if at == len(self._first):
                self._first.append(where)
            else:
                self._more[at].append(where)

    def settle(self) -> None:
        """Find the clusters: `found`, by id."""
        texts = sorted(self._texts)
        by_text = [self._texts[text] for text in texts]
        pairs = alike_pairs(texts, self._jaccard, self._ratio)
        groups = _groups(pairs)
        grouped = {at for group in groups for at in group}
        groups += [[at] for at, text in enumerate(by_text) if text in self._more and at not in grouped]
        products = list(self._products)
        made = [(self._cluster([texts[at] for at in group], products), group) for group in groups]
        for cluster, group in sorted(made):
            self._group.update((by_text[at], len(self.found)) for at in group)
            self.found.append(cluster)
        self._evidence = [
            {"cluster": one.id, "texts": one.texts, "products": len(one.names), "accounts": one.accounts}
            for one in self.found
        ]

    def observe(self, reviews: Sequence[ReviewText]) -> Iterator[Signal]:
        """One signal for each of these reviews, which were all added before."""
        for review in reviews:
            said = plain(review.text)
            if because := self._left_out(review, said):
                yield not_computable(because)
                continue
            at = self._texts[said]
            group = self._group.get(at)
            if group is None:
                yield _ALONE
                continue
            evidence = {**self._evidence[group], "exact": 1 + len(self._more.get(at, ()))}
            size = str(self.found[group].reviews)
            yield Signal(size, evidence)

    def _left_out(self, review: ReviewText, said: str) -> str | None:
        if review.default_text or platform_sentence(review.text):
            return "the platform wrote the text"
        return f"fewer than {self._least} letters" if len(said) < self._least else None

    def _cluster(self, texts: list[str], products: list[str]) -> Cluster:
        members = [where for text in texts for where in self._of(self._texts[text])]
        accounts = {where & _ACCOUNT for where in members}
        return Cluster(
            id=sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16],
            reviews=len(members),
            texts=len(texts),
            names=tuple(sorted({products[where >> 32] for where in members})),
            accounts=None if 0 in accounts else len(accounts),
        )

    def _of(self, at: int) -> list[int]:
        return [self._first[at], *self._more.get(at, ())]


def _groups(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected groups of the numbers in these pairs, each ascending."""
    parent: dict[int, int] = {}

    def root(at: int) -> int:
        while (above := parent.setdefault(at, at)) != at:
            parent[at] = at = parent[above]
        return at

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for at in sorted(parent):
        groups[root(at)].append(at)
    return list(groups.values())
