"""What of a title comes free: gifts apart, and "buy N get M" of the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.normalize.measures import tokens_of
from pipelines.normalize.numerals import small_count

_GIFT = re.compile(
    r"(?=[\[(【（加附另再额下拍并内赠贈送买fp+&wgbおプ증사덤])(?:[\[(【（]\s?(?:加|附|另|再|内|含)?[赠贈送](?P<inside>[^\])】）]{1,200})[\])】）]|"
    r"(?:加|附|另|再|额外|下单|拍下|并|内)?(?:[赠贈](?!言)|送(?!礼|给|女|男|妈|爸|父|母|人|朋友|老师|长辈|老婆|"
    r"老公|闺蜜|货|到|达)|买即送|"
    r"(?<![a-z])free gifts?|(?<![a-z])plus free|(?:\+|&|with)\s?(?:a\s)?(?:free|bonus|gift)(?=\s?:?\s?\d)|\+ ?gift|"
    r"(?<![a-z])(?:gift|bonus):|\+\s?(?:サンプル|試供品)|おまけ|プレゼント|증정품?|사은품|덤)(?P<rest>.*))",
    re.IGNORECASE,
)
# One more of the same: 75 ml + 1 offert.
_EXTRA = re.compile(r"\+\s?(\d)\s(?:offerte?s?|gratis|gratuite?s?|free|zdarma)(?![\w-])", re.IGNORECASE)
# The gift comes before its word: 50ml + 10ml 증정, 5kg + 1kg free.
_GIVEN = re.compile(
    r"\+(?P<inside>[^+]{1,40}?)\s?(?:증정|プレゼント|おまけ|"
    r"(?<=\s)(?:free(?! of)|gratis|gratuits?|offerts?|zdarma)(?![a-z-])"
    r"(?P<rest>))",
    re.IGNORECASE,
)
_BUY_GET = re.compile(
    r"(?=[买買拍bltp\d])(?:(?:买|買|拍|buy\s)\s?(?P<n>\d{1,2}|[一二两三四五]|one\b|two\b|three\b)\s?[件瓶支盒包袋箱提罐组套]?\s?(?:送|赠|贈|发|,?\s?get\s)\s?"
    r"(?P<m>\d|[一二两三四五]|one\b|two\b)(?![\d.]|"
    r"\s?(?:ml|g\b|克|毫升|片|粒|抽|[*]))\s?(?:(?<=\s)free|[件瓶支盒包袋套箱提罐组]|同款|"
    r"正装)?(?P<what>(?<!\s)(?=[\u4e00-\u9fff]).{1,2}|)"
    r"|(?<![a-z])(?:leve|lleva|take|prenez)\s(?P<taken>\d)\s?,?\s?(?:e |y |and )?(?:pague|paga|pay|payez)\s\d(?!\d)"
    r"|(?<![\d.])(?P<kn>\d)\s?\+\s?(?P<km>\d)(?=\s?(?:행사|증정|$|\s|】|\]|\))))",
    re.IGNORECASE,
)
# 买 拍 buy leve take prenez 1+1
_BUY_GET_NEEDS = frozenset("买買拍bBlLtTpP+")
_SAME_THING = re.compile(r"(?:装|裝|同款|正装|本品|实发|共|到手|组合|发|免费|限时|活动|包邮|超值|优惠|正品)")
_CHUNK = re.compile(r"[^；;|]*?\d[^\s；;|]*[\s；;|]")


@dataclass(frozen=True, slots=True)
class Free:
    """Of the same thing: `bought` and `free` of a "buy N get M", or `more` beside those stated; 0 when none is said."""

    bought: int = 0
    free: int = 0
    more: int = 0


_WORDS = {"one": 1, "two": 2, "three": 3}


def _count(said: str) -> int | None:
    return _WORDS.get(said.lower()) or small_count(said)


def _same_thing_free(match: re.Match[str], text: str) -> Free:
    if match["taken"]:
        return Free(0, int(match["taken"]))
    n, m = _count(match["n"] or match["kn"]), _count(match["m"] or match["km"])
    if not n or not m:
        return Free()
    if match["kn"] and m > n and not any("\uac00" <= letter <= "\ud7a3" for letter in text):
        # 1+2 names a mixture of coffee; 1+1 and 2+1 are offers.
        return Free()
    if match["what"] and not _SAME_THING.match(match["what"]):
        return Free()
    # 拍1发3: three are sent, the paid one among them.
    return Free(0, m) if "发" in match.group().partition(match["n"] or "+")[2][:3] else Free(n, m)


def same_free(text: str) -> tuple[str, Free]:
    """The prepared text without its "buy N get M" clause, and what the clause says."""
    free = Free()
    match = None if _BUY_GET_NEEDS.isdisjoint(text) else _BUY_GET.search(text)
    if match is not None:
        free = _same_thing_free(match, text)
        text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    extra = _EXTRA.search(text) if "+" in text else None
    if extra is not None and not free.free:
        free = Free(more=int(extra[1]))
        text = text[: extra.start()] + " " * len(extra.group()) + text[extra.end() :]
    return text, free


def split_gifts(text: str) -> tuple[str, list[str]]:
    """The prepared text without its gifts, and each gift's text."""
    given: list[str] = []

    def take(match: re.Match[str]) -> str:
        inside, rest = match["inside"], match["rest"]
        if inside is not None:
            if match.re is _GIVEN and not tokens_of(inside):
                return match.group()
            given.append(inside)
            return " "
        if not tokens_of(rest[:60]):
            return match.group()
        first = _CHUNK.match(rest.lstrip()) if not tokens_of(text[: match.start()]) else None
        if first is not None and tokens_of(rest.lstrip()[first.end() :]):
            # 送5ml*2 眼霜15ml: the gift is named before what is bought.
            given.append(first.group())
            return " " + rest.lstrip()[first.end() :]
        given.append(rest)
        return " "

    if "+" in text:
        text = _GIVEN.sub(take, text)
    return _GIFT.sub(take, text), given
