"""Phone numbers as people write them, and nothing that only has as many digits.

Whether digits are a number that exists is asked of the package phonenumbers (Google's libphonenumber), which knows the
plan of every country. It takes a price list for a number of Oslo, so a run of digits comes before it only with a plus,
a leading zero, the shape of a written number, or a word for telephone before it. Chinese mobile numbers are taken by
their shape alone: one digit wrong is somebody else's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher

from pipelines.export.found import Found

# Where the buyers of a dataset are that is in these languages.
REGIONS = ("CN", "HK", "TW", "MO", "JP", "KR", "US", "GB", "DE", "FR", "ES", "SG", "MY", "AU", "AT", "CH", "IT", "NL")

# No full stop: three prices in a row (15.90 16.80 17.5) have as many digits as a phone number. The last three stand
# between the digits of emoji keys, or are not seen at all.
_GAP = "[ \\t_\\-·\\u20e3\\ufe0f\\u200b-\\u200d\\u2060]{0,3}"
_MOBILE = re.compile(
    rf"(?<!\d)(?:\(?\+?(?:00)?86\)?{_GAP})?"
    rf"(?P<number>1{_GAP}[3-9](?:{_GAP}\d){{9}}|1[3-9]\d\.\d{{4}}\.\d{{4}}"
    rf"|\(?1[3-9]\d\)?{_GAP}\(?\d{{4}}\)?{_GAP}\d{{4}})(?!\d)[\ufe0f\u20e3]*"
)
_MOST_ASKED = 200
_HEXADECIMAL = frozenset("0123456789abcdef")
# How the digits of a mobile number are grouped. Two prices of four digits and one of three are eleven digits, too.
_GROUPS = frozenset(
    (
        *(
            (11,),
            (3, 8),
            (3, 4, 4),
            (3, 3, 5),
            (4, 3, 4),
            (5, 6),
            (6, 5),
            (7, 4),
            (4, 7),
            (1, 10),
            (1, 3, 7),
            (3, 5, 3),
        ),
        *((3, 4, 2, 2), (3, 2, 2, 4), (3, 2, 2, 2, 2), (1, 3, 3, 4), (1, 3, 4, 3)),
    )
)
_NUMERALS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
SPELLED = re.compile(
    rf"(?<![{_NUMERALS}])[一幺壹][三四五六七八九叁肆伍陆柒捌玖][{_NUMERALS}]{{9}}(?![{_NUMERALS}十百千万])"
)
_SERVICE = re.compile(r"(?<![\d.])[48]00(?:(?P<a>[ \-]?)\d{3}(?P=a)\d{4}|(?P<b>-?)\d{4}(?P=b)\d{3})(?![\d.])")
_LANDLINE = re.compile(r"(?<![\d.])(?:0\d{2,3}[ \-]|\(0\d{2,3}\) ?)\d{7,8}(?![\d.])")
_AMERICAN = re.compile(
    r"(?<![\d.\-])(?:\+?1[ .\-]?)?(?:\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[ -]\d{3}-\d{4}|\d{3}\.\d{3}\.\d{4})(?![\d.\-])"
)
_ABROAD = re.compile(rf"\+(?:{_GAP}\d){{8,15}}(?!\d)")
_NATIONAL = re.compile(r"(?<![\d.,/\-+])\(?0\d(?:[ \-./()]{0,2}\d){7,10}(?![\d])")
_WORD_BEFORE = re.compile(
    r"(?:电话|電話|手机号?|手機|手机号码|热线|熱線|座机|联系方式|聯繫方式|聯絡方式|拨打|撥打|致电|短信"
    r"|(?<![a-z])(?:tel|telephone|phone|mobile|cell|call|text|ring|whatsapp|fax"
    r"|telefon|handy|t[ée]l[ée]phone|tel[ée]fono|m[óo]vil)|携帯|ケータイ|전화|휴대폰|핸드폰|☎|📞|📱)(?:号码?|號碼?"
    r"|番号|번호)?"
    r"(?:是|为|為|:|：|\.|#|at|on|me|us|number|no\.?|[^\S\n]|\ufe0f|は|는"
    r"|은)*(?P<name>\(?\d(?:[ \-.()]{0,2}\d){6,12})(?![\d.%]|[^\S\n]?(?:元|块|円|원|€|\$))",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d[-. /]?(?:0?[1-9]|1[0-2])[-. /]?(?:0?[1-9]|[12]\d|3[01])(?:[ \d]*)")


def phones(text: str, regions: tuple[str, ...] = REGIONS) -> Iterator[Found]:
    """Phone numbers, for readers in these regions (ISO 3166 codes) where no country is named."""
    yield from (Found(*found.span(), "[phone]") for found in _MOBILE.finditer(text) if _is_mobile_text(text, found))
    for pattern in (_SERVICE, _LANDLINE, _AMERICAN, SPELLED):
        yield from (Found(*found.span(), "[phone]") for found in pattern.finditer(text))
    if "+" in text:
        yield from (Found(*found.span(), "[phone]") for found in _ABROAD.finditer(text) if _possible(found.group()))
    for asked, found in enumerate(_NATIONAL.finditer(text)):
        # Asking takes a millisecond. Who writes hundreds of such numbers writes no review.
        said = found.group()
        if asked >= _MOST_ASKED or (not said.startswith("0123456") and _exists(said, regions)):
            yield Found(*found.span(), "[phone]")
    for found in _WORD_BEFORE.finditer(text):
        if not _DATE.fullmatch(found["name"]):
            yield Found(*found.span("name"), "[phone]")


def in_hash(text: str, start: int, end: int) -> bool:
    """Whether a place lies in a long run of hexadecimal digits: one hash in a thousand has eleven decimal ones."""
    while start and text[start - 1] in _HEXADECIMAL:
        start -= 1
    while end < len(text) and text[end] in _HEXADECIMAL:
        end += 1
    return end - start >= 16 and text[start:end].isalnum() and not text[start:end].isdigit()


def _is_mobile_text(text: str, found: re.Match[str]) -> bool:
    return _in_groups(found["number"]) and not in_hash(text, *found.span())


def _in_groups(number: str) -> bool:
    groups = tuple(len(group) for group in re.split(r"\D+", number) if group)
    return groups in _GROUPS or groups.count(1) >= 6


def _possible(said: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(said))
    except NumberParseException:
        return False


# A text that repeats one number asks once.
@lru_cache(maxsize=4096)
def _exists(said: str, regions: tuple[str, ...]) -> bool:
    """Whether it is a number of one of the regions, grouped as it is written there, or a mobile one without groups."""
    grouped = not said.isdigit()
    for region in regions:
        for found in PhoneNumberMatcher(said, region, leniency=Leniency.STRICT_GROUPING, max_tries=1):
            if found.raw_string == said and (grouped or _is_mobile(found.number)):
                return True
    return False


def _is_mobile(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
