"""A small list of words of praise and complaint, with negation; shared by rating_text_gap and follow_up.

Counts words, nothing more: irony, comparisons with other goods and praise of delivery alone are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.signals.signal import folded

_GOOD = (
    r"好用|不错|很好|非常好|太好|挺好|喜欢|满意|推荐|值得|舒服|完美|正品|超值|划算|惊喜|回购|漂亮|给力|放心|效果好|质量好|"
    r"\b(?:great|good|excellent|love|loved|perfect|amazing|awesome|recommend(?:ed)?|happy|satisfied|wonderful|best)\b"
)
_BAD = (
    r"差评|很差|太差|垃圾|失望|后悔|难用|难闻|过敏|假货|假的|上当|被骗|骗人|骗子|退货|退款|坏了|坏的|破损|掉色|起球|漏水|质量差|"
    r"不值|没用|没效果|没有效果|烂|恶心|瑕疵|气死|坑人|太坑|"
    r"\b(?:terrible|awful|bad|worst|broken|broke|disappoint(?:ed|ing)|refund|returned|waste|useless|scam|poor|horrible|defective)\b"
)
_WORD = re.compile(
    rf"(?P<not>不是?|没有?|并不|不太|不怎么|无|别|\bnot\s+(?:very\s+|so\s+)?|\bno\s+|n't\s+)?(?:(?P<good>{_GOOD})|(?P<bad>{_BAD}))",
    re.IGNORECASE,
)
# How the English words begin, in small letters.
_ENGLISH = re.compile("|".join(sorted({word[:4] for word in re.findall("[a-z]{3,}", f"{_GOOD}|{_BAD}")})))
_NOT = "不没并无别"
# By the first two characters of a word: 好 and 很 stand in every other phrase.
_START = re.compile("|".join([*_NOT, *sorted({word[:2] for word in f"{_GOOD}|{_BAD}".split("|") if word[0] > "\x7f"})]))
# 不错, 不值, 没用 carry their own negation.
_OWN = ("不错", "不值", "没用", "没效果", "没有效果")


def words_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of praise and words of complaint, in order; a negated word counts on the other side, a denied complaint
    on none.
    """
    good: list[str] = []
    bad: list[str] = []
    for match in _matches(folded(text)):
        said, negated = match.group(), match.group("not") is not None
        if match.group("good"):
            (bad if negated and match.group("good") not in _OWN else good).append(said)
        elif not negated or match.group("bad") in _OWN:
            bad.append(said)
    return tuple(good), tuple(bad)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What `_WORD` finds, one after the other. It is tried only where one of its Chinese words may begin."""
    if _ENGLISH.search(text.lower()):
        yield from _WORD.finditer(text)
        return
    place = 0
    while start := _START.search(text, place):
        begin = start.start()
        match = _WORD.match(text, begin)
        place = begin + 1 if match is None else match.end()
        if match is not None:
            yield match
