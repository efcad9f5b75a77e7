"""The words beside a price and the kind of price they name.

A label also has a standing, which decides whether its price may be what a buyer pays:

    now        the current price for anyone (sale, live)
    plain      a price without a condition: just "price", "from"
    condition  needs a coupon, a group or the like
    member     needs a membership or a first order
    part       deposit, balance, instalment: not the whole price
    other      another thing: used, bundle, per unit
    usual      the usual price; a reference only when another price stands beside it
    list       a reference price: never what a buyer pays
    none       not a price of the offer: a saving, shipping, the worth of a gift
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from pipelines.items import PriceKind
from pipelines.normalize.label_starts import alternatives, first_characters

Standing = Literal["now", "plain", "condition", "member", "part", "other", "usual", "list", "none"]


class Label(NamedTuple):
    """A label as found: its words, kind, standing and place in the text."""

    text: str
    kind: PriceKind | None
    standing: Standing
    start: int
    end: int


_TABLE: tuple[tuple[str, PriceKind | None, Standing, str], ...] = (
    ("shipping", None, "none", r"运费险?|運費|邮费|郵費|快递费|配送费|ships?(?: for)?(?= ?[:$£€])|安装费|服务费|"
        r"手续费|打包费|包装费|배송비(?! ?별도)|"
        r"배송료|택배비|반품비|送料(?!別(?!途)|込)|手数料|配送料|zzgl\.?(?! ?(?:mwst|tax|vat|"
        r"ust))(?: versand(?:kosten)?)?|"
        r"frais de (?:port|livraison)|spese di spedizione|gastos de envío|(?:service|handling|processing|assembly|"
        r"installation|restocking) fee|(?:\+ ?|plus )?(?:shipping|delivery|"
        r"postage|"
        r"versand(?:kosten)?|"
        r"livraison|spedizione|envío|frete)(?: (?:fee|cost|from))?|tax|vat|import fees"),
    ("saving", None, "none", r"(?:you )?saved?|savings?|earn|trade[- ]?in(?: credit| value)?|(?:store |"
        r"in-store )?credit|cash ?back|add(?= ?[$£€])|spend|minimum (?:order|purchase|spend)|min\.? (?:order|spend)|"
        r"coupon (?:value|worth)|less than|more than|under(?= ?[$£€])|over(?= ?[$£€])|(?:至高|最高|"
        r"最多)(?:可)?(?:补贴|减|返|省|"
        r"抵|优惠)?|国补(?!后|到手|价|[:： ]?¥)|(?:政府|国家|平台|官方|换新)?补贴(?!后|到手|价|[:： ]?¥)|立补|抵扣|"
        r"满减|凑单满|红包|津贴|面值|面额|还差|再买|再凑|小于|"
        r"低于|不到|不超过|未满|不足够|大于|高于|不足|积分|赠送|適用で|獲得|ポイント(?!還元|バック|\d{1,2}倍)|"
        r"最大(?!혜택)|回收(?:价|價)?|"
        r"下取り?(?:価格)?|買い?取り?(?:価格)?|off(?=[:：])|"
        r"쿠폰 ?(?:할인)?(?= ?[\d₩])|估值|估价|残值|up to|bis zu|jusqu'à|hasta|fino a|max(?:imum|\.)?(?= ?[$£€])|"
        r"あと|적립금?|포인트|"
        r"캐시백|최소 ?주문|立省|省下|共省|节省|節省|已省|为您省|优惠了?|已优惠|"
        r"優惠了?|已减|返现?|返利|退|"
        r"(?:あと)?値引|할인 ?금액|rabatt|remise|sparen?|ersparnis|价值|價值|worth|valued at|valu?e of|总?价值约?|"
        r"gift card|"
        r"(?:orders?|purchases?) (?:of|over|above)"),
    ("net", None, "usual", r"税抜(?:き|価格)?|税別|本体価格|(?:exc?l?\.?|exclusive of|without|before|exkl\.?|zzgl\.?) ?"
        r"(?:vat|gst|mwst\.?|tax)|\bh\.?t\b|netto"),
    ("public", None, "plain", r"不含运费|不包邮|배송비 ?별도|非(?:plus|粉丝|VIP)?(?:会员)?(?:价|购买价?|"
        r"(?=[:：]?[ ¥\d]))|送料(?:別(?!途)|"
        r"込み?)|inc?l?\.? ?(?:vat|gst|tax|mwst\.?)(?= ?[:：])|通常(?:購入|注文)|都度購入|単品購入|"
        r"one[- ]time purchase|(?:buy )?new(?= ?[$£€])|일반가|"
        r"非會員價?|"
        r"普通用户价?|non[- ]?members?(?: price)?|"
        r"单独购买(?:价)?|单买价?|单件价?|"
        r"一般(?:価格|価)"),
    ("coupon", "coupon", "condition", r"(?:领|用|叠|使用|抢)?(?:优惠)?[券劵](?:后|後)(?:到手)?(?:参考)?价?|"
        r"券后预估价|(?:拍下|预估|预计|最终|领券|"
        r"折后|凑单|补贴)?到手(?:参考)?(?:价|價)?|"
        r"到手约|领券(?:立减)?(?:价|购|后)|用券(?:价|后)?|折后(?:到手)?约|(?:with|after|"
        r"w/) (?:the )?coupons?(?: price)?|"
        r"coupon price|クーポン(?:利用|適用|使用|併用)?(?:時|後|で)?(?:価格)?|쿠폰 ?(?:할인|적용|"
        r"사용)?(?: ?시)? ?가|쿠폰 ?(?:적용|사용)(?: ?시)?|"
        r"(?:최대|최종) ?(?:혜택|할인)가|혜택가|以旧换新(?:到手)?价|换新价|"
        r"mit gutschein|avec (?:le )?coupon|subsidy price|补贴价|补贴后"),
    ("group", "sale", "condition", r"首件价?|拼团价?|拼单价?|团购价?|万人团|百人团|開團價|开团价|group(?: buy)? price|"
        r"공동구매가?"),
    ("early", "sale", "condition", r"前 ?\d{1,5} ?名(?:下单|拍下|付款|用户)?(?:价|仅需?|只要)?(?=[:：]?\s?[¥￥\d])|"
        r"先着 ?\d{1,5} ?名様?(?:限定)?(?:価格)?|선착순 ?\d{1,5} ?명(?:에게)?|"
        r"first \d{1,5} (?:customers?|buyers?|orders?)(?: only)?"),
    ("member", "member", "member", r"(?:plus|pro|vip|svip|88vip|超级|黑金|金卡|黑卡)?(?:会员|會員)(?:专享|专属|"
        r"到手|店|日)?(?:价|價)|"
        r"plus(?:专享)?(?:价|價)|(?:88)?s?vip(?:专享)?(?:价|價)?|"
        r"新人(?:专享|首单)?(?:价|價)?|新客(?:专享)?价?|首单(?:价|立减价)?|首购价?|学生(?:专享)?价|"
        r"粉丝(?:专享)?价|会员(?=[:：]?[ ¥])|"
        r"初回(?:限定|特別|購入)?(?:価格|特価)?|(?:club|loyalty|bonus|rewards?|member(?:ship)?)[- ]?card(?: price)?|"
        r"members?(?: only)?(?: price)?|club(?: price)?|prime(?: price)?|loyalty price|subscribe (?:&|and) save|"
        r"会員(?:限定)?(?:価格?|特価)|(?:회원|멤버십|와우|와우회원|카드)(?:할인|전용|특별)?가|첫 ?구매(?:가|"
        r"혜택가)?|신규 ?회원가?|学割|"
        r"mitglieder(?:preis)?|prix (?:membre|adhérent)|first order(?: price)?|new customers?(?: only| price)?"),
    ("live", "live", "now", r"直播(?:间|間)?(?:专享|专属|到手|秒杀|抢购|福利|特)?(?:价|價)|直播(?:间|"
        r"間)(?=[:： ]?[¥\d])|宠粉价|主播价|"
        r"live(?:[- ]?stream)?(?: only)? price|"
        r"ライブ(?:配信)?(?:限定)?(?:価格|特価)|라이브(?:방송)?(?:특가|가|할인가)"),
    ("deposit", "deposit", "part", r"(?:预付|支付|付)?[定订訂]金|首付|预付款?|預付款?|deposit|down payment|anzahlung|"
        r"acompte|予約金|内金|手付金|头金|頭金|예약금|계약금|선금|보증금|押金|保证金"),
    ("balance", "balance", "part", r"尾款|余款|餘款|balance(?: due)?|remaining|restzahlung|solde|残金|잔금"),
    ("instalment", "instalment", "part", r"\d{1,2} ?x(?: de| of)?(?= ?(?:R\$|[$€£]|\d[\d.,]* ?€))|emi(?=\W)|"
    r"分期(?:付)?|月供|月付|每期|每月|"
        r"期付|instal?lments?|monthly(?: payments?)?|"
        r"pay monthly|"
        r"分割払い|月々|月額|할부|매?월|月払い?|毎月|raten?(?:zahlung)?|"
        r"mensualités?|cuotas?(?: de)?|rate da|parcelas? de|(?:interest[- ]free )?payments? of|"
        r"pay in \d{1,2}(?: of)?|in \d{1,2} (?:payments|instal?lments) of|(?:월 ?)?납입금|할부금|월 ?렌탈료?|"
        r"월 ?대여료|先付|首期"),
    ("bundle", "bundle", "other", r"套[装餐](?:价|價)|组合(?:价|價)|礼盒(?:价|價)|(?:整|全)套(?:价|價)|"
        r"bundle(?: price)?|set price|"
        r"セット(?:価格|価)|세트가"),
    ("used", "used", "other", r"二手(?:价|價)?|闲置价?|翻新价?|(?:\d{1,3}|九|九五|几乎全)成?新价|open[- ]?box|"
        r"pre-?owned|refurbished|"
        r"renewed|used|second[- ]hand|中古(?:価格|品)?|중고가?|"
        r"gebraucht|d'occasion|reconditionné|usato|de segunda mano"),
    ("usual", "list", "usual", r"(?:官网|官方|旗舰店|官旗|官方旗舰店)(?:价|價)(?:格)?|日[常销銷](?:价|價)|平[日销]价|"
        r"平时价?|平常价|日常售价|常规价|零售(?:价|價)|单价|零售单价|"
        r"regular(?:ly)?(?: price)?|"
        r"normal(?:ly)?(?: price)?|reg\.?(?: price)?|běžná cena|bežná cena|"
        r"usual price|p\.?v\.?(?:p\.?)?[rc]?\.?(?![a-z])|normalpreis|prix (?:habituel|normal|public)|"
        r"precio (?:habitual|normal)|"
        r"(?:当店)?通常(?:販売)?(?:価格|価)|通常(?=[ :]{0,2}[\d¥])|標準価格|ord(?:inarie|\.) pris|평소가|판매정가|"
        r"cena regularna"),
    ("list", "list", "list", r"近[\d\x00]{1,3}[天日\x00](?:内|历史)?最低(?:成交)?(?:价|價)|"
        r"(?:lowest|najniższa|nejnižší|niedrigster|tiefster|precio (?:más bajo|mínimo)|prezzo più basso|"
        r"prix le plus bas)[^:¥$€£\d\x00]{0,30}[\d\x00 ]{1,10}[^:¥$€£\d\x00]{0,30}|de(?=:? ?r\$)|"
        r"(?:吊牌|专柜|專櫃|柜台|市场|市場|参考|參考|划线|劃線|标牌|门市|指导|官方指导|"
        r"官方零售指导|建议零售|厂商建议|厂商指导|官方建议零售|全国统一零售|"
        r"免税店|原|旧|標|标)(?:售)?(?:价|價|价格|價格)(?:格)?|原售价|建議售價|"
        r"定価|定價|正价|正價|was|were|list(?: price)?|rrp|msrp|srp|m\.r\.p\.?|mrp|r\.r\.p\.?|compare(?:d)?(?: at|"
        r" to)?(?: price)?|compare[-_]at[-_]price|original(?:ly)?(?: price)?|old price|orig\.?|"
        r"previous(?:ly)?(?: price)?|before|retail(?: price| value)?|"
        r"suggested retail(?: price)?|recommended retail(?: price)?|ticket price|typical price|statt|anstatt|uvp|"
        r"unverb\. preisempf\.?|ehem(?:\.|als)?|vorher|bisher|alter preis|au lieu de|prix (?:barré|conseillé|"
        r"de référence)|ancien prix|avant|antes|precio anterior|"
        r"precio original|invece di|prezzo (?:di listino|consigliato|precedente)|anziché|zamiast|"
        r"původní(?: cena)?|místo|stara cena|cena przed|førpris|ordinarie(?: pris)?|tidigare|参考価格|希望小売価格|"
        r"メーカー希望小売価格|元値|従来価格|"
        r"(?:소비자|권장소비자|권장|정상|시중)가격?|정가|원가|원래 ?가격|기존가|출고가|старая цена|вместо|цена до|"
        r"giá gốc|"
        r"giá cũ|giá niêm yết|"
        r"harga (?:asli|normal|coret)|ราคาปกติ|est(?:\.|imated)? (?:retail )?value|value(?= ?:? ?[$£€])|"
        r"strike(?:through)?[-_ ]price|highprice"),
    ("sale", "sale", "now", r"(?:现|現|促销|促銷|活动|活動|特|优惠|優惠|折扣|折后|秒杀|秒殺|限时|限時|抢购|搶購|"
        r"闪购|拼购|大促|双11|双十一|双12|618|预售|預售|"
        r"付款|成交|清仓|尝鲜|体验|爆款|惊喜|专享|专属|福利|一口|惠|最终|实付|实际|今日|聚划算|狂欢|年货节|"
        r"开门红|团长|限量|卖|網路|网路|京东|本店|店铺|天猫|淘宝|"
        r"电商|线上|上新|首发|新品|折)"
        r"(?:抢购|专享|秒杀|特惠)?(?:价|價)(?:格|仅|约)?|百亿补贴(?:价|價)?|por(?: apenas)?(?=:? ?r\$)|现仅|"
        r"现只要|現在|现在|特卖|特惠|now(?: only| just)?|"
        r"sale(?: price)?|"
        r"special(?: price| offer)?|offer(?: price)?|our price|today(?:'s price)?|deal(?: price)?|"
        r"promo(?:tion)?(?:al)?(?: price)?|clearance(?: price)?|"
        r"discount(?:ed)? price|reduced(?: to)?|jetzt|nur(?: noch)?|angebot(?:spreis)?|aktionspreis|sonderpreis|"
        r"maintenant|prix promo|prix réduit|en promo|soldes?|ahora|precio (?:de )?oferta|oferta|(?:in )?offerta|"
        r"ora(?: solo)?|prezzo (?:scontato|promozionale|speciale)|"
        r"teď|akční cena|teraz|cena promocyjna|promocja|nå|nu|tilbud|salgspris|kampanjpris|セール(?:価格|価)?|"
        r"(?:大)?特価|特別価格|お買い?得価格?|お値打ち価格|限定価格|ネット価格|当店価格|今なら|本日|値下げ(?:後)?|"
        r"販売価格|現在(?:価格)?|会場価格|タイムセール(?:価格)?|割引(?:価格|後)?|今だけ|할인(?:판매)?가|판매가|"
        r"특가|세일가|현재가|최저가|즉시할인가|행사가|할인 ?적용가|"
        r"цена со скидкой|сейчас|новая цена|giá (?:khuyến mãi|bán|sale|mới)|harga (?:promo|diskon)|ราคาพิเศษ|"
        r"ลดเหลือ|sale[-_]price|special[-_]price|final[-_]price"),
    ("from", "from", "plain", r"低至|最低|(?:starting )?(?:from|at)|starts? at|as low as|ab|desde|a partir de|"
        r"à partir de|dès|da|a partire da|vanaf|fra|från|od|от|fr\.|から|最安"),
    ("price", None, "plain", r"价格|價格|售价|售價|价钱|price|preis|prix|precio|prezzo|cena|pris|preço|цена|価格|"
        r"税込|가격|giá|"
        r"harga|ราคา|总价|總價|合计|合計|total|only|just|仅需?|僅|只要|仅售|只需|共|お値段|値段|販売額|合計|小計|"
        r"税前|税后|含税|合计金额|总共|금액|가격대|단돈|"
        r"(?<![评差降涨议询特保])[价價](?![值位保签钱目])"),
)  # fmt: skip

_LETTERS_OF = "a-z\u00df-\u00f6\u00f8-\u024f\u0430-\u044f\u0451"
_UPPER_OF = "A-Z\u00c0-\u00d6\u00d8-\u00df\u0410-\u042f\u0401"


_KINDS = {name: (kind, standing) for name, kind, standing, _ in _TABLE}
# Every branch of the table in its order, with the characters it may begin with.
_BRANCHES = [
    (name, branch, first_characters(branch)) for name, _, _, pattern in _TABLE for branch in alternatives(pattern)
]
_FIRSTS = frozenset().union(*(firsts for _, _, firsts in _BRANCHES if firsts is not None))
# Only a label that starts or ends with a letter of an alphabet can be a piece of a longer word: 特價NT$990 is none.
_IN_WORD = re.compile(f"[{_LETTERS_OF}]", re.IGNORECASE)
# A letter of an alphabet starts a label only where a word starts; upper case is folded by hand, which is faster.
_BOTH_CASES = "".join(sorted({case for character in _FIRSTS for case in (character, character.upper()[0])}))
_LETTERS = "".join(character for character in _BOTH_CASES if _IN_WORD.match(character))
_OTHERS = "".join(character for character in _BOTH_CASES if character not in _LETTERS)
_STARTS = (
    re.compile(f"[{re.escape(_OTHERS)}]|(?<![{_LETTERS_OF}{_UPPER_OF}])[{re.escape(_LETTERS)}]")
    if all(firsts is not None for _, _, firsts in _BRANCHES)
    else re.compile(".")
)


@lru_cache(maxsize=512)
def _starting_with(character: str) -> re.Pattern[str]:
    """The labels of the table that may begin with a lower-case character."""
    pieces: list[str] = []
    for name, _, _, _ in _TABLE:
        kept = [b for n, b, firsts in _BRANCHES if n == name and (firsts is None or character in firsts)]
        if kept:
            pieces.append(f"(?P<{name}>{'|'.join(kept)})")
    return re.compile(
        f"(?:{'|'.join(pieces)})(?:(?![{_LETTERS_OF}])|(?<![{_LETTERS_OF}]))" if pieces else r"(?!)", re.IGNORECASE
    )


def find_labels(text: str) -> list[Label]:
    """The labels of a folded text, left to right; no two overlap."""
    found: list[Label] = []
    end = 0
    for start in _STARTS.finditer(text):
        place = start.start()
        if place < end:
            continue
        match = _starting_with(start.group().lower()).match(text, place)
        if match is not None:
            kind, standing = _KINDS[str(match.lastgroup)]
            end = match.end()
            found.append(Label(text=match.group(), kind=kind, standing=standing, start=place, end=end))
    return found


# Words after a price, without a gap or in brackets.
_AFTER: tuple[tuple[str, PriceKind | None, Standing, str], ...] = (
    ("from", "from", "plain", r"起(?!步|批)|起售|~?から|부터|以上(?!で|の)|~(?!\s?[\d¥$€£])|ab\b|and up|\+?\s?up\b"),
    ("coupon", "coupon", "condition", r"(?:[券劵][后後]|用券后|到手|with coupon|after coupon)价?"),
    ("instalment", "instalment", "part", r"(?:/|per |p/|a |pro |par |al |x ?\d{1,3} ?)\s?(?:m\b|"
        r"mo(?:nth)?\b\.?(?: (?:for|over) \d{1,3})?|monat|"
        r"mois|mes\b|mese|期|月)|/?\s?(?:x|\*)\s?\d{1,3}\s?(?:期|个?月|months?|回|개월|mois|monate)|/期|/月"),
    ("net", None, "usual", r"\(?(?:税抜|税別|(?:exc?l?\.?|exclusive of|without|before|exkl\.?|zzgl\.?) ?"
        r"(?:vat|gst|mwst|tax)|h\.?t\b(?!\w)|netto\b)"),
    ("taxed", None, "plain", r"[(（]?(?:税込|inc?l?\.? ?(?:vat|gst|tax|mwst)|ttc\b|brutto\b)"),
    ("list", "list", "list", r"[(（]?(?:rrp|msrp|list price|uvp|原价|定価|정가)"),
    ("used", "used", "other", r"\(?(?:used|refurbished|二手|中古|gebraucht)"),
    ("member", "member", "member", r"\(?(?:for )?(?:plus)?(?:members?(?: only)?|会员价?|會員價?)"),
    ("deposit", "deposit", "part", r"(?:deposit|定金|订金|首付|down\b)"),
    ("none", None, "none", r"(?:\s?(?:대(?![가-힣])|(?:or )?more\b|(?:cash ?)?back\b|in (?:rewards|savings|credit)|"
        r"rewards?\b|(?:store )?credit\b|(?:gift ?card|e-?gift)|value\b|minimum\b|frais de port|de livraison|"
        r"spedizione|envío|versand(?!kostenfrei|frei| ?gratis| ?kostenlos)|配送费|邮费|快递费|礼券|代金券|抵用券|"
        r"津贴|补贴(?!后|价)|"
        r"以上(?=で|の?ご?購入|のお|包|减|可|免)|以内|以下|이상|이하|미만|적립|포인트|캐시백|쿠폰(?! ?(?:가|적용|"
        r"할인가|사용))|배송비|引(?=$|\s)|お得|ポイント|相当|"
        r"クーポン(?!価|利用|適用|後)|offerte|économisés?|gespart|günstiger|sparen|kredit|off\b(?![:：])|discount|"
        r"rabatt|saved|"
        r"优惠券|券(?![后後])|红包|立减|运费|运费险|"
        r"无门槛|礼品|赠品|shipping|"
        r"delivery|coupon(?! price)|cash ?back|返现|할인(?!가)|引き))"),
)  # fmt: skip
_AFTER_KINDS = {f"{name}": (kind, standing) for name, kind, standing, _ in _AFTER}
LABEL_AFTER = re.compile(r"\s?[(（]?\s?(?:" + "|".join(f"(?P<{n}>{p})" for n, _, _, p in _AFTER) + ")", re.IGNORECASE)

# A label right before a number is that number's: in ¥1,080 定金¥100 the deposit is 100.
_NEXT_PRICE = re.compile(r"价?\s?[:：]?\s?(?:[A-Za-z]{0,3}[¥$€£₹₩₫฿₱₽₺]|(?:[A-Z]{2,3}|Rs\.?|Rp|kr\.?)?\s?\d)")


def _said_after(match: re.Match[str]) -> bool:
    """Latin words about tax stand after their price, 税抜 on either side."""
    return match.lastgroup in ("net", "taxed") and match.group().isascii()


def label_after(text: str, place: int) -> Label | None:
    """The label that follows a price ending at `place`."""
    match = LABEL_AFTER.match(text, place)
    if match is None or (match.lastgroup != "from" and not _said_after(match) and _NEXT_PRICE.match(text, match.end())):
        return None
    kind, standing = _AFTER_KINDS[str(match.lastgroup)]
    return Label(text=match.group().strip(" (（"), kind=kind, standing=standing, start=match.start(), end=match.end())


_PUBLIC = re.compile("|".join(pattern for name, _, _, pattern in _TABLE if name == "public"), re.IGNORECASE)
_PER_UNIT = re.compile(
    r"(?:^|\s)/\s?\S|\bper\s?\d|/ ?(?:100|kg|l\b|ml|g\b|oz|fl|lb|sheet|count|件|盒|瓶|支|片|包|袋|斤|克|升)|"
    r"每(?:100|片|克|毫升|斤)|"
    r"\b(?:unit price|per (?:unit|piece|100|kg|lit|oz|item|ml|g\b)|pro (?:kg|liter|100|stück)|le kilo|al kg|"
    r"grundpreis)",
    re.IGNORECASE,
)
_NARROWEST: tuple[PriceKind, ...] = (
    "unit", "instalment", "deposit", "balance", "used", "coupon", "member", "live", "bundle", "list", "sale", "from",
)  # fmt: skip


@lru_cache(maxsize=4096)
def kind_of_label(label: str) -> PriceKind | None:
    """The kind of price a label names, None when it names none (price, 售价 alone, 非会员).

    A label with several words takes the narrowest: 直播间券后价 is a coupon price, 会员直播价 a member price.
    到手价 ("in hand") may count coupons and subsidies in, so it is a coupon price unless its page proves otherwise.
    """
    text = label.strip()[:200]
    if not text:
        return None
    kinds: list[PriceKind] = ["unit"] if _PER_UNIT.search(text) else []
    if re.search(r"/\s?(?:mo|month|月|期)", text, re.IGNORECASE):
        kinds = ["instalment"]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    for found in find_labels(spaced.replace("_", " ")):
        if found.kind is None and found.standing == "plain" and _PUBLIC.match(found.text):
            return None
        if found.kind is not None and found.standing != "none":
            kinds.append(found.kind)
    if re.search(r"起$|起\b", text) and "起" in text:
        kinds.append("from")
    return min(kinds, key=_NARROWEST.index) if kinds else None
