"""What a claim says, by its words: 全网最低价, 5折, 原价299, 比官网便宜20元, "half price". Text in, statements out.

A statement that is denied (不是全网最低), asked (…吗), hedged (…之一) or limited (低至5折, 第二件半价) is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pipelines.normalize.numerals import HAN_DIGITS, han_number

ClaimKind = Literal[
    "lowest_anywhere", "lowest_ever", "lowest_of_year", "festival_price", "cheaper_than_official", "same_price",
    "official_discount", "former_price", "usual_price", "discount", "same_product", "genuine",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that a claim says. `words` are its own words.

    rate     share still paid (5折, "50% off": 0.5)     amount  a price (原价299) or a difference (便宜20元)
    counter  a shop's counter (专柜) is meant: its price is the official list price where the page shows one
    own      only the promoted shop is meant (本店史低)     mark  the currency sign before the amount, if one is there
    """

    kind: ClaimKind
    words: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    counter: bool = False
    own: bool = False
    mark: str = ""


_SHOP = r"(?:(?:官方|官网|品牌)?旗舰店|官方店|官方商城|官网|官方|品牌店|专柜|柜台|门店|实体店)(?:里|上|的)*"
_SHOP_EN = (
    r"(?:the\s+|their\s+)?(?:brand'?s?\s+|official\s+|own\s+|flagship\s+|department\s+)*"
    r"(?:counters?|official(?:\s+(?:store|shop|site|website|price))?|flagship(?:\s+store)?|(?:store|shop|site|website))"
)
_COUNTER = re.compile(r"专柜|柜台|门店|实体店|counter|department")
_NUMBER = r"\d+(?:\.\d+)?"
_NO_YUAN = r"ml|g|毫升|克|片|折|%|\d|[.]\d|美|刀|欧|日元|港|usd|eur"
_MONEY = rf"[:：为是]?\s*(?P<mark>[¥$€]?)\s*(?P<amount>{_NUMBER})(?!\s*(?:{_NO_YUAN}))"
_RATE = rf"(?P<zhe>\d(?:\.\d)?|\d\d|[{HAN_DIGITS}](?:点[{HAN_DIGITS}]|[{HAN_DIGITS}])?)\s*折(?![扣起叠后前券])"
_HALF = r"(?P<half>半价(?!起)|半折)"
_LOWEST = r"(?:最低|最便宜|底价|最底|(?:没有|找不到|不会有)(?:比(?:我|这|这个|我们)(?:家|里|们)?)?更?(?:低|便宜))"

