"""Words for kinds of goods. A word stands here only when it cannot also name the other kinds.

Care liquids (精华, 水, 乳液, essence, toner) are one kind on purpose: sellers and brands name the same bottle
differently.
"""

from __future__ import annotations

import re
from collections import defaultdict

KINDS: tuple[tuple[str, str], ...] = (
    (
        "face care liquid",
        "精华液|精华露|精华水|精华乳|精华|神仙水|爽肤水|化妆水|柔肤水|护肤水|乳液|安瓶|原液|serum|essence|toner|ampoule|emulsion",
    ),
    ("face cream", "精华霜|精华面霜|面霜|日霜|晚霜|乳霜|face cream|day cream|night cream"),
    ("eye cream", "眼霜|eye cream"),
    ("hand cream", "护手霜|hand cream"),
    ("face mask", "面膜|眼膜|sheet mask|face mask|facial mask|sleeping mask"),
    ("cleanser", "洗面奶|洁面乳|洁面|洗颜|cleanser|face wash|cleansing foam"),
    ("make-up remover", "卸妆水|卸妆油|卸妆膏|卸妆|makeup remover|cleansing oil"),
    ("sunscreen", "防晒霜|防晒乳|防晒喷雾|防晒|sunscreen|sunblock"),
    ("lipstick", "口红|唇膏|唇釉|唇泥|唇彩|lipstick|lip gloss|lip tint"),
    ("lip balm", "润唇膏|护唇膏|lip balm"),
    ("foundation", "粉底液|粉底|气垫|foundation|cushion"),
    ("powder", "散粉|蜜粉|粉饼|loose powder|setting powder"),
    ("mascara", "睫毛膏|mascara"),
    ("eyebrow pencil", "眉笔|眉粉|eyebrow pencil|brow pencil"),
    ("eye shadow", "眼影|eyeshadow|eye shadow"),
    ("perfume", "香水|淡香|perfume|eau de parfum|eau de toilette|cologne"),
    ("shampoo", "洗发水|洗发露|洗发乳|洗发|shampoo"),
    ("conditioner", "护发素|发膜|hair mask|hair conditioner"),
    ("body wash", "沐浴露|沐浴乳|body wash|shower gel"),
    ("body lotion", "身体乳|body lotion|body milk"),
    ("soap", "香皂|肥皂|洗手液|soap|hand wash"),
    ("toothpaste", "牙膏|toothpaste"),
    ("toothbrush", "电动牙刷|牙刷|toothbrush"),
    ("laundry detergent", "洗衣液|洗衣凝珠|洗衣粉|laundry detergent|laundry pod"),
    ("dish soap", "洗洁精|dish soap"),
    ("tissue", "抽纸|卷纸|纸巾|面巾纸|湿巾|洗脸巾|tissue|toilet paper|wet wipe|paper towel"),
    ("nappy", "纸尿裤|尿不湿|拉拉裤|diaper|nappy"),
    ("milk powder", "奶粉|milk powder|infant formula"),
    ("milk", "纯牛奶|牛奶|酸奶|yogurt|yoghurt"),
    ("tea", "茶叶|绿茶|红茶|乌龙茶|普洱|龙井|green tea|black tea|oolong"),
    ("coffee", "咖啡|coffee"),
    ("nuts", "坚果|核桃|腰果|夏威夷果|巴旦木|walnut|cashew|macadamia|almond"),
    ("noodles", "方便面|拉面|螺蛳粉|米粉|instant noodle|ramen"),
    ("biscuit", "饼干|曲奇|cookie|biscuit"),
    ("chocolate", "巧克力|chocolate"),
    ("wine", "红酒|葡萄酒|干红|wine"),
    ("spirits", "白酒|威士忌|whisky|whiskey|vodka|baijiu"),
    ("headphones", "耳机|耳麦|headphone|earphone|earbud|headset"),
    ("speaker", "音箱|音响|speaker"),
    ("phone case", "手机壳|保护壳|phone case"),
    ("phone", "手机|smartphone"),
    ("charger", "充电器|充电宝|充电头|charger|power bank"),
    ("laptop", "笔记本电脑|laptop|notebook computer"),
    ("tablet", "平板电脑|tablet pc"),
    ("monitor", "显示器|monitor"),
    ("television", "电视机|电视|television"),
    ("camera", "相机|camera"),
    ("watch", "手表|腕表|手环|wristwatch|smartwatch"),
    ("hair dryer", "电吹风|吹风机|hair dryer|hairdryer"),
    ("shaver", "剃须刀|刮胡刀|shaver|razor"),
    ("kettle", "电水壶|热水壶|烧水壶|电热水壶|kettle"),
    ("thermos", "保温杯|保温壶|thermos|vacuum flask|tumbler"),
    (
        "vessel",
        "水杯|马克杯|玻璃杯|茶杯|水壶|茶壶|收纳箱|垃圾桶|保鲜盒|饭盒|mug|cup|flask|water bottle|storage box|trash can",
    ),
    ("dumbbell", "哑铃|壶铃|dumbbell|kettlebell"),
    ("rice cooker", "电饭煲|电饭锅|rice cooker"),
    ("air fryer", "空气炸锅|air fryer"),
    ("pan", "炒锅|煎锅|不粘锅|frying pan|wok"),
    ("blender", "破壁机|榨汁机|豆浆机|blender|juicer"),
    ("vacuum cleaner", "吸尘器|扫地机器人|扫地机|洗地机|vacuum cleaner|robot vacuum"),
    ("air conditioner", "空调|air conditioner"),
    ("refrigerator", "冰箱|refrigerator|fridge"),
    ("washing machine", "洗衣机|washing machine"),
    ("fan", "电风扇|风扇|electric fan"),
    ("humidifier", "加湿器|humidifier"),
    ("air purifier", "空气净化器|air purifier"),
    ("shoes", "运动鞋|跑步鞋|跑鞋|板鞋|凉鞋|拖鞋|皮鞋|帆布鞋|高跟鞋|sneaker|running shoe|sandal|slipper"),
    ("socks", "袜子|短袜|sock"),
    ("T-shirt", "t恤|t-shirt|tee shirt"),
    ("trousers", "牛仔裤|长裤|短裤|休闲裤|jeans|trouser"),
    ("dress", "连衣裙|半身裙|dress|skirt"),
    ("coat", "羽绒服|外套|夹克|风衣|大衣|jacket|down coat|hoodie|卫衣"),
    ("bag", "双肩包|手提包|斜挎包|背包|行李箱|拉杆箱|backpack|handbag|suitcase"),
    ("bedding", "四件套|床单|被套|被子|枕头|bed sheet|duvet|pillow|quilt"),
    ("mattress", "床垫|mattress"),
    ("toy", "积木|毛绒玩具|building block|plush toy"),
    ("book", "paperback|hardcover"),
)

