"""The tokens of a quantity: measures, piece counts, multipliers; and the numbers of a title that are no quantity."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.normalize.numerals import fold, parse_number, small_count

BaseUnit = Literal["ml", "g"]

_VOLUME = {"ml": "1", "毫升": "1", "cc": "1", "cl": "10", "dl": "100", "l": "1000", "升": "1000", "公升": "1000",
    "liter": "1000",
           "litre": "1000", "liters": "1000", "litres": "1000", "ltr": "1000", "リットル": "1000",
           "ミリリットル": "1", "ℓ": "1000", "리터": "1000",
           "밀리리터": "1"}  # fmt: skip
_MASS = {"g": "1", "克": "1", "gr": "1", "gm": "1", "gram": "1", "grams": "1", "gramm": "1", "kg": "1000",
    "kgs": "1000", "公斤": "1000",
         "千克": "1000", "kilo": "1000", "斤": "500", "市斤": "500", "两": "50", "グラム": "1", "그램": "1",
         "kilogram": "1000",
         "킬로그램": "1000", "キログラム": "1000", "キロ": "1000"}  # fmt: skip
# International avoirdupois and US customary units.
_IMPERIAL_VOLUME = {
    "fl oz": "29.5735295625",
    "gallon": "3785.411784",
    "gal": "3785.411784",
    "pint": "473.176473",
    "quart": "946.352946",
}
_IMPERIAL_MASS = {
    **dict.fromkeys(("oz", "ounce", "ounces", "盎司"), "28.349523125"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "磅"), "453.59237"),
}
_FLUID_OUNCE = Decimal("29.5735295625")

# Pieces, from the innermost outward; a pack of a lower rank lies inside one of a higher.
_RANKS: tuple[str, ...] = (
    r"片|抽|粒|枚|颗|顆|张|張|丸|贴|貼|毎|매|정|캡슐|錠|sheets?|wipes?|tablets?|capsules?|caps(?!\w)|softgels?|"
    r"gummies|pads?|"
    r"masks?|tabs?(?!\w)|tabletten|tabletek|tablety|comprim(?:idos|és)|kapseln|cápsulas|gélules|blätter|feuilles|"
    r"hojas|folhas|stück|uds?\b|unidades|sztuk[ia]?|szt\b|kusů|kusy|ks\b|miếng|viên|"
    r"count|ct|counts?|pcs|pieces?|ea",
    r"支|瓶|个|個|件|条|條|只|包|袋|卷|块|塊|根|罐|听|管|杯|双|本|개|병|봉|bottles?|cans?|tubes?|bags?|rolls?|"
    r"sachets?|sticks?|pairs?|"
    r"bars?|jars?|pouches|pods?|dosen|flaschen|rollen|beutel|units?|bottiglie|botellas|garrafas|bouteilles|"
    r"flacons|frascos|latas|chai|lọ|"
    r"tuýp|gói|botol",
    r"盒|提|板|箱入|box(?:es)?|packs?|pk|packungen|packung|hộp|cajas|caixas|boîtes|박스|팩|パック|個入|袋入",
    r"套|组|組|sets?|セット|세트",
    r"箱|桶|cases|cartons?|ケース",
)
_RANK_OF = [(re.compile(f"(?:{names})$", re.IGNORECASE), rank) for rank, names in enumerate(_RANKS)]
PIECE = "|".join(_RANKS)
# Beside a measure these count packs even without a multiplication sign: 400ml 3瓶.
CONTAINERS = re.compile(
    r"(?:[瓶盒罐桶支件套组組箱提个個管本병개]|bottles?|cans?|tubes?|jars?|packs?|pk|box(?:es)?|sets?|cases?|"
    r"セット|세트|팩|units?|chai|lọ|tuýp|hộp|botol|flaschen|tuben|dosen|botellas|garrafas|bouteilles|flacons|frascos|"
    r"latas)$",
    re.I,
)

_FACTORS: dict[str, tuple[BaseUnit, Decimal, bool]] = {
    **{name: ("ml", Decimal(factor), False) for name, factor in _VOLUME.items()},
    **{name: ("g", Decimal(factor), False) for name, factor in _MASS.items()},
    **{name: ("ml", Decimal(factor), True) for name, factor in _IMPERIAL_VOLUME.items()},
    **{name: ("g", Decimal(factor), True) for name, factor in _IMPERIAL_MASS.items()},
}
_UNIT_NAMES = "|".join(sorted((re.escape(n) for n in _FACTORS if n != "fl oz"), key=len, reverse=True))
_UNITS = rf"(?:fl(?:uid)?\.?\s?(?:oz|ounces?)\b\.?|fl\.(?!\w)|{_UNIT_NAMES})"
# "1/2 kg" is half a kilogram: the number below a fraction bar is no size of its own.
_NUMBER = r"(?<![\dA-Za-z.])(?<!\d/)(?:\d{1,6}(?:[.,]\d{1,4}){0,2}|\.\d{1,3})"
_HAN = "[一二两兩三四五六七八九十双雙單单]{1,3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`kind`: size (a measure in ml or g), pieces (N of a pack or piece), times (a bare multiplier).

    `rank` of pieces counts outward; `pack` says that the words name packs (装, pack of) even beside a measure.
    """

    kind: Literal["size", "pieces", "times"]
    value: Decimal
    unit: BaseUnit | None = None
    imperial: bool = False
    fluid: Decimal | None = None
    rank: int = 1
    pack: bool = False
    multiplied: bool = False
    start: int
    end: int


