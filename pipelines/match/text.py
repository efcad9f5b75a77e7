"""Titles made comparable: width, case, traditional characters, shop phrases and gift clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Both forms of a character occur in titles of the same product (Taiwan and Hong Kong sellers). Only characters that
# product names use, and only those with one simplified form. Stored texts are never folded, only compared ones.
_TRADITIONAL = str.maketrans(
    "華顏膚潔麗體養護細緻緊緻紋淨澤滋潤濕氣墊線筆膠囊條裝補換禮組雙單號紅藍綠黃紫銀鑽絲絨霧亮髮劑護霜液國際專櫃優選級總熱賣"
    "鮮會員價買贈輕薄濾機電腦線無聲聽風燈鍋壺爐鞋襪褲衛褲帶錶鏡車輪紙濕飲飯麵麥豬雞魚鴨蝦參靈維鈣鐵鋅膽纖腸藥貝嬰兒童學習書畫樂"
    "萬億點滿減來對錯開關東陽龍鳳馬島灣廣極淺純強韌彈抗斷眼臉頰額頸時間長短寬窄圓鬆厚內衣層環標準樣試",
    "华颜肤洁丽体养护细致紧致纹净泽滋润湿气垫线笔胶囊条装补换礼组双单号红蓝绿黄紫银钻丝绒雾亮发剂护霜液国际专柜优选级总热卖"
    "鲜会员价买赠轻薄滤机电脑线无声听风灯锅壶炉鞋袜裤卫裤带表镜车轮纸湿饮饭面麦猪鸡鱼鸭虾参灵维钙铁锌胆纤肠药贝婴儿童学习书画乐"
    "万亿点满减来对错开关东阳龙凤马岛湾广极浅纯强韧弹抗断眼脸颊额颈时间长短宽窄圆松厚内衣层环标准样试",
)

_GIFT = re.compile(
    r"[\(（\[【]?\s*(?:加?赠(?:送|品)?|附赠|随赠|另赠|(?<!买[一二两三1-9])送|\+\s*赠|free\s+gift\b|gift\s*:|\bplus\s+free\b)"
    r"[^\)）\]】,，;；|]*[\)）\]】]?",
    re.IGNORECASE,
)

_SHOP_WORDS = re.compile(
    r"官方旗舰店|旗舰店|官方正品|官方|正品|行货|包邮|直播间|直播专享|直播专属|直播|专享|专属|限时|秒杀|抢购|特价|热卖|爆款|推荐|同款|现货|"
    r"新品|上市|下单|立减|优惠|福利|非二手|双11|双十一|618|大促|主播|达人|店铺|自营|全新|特惠|折扣|"
    r"\b(?:official(?:\s+store)?|genuine|authentic|free\s+shipping|hot\s+sale|new\s+arrival|best\s*seller|sale|deal|live\s+only|original)\b",
    re.IGNORECASE,
)

_PACK = r"(?:片|瓶|支|盒|包|袋|罐|只|枚|粒|颗|抽|卷|条|件|个|对|双|套|箱|桶|提|本|个入|매|개|병|팩)"
_QUANTITY = re.compile(
    r"(?:净含量|規格|规格|容量)\s*[:：]?|"
    r"(?:\b(?:pack|set|box|case)\s+of\s+\d+\b)|"
    r"(?:\d+\s*[x×*]\s*)?\d+(?:\.\d+)?\s*(?:fl\.?\s*oz|oz|ml|毫升|kg|千克|公斤|mg|克|gb|tb|g|l|升|斤|两)(?![a-z])"
    rf"(?:\s*/\s*{_PACK})?(?:\s*[x×*]\s*\d+(?:\s*{_PACK})?)?(?:装|裝)?|"
    rf"[\d一二两三四五六七八九十]+\s*{_PACK}(?:装|裝|套|入)?(?:\s*/\s*{_PACK})?(?:\s*[x×*]\s*\d+\s*{_PACK}?)?|"
    r"\b\d+\s*-?\s*(?:pack|count|ct|pcs|pieces?|pairs?|sheets?|tablets?|capsules?)\b|"
    r"买\s*[一二两三\d]\s*[送赠]\s*[一二两三\d]|(?<![a-z0-9])[x×*]\s*\d+\b|(?<=\d)[×*]\s*\d+\b",
    re.IGNORECASE,
)

_WORD = re.compile(r"[a-z0-9]+(?:[.\-][a-z0-9]+)*|[぀-ヿ㐀-鿿豈-﫿]+|[가-힯]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_LATIN = re.compile(r"[a-z]{2,}")


def fold(text: str) -> str:
    """NFKC, casefold, common traditional characters to simplified."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_TRADITIONAL)


def without_gifts(folded: str) -> str:
    """The title up to and between gift clauses: a gift named in it is not what is bought."""
    return _GIFT.sub(" ", folded)


def core(kept: str, apart: Iterable[str]) -> str:
    """What names the product in a title without gifts: no quantities, no shop phrases, none of the words in `apart`."""
    text = kept
    for words_apart in sorted(set(apart), key=lambda name: (-len(name), name)):
        if len(words_apart) >= 2:
            text = text.replace(words_apart, " ")
    return _SHOP_WORDS.sub(" ", _QUANTITY.sub(" ", text))


def words(text: str) -> tuple[str, ...]:
    """Latin words and numbers whole, runs of Han and kana as overlapping pairs of characters, in order."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        run = match.group()
        if run[0].isascii() or len(run) <= 2:
            found.append(run)
        else:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return tuple(found)


def scripts(text: str) -> frozenset[str]:
    """Which of "han" and "latin" a text is written in."""
    found = set()
    if _HAN.search(text):
        found.add("han")
    if _LATIN.search(text):
        found.add("latin")
    return frozenset(found)
