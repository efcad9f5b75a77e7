"""Postal addresses down to the house: a town or a street alone is no one's address and is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.export.found import Found

_HAN = r"[\u4e00-\u9fff]"
_PROVINCE = (
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    r"|贵州|云南|陕西|甘肃|青海|台湾|臺灣"
    r"|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
_NUMBER = r"[0-9零一二三四五六七八九十百]{1,5}"
# What is smaller than a house number, most of it with a number before.
_INSIDE = (
    rf"(?:{_NUMBER}[A-Za-z]?(?:号楼|號樓|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房|户|戶)|[A-Za-z](?:座|栋|幢)"
    rf"|-\d{{1,4}})"
)
_ROAD = r"(?:路|街|大道|大街|巷|弄|胡同|公路|道)(?:[东南西北中][段路街]?|[一二三四五六七八九十]段)?"
_CHINESE = re.compile(
    rf"(?P<province>{_PROVINCE})?(?P<towns>(?:{_HAN}{{2,8}}?(?:市|州|盟|区|區|县|縣|旗|镇|鎮|乡|鄉|街道|新区|开发区))*)"
    rf"(?P<road>{_HAN}{{1,8}}?{_ROAD})?(?P<village>{_HAN}{{2,10}}?(?:小区|社区|花园|公寓|家园|苑|城|村|大厦|广场"
    rf"|宿舍))?"
    rf"(?P<house>{_NUMBER}(?:-\d{{1,4}})?(?:号院|号(?!线|店|楼|到|发|收|下|晚|早|上|就|才|的|买|拍|付|那|色)|號"
    rf"|弄))?(?P<inside>{_INSIDE}*(?:(?<=[栋棟幢座元楼樓])[0-9]{{2,4}}(?:室|房|号房?)?(?![0-9年月日元]))?)"
)
# What is said before an address; the greedy run of letters before a town takes it in.
_LEAD = re.compile(
    r".*(?:地址|住址|住在|家住|我住|位于|送到|寄到|发到|寄往|送往|快递到|送至|寄至|寄|送|在|到|是|住|去|往)[:：，, ]?"
)
_ABBREVIATED = (
    r"Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Crescent"
    r"|Close|Parkway|Pkwy|Highway|Hwy"
)
_ENGLISH = re.compile(
    rf"(?<![\w.])\d{{1,5}}[A-Z]?,? (?:[NSEW]\.? |North |South |East "
    rf"|West )?(?:[A-Z0-9][\w'’]* ){{1,4}}(?:{_ABBREVIATED})\b\.?"
    r"(?P<flat>,? ?(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|#)\.? ?#?\w{1,6})?"
    r"(?P<town>,? [A-Z][A-Za-z'’]+(?: [A-Z][A-Za-z'’]+){0,2},? (?:[A-Z]{2},? \d{5}(?:-\d{4})?"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?"
)
_LIVES = re.compile(
    r"(?:address(?: is)?|live at|lives at|living at|ship(?:ped)? to|deliver(?:ed)? to|sent? (?:it )?to"
    r"|mail(?:ed)? to|home at|house at)[: ]{0,3}$",
    re.IGNORECASE,
)
_GERMAN = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][\wäöüß.\-]*(?:stra(?:ß|ss)e|str\.|weg|allee|gasse|platz|ring|damm"
    r"|ufer) \d{1,4} ?[a-z]?,? \d{5} [A-ZÄÖÜ][\wäöüß\-]+"
)
_FRENCH = re.compile(
    r"(?<!\w)\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|all[ée]e"
    r"|quai) [\w' ’\-]{3,40},? \d{5} [A-ZÉÈ][\wéèêà\-]+",
    re.IGNORECASE,
)
_JAPANESE = re.compile(
    r"(?:〒 ?\d{3}-\d{4}\s?)?(?:東京都|北海道|京都府|大阪府|[\u4e00-\u9fff]{2,3}県)"
    r"[\u3040-\u30ff\u4e00-\u9fff々ヶ]{1,12}[市区町村郡][\u3040-\u30ff\u4e00-\u9fff々ヶ]{0,14}"
    r"\d{1,4}(?:(?:丁目|番地?|号|[-−ー])\d{0,4}){0,4}"
    r"|〒 ?\d{3}-\d{4}"
)


def addresses(text: str) -> Iterator[Found]:
    """Addresses of China, Japan, Germany and France; English ones that say whose they are, or name flat or postcode."""
    for pattern in (_JAPANESE, _GERMAN, _FRENCH):
        yield from (Found(*found.span(), "[address]") for found in pattern.finditer(text))
    for house in _ENGLISH.finditer(text):
        if house["flat"] or house["town"] or _LIVES.search(text[max(0, house.start() - 24) : house.start()]):
            yield Found(*house.span(), "[address]")
    at = 0
    while (hint := HOUSE.search(text, at)) is not None:
        at = hint.end()
        found = _chinese_before(text, hint)
        if found is not None:
            yield found
            at = max(at, found.end)


# The number of a house or room, where the look at what is before begins.
HOUSE = re.compile(rf"{_NUMBER}(?:-\d{{1,4}})?(?:号院|号楼|号|號|弄|栋|棟|幢|座|单元|室)")
_CHINESE_LETTERS = re.compile(rf"(?:{_HAN}|[0-9A-Za-z\-])+$")


def _chinese_before(text: str, hint: re.Match[str]) -> Found | None:
    """The address around the first number of a house or room; None when what is before it is no street or estate."""
    before = _CHINESE_LETTERS.search(text, max(0, hint.start() - 40), hint.start())
    first = before.start() if before else hint.start()
    lead = _LEAD.match(text, first, hint.start())
    for start in dict.fromkeys((lead.end() if lead else first, first)):
        for begin in range(start, hint.start()):
            found = _CHINESE.match(text, begin)
            if found and found.end() >= hint.end() and _is_chinese(found):
                return Found(found.start(), found.end(), "[address]")
    return None


def _is_chinese(found: re.Match[str]) -> bool:
    towns, road, house, inside, village = (found[name] for name in ("towns", "road", "house", "inside", "village"))
    depth = len(re.findall(_INSIDE, inside or ""))
    if road and house:
        # 一路3号 is the third of a month; a street of a named town, a flat behind it or a high number is none.
        return bool(found["province"] or towns or depth or int(re.sub(r"\D", "", house) or 0) > 31)
    if village and (house or depth):
        return bool(found["province"] or towns or road or depth >= 2)
    return bool(depth and ((road and depth >= 2) or (towns and (found["province"] or len(towns) >= 6))))