_TOKEN = re.compile(
    rf"(?P<star>\*\s?)?(?:"
    rf"(?P<size>{_NUMBER})\s?-?\s?(?P<unit>{_UNITS})(?![A-Za-z0-9])"
    rf"|(?:(?:packs?|sets?|box|case|bundle|lot|paket|lote?|confezione|pièces)\s(?:of|à|von|de|da)|"
    rf"(?P<bare>pack|set|kit|combo|lot|zestaw)(?:\s(?:com|con|de|of))?)\s(?P<packof>\d{{1,3}})(?![\d.,]*\d|"
    rf"\s?-?\s?(?:{_UNITS})(?![a-z])|\s?in\b|\s?[*x]\s?[\d\x00])(?(bare)(?=x?\s[^\W\d_]))|"
    rf"(?P<er>(?<![\d.])\d{{1,3}})er[- ]?(?:pack|set)"
    rf"|(?P<lead>(?<![\d.A-Za-z])\d{{1,3}})\s?\*\s?(?=(?:\d|"
    rf"\.\d))(?={_NUMBER.replace('(?<![' + chr(92) + 'dA-Za-z.])', '')}\s?-?\s?(?:{_UNITS}|{PIECE})(?![A-Za-z]))"
    rf"|(?P<pieces>(?<![\d.A-Za-z])\d{{1,5}}|{_HAN}(?=\s?(?:{PIECE})\s?(?:装|裝|入|套|组合|/))|(?<=\*){_HAN}|"
    rf"(?<=\*\s){_HAN})\s?-?\s?(?:(?:mega|double|jumbo|giant|family|super|big|large|regular|huge) )?"
    rf"(?P<piece>{PIECE})(?![a-z0-9])\s?(?P<pack>装|裝|入り?|套|组合|세트)?"
    rf"|(?<=[* ])(?P<times>(?<=\*)\d{{1,4}}|(?<=\*\s)\d{{1,4}})(?![\d.A-Za-z%])"
    rf")|(?P<pairpack>[双兩两]{{1}}(?=[支瓶盒只]装))[支瓶盒只]装",
    re.IGNORECASE,
)

