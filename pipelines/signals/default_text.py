"""Was the text written by the platform in place of a buyer's? `1` or `0`.

Source: the sentences that JD, Taobao, Suning, Amazon and others put where a buyer wrote nothing. Evidence: the
sentence, or `page` when the page itself marks it. Limit: new sentences have to be added here or marked by the page
object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipelines.signals.forms import plain
from pipelines.signals.signal import Parameters, ReviewText, Signal

DEFAULTS: dict[str, object] = {}
_BY_BUYER, _MARKED = Signal("0"), Signal("1", {"marked_by": "page"})

_PLATFORM = re.compile(
    r"(?:此|该|这位|本)?(?:用户|买家|顾客|会员|客户|评价方|您)(?:还|暂)?(?:没有|没|未)(?:及时|有|按时)?(?:填写|做出|发表|写下?|撰写|给出|留下)(?:任何)?"
    r"(?:文字|评价|评论)*(?:内容|信息)?(?:系统默认(?:给予)?好评)?|"
    r"(?:此|该)用户觉得商品(?:非常|很|较|比较)?(?:好|不错|一般|差|不好)(?:给出[1-5一二三四五]星(?:好|中|差)?评)?|"
    r"(?:系统|用户|买家)?(?:自动)?默认(?:给予)?好评|系统自动(?:好评|评价)|"
    r"(?:此|該)?(?:用戶|買家)(?:沒有|未)(?:填寫|留下)(?:評價|評論)?(?:內容)?|"
    r"(?:the|this)(?:user|buyer|customer|reviewer)(?:did(?:not|nt)|has(?:not|nt))(?:write|leave|left|add)(?:any|a)?(?:review|comment|feedback)s?|"
    r"defaultpositive(?:review|feedback)|systemdefault(?:review|rating)"
)
# Three times the longest of them, for what stands between its letters.
_LONGEST = 150

# Their first letters, and those that stay the first letter of a text, however it is folded.
_FIRST = frozenset("此该这本用买顾会客评您系自默該買tdsTDS")
_STAYS = re.compile(r"[a-zA-Z0-9\u4e00-\u9fff]")
# Each of them has one of these.
_MAYBE = re.compile(
    "用户|买家|顾客|会员|客户|评价方|您|默认|自动|用戶|買家|user|buyer|customer|reviewer|default", re.IGNORECASE
)


@lru_cache(maxsize=8192)
def platform_sentence(text: str) -> str | None:
    """The platform's sentence when the whole text is one, without punctuation."""
    if len(text) > _LONGEST or (text[:1] not in _FIRST and _STAYS.match(text)) or not _MAYBE.search(text):
        return None
    said = plain(text)
    return said if said and _PLATFORM.fullmatch(said) else None


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review."""
    for review in reviews:
        if sentence := platform_sentence(review.text):
            yield Signal("1", {"sentence": sentence})
        else:
            yield _MARKED if review.default_text else _BY_BUYER
