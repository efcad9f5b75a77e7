"""How many pieces a price buys, and the piece or measure it is stated for: 39.9元3件, 2 for $5, ¥5.8/100g."""

from __future__ import annotations

import re

from pipelines.normalize.amounts import Money
from pipelines.normalize.labels import Label
from pipelines.normalize.numerals import HAN_DIGITS, small_count

NUMBER_OF = rf"(\d{{1,3}}|[{HAN_DIGITS}]{{1,2}})"
PIECE = r"(?:件|个|個|瓶|盒|支|包|袋|罐|双|條|条|箱|桶|份|只|张|杯|本|台|組|组|套)"
FOREIGN_PIECE = (
    r"(?:pairs?|pcs?|pieces?|packs?|pk|items?|bottles?|boxes|tubes|units?|stück|stk\.?|artikel|ausgaben|pièces?|"
    r"piezas?|unidades|pezzi|pz|szt\.?|ks|個|点|本|枚|袋|箱|"
    r"개(?!월|입)|병|세트|박스|팩|장|매|cans|bags)"
)
COUNT_BEFORE = re.compile(
    rf"(?<![\d.第/*x])(?:拍|买|买满|任选|任意|选|购|限购|共)?\s?{NUMBER_OF}\s?{PIECE}(?!套)(?:装|裝|入|"
    rf"组合)?\s?(?:一共|"
    rf"共|总共|合计|仅|只要|仅需|只需|到手|"
    rf"特价|特惠|售|卖|=|:|：|,|，)*\s?$|"
    rf"(?<![\d.])(?:拍|买)\s?{NUMBER_OF}\s?(?:到手|仅|只要|共|=)*\s?$|"
    rf"(?<![\d.,])(\d{{1,3}}|one|two|three|four|five|six)\s?(?:{FOREIGN_PIECE}\s?)?(?:for|für|pour|per|"
    rf"por)\s(?:only |just |nur |solo )?\s?$|"
    rf"(?<!\S)([2-9])\s?/\s?$|"
    rf"(?<![\d.,*x])(\d{{1,3}})\s?{FOREIGN_PIECE}(?:\s?(?:セット|組|パック|세트))?"
    r"\s?(?:で|合計|計|まとめて|まとめ買い|세트|묶음|에|(?:이상 ?)?구매 ?시)?(?:\s(?:for|from|für|ab|only|at|pour|"
    r"nur|just))*\s?[:：=]?\s?$|"
    r"(?:pack|set|box|case|lot|bundle|lote|paquete|confezione|set|pakke|zestaw|balení) (?:of|de|di|da|von|"
    r"med) (\d{1,3})"
    r"\s?(?:\w{1,8}\s)?[-:]?\s?$|(\d{1,3})(?:er[- ]?(?:pack|set)|[- ](?:pack|pk|piece|pcs?|count|ct))\s?[-:,]?\s?$|"
    rf"(?<![\d.*x])(\d{{1,3}})(?:{PIECE}|点|枚|개|팩|박스)\s?(?:セット|組|パック|세트|묶음)?\s?(?:で|合計|計|"
    rf"まとめて|에)?\s?$",
    re.IGNORECASE,
)
_COUNT_AFTER = re.compile(
    rf"\s?(?:[/=]|任选|任意|任挑|选|共|买|购|得|拿|带走|到手|发|for|per)?\s?{NUMBER_OF}\s?(?:{PIECE}(?!套|\s?[*x]|"
    rf"起(?:售|批|"
    rf"拍))(?:装|裝)?|"
    rf"{FOREIGN_PIECE}(?![a-z])|for)(?!\s?(?:[:：=]|仅|只要|共|到手|合计|特价)?\s?[¥$€£\d])",
    re.IGNORECASE,
)
_PER = re.compile(
    rf"\s?(?:[(（]\s?)?(?:元)?(?:/|／|per\b|pro\b|each\b|every|"
    rf"一(?={PIECE}))\s?((?:\d{{1,4}}(?:[.,]\d{{1,2}})?\s?)?(?:{PIECE}|片|抽|粒|枚|颗|斤|克|升|毫升|公斤|kg|g\b|"
    rf"mg|ml|mL|L\b|"
    rf"l\b|cl|fl\.?\s?oz|oz|lb|count|ct|sheet|sq\.?ft|sqft|ea\b|each|unit|pc|piece|item|stk\b|stück|"
    rf"100\s?\w{{1,2}}|box|bottle|pack|load|wash|m\b|m²|平米|次|组|本|個|개|병))?",
    re.IGNORECASE,
)
# ¥99/3件 is the price of three.
_NUMBERED = re.compile(rf"\d{{1,3}}\s?{PIECE}")
_EACH_BEFORE = re.compile(
    rf"(?:(?:折合|约合|合|相当于)?(?:每|单)({PIECE}|片|抽|100(?:ml|g|克|毫升)|斤|克)|低至每?({PIECE}|"
    rf"片))\s?(?:约|仅|低至|只要|才)?\s?$|"
    r"(?<!\d)((?:[1１一]\s?)?(?:個|本|枚|袋|粒|食|杯|箱|缶|回|包|台|セット|개|병|팩|장|매|포|입|봉)|"
    r"\d{1,4}\s?(?:ml|mL|g|kg|L|l|cc))\s?(?:あたり|当たり|当り|につき|당)\s?[:：]?\s?約?$"
)
SHARE = re.compile(r"(?:折合|约合|合|相当于|平均|约|≈|仅合)(?:每[\u4e00-\u9fff])?约?\s?$|あたり\s?約?$|당 ?약?$")
_EACH = frozenset("每单低当りき당")
_COUNTABLE = re.compile(rf"[\d{HAN_DIGITS}]|(?:two|three|four|five|six) for", re.IGNORECASE)


def _without_labels(window: str, begin: int, labels: list[Label]) -> str:
    end = begin + len(window)
    for label in labels:
        if begin <= label.start and label.end <= end:
            width = label.end - label.start
            window = window[: label.start - begin] + " " * width + window[label.end - begin :]
    return f"{window.rstrip()} "


def count_of(text: str, money: Money, floor: int, labels: list[Label]) -> int:
    """How many pieces the price buys; 1 when nothing is said."""
    begin = max(floor, money.start - 20)
    window = text[begin : money.start]
    before = None
    if _COUNTABLE.search(window):
        before = COUNT_BEFORE.search(window)
        if before is None:
            before = COUNT_BEFORE.search(_without_labels(window, begin, labels))
    found = next((group for group in before.groups() if group), None) if before else None
    if found is None:
        after = _COUNT_AFTER.match(text, money.end)
        found = after.group(1) if after else None
    count = small_count(found) if found else None
    return count if count else 1


def per_of(text: str, money: Money) -> str | None:
    """The piece or measure of a price per unit, None for a price of the whole."""
    match = _PER.match(text, money.end)
    if match is not None:
        unit = (match.group(1) or match.group().strip(" /(（")).strip()
        return None if not unit or _NUMBERED.match(unit) else unit
    window = text[max(0, money.start - 16) : money.start]
    before = _EACH_BEFORE.search(window) if _EACH & set(window) else None
    return next((group for group in before.groups() if group), None) if before else None
