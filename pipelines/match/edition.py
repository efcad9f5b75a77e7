"""Edition, generation, year and form: 限定, 礼盒, 第二代, 2024款, 替换装, SPF50, Pro, 港版."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.match.evidence import Evidence, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`of` is what kind of statement it is, `value` what it says in one spelling, `seen` the words in the title."""

    of: str
    value: str
    seen: str


# A one-sided mention decides only where every seller names it: nobody leaves out that a thing is a refill or a sample.
_ALWAYS_NAMED = frozenset({"refill", "sample", "used"})
_SAYS_NOTHING_ALONE = frozenset({"year", "season", "protection", "skin", "scent"})
# Shops leave last year's 2023新款 in a title for years.
_OFTEN_STALE = frozenset({"season"})

_WORDS: tuple[tuple[str, str, str], ...] = (
    ("refill", "refill", r"替换装|替换芯|补充装|补充液|补充包|替换内芯|\brefills?\b|詰め替え|つめかえ"),
    (
        "sample",
        "sample",
        r"小样|中样|体验装|试用装|旅行装|旅行份|分装|非卖品|"
        r"\b(?:(?<!free )samples?|testers?|travel\s*size|miniature|trial\s*size)\b",
    ),
    ("used", "used", r"(?<!非)二手|翻新|官翻|\b(?:refurbished|renewed|pre-?owned|second-?hand)\b"),
    (
        "limited",
        "limited",
        r"限定(?!价)|限量[版款]|联名|纪念版|\b(?:limited|collab(?:oration)?|special)\s+edition\b",
    ),
    ("set", "set", r"礼盒|套盒|套装|礼品装|组合装|\b(?:gift\s*(?:set|box)|kit|bundle)\b|\bset\b(?!\s+of)"),
    ("region", "cn", r"国行|大陆版|内地版"),
    ("region", "hk", r"港版|港行"),
    ("region", "jp", r"日版|日本版|日行"),
    ("region", "us", r"美版"),
    ("region", "eu", r"欧版"),
    ("region", "global", r"国际版|\bglobal\s+version\b"),
    ("skin", "light", r"清爽(?:型|版|款)"),
    ("skin", "rich", r"滋润(?:型|版|款)"),
    ("scent", "none", r"无香(?:型|味)?|\bfragrance[- ]free\b|\bunscented\b"),
)
_TIER = re.compile(
    r"(?:(?<=\d)\s*|(?<=[0-9a-z\u3400-\u9fff])\s+)(pro\s*max|pro\+|pro|max|plus|ultra|lite|mini|se)(?![a-z])"
)
_GENERATION = re.compile(
    r"(?<![新下])第?([一二三四五六七八九十]|1?\d)\s*代(?![理购表码言])|"
    r"\bgen(?:eration)?\.?\s*(\d{1,2})\b|\b(\d{1,2})(?:st|nd|rd|th)\s+gen(?:eration)?\b"
)
_YEAR = re.compile(
    r"(?<!\d)(20[12]\d)\s*(?:年?版|\s(?:model|edition|version))|\b(?:model|edition|version)\s+(20[12]\d)\b"
)
_SEASON = re.compile(r"(?<!\d)(20[12]\d)\s*年?\s*(?:新?款|新品)")
_SPF = re.compile(r"spf\s*(\d{2,3})")
_DIGITS = {char: str(at) for at, char in enumerate("一二三四五六七八九十", start=1)}
_COMPILED = tuple((of, value, re.compile(pattern)) for of, value, pattern in _WORDS)


def read_editions(folded: str) -> tuple[Edition, ...]:
    """All statements of edition in a folded title, in a fixed order."""
    found = [
        Edition(of=of, value=value, seen=match.group())
        for of, value, pattern in _COMPILED
        if (match := pattern.search(folded))
    ]
    for of, pattern in (
        ("tier", _TIER),
        ("generation", _GENERATION),
        ("year", _YEAR),
        ("season", _SEASON),
        ("protection", _SPF),
    ):
        for match in pattern.finditer(folded):
            value = next(group for group in match.groups() if group)
            value = _DIGITS.get(value, value).replace(" ", "")
            found.append(Edition(of=of, value=value, seen=match.group().strip()))
    return tuple(dict.fromkeys(found))


def compare(promoted: tuple[Edition, ...], official: tuple[Edition, ...]) -> tuple[Evidence, ...]:
    """One piece of evidence for each kind of edition that either title states."""
    found = []
    for of in sorted({edition.of for edition in (*promoted, *official)}):
        left = [edition for edition in promoted if edition.of == of]
        right = [edition for edition in official if edition.of == of]
        says, points_to = _judge(of, {edition.value for edition in left}, {edition.value for edition in right})
        found.append(
            Evidence(
                field=of,
                promoted=", ".join(edition.seen for edition in left),
                official=", ".join(edition.seen for edition in right),
                says=says,
                points_to=points_to,
            )
        )
    return tuple(found)


def _judge(of: str, left: set[str], right: set[str]) -> tuple[str, Points]:
    if left & right:
        return f"both titles state the same {of}", "nothing"
    if left and right and of in _OFTEN_STALE:
        return f"the titles state a different {of}, which shops often leave unchanged", "caution"
    if left and right:
        return f"the titles state a different {of}", "different"
    side = "promoted" if left else "official"
    if of in _ALWAYS_NAMED:
        return f"only the {side} title says that it is a {of}", "different"
    if of in _SAYS_NOTHING_ALONE:
        return f"only the {side} title states a {of}", "nothing"
    return f"only the {side} title states a {of}", "caution"
