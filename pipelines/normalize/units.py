"""The words of quantities: units of measure with their factors, the names of pieces and packs with their nesting."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

BaseUnit = Literal["ml", "g"]

_METRIC: dict[str, tuple[BaseUnit, str]] = {
    **dict.fromkeys(("ml", "毫升", "cc", "ミリリットル", "밀리리터"), ("ml", "1")),
    "cl": ("ml", "10"),
    "dl": ("ml", "100"),
    **dict.fromkeys(("l", "升", "公升", "liter", "litre", "liters", "litres", "ltr", "lt"), ("ml", "1000")),
    **dict.fromkeys(("リットル", "ℓ", "리터"), ("ml", "1000")),
    **dict.fromkeys(("g", "克", "gr", "gm", "gms", "gram", "grams", "gramm", "グラム", "그램"), ("g", "1")),
    **dict.fromkeys(
        ("kg", "kgs", "公斤", "千克", "kilo", "kilos", "kilogram", "kilograms", "킬로그램", "キログラム", "キロ"),
        ("g", "1000"),
    ),
    **dict.fromkeys(("斤", "市斤"), ("g", "500")),
    "两": ("g", "50"),
}  # fmt: skip
# International avoirdupois and US customary units.
_CUSTOMARY: dict[str, tuple[BaseUnit, str]] = {
    "fl oz": ("ml", "29.5735295625"),
    **dict.fromkeys(("gallon", "gallons", "gal"), ("ml", "3785.411784")),
    **dict.fromkeys(("pint", "pints"), ("ml", "473.176473")),
    **dict.fromkeys(("quart", "quarts", "qt"), ("ml", "946.352946")),
    **dict.fromkeys(("oz", "ounce", "ounces", "盎司"), ("g", "28.349523125")),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "磅"), ("g", "453.59237")),
}
FLUID_OUNCE = Decimal("29.5735295625")
# Base unit, factor, and whether it is customary of the US.
FACTORS: dict[str, tuple[BaseUnit, Decimal, bool]] = {
    **{name: (base, Decimal(factor), False) for name, (base, factor) in _METRIC.items()},
    **{name: (base, Decimal(factor), True) for name, (base, factor) in _CUSTOMARY.items()},
}
_NAMES = "|".join(sorted((re.escape(name) for name in FACTORS if name != "fl oz"), key=len, reverse=True))
UNITS = rf"(?:fl(?:uid)?\.?\s?(?:oz|ounces?)\b\.?|fl\.(?!\w)|{_NAMES})"

# Pieces, from the innermost outward; a pack of a lower rank lies inside one of a higher.
_RANKS: tuple[str, ...] = (
    r"片|抽|粒|枚|颗|顆|张|張|丸|贴|貼|毎|매|정|캡슐|알|장(?![가-힣])|錠|カプセル|シート|カット|sheets?|wipes?|tissues?|tablets?|capsules?|"
    r"caps(?!\w)|caplets?|softgels?|gummies|lozenges|towelettes?|cloths?|strips?|pads?|masks?|tabs?(?!\w)|swabs?|"
    r"tabletten|tabletek|tablety|comprim(?:idos|és)|kapseln|cápsulas|gélules|blätter|feuilles|hojas|folhas|stück|"
    r"uds?\b|unidades|sztuk[ia]?|szt\b|kusů|kusy|ks\b|miếng|viên|count|ct|counts?|pcs|pieces?|ea",
    r"支|瓶|个|個|件(?!起|包邮)|条|條|只|隻|连包|连杯|包(?!邮)|袋|卷|巻|块|塊|根|罐|听|管|杯|碗|份|副|朵|枝|册|冊|双|足|本|缶|玉|食(?=入|セット|\s|$)|"
    r"节(?![能约日])|器(?![\u4e00-\u9fff])|ロール|ボトル|バッグ|개|병|봉지?|캔|포(?![가-힣])|롤|스틱|티백|켤레|권|자루|구(?![가-힣])|"
    r"bottles?|cans?|tubes?|bags?|rolls?|sachets?|packettes?|packets?|sticks?|pairs?|bars?|jars?|pouches|pods?|k-?cups?|"
    r"dosen|flaschen|rollen|beutel|units?|bottiglie|botellas|garrafas|bouteilles|flacons|frascos|latas|chai|lọ|"
    r"tuýp|gói|botol",
    r"盒|提|板(?![鞋\d])|箱入|box(?:es)?|packs?|pk|reams?|packungen|packung|hộp|cajas|caixas|boîtes|박스(?=\s?[)(])|팩|통|パック|個入|袋入",
    r"套|组|組|sets?|セット|세트",
    r"箱|桶|cases|cartons?|ケース|박스",
)  # fmt: skip
_RANK_OF = [(re.compile(f"(?:{names})$", re.IGNORECASE), rank) for rank, names in enumerate(_RANKS)]
PIECE = "|".join(_RANKS)
# What stands between a count and its word: 24 Mega Rolls, 100 Tea Bags.
BETWEEN = (
    r"(?:(?:mega|double|jumbo|giant|family|super|big|large|small|mini|regular|huge|ultra|triple|single|total|"
    r"tea|coffee|dryer|facial|cotton|paper|sheet|face|baby|wet|laundry|k-cup|aluminum|plastic|glass|"
    r"soft|veg|veggie|vegetarian|vegan|liquid|chewable|disposable|coated|individual|individually wrapped|"
    r"(?:rapid|quick|time|slow|delayed|extended) release) )?"
)
# Beside a measure these count packs even without a multiplication sign: 400ml 3瓶.
_CONTAINERS = re.compile(
    r"(?:[瓶盒罐桶支件套组組箱提个個只听管碗缶本병개캔통입]|bottles?|cans?|tubes?|jars?|packs?|pk|box(?:es)?|sets?|cases?|"
    r"セット|세트|팩|박스|ボトル|units?|chai|lọ|tuýp|hộp|botol|flaschen|tuben|dosen|botellas|garrafas|bouteilles|flacons|"
    r"frascos|latas)$",
    re.IGNORECASE,
)


def rank_of(word: str) -> int:
    """How far out a piece or pack word stands: 0 sheets and tablets, 1 bottles and bags, 2 boxes, 3 sets, 4 cases."""
    return next((rank for pattern, rank in _RANK_OF if pattern.match(word)), 1)


def is_container(word: str) -> bool:
    """Whether the word counts packs even beside a measure."""
    return _CONTAINERS.match(word) is not None


# Pieces smaller than this (g or ml) do not exist, so a measure that would be shared out into less is said of each one.
_LEAST = {"卷": 30, "roll": 30, "ロール": 30, "롤": 30, "bar": 12}
_SACHETS = frozenset("包袋条條봉포")
_COUNTED = re.compile(r"(?:count|ct|counts?|pcs|pieces?|pouches|bags?|sachets?|packets?|pods?|sticks?)$", re.IGNORECASE)
_SHEETS = frozenset("片枚매")


def said_of_each(size: Decimal, unit: BaseUnit, count: int, word: str) -> bool:
    """Whether a measure beside a count that no sign multiplies is that of one piece, or (False) of all, or unknown.

    15g 30包 is 15 g each, 750g 30包 is 750 g in 30 bags; 12 fl oz, 24 count are 24 cans.
    """
    word = word.lower()
    share = size / count
    least = _LEAST.get(word.removesuffix("s"))
    if least is not None:
        return share < least
    if word in _SACHETS:
        return share < 1 or (count <= 6 and size >= 20)
    if word in _SHEETS:
        return unit == "ml" and 15 <= size <= 40
    if _COUNTED.match(word):
        if unit == "ml":
            return count <= 48 and size >= 30
        return (size > 85 and count <= 8) or (size <= 85 and count <= 64 and share < 6)
    return False
