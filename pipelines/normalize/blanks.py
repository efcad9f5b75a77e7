"""A title made ready for the quantity reader: multiplication signs alike, and numbers that are no quantity blanked."""

from __future__ import annotations

import re
import unicodedata

from pipelines.normalize.no_quantity import NO_QUANTITY
from pipelines.normalize.numerals import fold, small_count
from pipelines.normalize.units import UNITS

_SIGNS = str.maketrans("×✕╳✖✗⨯Ｘ", "*" * 7)
_TIMES = re.compile(
    r"(?=[\sxX])(?:(?<=\d)\s?[xX](?=\s?\d)|(?<=\d[mMlLgG])\s?[xX](?=\s?\d)|(?<=\d(?:ml|ML|mL|kg|KG|oz|OZ|cl|lb|ct|pk))\s?[xX](?=\s?\d)|"
    r"(?<=\d\s(?:ml|mL|kg|oz|ML|cl|lb|ct|pk))\s?[xX](?=\s?\d)|(?<=\d\s[gGLl])\s?[xX](?=\s?\d)|"
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff가-힣)])\s?x(?=\s?\d{1,3}(?![\dA-Za-z])))"
)
# 20 bags x 6
_WORD_TIMES = re.compile(r"(?i)(?<=\d)(\s?[a-z]{2,10}(?:/[a-z]{2,8})?)\sx(?=\s?\d{1,3}(?![\dA-Za-z.]))")
# Titles of devices and lenses, where g, l and x number buses, generations and apertures.
_DEVICES = re.compile(
    r"(?i)\b(?:sata|sas|hdd|ssd|sdhc|sdxc|ddr\d|dimm|ghz|mhz|geforce|radeon|nikkor|lens|slr|usb|"
    r"wi-?fi|iphone|ipad)\b|\d(?:[gm]hz|gb|tb)\b"
)
_DEVICE_NUMBERS = re.compile(r"(?i)(?<![\d.])\d+(?:\.\d+)?\s?[gl]\b|\b(?:x\d+|\d+x\d+)\b")
# One character for a whole unit: ㎖ ㎏ ㎎ ㏄ ㎝ ㎜ ㎡.
_SQUARED = re.compile("[㎀-㏟]")
# 一斤, 半斤, 两公斤; not the 斤 of 半斤八两.
_HAN_WEIGHT = re.compile("([半一二两兩三四五六七八九十])(?=(?:斤(?!八)|公斤|千克|升)(?:装|裝|半|[^\u4e00-\u9fff]|$))")
_AND_A_HALF = re.compile(r"(?<![\d.])(\d{1,2})(斤|公斤|升)半(?=装|裝|[^\u4e00-\u9fff]|$)")
# The fit of diapers before their count: XL38片.
_FIT = re.compile(r"(?<![A-Za-z0-9])(?:NB|[SML]|X{1,4}L|\dXL)码?(?=\d{1,3}\s?[片条條枚])")
_PACKS_OF = re.compile(
    rf"(?i)(?<![\d.])(\d{{1,3}}) (?:packs|boxes|bags|tubs|cases|cartons|bottles|rolls) of (\d{{1,4}})"
    rf"(?!\d|\s?\*|\s?-?\s?(?:{UNITS})\b)"
)
# 48 pcs total (12*4): the total is said before its factors.
_TOTAL_FIRST = re.compile(
    r"(?i)(?<![\d.])(\d{1,5})(\s?[a-z\u3040-\u30ff\u4e00-\u9fff가-힣]{1,8})(?: total| in total)?"
    r"\s?\(\s?(\d{1,4})\s?\*\s?(\d{1,4})\s?\)"
)
# Paper is sold by the sheet and weighed by the square metre; a rubbish bag has the volume of the bin it lines.
_PAPER = re.compile(
    r"(?i)(?<![a-z\d])[ab][345](?!\d)|打印纸|复印纸|复写纸|相纸|卡纸|"
    r"コピー用紙|복사용지|copy paper|printer paper|card ?stock"
)
_BIN_BAGS = re.compile(
    r"(?i)垃圾袋|ゴミ袋|ごみ袋|쓰레기봉투|(?:trash|garbage|bin|kitchen) (?:bags?|liners?)|can liners?"
)
# Bed linen and shirts name the number of their yarn without a word behind it: 四件套 40支.
_LINEN = re.compile("四件套|床单|被套|被罩|床笠|贡缎|长绒棉|衬衫")
_YARN = re.compile(r"(?<![\d.*])\d{2,3}支(?!装)")
_GRAMMAGE = re.compile(r"(?<![\d.])\d{2,3}\s?[g克](?![A-Za-z])")
_BIN = re.compile(r"(?i)(?<![\d.])\d{1,3}\s?-?\s?(?:gallons?|gal|[lL]|升|리터|リットル)(?![a-z])")


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match.group())


def _digits(match: re.Match[str]) -> str:
    return "0.5" if match[1] == "半" else str(small_count(match[1]))


def _factors(match: re.Match[str]) -> str:
    total, word, one, two = match.groups()
    return f"{one}{word}*{two}" if int(total) == int(one) * int(two) else match.group()


def prepare(text: str) -> str:
    """The folded text with multiplication signs as `*` and numbers that are no quantity blanked."""
    if _DEVICES.search(text):
        text = _DEVICE_NUMBERS.sub("", text)
    if text.isascii():
        text = fold(text)
    else:
        text = fold(text.translate(_SIGNS))
        text = _SQUARED.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
        text = _AND_A_HALF.sub(r"\1.5\2", _FIT.sub(" ", _HAN_WEIGHT.sub(_digits, text)))
    if " of " in text:
        text = _PACKS_OF.sub(r"\1 packs * \2 pcs", text)
    if "x" in text or "X" in text:
        text = _TIMES.sub(lambda match: "*".rjust(len(match.group())), text)
        text = _WORD_TIMES.sub(r"\1 *", text)
    if "*" in text and "(" in text:
        text = _TOTAL_FIRST.sub(_factors, text)
    if _PAPER.search(text):
        text = _GRAMMAGE.sub(_blank, text)
    if _LINEN.search(text):
        text = _YARN.sub(_blank, text)
    if _BIN_BAGS.search(text):
        text = _BIN.sub(_blank, text)
    return NO_QUANTITY.sub(_blank, text)