# Marked as no quantity before tokens are looked for.
_NUTRIENT = (
    r"蛋白|糖|脂|钠|膳食|碳水|热量|维生素|protein|sugars?|fat\b|carbs?|fib(?:er|re)|net carbs|タンパク|糖質|"
    r"단백질|gold|카페인"
)
_NOT = re.compile(
    rf"(?i:spf|pa|upf)\s?\d{{1,3}}\+*|\d{{1,5}}(?:[.,]\d{{1,3}})?\s?[%％‰°℃]|\d{{1,2}}\s?(?:-?\s?in\s?-?\s?\d|"
    rf"合[一1])|[一二两三四五六七八九十]合一"
    rf"|(?<!\d)(?:19|20)\d\d(?:年?(?:新)?款|年|版|新|春|夏|秋|冬|(?=\s|$))|"
    rf"第\s?[\d一二三四五六七八九十]{{1,3}}\s?[代版季期批]"
    r"|\d{1,4}(?:\.\d{1,2})?\s?(?:cm|mm|m|厘米|毫米|公分|寸|inch|in)?\s?\*\s?\d{1,4}(?:\.\d{1,2})?\s?(?:cm|mm|m|"
    r"厘米|毫米|公分|"
    r"寸|inch|in)?\s?(?:\*\s?\d{1,4}(?:\.\d{1,2})?\s?)?(?:cm|mm|m|厘米|毫米|公分|寸|inch|in)(?![A-Za-z])"
    r"|(?<![A-Za-z0-9.])\d{1,5}(?:\.\d{1,2})?\s?(?:cm|mm|厘米|毫米|公分|米|英寸|寸|inch(?:es)?|ft|码|号|碼|號|天|"
    r"小时|分钟|秒|年|"
    r"月|周|岁|代|层|層|色|款|档|级|倍|"
    r"度|人|折|元|mg|毫克|μg|ug|mcg|iu|IU|gb|GB|tb|TB|mb|mAh|mah|W|瓦|V|Hz|kcal|千卡|D丹尼尔|days?|hours?|hrs?|"
    r"mins?|months?|"
    r"years?|weeks?|ply|x zoom|mp|MP|代|個月|个月|ヶ月|か月|일|개월|시간|日分|円|원)(?![A-Za-z])"
    rf"|\d{{1,5}}(?:\.\d{{1,3}})?\s?(?:g|克|mg)\s?(?:of\s|的)?(?:{_NUTRIENT})"
    rf"|(?:{_NUTRIENT})(?:含量|质)?\s?[:：]?\s?\d{{1,5}}(?:\.\d{{1,3}})?\s?(?:g|克)"
    r"|(?:每|per\s?|/\s?(?=100\s?(?:g|ml|克|毫升)(?![A-Za-z])))\s?\d{1,4}\s?(?:g|ml|克|毫升|kg|oz)"
    r"|(?:承重|载重|負重|负重|适合|适用|体重|最大|max(?:imum)?(?: load)?|up to|"
    r"supports?)\s?[:：]?\s?(?:\d{1,4}\s?-\s?)?\d{1,5}(?:\.\d)?\s?(?:kg|公斤|斤|lbs?)"
    r"|\d{1,4}\s?-\s?\d{1,4}\s?(?:kg|公斤|斤|g|ml|lbs?|个月|岁|码|天)(?![A-Za-z])"
    r"|\d{1,3}(?:\.\d)?\s?(?:kg|公斤)\s?(?:大容量|容量|洗衣机|滚筒|变频|波轮)"
    r"|(?:满|減|减|返|券|¥|\$|€|£|rmb)\s?\d{1,6}(?:\.\d{1,2})?(?:元|块)?|月销\s?\d[\d.]*万?\+?(?:件)?|(?:已售|"
    r"销量)\s?\d[\d.]*万?\+?(?:件)?|第\s?[\d一二两三]{1,2}\s?[件盒瓶支]|\d{1,2}件[\d.]{1,3}折|\d{1,6}\+?人付款"
    r"|(?:无|0)\s?糖|0\s?脂",
)
_TIMES = re.compile(
    r"(?<=\d)\s?[xX](?=\s?\d)|(?<=\d[mMlLgG])\s?[xX](?=\s?\d)|(?<=\d(?:ml|ML|mL|kg|KG|oz|OZ|cl))\s?[xX](?=\s?\d)|"
    r"(?<=\d\s(?:ml|mL|kg|oz|ML))\s?[xX](?=\s?\d)|(?<=\d\s[gGLl])\s?[xX](?=\s?\d)|"
    r"(?<=[瓶盒支包袋片粒罐条件个只卷箱桶装)])\s?x(?=\s?\d{1,3}(?![\dA-Za-z]))"
)


# Titles of devices and lenses, where g, l and x number buses, generations and apertures.
_DEVICES = re.compile(
    r"(?i)\b(?:sata|sas|hdd|ssd|sdhc|sdxc|ddr\d|dimm|ghz|mhz|geforce|radeon|nikkor|lens|slr|usb|"
    r"wi-?fi|iphone|ipad)\b|\d(?:[gm]hz|gb|tb)\b"
)