# Liters and kilograms of these measure the thing, not goods in it: a 40 l bag is no better bargain than a 30 l one.
MEASURED = frozenset(
    {
        "bag", "thermos", "vessel", "dumbbell", "kettle", "rice cooker", "air fryer", "pan", "blender", "refrigerator",
        "washing machine", "humidifier", "vacuum cleaner", "air conditioner", "hair dryer", "laptop", "toy",
    }
)  # fmt: skip

# (word, kind)
WORDS = tuple((word, kind) for kind, said in KINDS for word in said.split("|"))


def _by_first_character() -> dict[str, list[tuple[str, str]]]:
    """Longest word first: 手机壳 is found before 手机."""
    index: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word, kind in WORDS:
        index[word[0]].append((word, kind))
    return {first: sorted(found, key=lambda pair: (-len(pair[0]), pair[0])) for first, found in index.items()}


_INDEX = _by_first_character()
_AFTER_LATIN = re.compile(r"(?:s|es)?(?![a-z0-9])")


def read_kinds(folded: str) -> tuple[str, ...]:
    """The kinds a folded title names, each once, by its last place: titles name the thing itself last."""
    found: list[str] = []
    at = 0
    while at < len(folded):
        words = _INDEX.get(folded[at], ())
        hit = next((word for word in words if folded.startswith(word[0], at) and is_whole(word[0], folded, at)), None)
        if hit is not None:
            found.append(hit[1])
        at += len(hit[0]) if hit is not None else 1
    return tuple(reversed(dict.fromkeys(reversed(found))))


def is_whole(word: str, folded: str, at: int) -> bool:
    """Whether the word that stands at a place of a folded text is no piece of a longer Latin word; a plural is none."""
    if not word.isascii():
        return True
    before = folded[at - 1 : at]
    return not (before.isascii() and before.isalnum()) and _AFTER_LATIN.match(folded, at + len(word)) is not None
