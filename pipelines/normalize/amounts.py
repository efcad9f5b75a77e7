"""Money tokens in a text: each number with its mark, magnitude, range end, unit and count, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pipelines.normalize.marks import ISO_CODES, WORD_CODES, WORDS, codes_of, mark_after, mark_before
from pipelines.normalize.numerals import HAN_NUMBER, NUMBER, han_number, parse_number


class Money(NamedTuple):
    """One amount in a folded text. `marks` are the currency marks beside it, the more telling first."""

    value: Decimal | None
    start: int
    end: int
    token: str
    value_max: Decimal | None = None
    marks: tuple[str, ...] = ()
    unsure: str | None = None
    factor: int = 1


_MAGNITUDES = {"万": 10_000, "萬": 10_000, "千": 1_000, "百": 100, "亿": 100_000_000, "億": 100_000_000, "만": 10_000,
               "w": 10_000, "W": 10_000, "k": 1_000, "K": 1_000, "천": 1_000}  # fmt: skip
_MAGNITUDE = re.compile(
    r"\s?(万|萬|千|百|亿|億|만|천)(?!能|搭|家|宝|变|里|分|合|年|人|个|次|条|评|粉)|"
    r"([wWkK])(?![A-Za-z\u00c0-\u024f\u0400-\u04ff])"
)
_MAGNITUDE_SIGNS = frozenset(_MAGNITUDES)
# Beside a sign before the number these add nothing: ¥199元.
_UNIT_WORDS = frozenset("元円圆圓")
_TAIL_KOREAN = re.compile(r"\s?(\d)\s?천|\s?(\d,?\d{3})(?=\s?원)")
_TAIL_HAN = re.compile(r"(\d)(千|百)?(?![\d.])")
# 1千2百: what follows states its own unit.
_TAIL_SMALL = re.compile(r"([1-9])(百|十)(?![\d.])")
_DASH_TAIL = re.compile(r"[.,]\s?-(?!\s?\d)")
_KUAI = re.compile(
    r"\s?[块塊](?:(\d)(?:毛|角)?(?![\d.件个包条瓶盒支袋只双斤本片]))?[钱錢]?(?=$|[\s,，。.;；!！?？/()~\-、\x00]|"
    r"包邮|起|到手|以|"
    r"左右|的|[一二两三四五六七八九十]|拿|带|多|封顶|秒|买|\d|[¥])"
)
_YUAN_JIAO = re.compile(r"元(\d)(?:毛|角)?(?![\d.%件瓶盒支个包袋片只双条张粒抽组套桶罐箱枚份本块])")
_CENT = re.compile(r"\s?¢|p(?![\w])")
# 1080p and 24p are said of pictures; a field that holds nothing else is a price in pence.
_PENNY_FIELD = re.compile(r"(?:(?:only|now|from|just|price:?|each) )?[1-9]\dp(?: each)?", re.IGNORECASE)
_MAO = re.compile(r"\s?[毛角]钱?(?=$|[\s,，。]|一|包邮)")
_EURO_CENTS = re.compile(r"\s?€\s?(\d{2})(?![\d.,]|\s?[%€])")
_BETWEEN = re.compile(r"(?:between|zwischen|entre|tra|fra|mellem|między|mezi) $", re.IGNORECASE)
_AND = re.compile(r" (?:and|und|et|y|e|og|och|i|a) ", re.IGNORECASE)
_RANGE = re.compile(r"\s{0,2}(?:-|~|至|到|(?<=\s)(?:to|bis|à|a|do|till?|–)(?=\s))\s{0,2}")
# 만원, 만 5천원: ten thousand needs no digit.
_KOREAN_WORDS = re.compile(r"(?<![\d,.\uac00-\ud7af])(만|천|백) ?(?:(\d)천 ?)?원(?!\s?대)")
_HAN_PRICE = re.compile(
    rf"(?:人民[币幣]\s?)?({HAN_NUMBER.pattern})(?:([元圆圓块塊円])(?!素|旦|宵|"
    rf"气)(?:({HAN_NUMBER.pattern})[角毛]|(?:(?<=[块塊])([一二两三四五六七八九])(?![\u4e00-\u9fff]|\d)|"
    rf"(?<=[块塊])([一二三四五六七八九])(?=[一每]|包邮|起|到手|的|左右|"
    rf"[二两三四五六七八九十][件个個瓶盒支包袋双條条只张斤本])))?[钱錢]?整?|(?<=\w)圆整)"
)


# With one space before it at most, one of these stands after such a number.
_COLLOQUIAL = frozenset("块塊元毛角")
_PIECES_OF = re.compile("[二三四五六七八九](?![件个個瓶盒支包袋双條条只张斤本片])")


def _colloquial(text: str, token: str, end: int) -> tuple[Decimal, int] | None:
    """9块9, 3元5角, 5毛, 35€ 99: the currency word in the place of the decimal point."""
    if _COLLOQUIAL.isdisjoint(text[end : end + 2]) or (not token.isdigit() and "." not in token):
        return None
    match = _KUAI.match(text, end) or (_YUAN_JIAO.match(text, end) if token.isdigit() else None)
    if match is not None:
        value = Decimal(token.replace(" ", "")) if token.count(".") <= 1 else None
        if value is None:
            return None
        dime = match.group(1)
        return (value + Decimal(dime) / 10 if dime and token.isdigit() else value), match.end()
    match = _MAO.match(text, end)
    if match is not None and token.count(".") == 0:
        return Decimal(token) / 10, match.end()
    return None


def _magnitude(text: str, end: int) -> tuple[int, int, int]:
    """What 万, k and the like multiply by, what 1万2 adds, and the place after them."""
    match = None if _MAGNITUDE_SIGNS.isdisjoint(text[end : end + 2]) else _MAGNITUDE.match(text, end)
    if match is None:
        return 1, 0, end
    unit = match.group(1) or match.group(2)
    factor, end = _MAGNITUDES[unit], match.end()
    more = _TAIL_KOREAN.match(text, end) if unit == "만" else None
    if more is not None:
        return factor, int(more.group(1) or 0) * 1_000 + int((more.group(2) or "0").replace(",", "")), more.end()
    if unit in "千百" and (tail := _TAIL_SMALL.match(text, end)):
        return factor, int(tail.group(1)) * (100 if tail.group(2) == "百" else 10), tail.end()
    tail = _TAIL_HAN.match(text, end) if unit in "万萬" else None
    if tail is None:
        return factor, 0, end
    return factor, int(tail.group(1)) * (100 if tail.group(2) == "百" else 1_000), tail.end()


# Marks that are also parts of product names (2.0 FG, AMD 5600, R698): trusted only in a text of little else, or, R and
# the codes, beside a number written like a price.
_FIELD = 16
ONLY_IN_FIELDS = frozenset(
    [
        "Q",
        "FG",
        "UM",
        "MT",
        "ZK",
        "DT",
        "VT",
        "SR",
        "QR",
        "BD",
        "Db",
        "Rf",
        "NT",
        "LD",
        "Br",
        "Nu.",
        "kn",
        "Re",
        "Bs",
        "D",
        "K",
        "G",
    ]
)
_PRICED = re.compile(r"[.,]\d{2}$|[., ']\d{3}")


def _believable(text: str, mark: str, number: re.Match[str]) -> bool:
    """Whether a mark made of letters is one beside this number, and not a piece of an article number or a name."""
    if not mark.isalpha() or not mark.isascii() or len(text) <= _FIELD:
        return True
    start = number.start()
    last = text[start - 1] if start else " "
    if last == "\x00" or (start > 1 and last in "-_/" and (text[start - 2].isalnum() or text[start - 2] == "\x00")):
        return False
    if mark.lower() in WORDS:
        return True
    mixed_code = len(mark) == 3 and mark not in (mark.lower(), mark.upper())
    if mark in ONLY_IN_FIELDS or mixed_code:
        return False
    if mark in ("R", "RS") or mark.upper() in WORD_CODES:
        return mark.isupper() and (_PRICED.search(number.group()) is not None or (mark == "RS" and last != "S"))
    return not (last.isascii() and last.isalpha()) or text.startswith(mark, start - len(mark))


# Prices shown before a sale starts hide digits: ¥1?9, ¥1XX, ¥?99. A question mark after a full price only asks.
_HIDDEN_AFTER = re.compile(
    r"[?？](?:[?？\d]|(?<![\d.,]\d\d[?？])(?<![.,]\d[?？]))|(?<!\d\d\d)(?:[xX]{2}|"
    r"[xX](?![\w\s])|[*＊]{2}|[■□●○])"
)
_HIDDEN_BEFORE = re.compile(r"[¥$€£]\s?(?:[?？xX*＊]+[.,]?|[■□●○]+)$")


_HIDING = frozenset("?？xX*＊■□●○")


def _hidden(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] in _HIDING and _HIDDEN_AFTER.match(text, end):
        return True
    before = text[max(0, start - 2) : start]
    return not _HIDING.isdisjoint(before) and _HIDDEN_BEFORE.search(text, max(0, start - 4), start) is not None


_DOLLAR_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{2}D) ?$")


def _with_letters(text: str, before: tuple[str, int], floor: int) -> tuple[str, int]:
    """NZD $100, and C $18 where a text or a part of it begins (not Vitamin C $18): the letters say which dollar."""
    start = before[1]
    if before[0] != "$":
        return before
    code = _DOLLAR_CODE.search(text, max(floor, start - 4), start)
    if code is not None and code.group(1) in ISO_CODES:
        return code.group(1), code.start()
    letter = text[start - 2 : start] if start >= 2 else ""
    if letter in ("C ", "A ", "S ", "R ") and not text[: start - 2].rstrip(" ").rstrip(":("):
        return f"{letter[0]}$", start - 2
    return before


def _one(text: str, match: re.Match[str], floor: int) -> Money:
    """The amount at one number, without looking for a range."""
    token, start, end = match.group(), match.start(), match.end()
    before = mark_before(text, start, floor)
    if before is not None and "$" in before[0]:
        before = _with_letters(text, before, floor)
    if before is not None and not _believable(text, before[0], match):
        before = None
    marks: list[str] = []
    if before is not None:
        marks.append(before[0])
        start = before[1]
    cent = _CENT.match(text, end) if before is None and token.isdigit() else None
    if cent is not None:
        penny = cent.group() == "p"
        if not penny or _PENNY_FIELD.fullmatch(text):
            mark = "£" if penny else "$"
            return Money(value=Decimal(token).scaleb(-2), marks=(mark,), start=start, end=cent.end(), token=token)
    colloquial = _colloquial(text, token, end)
    if colloquial is not None and before is None:
        return Money(value=colloquial[0], marks=("元",), start=start, end=colloquial[1], token=token)
    bare = "€" in text[end : end + 2] and "€" not in marks and token.replace(" ", "").isdigit()
    cents = _EURO_CENTS.match(text, end) if bare else None
    if cents is not None:
        value = Decimal(f"{token.replace(' ', '')}.{cents.group(1)}")
        return Money(value=value, marks=("€",), start=start, end=cents.end(), token=token)
    tail = _DASH_TAIL.match(text, end) if text[end : end + 1] in (".", ",") else None
    factor, rest, end = (1, 0, tail.end()) if tail else _magnitude(text, end)
    if factor > 1 and text[end : end + 1] in ("块", "塊"):
        marks.append("元")
        end += 2 if text[end + 1 : end + 2] in ("钱", "錢") else 1
    after = mark_after(text, end)
    if after is not None and not after[2] and text[end] == " " and text[after[1] : after[1] + 1].isdigit():
        # In "11/11 ¥59" the sign is the next number's.
        after = None
    if after is not None and after[2] and not _believable(text, after[0], match):
        after = None
    if after is not None and (before is None or (after[2] and not before[0].isalpha())):
        # "$4.00 USD": the code is the more telling mark.
        marks.insert(0, after[0])
        end = after[1]
    elif (
        after is not None
        and before is not None
        and (after[0] in _UNIT_WORDS or (before[0].isalpha() and after[0] == "$"))
    ):
        end = after[1]
    if text[end : end + 1] == "M" and before is not None and not text[end + 1 : end + 2].isalnum():
        return Money(value=None, marks=tuple(marks), start=start, end=end + 1, unsure="M may be a million", token=token)
    if _hidden(text, match.start(), match.end()):
        return Money(value=None, marks=tuple(marks), start=start, end=end, unsure="a digit is hidden", token=token)
    number, unsure = parse_number(token, next((codes[0] for m in marks if len(codes := codes_of(m)) == 1), None))
    total = None if number is None else number * factor + rest
    return Money(value=total, marks=tuple(marks), start=start, end=end, unsure=unsure, token=token, factor=factor)


_SIGN_FIRST = frozenset("¥$€£₹₩₫฿₽₺₱")


def _scaled(first: Money, second: Money) -> Money:
    """The lower end with the magnitude that only the upper end states: 12.98-18.98万, $2-3k."""
    if first.value is None or second.value is None or first.factor != 1 or second.factor == 1:
        return first
    if first.value * second.factor > second.value:
        return first
    return first._replace(value=first.value * second.factor)


def _with_range(text: str, first: Money, numbers: list[re.Match[str]], index: int) -> tuple[Money, int]:
    """Join `first` with the number after a dash or "to", when both can be one range."""
    if index + 1 >= len(numbers) or first.value is None:
        return first, index
    dash = _RANGE.match(text, first.end)
    if dash is None and _BETWEEN.search(text, max(0, first.start - 9), first.start):
        dash = _AND.match(text, first.end)
    if dash is None:
        return first, index
    second = _one(text, numbers[index + 1], dash.end())
    if second.start != dash.end() or second.value is None:
        return first, index
    if not first.marks and second.marks and text[dash.end() : dash.end() + 1] in _SIGN_FIRST:
        # Size 10 - $79: a sign before the upper end only.
        return first, index
    first = _scaled(first, second)
    if first.value is None:
        return first, index
    if not first.marks and not second.marks and second.token.startswith("0") and not second.token.startswith("0."):
        return first, index
    if second.value < first.value or not (set(first.marks) & set(second.marks) or not first.marks or not second.marks):
        return first, index
    joined = Money(
        value=first.value,
        value_max=second.value if second.value > first.value else None,
        marks=first.marks or second.marks,
        start=first.start,
        end=second.end,
        unsure=first.unsure or second.unsure,
        token=first.token,
    )
    return joined, index + 1


def find_money(text: str) -> Iterator[Money]:
    """Every number of a folded text as a money token, marked or not, left to right."""
    numbers = list(NUMBER.finditer(text))
    floor = index = 0
    while index < len(numbers):
        if numbers[index].start() < floor:
            index += 1
            continue
        money, index = _with_range(text, _one(text, numbers[index], floor), numbers, index)
        yield money
        floor = money.end
        index += 1


def find_han_money(text: str) -> Iterator[Money]:
    """Amounts written in Chinese numerals with their unit: 一百二十元, 人民币壹佰元整, 九块九毛."""
    for match in _HAN_PRICE.finditer(text):
        if match.start() and text[match.start() - 1] in "几幾数數":
            continue
        value = han_number(match.group(1))
        if value is None or value >= 10**12:
            continue
        tenths = match.group(3) or match.group(4) or match.group(5)
        dimes = han_number(tenths) if tenths else None
        if tenths is None and match.group(2) in ("块", "塊") and _PIECES_OF.match(text, match.end()):
            # 两块五花肉: pieces of something.
            continue
        if dimes is not None and dimes < 10:
            value += dimes / 10
        yield Money(
            value=value,
            marks=("円" if match.group(2) == "円" else "元",),
            start=match.start(),
            end=match.end(),
            token=match.group(1),
        )
    for match in _KOREAN_WORDS.finditer(text):
        value = Decimal(_MAGNITUDES.get(match.group(1), 100)) + Decimal(match.group(2) or 0) * 1_000
        yield Money(value=value, marks=("원",), start=match.start(), end=match.end(), token=match.group(1))
