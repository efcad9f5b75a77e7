"""A title made ready for the quantity reader: multiplication signs alike, and numbers that are no quantity blanked."""

from __future__ import annotations

import re
import unicodedata

from pipelines.normalize.numerals import fold, small_count
from pipelines.normalize.units import UNITS

_NUTRIENT = (
    r"(?i:蛋白|糖|脂|钠|膳食|碳水|热量|维生素|protein|sugars?|fat\b|carbs?|fib(?:er|re)|net carbs|"
    r"タンパク|たんぱく|糖質|단백질|gold|카페인|caffeine)"
)
_SPAN = "[-~至到]"
_NOT = re.compile(
    rf"(?i:spf|pa|upf)\s?\d{{1,3}}\+*|\d{{1,5}}(?:[.,]\d{{1,3}})?\s?[%％‰°℃]|\d{{1,2}}\s?(?:-?\s?[iI][nN]\s?-?\s?\d|"
    rf"合[一1])|[一二两三四五六七八九十]合一"
    rf"|(?<!\d)(?:19|20)\d\d(?:年?(?:新)?款|年|版|新|春|夏|秋|冬|(?=\s|$))|"
    rf"第\s?[\d一二三四五六七八九十]{{1,3}}\s?[代版季期批]"
    r"|\d{1,4}(?:\.\d{1,2})?\s?(?:cm|mm|m|厘米|毫米|公分|寸|inch|in)?\s?\*\s?\d{1,4}(?:\.\d{1,2})?\s?(?:cm|mm|m|"
    r"厘米|毫米|公分|寸|inch|in)?\s?(?:\*\s?\d{1,4}(?:\.\d{1,2})?\s?)?(?:cm|mm|m|厘米|毫米|公分|寸|inch|in)(?![A-Za-z])"
    r"|(?<![A-Za-z0-9.])\d{1,5}(?:\.\d{1,2})?\s?(?:cm|mm|厘米|毫米|公分|米|英寸|寸|inch(?:es)?|ft|码|号|碼|號|天|"
    r"小时|分钟|秒|年|月|周|岁|歲|代|层|層|色|款|档|级|倍|"
    r"度|人|折|元|mg|MG|毫克|μg|ug|mcg|iu|IU|gb|GB|tb|TB|mb|mAh|mah|W|瓦|V|Hz|kcal|千卡|D丹尼尔|days?|hours?|hrs?|"
    r"mins?|months?|years?|weeks?|ply|x zoom|mp|MP|個月|个月|ヶ月|か月|일|개월|시간|日分|円|원|"
    r"loads|gsm|GSM)(?![A-Za-z])"
    rf"|\d{{1,5}}(?:\.\d{{1,3}})?\s?(?:g|克|mg)\s?(?:of\s|的)?(?:{_NUTRIENT})"
    rf"|(?:{_NUTRIENT})(?:含量|质)?\s?[:：]?\s?\d{{1,5}}(?:\.\d{{1,3}})?\s?(?:g|克)"
    r"|(?:每|per\s?|/\s?(?=100\s?(?:g|ml|克|毫升)(?![A-Za-z])))\s?\d{1,4}\s?(?:g|ml|克|毫升|kg|oz)"
    r"|(?:承重|载重|負重|负重|适合|适用|体重|最大|max(?:imum)?(?: load)?|up to|"
    rf"supports?)\s?[:：]?\s?(?:\d{{1,4}}\s?{_SPAN}\s?)?\d{{1,5}}(?:\.\d)?\s?(?:kg|公斤|斤|lbs?)"
    rf"|\d{{1,4}}(?:kg|lbs?|斤)?\s?{_SPAN}\s?\d{{1,4}}\s?(?:kg|公斤|斤|g|ml|lbs?|个月|岁|码|天)(?![A-Za-z])"
    r"|\d{1,3}(?:\.\d)?\s?(?:kg|公斤|斤|lbs?)\s?(?:大容量|容量|洗衣机|滚筒|变频|波轮|以[内下上]|级|以下|未満|까지|이상|이하)"
    # Cotton yarn is numbered (100支纱), cloth weighed by the square metre.
    r"|\d{2,3}\s?[支sS](?=\s?(?:/\d|双股|[高长]|纱|支|精梳|贡缎|[全纯]?棉|埃及|面料|天丝|新疆|磨毛|匹马|丝光))"
    r"|\d{3}\s?[g克](?=\s?(?:重磅|纯棉|面料|加[绒厚]|精梳|双面|/㎡|/m))|(?:充绒量?|克重)\s?[:：]?\s?\d{2,4}\s?[g克]"
    r"|(?:限购|限量|仅限|库存|仅剩|剩余|每人限|前|满|拍)\s?\d{1,6}\s?[件瓶盒套支份名](?![送发赠装])|\d[\d.]*万?\+?条?(?:评价|好评)"
    r"|(?:满|減|减|返|券|¥|\$|€|£|rmb)\s?\d{1,6}(?:\.\d{1,2})?(?:元|块)?|月销\s?\d[\d.]*万?\+?(?:件)?|(?:已售|已拼|已抢|"
    r"销量)\s?\d[\d.]*万?\+?(?:件)?|第\s?[\d一二两三]{1,2}\s?[件盒瓶支]|\d{1,2}件[\d.]{1,3}折|\d{1,6}\+?人付款"
    r"|(?:无|0)\s?糖|0\s?脂",
)
_TIMES = re.compile(
    r"(?<=\d)\s?[xX](?=\s?\d)|(?<=\d[mMlLgG])\s?[xX](?=\s?\d)|(?<=\d(?:ml|ML|mL|kg|KG|oz|OZ|cl|lb|ct|pk))\s?[xX](?=\s?\d)|"
    r"(?<=\d\s(?:ml|mL|kg|oz|ML|cl|lb|ct|pk))\s?[xX](?=\s?\d)|(?<=\d\s[gGLl])\s?[xX](?=\s?\d)|"
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff가-힣)])\s?x(?=\s?\d{1,3}(?![\dA-Za-z]))"
)
# 20 bags x 6
_WORD_TIMES = re.compile(r"(?i)(?<=\d)(\s?[a-z]{3,10})\sx(?=\s?\d{1,3}(?![\dA-Za-z.]))")
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
_PAPER = re.compile(r"(?i)打印纸|复印纸|复写纸|相纸|卡纸|コピー用紙|복사용지|copy paper|printer paper|card ?stock")
_BIN_BAGS = re.compile(
    r"(?i)垃圾袋|ゴミ袋|ごみ袋|쓰레기봉투|(?:trash|garbage|bin|kitchen) (?:bags?|liners?)|can liners?"
)
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
    text = fold(re.sub("[×✕╳✖✗⨯Ｘ]", "*", text))
    if not text.isascii():
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
    if _BIN_BAGS.search(text):
        text = _BIN.sub(_blank, text)
    return _NOT.sub(_blank, text)
