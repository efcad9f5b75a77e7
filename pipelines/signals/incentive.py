"""Does the text speak of a reward for the review or of being asked for praise? `1` or `0`, with the words as evidence.

Phrases: 好评返现, 晒图返红包, 五星领红包, 返现卡, gift card for a review. A buyer may also write them to complain or
to deny (`没有返现`): a negation right before the words is evidence `denied` and the value is `0`. Limit: a list of
phrases, Chinese and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.signals.forms import folded
from pipelines.signals.signal import Parameters, ReviewText, Signal

DEFAULTS: dict[str, object] = {}
_NOTHING = Signal("0")

_REWARD = r"(?:返现|返現|返红包|返紅包|返钱|返利|返\s*\d+|现金红包|红包|紅包|现金|优惠券|无门槛券|小礼品|小礼物|话费)"
_PRAISE = r"(?:好评|好評|五星(?:好评)?|5星(?:好评)?|全五星|晒图|曬圖|晒单|晒買家秀|带图(?:评价|好评)?|追评|评价截图)"
_PHRASE = re.compile(
    rf"{_PRAISE}(?:后|之后|就|可以?|能|立|送|领|得|给|有|截图|联系客服|\s){{0,4}}{_REWARD}|"
    rf"{_REWARD}(?:[^,，。.!！?？]{{0,4}}){_PRAISE}|"
    r"好评返|返现卡|好评卡|(?:让|叫|要求|要我|求|催)(?:我|你|大家|们)*(?:给|写|打|发|好好)?(?:个|一个)?(?:五星)?好评|"
    r"\b(?:gift\s*card|refund|cash\s*back|rebate|coupon|free\s+product|discount)\b[^.!?]{0,40}\b(?:for|in\s+exchange\s+for|in\s+return\s+for|if)\b"
    r"[^.!?]{0,30}\b(?:review|stars?|feedback)\b|"
    r"\b(?:received|got)\b[^.!?]{0,40}\b(?:free|discount(?:ed)?)\b[^.!?]{0,40}\breview\b|"
    r"\bcash\s*back\s+card\b|\b(?:asked|begged|paid|bribed)\b[^.!?]{0,30}\b(?:5|five)[- ]stars?\b",
    re.IGNORECASE,
)
# Every phrase has one of these.
_MAYBE = re.compile("返|红包|紅包|现金|券|小礼|话费|好评|review|star|feedback|card")
_DENIED = re.compile(
    r"(?:没有?|并非|不是|不为了?|不是为了|无|沒有|不图|\bnot\b|\bno\b|\bnever\b)[^,，。.!！?？]{0,6}$", re.IGNORECASE
)


def observe(reviews: Sequence[ReviewText], _parameters: Parameters) -> Iterable[Signal]:
    """One signal a review, over title, text and follow-up."""
    for review in reviews:
        found: list[str] = []
        denied: list[str] = []
        for text in (review.title, review.text, review.follow_up_text or ""):
            said = folded(text) if text else ""
            if not _MAYBE.search(said.lower()):
                continue
            for match in _PHRASE.finditer(said):
                before = said[max(0, match.start() - 10) : match.start()]
                (denied if _DENIED.search(before) else found).append(match.group())
        if not found and not denied:
            yield _NOTHING
            continue
        said_so: dict[str, object] = {"words": found, "denied": denied}
        yield Signal("1" if found else "0", {name: words for name, words in said_so.items() if words})
