"""Does the text speak of having bought goods of another kind than the product is? `1` or `0`.

Scope: all reviews of a product. A listing may be filled with other goods while its reviews stay; then its reviews
speak of a phone case where a cream is sold. Kinds of goods are words that only one kind carries (手机壳, 面霜,
"phone case"); the product's kinds are those in its name. A text counts when it names a kind as what was bought
(这款手机壳, 手机壳很好, "this phone case"), names none of the product's, and speaks of no gift. Evidence: the
words, both kinds, and how many reviews of the product name its own kind and how many that other kind in this way:
one may be a slip of a buyer, many are worth a look at the listing. Not computable without a name that has a kind,
where the text names no kind, and for platform texts. Limits: a list of some sixty kinds; sets, shops with one page
for several goods, and platforms that put the reviews of all variants together.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from pipelines.normalize.kinds import WORDS, is_whole, read_kinds
from pipelines.signals.default_text import platform_sentence
from pipelines.signals.forms import folded
from pipelines.signals.signal import Parameters, ReviewText, Signal, not_computable

DEFAULTS: dict[str, object] = {}

_NONE: frozenset[str] = frozenset()
_AUTOMATON = AhoCorasick([word for word, _ in WORDS], matchkind=MatchKind.LeftmostLongest)
_END = re.compile("\n|\\Z")
# 送的手机壳, 比面霜好, 泡茶: a gift, a comparison, a use.
_ASIDE = re.compile(
    r"(?:送|赠|赠送|附赠|附带|搭配|配|装|用来|泡|洗|煮|比|像|跟|和|与|配合|放|看|喝|吃|以前用|之前用|原来用|"
    r"free|gift|like a|than|with|for)(?:了|的|一|个|my|the|a)?\W{0,2}\w{0,2}$"
)
_BOUGHT_BEFORE = re.compile(
    r"(?:这|这个|这款|这件|这双|这条|这台|这瓶|这支|这种|此款|该|买的?|买了|购买的?|入手的?|收到的?|第一次买|回购的?)"
    r"(?:了|的|个|一|款|只|件|双|条|台|瓶|支)*$|"
    r"\b(?:this|these|the|bought(?: this| the| a)?|ordered(?: this| the| a)?|my new)\s$"
)
_BOUGHT_AFTER = re.compile(
    r"(?:很|非常|挺|真|太|特别|超级|蛮|还)?"
    r"(?:不错|好用|好看|好|漂亮|舒服|收到|质量|到了|已收到|真好|喜欢|好吃|好喝|味道|合适|大小|手感)|"
    r"s?\s(?:is|are|was|were|works?|fits?|looks?|arrived|came|broke|feels?|tastes?|smells?)\b"
)


class _Named(NamedTuple):
    """Kinds that a text names: all of them, and kind → words where one is named as what was bought."""

    kinds: set[str]
    bought: dict[str, str]


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    names = {review.product: review.goods.name for review in reviews if review.goods}
    kinds = {product: frozenset(read_kinds(folded(name).casefold())) for product, name in names.items()}
    named = _all_named([review.said if kinds.get(review.product) else "" for review in reviews])
    own: Counter[str] = Counter()
    other: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for review, found in zip(reviews, named, strict=True):
        if found is None:
            continue
        if found.kinds & kinds[review.product]:
            own[review.product] += 1
        else:
            other[review.product].update(found.bought.keys())
    for review, found in zip(reviews, named, strict=True):
        of_product = kinds.get(review.product, _NONE)
        yield _one(review, found, of_product, own[review.product], other[review.product])


def _one(review: ReviewText, found: _Named | None, of_product: frozenset[str], own: int, other: Counter[str]) -> Signal:
    if review.default_text or platform_sentence(review.text):
        return not_computable("the platform wrote the text")
    if not of_product:
        because = "the product's name has no known kind of goods" if review.goods else "no page names the product"
        return not_computable(because)
    if found is None:
        return not_computable("the text names no kind of goods")
    if found.kinds & of_product or not found.bought:
        return Signal("0", {"names": sorted(found.kinds)})
    kind, words = max(found.bought.items(), key=lambda pair: (other[pair[0]], pair[0]))
    evidence: dict[str, object] = {
        "words": words,
        "kind": kind,
        "product": sorted(of_product),
        "reviews_of_product": own,
        "reviews_of_other": other[kind],
    }
    return Signal("1", evidence)


def _all_named(texts: Sequence[str]) -> list[_Named | None]:
    """What each text names. All are searched in one pass."""
    together = "\n".join([folded(text).replace("\n", " ") for text in texts]).casefold()
    # A lone surrogate is no character and is in no word.
    together = together.encode("utf-8", "replace").decode()
    ends = [match.start() for match in _END.finditer(together)]
    found: list[_Named | None] = [None] * len(texts)
    for index, start, end in _AUTOMATON.find_matches_as_indexes(together):
        word, kind = WORDS[index]
        if not is_whole(word, together, start):
            continue
        at = bisect_right(ends, start)
        named = found[at] = found[at] or _Named(set(), {})
        named.kinds.add(kind)
        begin = max(ends[at - 1] + 1 if at else 0, start - 14)
        if words := _as_bought(together[begin:start], together[start:end], together[end : min(ends[at], end + 12)]):
            named.bought.setdefault(kind, words)
    return found


def _as_bought(before: str, word: str, after: str) -> str:
    """The words that say that this is what was bought; nothing when none do."""
    if _ASIDE.search(before):
        return ""
    begin, end = _BOUGHT_BEFORE.search(before), _BOUGHT_AFTER.match(after)
    return f"{begin.group() if begin else ''}{word}{end.group() if end else ''}" if begin or end else ""
