"""The numbers of a title that are no quantity: sun factors, years, lengths, doses, nutrients, loads, sales, ages."""

from __future__ import annotations

import re

from pipelines.normalize.units import PIECE, UNITS

_NUTRIENT = (
    r"(?i:蛋白(?![粉棒肽])|糖(?![果水霜浆])|脂|钠|膳食|碳水|热量|维生素|protein|sugars?|fat\b|carbs?|fib(?:er|re)|"
    r"net carbs|タンパク|たんぱく|糖質|단백질|gold|카페인|caffeine)"
)
_SPAN = "[-~至到]"
_LENGTH = "(?:cm|mm|m|厘米|毫米|公分|寸|inch|in)"
_NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
_SIDE = rf"{_NUMBER}\s?{_LENGTH}?\s?"
_MEASURED_OTHERWISE = (
    r"cm|mm|厘米|毫米|公分|米|英寸|寸|inch(?:es)?|ft|码|号|碼|號|天|小时|分钟|秒|年|月|周|岁|歲|代|层|層|色|款|档|级|倍|度|人|折|元|"
    r"mg|MG|毫克|μg|ug|mcg|iu|IU|gb|GB|tb|TB|mb|mAh|mah|W|瓦|V|Hz|kcal|千卡|D丹尼尔|days?|hours?|hrs?|mins?|months?|years?|"
    r"weeks?|ply|x zoom|mp|MP|個月|个月|ヶ月|か月|일|개월|시간|日分|円|원|loads|gsm|GSM"
)
_DIGIT_FIRST = (
    r"\d{1,5}(?:[.,]\d{1,3})?\s?[%％‰°℃]",
    r"\d{1,2}\s?(?:-?\s?[iI][nN]\s?-?\s?\d|合[一1])",
    # 2024 alone is a year, 2000 ml and 2000 sheets are not.
    rf"(?<!\d)(?:19|20)\d\d(?:年?(?:新)?款|年|版|新|春|夏|秋|冬|(?=\s(?!(?:{UNITS}|{PIECE})(?![A-Za-z]))|$))",
    rf"{_SIDE}\*\s?{_SIDE}(?:\*\s?{_NUMBER}\s?)?{_LENGTH}(?![A-Za-z])",
    rf"(?<![A-Za-z0-9.])\d{{1,5}}(?:\.\d{{1,2}})?\s?(?:{_MEASURED_OTHERWISE})(?![A-Za-z])",
    rf"(?<![\d.])\d{{1,2}}(?:\.\d{{1,3}})?\s?(?:g|克|mg)\s?(?:of\s|的)?{_NUTRIENT}",
    rf"\d{{1,4}}(?:kg|lbs?|斤)?\s?{_SPAN}\s?\d{{1,4}}(?:\.\d)?\s?(?:kg|公斤|斤|两|g|ml|lbs?|个月|岁|码|天)(?![A-Za-z])",
    r"\d{1,3}(?:\.\d)?\s?(?:kg|公斤|斤|lbs?)\s?(?:大容量|容量|洗衣机|滚筒|变频|波轮|以[内下上]|级|以下|未満|까지|이상|이하)",
    # Cotton yarn is numbered (100支纱), cloth weighed by the square metre.
    r"\d{2,3}\s?[支sS](?=\s?(?:/\d|双股|[高长]|纱|支|精梳|贡缎|[全纯]?棉|埃及|面料|天丝|新疆|磨毛|匹马|丝光))",
    r"\d{3}\s?[g克](?=\s?(?:重磅|纯棉|面料|加[绒厚]|精梳|双面|/㎡|/m))",
    r"\d[\d.]*万?\+?条?(?:评价|好评)",
    r"\d{1,2}件[\d.]{1,3}折",
    r"\d{1,6}\+?人付款",
    r"0\s?[糖脂]",
)
_WORD_FIRST = (
    r"(?i:spf|pa|upf)\s?\d{1,3}\+*",
    r"[一二两三四五六七八九十]合一",
    r"第\s?[\d一二三四五六七八九十]{1,3}\s?[代版季期批]",
    rf"{_NUTRIENT}(?:含量|质含量|质?\s?[:：])\s?[:：]?\s?\d{{1,5}}(?:\.\d{{1,3}})?\s?(?:g|克)",
    # The box of fruit is weighed with it; 18 mega rolls are not 72 more.
    r"(?:毛重|带箱|含箱|连箱)约?\s?\d{1,3}(?:\.\d)?\s?(?:斤|公斤|kg|g|克)",
    r"=\s?\d{1,4}(?=\s?[A-Za-z])",
    # A dose is no content: 每次5ml, 可冲200ml, 1日2粒.
    r"(?:每[次日天回]|一[次日天]|[次日]|可[冲泡])(?:喝|服|用|约)?\s?\d{1,3}(?:\.\d)?\s?(?:ml|g|克|毫升|粒|片|袋|包|錠|食|支|杯)(?![A-Za-z])",
    r"(?:每|per\s?|/\s?(?=100\s?(?:g|ml|克|毫升)(?![A-Za-z])))\s?\d{1,4}\s?(?:g|ml|克|毫升|kg|oz)",
    r"(?:承重|载重|負重|负重|适合|适用|体重|最大|max(?:imum)?(?: load)?|up to|supports?)\s?[:：]?\s?"
    rf"(?:\d{{1,4}}\s?{_SPAN}\s?)?\d{{1,5}}(?:\.\d)?\s?(?:kg|公斤|斤|lbs?)",
    r"(?:充绒量?|克重)\s?[:：]?\s?\d{2,4}\s?[g克]",
    r"(?:限购|限量|仅限|库存|仅剩|剩余|每人限|前|满)\s?\d{1,6}\s?[件瓶盒套支份名](?![送发赠装])",
    r"(?:满|減|减|返|券|¥|\$|€|£|rmb)\s?\d{1,6}(?:\.\d{1,2})?(?:元|块)?",
    r"(?:月销|已售|已拼|已抢|销量)\s?\d[\d.]*万?\+?(?:件)?",
    r"第\s?[\d一二两三]{1,2}\s?[件盒瓶支]",
    r"拍\s?\d{1,2}\s?[件瓶盒套支]\s?(?:立?减|享|打|更|\d折)",
    r"无\s?糖",
)
# One look at the letter keeps the search from trying every alternative at every place.
_WORD_STARTS = (
    "[sSpPuUfFcCnNgGmMr/=¥$€£一二两三四五六七八九十第蛋糖脂钠膳碳热维タた단카每承载負负适体最充克"
    "限仅库剩前满拍減减返券月已销无毛带含连日次可]"
)
NO_QUANTITY = re.compile(rf"(?=\d)(?:{'|'.join(_DIGIT_FIRST)})|(?={_WORD_STARTS})(?:{'|'.join(_WORD_FIRST)})")