# One character for a whole unit: ㎖ ㎏ ㎎ ㏄ ㎝ ㎜ ㎡.
_SQUARED = re.compile("[㎀-㏟]")
# 一斤, 半斤, 两公斤; not the 斤 of 半斤八两.
_HAN_WEIGHT = re.compile("([半一二两兩三四五六七八九十])(?=(?:斤(?!八)|公斤|千克|升)(?:装|裝|[^\u4e00-\u9fff]|$))")
# The fit of diapers before their count: XL38片.
_FIT = re.compile(r"(?<![A-Za-z0-9])(?:NB|[SML]|X{1,4}L|\dXL)码?(?=\d{1,3}\s?[片条條枚])")
_PACKS_OF = re.compile(
    rf"(?i)(?<![\d.])(\d{{1,3}}) (?:packs|boxes|bags|tubs) of (\d{{1,4}})(?!\d|\s?\*|"
    rf"\s?-?\s?(?:{_UNITS})\b)"
)


def _digits(match: re.Match[str]) -> str:
    return "0.5" if match[1] == "半" else str(small_count(match[1]))


def prepare(text: str) -> str:
    """The folded text with multiplication signs as `*` and numbers that are no quantity blanked."""
    if _DEVICES.search(text):
        text = re.sub(r"(?i)(?<![\d.])\d+(?:\.\d+)?\s?[gl]\b|\b(?:x\d+|\d+x\d+)\b", "", text)
    text = fold(re.sub("[×✕╳✖Ｘ]", "*", text))
    if not text.isascii():
        text = _SQUARED.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
        text = _FIT.sub(" ", _HAN_WEIGHT.sub(_digits, text))
    if " of " in text:
        text = _PACKS_OF.sub(r"\1 packs * \2 pcs", text)
    if "x" in text or "X" in text:
        text = _TIMES.sub(lambda match: "*".rjust(len(match.group())), text)
    return _NOT.sub(lambda match: "\x00" * len(match.group()), text)


_IN_CODE = re.compile(r"[A-Za-z0-9][-_/]$")


def _size(match: re.Match[str]) -> Token | None:
    value, unsure = parse_number(match["size"])
    if value is None or value <= 0:
        return None
    if unsure and match["size"].count(".") == 1:
        # A net content of 1.000 ml is a German thousand, 1.250 kg an exact weight.
        value = Decimal(match["size"]) if match["unit"].lower() in ("kg", "l", "公斤", "千克", "升") else value
    if match["unit"] in "GLgl" and (
        (value < 7 and match["unit"] == "G")
        or _IN_CODE.search(match.string[max(0, match.start("size") - 2) : match.start("size")])
    ):
        # 6G is a network or a bus, and 811-59L an article number.
        return None
    name = re.sub(r"\s+", " ", match["unit"].lower().replace(".", "")).strip()
    name = "fl oz" if name.startswith("fl") else name
    unit, factor, imperial = _FACTORS[name]
    fluid = value * _FLUID_OUNCE if name in ("oz", "ounce", "ounces") else None
    size = value * factor
    return Token(kind="size", value=size.quantize(Decimal("0.01")) if imperial else size, unit=unit, imperial=imperial,
                 fluid=fluid, multiplied=match["star"] is not None, start=match.start(), end=match.end())  # fmt: skip


def _pieces(match: re.Match[str]) -> Token | None:
    word = match["pieces"]
    count = {"双": 2, "雙": 2, "单": 1, "單": 1}.get(word) or small_count(word)
    if not count:
        return None
    rank = next((rank for pattern, rank in _RANK_OF if pattern.match(match["piece"])), 1)
    packs = match["pack"] is not None or CONTAINERS.match(match["piece"]) is not None
    return Token(kind="pieces", value=Decimal(count), rank=rank, pack=packs, multiplied=match["star"] is not None,
                 start=match.start(), end=match.end())  # fmt: skip


def tokens_of(prepared: str) -> list[Token]:
    """All quantity tokens of a prepared text, left to right."""
    found: list[Token] = []
    for match in _TOKEN.finditer(prepared):
        start, end = match.span()
        token: Token | None
        if match["size"]:
            token = _size(match)
        elif match["pieces"]:
            token = _pieces(match)
        elif match["packof"] or match["er"]:
            token = Token(
                kind="pieces", value=Decimal(match["packof"] or match["er"]), rank=2, pack=True, start=start, end=end
            )
        elif match["pairpack"]:
            token = Token(kind="pieces", value=Decimal(2), rank=1, pack=True, start=start, end=end)
        else:
            value = Decimal(match["lead"] or match["times"])
            token = Token(kind="times", value=value, multiplied=True, start=start, end=end)
        if token is not None and token.value > 0:
            found.append(token)
    return found
