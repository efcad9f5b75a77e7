"""Authors' names: which of them can be looked for in a text, and which are also ordinary words.

A name that its platform masked (j***n), or gives to everybody without one, points to nobody. The rest is in two tiers:
`tells_apart` is true for a name whose letters hardly ever stand in a text by chance; of any other ("Anna", 开心就好)
a text alone does not show that a person is meant.

How likely a run of Han, kana or hangul is by chance: the most likely way to cut it into words, each as frequent as in
the package wordfreq (Speer 2022), words of reviews more so. `tests/pipelines/normalize/test_nicknames.py` has examples.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import log10

_LONGEST = 60
_MASKED = re.compile(r"[*＊●•…]|\.{3}|x{3,}$", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:匿名|游客|访客|路人|(?:淘宝|天猫|京东|苏宁|拼多多|唯品会|抖音|快手|微信|手机|普通|注册|本站|某|该)?(?:匿名)?"
    r"(?:用户|買家|买家|会员|會員|顾客|顧客|客户|网友|評論者|购买者))(?:发表|评价)?"
    r"|anonym(?:ous|e|o|us)?(?: (?:user|buyer|customer|reviewer))?|unknown|none|null|n/?a|undefined|guest|admin"
    r"|user|test"
    r"|(?:an? |a )?(?:amazon|kindle|google|ebay|etsy|apple|verified|valued|shop|happy)? ?(?:customer|user|buyer"
    r"|shopper|reviewer)"
    r"|client(?:e)?(?: d'amazon| amazon| de amazon)?|kunde|amazon[- ]kunde|カスタマー|amazon カスタマー"
    r"|匿名ユーザー|ゲスト|익명|고객|구매자",
    re.IGNORECASE,
)
# Words that stand in the marks themselves.
_MARK_WORDS = frozenset(
    ("phone", "email", "contact", "id", "plate", "order", "address", "name", "ip", "card", "account")
)

_WIDE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U000323af"
_HAS_WIDE = re.compile(f"[{_WIDE}]")
_PIECE = re.compile(rf"[{_WIDE}]+|[0-9]+|[^\W\d_{_WIDE}]+")
# Logarithms of ten: above this a run is ordinary. Measured: see docs/ethics.md.
_CHANCE = -9.5
_PERSON_CHANCE = -7.0
_DIGIT, _LETTERS, _UNKNOWN = -1.0, -4.0, -7.0
# Family names that are hardly ever the first letter of something else.
_FAMILY = re.compile(
    r"(?:[王李张張刘劉陈陳杨楊赵趙吴吳徐孙孫朱郭何罗羅宋谢謝韩韓邓鄧冯馮曹彭曾萧蕭蔡潘袁董余苏蘇吕呂魏蒋蔣杜沈姜范阎薛邹鄒熊孟秦邱侯]"
    r"[\u4e00-\u9fff]{2}"
    r"|(?:佐藤|鈴木|高橋|田中|伊藤|渡辺|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤|清水|山崎"
    r"|池田|橋本)[\u3040-\u30ff\u4e00-\u9fff々]{1,3}"
    r"|[김이박최정강조윤장임한오서신권황안송류홍][\uac00-\ud7af]{2})"
)
_REVIEW_WORDS = (
    "好评 差评 中评 五星 四星 满意 物流 快递 发货 送货 收货 到货 质量 客服 售后 服务 态度 包装 价格 性价比 便宜 "
    "实惠 划算 正品 假货 卖家 "
    "店家 商家 店铺 宝贝 东西 产品 商品 购物 下单 回购 推荐 喜欢 好用 不错 很好 非常 超级 值得 购买 买家 评价 京东 "
    "淘宝 天猫 自营 旗舰店 "
    "效果 味道 颜色 尺码 大小 合适 舒服 方便 漂亮 好看 好吃 新鲜 速度 很快 给力 开心 收到 使用 安装 师傅 噪音 制冷 "
    "孩子 宝宝 妈妈 老公 老婆 "
    "朋友 家人 满分 完美 棒 赞 好 快 很 太 真 买 用 的 了"
)
_EVERYDAY_WORDS = (
    "the a an my our i me you we it is in of and for to with very not no so customer buyer user shopper reviewer "
    "great good nice happy love lover perfect best bad poor works work well excellent amazing awesome cheap quality "
    "price value money mom mum dad mother father wife husband kids family home house shop store seller service "
    "product delivery amazon kindle google apple ebay etsy new old big small first last one two three five star stars"
)
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_GOODS = re.compile(
    r"(?:iphone|ipad|ipod|galaxy|mate|note|redmi|nova|honor|huawei|xiaomi|mi|oppo|vivo|reno|find|pro|max|plus|ultra"
    r"|air|mini"
    r"|gtx|rtx|ryzen|core|windows|win|office|model|type|size|level|version|ver|v|top|no|vitamin|spf|pa|sk|ps|xbox"
    r"|switch"
    r"|nikon|canon|sony|kindle|android|ios|usb|hdmi|mp|ddr|ssd|wifi|formula|chapter|day|week|step|buy"
    r"|get)[ _-]?\d+\w{0,3}",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"[\d.]+[{_WIDE}]{{1,2}}")
_DATE = re.compile(r"(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:0?[1-9]|[12]\d|3[01])")


def nickname(said: str) -> str | None:
    """The name as one line, worth keeping to look for it in texts; None for one that points to nobody."""
    name = " ".join(said.split())
    if not 2 <= len(name) <= _LONGEST or _MASKED.search(name) or _NOBODY.fullmatch(name):
        return None
    if len(set(name.casefold())) < 2 or name.casefold() in _MARK_WORDS:
        return None
    return name if any(char.isalnum() for char in name) else None


def tells_apart(name: str) -> bool:
    """Whether this name in a text is that person and no ordinary word, product or date."""
    if _DATE.fullmatch(name) or _GOODS.fullmatch(name) or _COUNTED.fullmatch(name):
        return False
    letters = sum(char.isalpha() for char in name)
    if not letters:
        # A number alone is a name from nine digits on: shorter ones count or price something.
        return sum(char.isdigit() for char in name) >= 9
    return _wide_tells(name) if _HAS_WIDE.search(name) else _narrow_tells(name, letters)


def _wide_tells(name: str) -> bool:
    chance = sum(_chance(piece) for piece in _PIECE.findall(name))
    return chance <= (_PERSON_CHANCE if _FAMILY.fullmatch(name) else _CHANCE)


def _narrow_tells(name: str, letters: int) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    known = [word.casefold() for word in words]
    if any(char.isdigit() or char == "_" for char in name):
        # cat88 and tb_8837261; not 500ml, A4 or K380.
        return len(name) >= 5 and not re.fullmatch(r"[\d.,]+ ?[^\W\d_]{1,6}|[^\W\d_]{1,3}[ -]?\d{1,4}[^\W\d_]?", name)
    if len(words) == 1:
        return letters >= 6 and commonness(known[0]) == 0
    if letters < 7 or not _EVERYDAY.isdisjoint(known):
        return False
    if name == name.lower() and all(commonness(word) > 0 for word in known):
        return False
    return any(commonness(word) < 2e-4 for word in known)


def commonness(word: str) -> float:
    """The share of a word in texts, in the language that uses it most; 0 when no list has it."""
    return max(_words(language).get(word, 0.0) for language in ("en", "de", "fr", "es", "it", "pt", "nl"))


@lru_cache(maxsize=8)
def _words(language: str) -> dict[str, float]:
    # Loading the package takes a fifth of a second, and who only writes names never needs it.
    import wordfreq

    return wordfreq.get_frequency_dict(language, wordlist="best")


@lru_cache(maxsize=1)
def _wide_words() -> dict[str, float]:
    """Word → logarithm of ten of its share."""
    found: dict[str, float] = {}
    for language in ("zh", "ja", "ko"):
        for word, share in _words(language).items():
            found[word] = max(found.get(word, -99.0), log10(share))
    return found | dict.fromkeys(_REVIEW_WORDS.split(), -3.0)


def _chance(piece: str) -> float:
    """Logarithm of ten of how likely this run is, cut into words in the most likely way."""
    if piece[0].isdigit():
        return _DIGIT * len(piece)
    if not _HAS_WIDE.match(piece):
        return _LETTERS
    if len(set(piece)) == 1:
        return _UNKNOWN
    table = _wide_words()
    best = [0.0]
    for end in range(1, len(piece) + 1):
        ways = [best[end - 1] + table.get(piece[end - 1], _UNKNOWN)]
        ways += [
            best[start] + table[piece[start:end]]
            for start in range(max(0, end - 8), end - 1)
            if piece[start:end] in table
        ]
        best.append(max(ways))
    return best[-1]
