"""A small list of words of praise and complaint, with negation; shared by rating_text_gap and follow_up.

Counts words, nothing more: irony, comparisons with other goods and praise of delivery alone are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from pipelines.signals.forms import folded

_GOOD = (
    r"好用|不错|很好|非常好|太好|挺好|喜欢|满意|推荐|值得|舒服|完美|正品|超值|划算|惊喜|回购|漂亮|给力|放心|效果好|质量好|"
    r"\b(?:great|good|excellent|love|loved|perfect|amazing|awesome|recommend(?:ed)?|happy|satisfied|wonderful|best)\b"
)
_BAD = (
    r"差评|很差|太差|垃圾|失望|后悔|难用|难闻|过敏|假货|假的|上当|被骗|骗人|骗子|退货|退款|坏了|坏的|破损|掉色|起球|漏水|质量差|"
    r"不值|没用|没效果|没有效果|烂|恶心|瑕疵|气死|坑人|太坑|"
    r"\b(?:terrible|awful|bad|worst|broken|broke|disappoint(?:ed|ing)|refund|returned|waste|useless|scam|poor|horrible|defective)\b"
)
# Negation, word, whether it is one of complaint.
_Found = tuple[str, str, bool]
# The longer of two that begin alike stands first.
_NOT = ("不是", "不", "没有", "没", "并不", "不太", "不怎么", "无", "别")
_WORD = re.compile(
    rf"(?P<not>{'|'.join(_NOT)}|\bnot\s+(?:very\s+|so\s+)?|\bno\s+|n't\s+)?(?:(?P<good>{_GOOD})|(?P<bad>{_BAD}))",
    re.IGNORECASE,
)
_ENGLISH = sorted({word[:4] for word in re.findall("[a-z]{3,}", f"{_GOOD}|{_BAD}")})
# 不错, 不值, 没用 carry their own negation.
_OWN = ("不错", "不值", "没用", "没效果", "没有效果")
# In the order in which `_WORD` tries them, without the English ones.
_CHINESE: list[_Found] = [
    (negation, word, is_bad)
    for negation in (*_NOT, "")
    for is_bad, words in ((False, _GOOD), (True, _BAD))
    for word in words.split("|")
    if word[0] > "\x7f"
]
# Finds what `_WORD` does in a text without English words, and how English ones begin, in all cases.
_AUTOMATON = AhoCorasick(
    [
        *(negation + word for negation, word, _ in _CHINESE),
        *("".join(cased) for word in _ENGLISH for cased in product(*zip(word[:3], word[:3].upper(), strict=True))),
    ],
    matchkind=MatchKind.LeftmostFirst,
    implementation=Implementation.DFA,
)
# Where `_WORD` can match, in small letters.
_STARTS = AhoCorasick(
    sorted({*_ENGLISH, *_NOT, "not", "no", "n't", *(word for _, word, _ in _CHINESE)}), matchkind=MatchKind.Standard
)


def words_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of praise and words of complaint, in order; a negated word counts on the other side, a denied complaint
    on none.
    """
    good: list[str] = []
    bad: list[str] = []
    for negation, word, is_bad in _found(folded(text)):
        negated = negation != "" and word not in _OWN
        if not negated or not is_bad:
            (bad if negated or is_bad else good).append(negation + word)
    return tuple(good), tuple(bad)


def _found(text: str) -> Iterable[_Found]:
    """One after the other."""
    try:
        found = [index for index, _, _ in _AUTOMATON.find_matches_as_indexes(text)]
    except UnicodeEncodeError:
        # A lone surrogate is no character and is in no word.
        return _found(text.encode("utf-8", "replace").decode())
    if found and max(found) >= len(_CHINESE):
        small = text.lower()
        if any(word in small for word in _ENGLISH):
            return _with_english(text, small)
    return [_CHINESE[index] for index in found if index < len(_CHINESE)]


def _with_english(text: str, small: str) -> Iterator[_Found]:
    """The same for any text."""
    place = 0
    # Two letters are an i to `_WORD` only.
    odd = len(small) != len(text) or "ı" in small
    starts = (
        range(len(text)) if odd else sorted({m[1] for m in _STARTS.find_matches_as_indexes(small, overlapping=True)})
    )
    for start in starts:
        if start >= place and (match := _WORD.match(text, start)):
            place = match.end()
            yield match["not"] or "", match["good"] or match["bad"], match["good"] is None
