"""Numbers as shops write them: groupings of many countries, full-width digits, Chinese numerals; no floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import cn2an

from pipelines.normalize.marks import MINOR_DIGITS, WHOLE_IN_SHOPS

_FOLD = {
    **{0xFF10 + i: str(i) for i in range(10)},
    **{0x0660 + i: str(i) for i in range(10)},
    **{0x06F0 + i: str(i) for i in range(10)},
    **{0x0966 + i: str(i) for i in range(10)},
    **{ord(a): b for a, b in zip("．／％＋－＝＊＃＄（）：﹣", "./%+-=*#$():-", strict=True)},
    **dict.fromkeys(map(ord, "–—−―‒‑‐ー"), "-"),
    **dict.fromkeys(map(ord, "～〜∼˜"), "~"),
    **dict.fromkeys(map(ord, "’ʼ´`′‘ʻ"), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2007\u3000\u2002\u2003\t\r\n\u200a"), " "),
    **dict.fromkeys(map(ord, "￥"), "¥"),
    **dict.fromkeys(map(ord, "￡"), "£"),
    ord("￦"): "₩",
    ord("￠"): "¢",
    ord("٫"): ".",
    ord("٬"): ",",
    ord("×"): "x",
    ord("✕"): "x",
    ord("╳"): "x",
    ord("Ｘ"): "x",
}
# The long vowel mark of kana is no dash.
del _FOLD[ord("ー")]
_FOLD |= {0xFF21 + i: chr(65 + i) for i in range(26) if 0xFF21 + i not in _FOLD}
_FOLD |= {0xFF41 + i: chr(97 + i) for i in range(26)}
# ￥1，299.00: a wide comma typed in a number; without the cents it may part two numbers.
_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))|(?<=[¥￥]\d)，(?=\d{3}\.\d\d(?!\d))")

_SPACED = r"(?<![A-Za-z])\d{1,3}(?: \d{3}(?!\d))+"
NUMBER = re.compile(
    r"(?:(?:(?<=[¥$€£])|(?<=[¥$€£] ))(?:\d(?: \d)+ ?\. ?\d(?: ?\d)?|\d{1,6} ?\. ?\d \d|\d(?: \d){2,6})(?! ?[\w.])|"
    rf"(?:{_SPACED}|\d+)(?:[.,']\d+)*|(?<![^\W_])(?<!/)\.\d+)"
    r"(?P<split>(?: \. ?|\. )\d{2}(?!\d)| \.\d(?![\d.,])|, \d\d(?= ?(?:€|zł|TL|Kč|EUR|kr|lei|руб|грн))| (?:00|"
    r"9[059])(?= ?€))?"
)
# Each digit in a box of its own: ¥ 2 9 . 9
_APART = re.compile(r"\d(?: \d)+(?: ?\. ?\d(?: ?\d)?)?|\d+ ?\. ?\d \d")
HAN_DIGITS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸"
HAN_NUMBER = re.compile(f"[{HAN_DIGITS}]{{1,16}}")
_OLD_HAN = str.maketrans("萬億兩貳參陸两", "万亿二贰叁陆二")
_SHORTENED = re.compile("[百千万][二三四五六七八九一]$")
_NEXT_SMALLER = {"百": "十", "千": "百", "万": "千"}
_COUNT = {name: i for i, name in enumerate(("one", "two", "three", "four", "five", "six"), 1)}
_COUNT |= {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "兩": 2, "〇": 0}

_MAX_DIGITS = 12
_TOO_LARGE = Decimal(10) ** _MAX_DIGITS
DOT_MAY_DECIDE = "a dot before three digits may be a decimal point"
# $.750.30, $..75: a number has one decimal point.
_STRAY_DOT = re.compile(r"(?<=\$)\.(?=\.\d|\d+[.,]\d)")


def fold(text: str) -> str:
    """The text with full-width and other digits, signs, spaces and dashes made plain, character for character."""
    if text.isascii():
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        return _STRAY_DOT.sub(" ", text) if "$." in text else text
    return _WIDE_COMMA.sub(",", text).translate(_FOLD)


_SEPARATED = re.compile(r"\d+(?:(?:[.,'€ ]|€ (?=\d\d(?!\d)))\d+)+|[.,]\d+(?:[.,]\d+)*")


def with_plain_decimals(text: str, separator: str) -> str:
    """The text with every number written with one dot at most, of a source that puts `separator` before decimals.

    "1.299" with "," is 1299; the places of the text move.
    """

    def plain(match: re.Match[str]) -> str:
        groups = "".join(sign for sign in ".,' " if sign != separator)
        whole, _, cents = match.group().translate(str.maketrans("", "", groups)).partition(separator)
        cents = re.sub(r"\D", "", cents)
        return f"{whole or '0'}.{cents}{'0' if len(cents) == 3 else ''}" if cents else whole

    return _SEPARATED.sub(plain, text) + (separator if separator == "€" and "€" in text else "")


def parse_number(token: str, currency: str | None = None) -> tuple[Decimal | None, str | None]:
    """The value of a number token found by `NUMBER`, and what was unsure about it.

    The last of two different separators is the decimal one. A single separator before exactly three digits groups
    thousands ("1.299" is 1299), except after a lone zero ("0.299") or a longer head ("1234.567"), and except a dot
    in currencies with three decimals (KWD, OMR …).
    """
    if token.isdecimal() and len(token) <= _MAX_DIGITS:
        return Decimal(token), None
    if " " not in token:
        pass
    elif _APART.fullmatch(token):
        token = token.replace(" ", "")
    elif token[-3:-2] == " ":
        # Cents set smaller, without a mark: 45 00 €.
        token = f"{token[:-3]}.{token[-2:]}" if not set(".,") & set(token) else token
    compact = token.replace(" ", "").replace("'", "")
    grouped = len(compact) != len(token) and re.search(r"[ ']\d{3}", token) is not None
    if sum(map(str.isdigit, compact)) > 30:
        return None, "too many digits"
    dots, commas = compact.count("."), compact.count(",")
    unsure: str | None = None
    if dots and commas:
        decimal = "." if compact.rfind(".") > compact.rfind(",") else ","
        group = "," if decimal == "." else "."
        if compact.count(decimal) > 1 or compact.find(group) > compact.find(decimal):
            return None, "separators in no known order"
        compact = compact.replace(group, "").replace(decimal, ".")
    elif dots + commas == 1:
        separator = "." if dots else ","
        head, tail = compact.split(separator)
        thousands = len(tail) == 3 and 0 < len(head) <= 3 and head.strip("0") != "" and not grouped
        if thousands and separator == "." and currency is not None and MINOR_DIGITS.get(currency) == 3:
            thousands = False
        if thousands and separator == "." and currency not in WHOLE_IN_SHOPS:
            unsure = DOT_MAY_DECIDE
        compact = head + tail if thousands else f"{head}.{tail}"
    elif dots + commas > 1:
        groups = re.split("[.,]", compact)
        if len(groups[-1]) == 2 and len(groups[0]) <= 3 and all(len(part) == 3 for part in groups[1:-1]):
            # $1.299.00: one sign for both.
            return Decimal(f"{''.join(groups[:-1])}.{groups[-1]}"), None
        if len(groups[-1]) != 3 or any(len(part) not in (2, 3) for part in groups[1:-1]) or len(groups[0]) > 3:
            return None, "separators in no known order"
        compact = "".join(groups)
    value = Decimal(compact if compact[0] != "." else "0" + compact)
    if value >= _TOO_LARGE:
        return None, "absurdly large"
    return value, unsure


def han_number(text: str) -> Decimal | None:
    """The value of a Chinese numeral (一百二十, 壹佰, 1万5千); None when it is not one."""
    text = text.translate(_OLD_HAN)
    if _SHORTENED.search(text):
        # 三百五 is 350, 一千二百八 is 1280: the last unit is left out.
        text += _NEXT_SMALLER[text[-2]]
    try:
        value = cn2an.cn2an(text, "smart")
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return Decimal(str(value))


def small_count(text: str) -> int | None:
    """A count written with digits or one to three Chinese numerals: "3", "两", "十二"; None above 9999."""
    if text.isdecimal():
        return int(text) if len(text) <= 4 else None
    known = _COUNT.get(text.lower())
    if known is not None:
        return known
    value = han_number(text)
    return int(value) if value is not None and value < 10000 else None


@lru_cache(maxsize=4096)
def stored_decimal(text: str | None) -> Decimal | None:
    """A decimal string of a table; None for NULL and for any other text."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
