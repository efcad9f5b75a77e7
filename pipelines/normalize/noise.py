"""Numbers that stand beside prices and are none: sales counts, ratings, percents, sizes, dates, article numbers."""

from __future__ import annotations

import re

_BIG = r"\d{1,9}(?:[.,]\d{1,3}){0,3}\s?(?:万|萬|千|百|亿|w|k|\+)*\s?\+?"
# For words that begin with no digit and no separator: to give digits back would not help them to match.
_BIG_KEPT = r"\d{1,9}+(?:[.,]\d{1,3}+){0,3}+\s?(?:万|萬|千|百|亿|w|k|\+)*+\s?\+?"
_PIECES = (
    # How many were sold, said, watched.
    rf"(?:月销|月銷|年销|已售|已拼|已抢|销量|銷量|总销|累计|热销|爆卖|售出|卖出|库存|剩余?|仅剩|限量|限购|限|"
    rf"评价|评论|好评|收藏|人气|浏览|关注|粉丝(?:数|量|[:：])|近\d+天|"
    rf"sold|reviews?|ratings?|レビュー|리뷰|구매)\s?(?:量|数|了|约|超|过|[:：])*\s?{_BIG}(?:件|个|单|人|条|份|笔|"
    rf"盒|瓶)?(?!\d|[.,]\d|\s?(?:元|块|円|원|만 ?원|"
    rf"[¥$€£]))",
    # "The first 100 buyers" is the condition of a price.
    rf"(?<![\d.,前着순])(?<!前 )(?<!着 )(?<!순 )(?<!first ){_BIG_KEPT}"
    r"\s?(?:人|名|位|单(?!价|品|件|买)|笔|条|次|粉丝|付款|评价|评论|好评|已?购买|回购|种草|"
    r"件已售(?!\s?[\d约超])|已售(?!\s?[\d约超])|sold|reviews?|"
    r"ratings?|left|in stock|bought|"
    r"customers?|views?|件のレビュー|個の評価|명|개 ?(?:리뷰|구매(?! ?시))|stars?|orders)(?![a-z])",
    r"(?:评分|好评率|rating)\s?[:：]?\s?\d(?:\.\d)?分?|\d(?:\.\d)?\s?(?:out of|/)\s?5(?![\d.])|★\s?\d(?:\.\d)?",
    # Shares.
    r"\d{1,9}+(?:[.,]\d{1,9}+)?+\s?[%‰]",
    # Sizes, doses, measures, times.
    r"\d{1,6}+(?:[.,]\d{1,3}+)?+\s?(?:x\s?\d{1,4}(?:[.,]\d{1,3})?\s?)?(?:ml|mL|ML|cl|kg|KG|Kg|mg|g(?![a-z¥])|ug|μg|"
    r"cm|CM|mm|MM|km|oz|fl\.? ?oz|lbs?|inch(?:es)?|ft|gb|GB|TB|mAh|mah|W(?![a-z元])|Hz|hz|dpi|"
    r"kcal|°|℃|毫升|升|克|千克|公斤|斤|厘米|毫米|米(?!\d)|英寸|寸|码|度|片|抽|粒|枚|颗|色|代|款|新款|年(?![卡费]|"
    r"货)|月(?:\d{1,2}[日号])?|日|号(?!角)|天|"
    r"小时|分钟|秒(?!杀)|周年?|岁|档|层|色号|级|倍|合一|in-?1|in 1|days?|hours?|hrs?|mins?|years?|"
    r"weeks?)(?![a-zA-Z])(?!\s?[:：]?\s?[¥])",
    r"(?<![\d.,])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?|"
    r"(?<![\d.,])\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)",
    r"(?i:spf|pa|no\.?|nr\.?|model|type|sku|ean|gtin|upc|isbn|item ?(?:#|no\.?)?|art\.?(?:-?nr\.?)?|ref\.?|"
    r"код товара|货号|型号|编号|款号|条码|商品编码|色号|qty|quantity|mindestbestellmenge|min\. order|"
    r"мин\. заказ)\s?[:：#]?\s?[A-Za-z]{0,4}-?\d{1,20}\+?",
    r"第\s?\d{1,4}|#\s?\d{1,6}|\b(?:[A-Z]{1,6}-?\d{1,6}[A-Z\d]{0,6}|[A-Za-z]+\d+[A-Za-z\d]*)-?(?![\d.,¥$€£])",
)
_KEEP = re.compile(
    r"(?:R|RM|Rs|RS|Rp|kr|KD|TL|SR|QR|S|A|C|US|HK|NT|[A-Z]{3}|(?i:eur|usd|cny|rmb|euro|only|now|from|price|just|"
    r"was))\d"
)
# A number right after such a sign is money: in ¥159 日 nothing is said about a day.
_SIGNS = frozenset("¥$€£₩₹₫฿₽₺₱")
_NOISE = re.compile("|".join(f"(?:{piece})" for piece in _PIECES))


def _blank(match: re.Match[str]) -> str:
    found = match.group()
    before = match.string[max(0, match.start() - 2) : match.start()].rstrip()
    if before and before[-1] in _SIGNS and found[0].isdigit():
        return found
    return found if _KEEP.match(found) else "\x00" * len(found)


def without_noise(text: str) -> str:
    """The folded text with such numbers blanked by NULs of the same length, so that places stay valid."""
    return _NOISE.sub(_blank, text)