_PATTERNS: tuple[tuple[ClaimKind, str], ...] = (
    ("lowest_anywhere", rf"(?:全网络?|全平台|网上|全国|全球|全世界|全渠道)(?:都是?|里|上)?{_LOWEST}价?格?"),
    (
        "lowest_anywhere",
        r"(?:lowest|best|cheapest)(?:\s+price)?\s+(?:anywhere|online|on\s+the\s+(?:inter)?net|on\s+the\s+web|"
        r"on\s+the\s+market|you(?:'ll|\s+will|\s+can)\s+find\s+anywhere)|cheaper\s+than\s+anywhere(?:\s+else)?",
    ),
    ("lowest_ever", r"(?<!历)史低价?|(?:历史|史上|有史以来)(?:的)?(?:最低|最便宜|底价|新低|最底)价?"),
    (
        "lowest_ever",
        r"(?:lowest|cheapest)(?:\s+price)?\s+(?:ever|in\s+history|of\s+all\s+time)|all[- ]time\s+low|"
        r"never\s+been\s+(?:cheaper|lower)",
    ),
    ("lowest_of_year", r"(?:全年|年度|今年|本年度?|一年)(?:以?来|之?中|里|内)?(?:的)?(?:最低|最便宜|底价|最底)价?"),
    ("lowest_of_year", r"(?:lowest|cheapest|best)(?:\s+price)?\s+(?:of|in|this)\s+(?:the\s+|this\s+)?year"),
    (
        "festival_price",
        r"(?:双\s*11|双十一|双\s*12|双十二|618|黑五|双旦|女神节)[^,，。!;；\d]{0,4}?(?:同价|价格?|便宜|低)",
    ),
    ("festival_price", r"(?:black\s+friday|singles'?\s+day|double\s+11|prime\s+day|cyber\s+monday)\s+price"),
    (
        "official_discount",
        rf"(?:{_SHOP}价?格?(?:的)?(?:打)?(?:{_RATE}|{_HALF}))|(?P<halfof>half\s+(?:of\s+)?{_SHOP_EN}(?:'s)?\s*price)|"
        rf"(?P<off>\d\d?)\s*%\s*off\s+{_SHOP_EN}(?:'s)?\s*price",
    ),
    (
        "cheaper_than_official",
        rf"(?:低于{_SHOP}|不到{_SHOP}价)|(?<!不)比{_SHOP}(?:价格?)?[^,，。!;；?？]{{0,8}}?(?:便宜|低|划算|省|实惠|优惠|少)(?:了|足足|整整|至少|将近)*"
        rf"(?:{_MONEY}\s*(?:元|块|¥)?)?(?!不了)",
    ),
    (
        "cheaper_than_official",
        rf"(?:cheaper|less|lower)\s+than\s+(?:at\s+|in\s+|on\s+)?{_SHOP_EN}|"
        rf"(?P<money>[¥$€]\s*{_NUMBER})\s+(?:cheaper|less)\s+than\s+(?:at\s+|in\s+|on\s+)?{_SHOP_EN}",
    ),
    (
        "same_price",
        rf"{_SHOP}(?:价格?)?[^,，。!;；?？比]{{0,3}}?(?:同价|一个价|一样的?价|同样的?价|价格一样|价格?一致|平价)|(?:同价|价格一样){_SHOP}",
    ),
    ("same_price", rf"same\s+price\s+as\s+(?:at\s+|in\s+|on\s+)?{_SHOP_EN}"),
    (
        "same_product",
        rf"{_SHOP}(?:正品)?(?:同款|同品|同一款|一样的?(?:货|产品|东西|正品)|一模一样|"
        rf"(?:是)?一样的?(?=\s*(?:$|[,，。!！;；~])))|"
        rf"same(?:\s+(?:product|item|one|thing))?\s+as\s+(?:at\s+|in\s+|on\s+){_SHOP_EN}",
    ),
    (
        "usual_price",
        rf"(?:平时卖?|平常卖?|日常价|之前卖|(?<![\w])(?:regular(?:ly)?|usual(?:ly)?)(?:\s+price)?)\s*{_MONEY}",
    ),
    (
        "former_price",
        rf"(?:原价|原售价|(?<![\w])(?:was|originally))\s*{_MONEY}",
    ),
    (
        "discount",
        rf"(?:打|只要)?(?:{_RATE}|{_HALF})|(?P<off>\d\d?)\s*%\s*off\b|(?P<halfof>half[- ](?:the\s+)?(?:price|off))",
    ),
    ("genuine", r"正品|保真|假一赔[一二三十百\d]+|\b(?:authentic|genuine)\b|100%\s+real"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)

_DENIED = re.compile(
    r"(?:不是|并非|不敢说|没说|不一定是?|未必是?|不算|别信|不保证是?|谁说|非|接近|逼近|几乎是?|差不多是?|挑战|争取|冲击|媲美|比|"
    r"\bnot\b(?:\s+\w+)?|n't(?:\s+\w+)?|no\s+longer|never\s+said|one\s+of|among|almost|nearly|near|close\s+to|probably|"
    r"maybe|perhaps)\s*(?:the\s+|a\s+)?$"
)
_UNDONE = re.compile(r"^\s*(?:价格?)?\s*(?:吗|么|之一|左右|[?？]|的?(?:第[二三]|次)低)")
_LIMITED = re.compile(
    r"(?:第\s*[二两三四五\d]+\s*[件个瓶支盒只双套]\s*|[满每]?\s*[两二三四五\d]+\s*件\s*(?:打|享)?|满\s*\d+\s*元?\s*(?:打|享)?|"
    r"低至|最低|会员|新人|首单|学生|券|up\s+to\s*|extra\s*|second\s+(?:one\s+|item\s+)?(?:at\s+)?|"
    r"2nd\s+(?:one\s+)?(?:at\s+)?|another\s*|get\s+one\s*|from\s*)$"
)
_LIMITED_AFTER = re.compile(
    r"^\s*(?:起|会员|优惠券|券|(?:on\s+)?(?:the|your)\s+(?:second|2nd|next)|(?:for\s+)?(?:members|students|new))"
)
# 本店史低, 直播间历史最低: what other shops asked does not touch it.
_OWN = re.compile(r"(?:直播间|本店|店铺|我家|我们家?|自家|店里|\bour)[^,，。!;；]{0,3}$")


def read_statements(text: str) -> tuple[Statement, ...]:
    """The statements of a claim in the order of its words; what two patterns read belongs to the first of them."""
    said = unicodedata.normalize("NFKC", text[:2_000]).casefold()
    taken = bytearray(len(said))
    found: list[tuple[int, Statement]] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(said):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            statement = _statement(kind, match)
            if statement is not None and _meant(kind, said[:start], said[end:]):
                own = _OWN.search(said[:start]) is not None
                found.append((start, replace(statement, own=own) if own else statement))
    return tuple(statement for _, statement in sorted(found, key=lambda pair: pair[0]))


def _meant(kind: ClaimKind, before: str, after: str) -> bool:
    if _DENIED.search(before[-16:]) or _UNDONE.match(after[:8]):
        return False
    return kind != "discount" or not (_LIMITED.search(before[-16:]) or _LIMITED_AFTER.match(after[:16]))


def _statement(kind: ClaimKind, match: re.Match[str]) -> Statement | None:
    groups = match.groupdict()
    words = match.group().strip()
    rate = _rate(groups) if kind in ("discount", "official_discount") else None
    if kind in ("discount", "official_discount") and rate is None:
        return None
    amount = groups.get("amount") or re.sub(r"[¥$€\s]", "", groups.get("money") or "")
    return Statement(
        kind=kind,
        words=words,
        rate=rate,
        amount=Decimal(amount) if amount else None,
        counter=_COUNTER.search(words) is not None,
        mark=groups.get("mark") or (groups.get("money") or "")[:1],
    )


def _rate(groups: dict[str, str | None]) -> Decimal | None:
    """5折 0.5 · 八五折 and 85折 0.85 · 9.5折 0.95 · half price 0.5 · 30% off 0.7; None for what is no discount."""
    read: tuple[tuple[str, Callable[[str], Decimal | None]], ...] = (
        ("zhe", _zhe),
        ("half", lambda _: Decimal("0.5")),
        ("halfof", lambda _: Decimal("0.5")),
        ("off", lambda said: 1 - Decimal(said) / 100),
    )
    rate = next((reader(said) for name, reader in read if (said := groups.get(name))), None)
    return rate if rate is not None and 0 < rate < 1 else None


def _zhe(said: str) -> Decimal | None:
    if said[0] in HAN_DIGITS:
        digits = [han_number(char) for char in said.replace("点", "")]
        said = "".join("?" if digit is None or digit > 9 else str(digit) for digit in digits)
    if not re.fullmatch(r"\d(?:\.\d)?|\d\d", said):
        return None
    return Decimal(said) / (100 if len(said) == 2 else 10)
