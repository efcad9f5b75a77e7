"""Words and class names by which shops mark prices, stock, buttons and the parts of a page that are not the product.

Phrases are what shops of many countries write; each list is a fact about wording, not about one site.
"""

from __future__ import annotations

import re
from typing import Final

from pipelines.items import PriceKind

MARK: Final = re.compile(
    r"[$€£¥￥₽₹₩₺฿₫₴₪₱₸]|元|円|\d\s?원|\d\s?TL\b|\d[,:][-–—](?!\d)|\d\s?(?:kr|zł|Kč|Ft|lei|лв|руб)\b|\b(?:US|HK|NT|AU|CA|SG)?D\b(?=\s*\d)"
    r"|\b(?:USD|EUR|GBP|CNY|RMB|JPY|CHF|SEK|NOK|DKK|PLN|CZK|AUD|CAD|HKD|TWD|SGD|MYR|THB|INR|BRL|MXN|CLP|ZAR|KRW|TRY)\b"
    r"|\b(?:RM|Rs\.?|kr\.?)\s?\d"
)
SYMBOLS: Final = ("$", "€", "£", "¥", "￥", "₽", "₹", "₩", "₺", "฿", "₫", "₴", "₪", "₱", "₸", "元", "円")
CODES: Final = (
    "USD", "EUR", "GBP", "CNY", "RMB", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "AUD", "CAD", "HKD", "TWD",
    "SGD", "MYR", "THB",
    "INR", "BRL", "MXN", "CLP", "ZAR", "KRW", "TRY", "RM", "Rs", "kr", "zł", "Kč", "Ft", "lei", "лв", "руб", "원",
    "TL", ",-", ",–", ",—", ":-", ":–",
)  # fmt: skip
# A currency in an element of its own, beside the number ("30,020" "원").
ALONE: Final = frozenset({"원", "kr", "kr.", "zł", "Kč", "Ft", "lei", "TL", "руб", "лв", "RM", "Rs", "Rs."})
# All that a picture of a price says: "Now $349.00".
PICTURED: Final = re.compile(
    r"\s*(?:[^\W\d]+[:.]?\s){0,3}(?:[$€£¥￥₹]\s?\d{1,3}(?:,?\d{3})*(?:\.\d\d)?|\d{1,3}(?:[.,]?\d{3})*(?:,\d\d)?\s?(?:€|円|元))\s*"
)
BARE: Final = re.compile(
    r"\s*(?:[A-Za-z]{1,3}[./]{0,2}\s?)?\d{1,3}(?:[.,\s']\d{3})*(?:[.,]\d{1,2})?\s*|\s*\d{1,7}(?:[.,]\d{1,2})?\s*"
)
AMOUNT: Final = re.compile(r"\d[\d.,'\u00a0\u202f]*\d|\d")
OTHER_GOODS_STEMS: Final = (
    "also", "related", "similar", "recommend", "together", "recently viewed", "customers", "more from", "instead",
    "accessor", "zubehör", "ähnlich", "könnte", "kunden", "zuletzt", "oft zusammen", "aimerez", "similaires",
    "associés", "souvent achet", "accessoires", "relacionad", "también", "também", "anderen", "gerelateerd",
    "aanbevolen", "liknande", "relaterade", "andra k", "lignende", "correlati", "potrebbe", "podobn", "polecane",
    "související", "看了又看", "还看了", "还买了", "猜你", "相关", "相關", "推荐", "推薦", "同类", "热销", "熱銷",
    "関連", "おすすめ", "一緒に", "この商品を見た", "관련", "추천", "함께", "best sell", "bestsell", "top sell",
    "同系列", "people who", "goes well", "pairs well", "có thể bạn", "sản phẩm tương tự", "quem viu", "人气", "人気",
)  # fmt: skip
OTHER_GOODS: Final = re.compile(
    r"\W*(?:best ?-?sellers?\W*$|top sell|people who|(?:goes|pairs) well|có thể bạn|sản phẩm tương tự|quem viu"
    r"|同系列|人气配件|人気(?:商品|ランキング)|(?:you|we)\b.{0,20}\b(?:also|recommend)|(?:customers?|others?|people|shoppers?)\b.{0,30}\balso\b"
    r"|(?:related|similar|recommended)(?: (?:products?|items?|goods|for you)|\W*$)|recommendations?\b"
    r"|(?:frequently|often) (?:bought|purchased)|(?:bought|buy) together|recently viewed|more from\b|try .{0,12}instead"
    r"|(?:matching |compatible )?accessories\W*$|(?:passendes )?zubehör\W*$|ähnliche |das könnte|(?:andere )?kunden "
    r"|zuletzt angesehen|(?:wird )?oft zusammen|vous aimerez|produits (?:similaires|associés|complémentaires)"
    r"|souvent achetés|accessoires\W*$|productos (?:relacionados|similares)|también (?:te|les|compraron|vieron)"
    r"|produtos relacionados|você também"
    r"|anderen (?:kochten|bekeken)|gerelateerde|aanbevolen|liknande|relaterade|andra k\w+|lignende|prodotti correlati"
    r"|potrebbe|podobn|polecane|související|(?:大家)?(?:看了又看|还看了|还买了)|猜你喜[欢歡]|相[关關](?:商品|推[荐薦]|产品)"
    r"|(?:[为為]您?你?|店[长長]|人[气氣]|[热熱][门門])?推[荐薦](?:商品)?\W*$|同类|[热熱][销銷](?:排行|推[荐薦]|商品)"
    r"|関連商品|おすすめ|(?:よく)?一緒に|この商品を見た|관련\s?상품|추천|함께\s?구매)"
)
PRICE_CLASS: Final = re.compile(r"price|preis|prix|precio|prezzo|prijs|amount|jiage|cost\b", re.I)
NOW_CLASS: Final = re.compile(
    r"current|final|(?<![a-z])now(?![a-z])|sale|special|(?<![a-z])our(?![a-z])|main|actual|promo-?price", re.I
)
OLD_CLASS: Final = re.compile(
    r"(?<![a-z])(?:old|was|before|origin(?:al)?|msrp|rrp|uvp|srp|strike\w*|strikethrough|crossed|cross-?out"
    r"|compare(?:-?at)?)"
    r"(?=[-_]?(?:price|amount|value|$|[\s_-]))|(?:old|was|original|list|full|compare(?:at)?|crossed|strike\w*"
    r"|suggested(?:-?retail)?)[-_]?(?:price|amount|value)|price\w*--(?:list|full)(?![a-z])"
    r"|price[-_]*(?:old|was|"
    r"original|list|msrp|rrp|compare|strike\w*|crossed|before)|line-?through|linethrough|comparePrice",
    re.I,
)
UNIT_CLASS: Final = re.compile(r"unit-?price|price-?per|per-?unit|ppu|grundpreis|unitprice", re.I)
HIDDEN_CLASS: Final = re.compile(
    r"(?:^|\s)(?:hide|hidden|is-hidden|d-none|display-none|invisible|ng-hide|js-hidden|u-hidden|visually-hide"
    r"|dn)(?:\s|$)",
    re.I,
)
HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
APART_CLASS: Final = re.compile(
    r"(?<![a-z])(?:related|recommend\w*|similar|up-?sells?|cross-?sells?|also|alternativ\w*|recently|viewed"
    r"|mini-?cart|mini-?basket"
    r"|shopping-?(?:cart|bag|basket)|cart-?(?:drawer|summary|totals?|popup|sidebar|preview|dropdown|items?|flyout)"
    r"|(?:header|block|top|quick|small|ajax|side|my)-?cart|(?<!to-)cart-?(?:top|header|link|contents|info)"
    r"|basket(?!-?(?:form|button|add))|(?<![a-z_-])footer|(?:site|page|main|global|shop|layout|app|section)[-_]+footer|nav(?:bar|igation)?|mega-?menu|breadcrumbs?|ship(?:ping)?|delivery"
    r""
    r"|sponsor\w*|accessor\w*|bundles?|frequently|bought|together"
    r"|comparison"
    r"|reviews?(?!-?(?:summary|stars?|count|rating|link))|comments?|warrant\w*|protection|modal|popup|dialog"
    r"|newsletter|trending"
    r"|best-?sell\w*|popular|suggest(?:ions?|ed-?(?:products?|items?|for))|toolbar|cookies?|sellers?-?list"
    r"|other-?sellers?|more-?(?:buying|items|products)|you-?may"
    r"|featured-?(?:products?|items?)"
    r"|complete-?the|people|customers?|tuijian|guess|kanlehaikan)(?![a-z])",
    re.I,
)
LABELS: Final[tuple[tuple[PriceKind, re.Pattern[str]], ...]] = (
    ("deposit", re.compile(r"定金|订金|訂金|\bdeposit\b|anzahlung|acompte", re.I)),
    ("balance", re.compile(r"尾款|\bbalance due\b", re.I)),
    ("instalment", re.compile(
        r"/\s?mo\b|/\s?month|per month|a month|monthly|/\s?mes\b|al mes|mensual|/\s?mån\b|delbetala|splátk"
        r"|na raty|/\s?mois|par mois|/\s?monat"
        r"|monatlich|mtl\."
        r"|instal?lments?|payments? of|interest[- ]free|\d+\s?(?:x|×)\s?(?=\W?\s?\d)|affirm|klarna|afterpay|financ"
        r"|分期|每期|/期|月供|花呗"
        r"|sin intereses|raten|cuotas|\brate\b.{0,10}\d+x|APR\b|分割払い|月々", re.I)),
    ("member", re.compile(
        r"(?<!non-)(?<!non )\bmembers?\b|membership|\brewards?\b|\bclub\b|insiders?\b|\b\w+card (?:price|required)"
        r"|\bvip\b|loyalty|会员|会員|會員|新人|首单"
        r"|(?:仅限|限)?前\s?\d+\s?[名件位单份个]|\bfirst \d+ (?:customers?|buyers?|orders?)|先着\s?\d+"
        r"|首單|회원|定期|初回|medlem|ledenprijs|\badhérents?\b|fidélité|abonn"
        r"|\bsoci[oe]?s?\b|abbonat|klubow|kundkort|по карте|plus\s?价|88vip"
        r"|subscri\w+|autoship|\babo\b"
        r"|first (?:order|purchase)|new customers?\b|every (?:\w+ )?(?:month|week|days)|erstbestell"
        r"|mitglied|prime exclusive|with prime|card ?holders?|\bcredit card\b|upon approval"
        r"|with (?:your )?\w+ card\b|\bpro price\b", re.I)),
    ("coupon", re.compile(r"coupon|voucher|\bcode\b|券|国补|补贴后|クーポン|쿠폰|gutschein|cupón"
        r"|\bkupon|buono sconto|\bkod(?:em)?\b|\bsepette\b|clip\b", re.I)),
    ("used", re.compile(
        r"\bused\b|refurb|open[- ]box|renewed|pre-?owned|second[- ]?hand|二手|gebraucht|d'occasion|中古"
        r"|reacondicionado", re.I)),
    ("bundle", re.compile(r"套装价|搭配价|组合价|bundle price|buy (?:both|all|them|together|[2-9]|\d\d+)\b|total price"
        r"|\bset of both\b|any \d+ for|\d+ for\b",
                          re.I)),
    ("unit", re.compile(
        r"(?:/|\bper\b|\bpro\b|\bpar\b|\bpor\b|每)\s?(?:\d+\s?)?(?:k?g|ml|cl|l|lit(?:er|re)s?|kilo|fl\.?\s?oz|oz|lb"
        r"|ounce|pound|count|ct"
        r"|sheets?|sq\.?\s?ft|m²|m2|meter|metre|stück|unité|克|千克|毫升|升|斤)(?![a-z])|grundpreis|unit price"
        r"|(?:/|\bper\b|\bpro\b|\bpar\b|\bpor\b|\ba\b|每)\s?(?:night|nacht|nuit|noche|notte|person|persona|day|tag|hour"
        r"|hr|晚|人|天|小时)(?![a-z])"
        r"|price per (?!item)|单价[:：]?\s*¥?\d"
        r"|\(\s*\S{1,12}\s?/\s?[a-z]+\s*\)", re.I)),
    ("live", re.compile(r"直播价|直播间价|live price", re.I)),
    ("list", re.compile(
        r"\bwas\b|list price|\bmsrp\b|\brrp\b|\buvp\b|\bsrp\b|original(?:ly| price)|compare at|\bold price|before:"
        r"|reg(?:ular)? price:?\s*was"
        r"|原价|吊牌价|专柜价|市场价|划线价|门市价|定価|statt\b|früher|au lieu|antes|prix conseillé|precio anterior"
        r"|vorher|prima\b|instead of"
        r"|\bde:?\s*(?=R\$)|cirkapris|riktpris|cena sugerowana|doporučená cena|adviesprijs|prezzo consigliato|\bpvpr?\b"
        r"|veil\.? ?pris|vejl\.? ?pris|ursprünglich|førpris|oude prijs|původní|poprzednia cena|cena regularna"
        r"|ord\.? ?pris|tidigare pris"
        r"|定價|原價|市價|專櫃價|建議售價|소비자가|정가|suggested retail|参考价|建议零售价|日常价|valued? at", re.I)),
    ("from", re.compile(
        r"^\W*(?:(?:as low as|from|starting(?: at| from)?|ab|à partir de|desde|vanaf|från|fra|od|da|a partire da"
        r"|from only|start at)\b)|起\s*$|から",
        re.I)),
)  # fmt: skip
KIND_CLASSES: Final[tuple[tuple[PriceKind, re.Pattern[str]], ...]] = (
    ("member", re.compile(r"(?<![a-z])(?:members?|rewards?|loyalty|vip|plus-?price|insiders?"
        r"|subscri\w+|autoship|sns)(?![a-z])", re.I)),
    ("instalment", re.compile(r"(?<![a-z])(?:instal\w*|financ\w*|affirm|klarna|afterpay|clearpay|sezzle"
        r"|laybuy|monthly|per-?month|pay-?later|fenqi)(?![a-z])", re.I)),
    ("coupon", re.compile(r"(?<![a-z])(?:coupons?|vouchers?|promo-?code|after-?coupon|quan)(?![a-z])", re.I)),
    ("used", re.compile(r"(?<![a-z])(?:used|refurb\w*|open-?box|pre-?owned|second-?hand)(?![a-z])", re.I)),
    ("bundle", re.compile(r"(?<![a-z])(?:bundles?|combos?|taozhuang|buy-?together|fbt)(?![a-z])", re.I)),
)  # fmt: skip
LIMITED: Final = re.compile(
    r"\bmembers?\b|\brewards?\b|\bclub\b|loyalty|会员|會員|会員|subscri|autoship|coupon|voucher|\bcode\b|优惠券|领券|券后",
    re.I,
)
NOT_A_PRICE: Final = re.compile(
    r"\bsav(?:e|ing|ings|ed)\b|\boff\b|discount(?!(?:ed)?[- ]price)|you pay|\bcart\b\s?\(\d+\)|\d\s+new\s+from\b"
    r"|\breduced by|sparen|sie sparen|ersparnis|rabatt|économi"
    r"|ahorr|descuento|bespaar"
    r"|优惠(?![前价後后])|優惠(?![前價後])|立減|ušetř|oszczędz|\bspara[rd]?\b|risparmi|economi[zs]"
    r"|lowest price .{0,14}\b30\b"
    r"|(?:niedrigst|najniższ|lägsta|laveste|nejnižší|più basso|plus bas|laagste|más bajo|alin)\D{0,40}\b30\b"
    r"|立减|已省|节省|直降|返\b|shipping|deliver|postage|versand|livraison|frais de port|运费|邮费|freight"
    r"|envío|spedizione|verzend|配送|送料"
    r"|(?<!\d )(?<!\d\+ )\borders?\b|\bover\b|円以上|以上で|or more|minimum|\bspend\b"
    r"|doprava|dostawa|wysyłka|frakt\b|fragt\b|доставк|kargo|frete|運費|免運|郵費|배송|적립|포인트"
    r"|gift ?cards?|trade[- ]?in|warranty|protection|insur"
    r"|credit\b|cash ?back|points?\b"
    r"|积分|税金|\btax(?:es)? of|budget|price match|replacement plan|service plan|care plan|-year plan|year plan"
    r"|subtotal|cart total|\btotal:|basket|import (?:fees|duties)|handling|assembly|install(?:ation)?\b"
    r"|月销|销量|donat|fee\b|fees\b|满\s*\d|每满|加价购|换购|income|worth of",
    re.I,
)
# The page says that it tells no price: whatever amount it shows is another one's.
UNTOLD_STEMS: Final = (
    "anfrage", "on request", "upon request", "sur demande", "consultar", "su richiesta", "op aanvraag", "på begäran",
    "for price", "see price", "see your price", "view price", "se ditt pris", "se pris", "preise sehen",
    "面议", "面議", "询价", "詢價", "电询", "価格はお問い合わせ", "価格応談", "가격문의", "가격 문의",
)  # fmt: skip
UNTOLD: Final = re.compile(
    r"(?:preis|price|prix|precio|prezzo|prijs|pris)\w*\W{0,3}(?:is |available |solo |uniquement |nur )?"
    r"(?:(?:up)?on request|auf anfrage|sur demande|a consultar|su richiesta|op aanvraag|på begäran)"
    r"|consultar precio|(?:call|contact us|ask|log ?in|sign ?in|register)\b.{0,20} (?:for|to see|to view|view)"
    r" (?:the |your |our )?pric|logga in för att se (?:ditt )?pris|anmelden.{0,20}preise? sehen"
    r"|^(?:价格|價格)?\W*(?:面[议議]|[询詢][价價]|电询)$|価格はお問い合わせ|価格応談|가격\s?문의"
)
BEFORE_TAX: Final = re.compile(
    r"\bex(?:cl?(?:uding|usive)?)?\.?\s*(?:of\s*)?(?:vat|tax|gst|btw|mwst)|before tax|\bnet(?:to)?\b"
    r"|(?:zzgl|zuzüglich|exkl|excl?|ohne|plus|hors|sin|senza)\.?\s*(?:\d{1,2}(?:[.,]\d)?\s?%\s*)?(?:d\w )?"
    r"(?:mwst|ust|mehrwertsteuer|umsatzsteuer|vat|tax|gst|btw|iva|tva|moms)\b"
    r"|\bht\b|hors taxe|bez dph|exkl\.? ?moms|ekskl\.? ?(?:mva|moms)|\+ ?(?:vat|iva|mwst)|税別|별도"
    r"|sin iva|税抜|未税|excl\.",
    re.I,
)
REDUCED_LABEL: Final = re.compile(
    r"(?:活动|活動|促销|促銷|特|现|現|折后|折後|秒杀|秒殺|抢购|搶購|限时|限時|优惠|優惠|大促)[价價]\W{0,3}\D{0,3}\d"
    r"|\b(?:sale|special|promo(?:tional)?|clearance|reduced|deal|now) price\W{0,3}\D{0,4}\d"
    r"|\b(?:now|jetzt|nur noch)\W{0,3}\D{0,4}\d"
    r"|(?:特価|セール価格|タイムセール|할인가|특가|판매가)\W{0,3}\D{0,3}\d",
    re.I,
)
REGULAR: Final = re.compile(
    r"\bregular\b|\breg\.|\bnorm\.|\bnormal(?:preis)?\b|everyday|standard price|precio normal|prix normal", re.I
)
BUY: Final = frozenset({
    "add to cart", "add to bag", "add to basket", "add to trolley", "buy now", "buy it now", "add to shopping cart",
    "order now", "buy",
    "add to order", "purchase", "加入购物车", "立即购买", "马上抢", "加入購物車", "立即購買", "立刻购买", "购买",
    "马上抢购", "立即抢购",
    "カートに入れる", "かごに入れる", "購入する", "今すぐ買う", "in den warenkorb", "in den einkaufswagen",
    "jetzt kaufen", "kaufen",
    "ajouter au panier", "acheter", "añadir al carrito", "agregar al carrito", "comprar", "comprar ahora",
    "añadir a la cesta",
    "aggiungi al carrello", "acquista", "in winkelwagen", "in winkelmandje", "adicionar ao carrinho",
    "dodaj do koszyka", "do koszyka", "kup teraz", "comprar agora", "in den korb legen", "in den warenkorb legen",
    "toevoegen aan winkelwagen", "in mijn winkelwagen", "bestellen", "ajouter au panier d'achat", "acheter maintenant",
    "lägg i varukorgen", "lägg i kundvagn", "lägg i kundvagnen", "köp", "köp nu", "legg i handlekurv",
    "læg i kurven", "lisää ostoskoriin", "lisa ostukorvi", "přidat do košíku", "vložit do košíku", "koupit",
    "kosárba", "kosárba teszem", "adaugă în coș", "hemen al", "thêm vào giỏ hàng", "mua ngay", "beli sekarang",
    "masukkan keranjang", "tambah ke troli", "หยิบใส่ตะกร้า", "ซื้อเลย", "바로구매", "구매하기", "장바구니 담기",
    "買い物かごに入れる", "カートに追加", "ご購入手続きへ", "カゴに入れる", "放入購物車",
    "直接購買", "我要購買", "add to my bag",
    "pre-order now", "preorder now", "pre-order", "preordina ora", "vorbestellen", "précommander", "我要預購",
    "立即预定", "予約する", "acquista ora", "agregar al carro", "añadir a la bolsa", "add to bag / trolley",
    "lägg i varukorg", "læg i kurv", "do košíku", "в корзину", "купить", "장바구니", "sepete ekle", "ship it",
    "add item to cart",
})  # fmt: skip
OUT_WORDS: Final = (
    "sold out", "out of stock", "out-of-stock", "currently unavailable", "no longer available", "ausverkauft",
    "nicht auf lager", "épuisé",
    "rupture de stock", "agotado", "sin stock", "esaurito", "uitverkocht", "esgotado", "售罄", "缺货", "无货", "下架",
    "已售完", "卖光",
    "品切れ", "在庫なし", "売り切れ", "已抢光", "補貨中", "缺貨", "notify me when", "email me when", "out of print",
    "temporarily unavailable",
    "not available for purchase", "derzeit nicht verfügbar", "pre-order", "preorder", "backorder", "on backorder",
    "预售",
    "more on the way", "in stock", "auf lager", "lieferbar", "en stock", "disponibile", "op voorraad", "有货", "现货",
    "在庫あり", "有貨",
    "available", "discontinued", "停产", "sofort lieferbar", "in magazzino", "på lager", "i lager", "skladem",
    "left in stock", "予約受付", "vorbestellbar", "vorbestellung", "précommande",
)  # fmt: skip
STOCK_STEMS: Final = (
    "stock", "sold out", "available", "unavailable", "ausverkauft", "auf lager", "lieferbar", "rupture", "épuisé",
    "agotado", "esaurito",
    "uitverkocht", "op voorraad", "esgotado", "disponib", "售罄", "缺货", "缺貨", "无货", "下架", "已售完", "卖光",
    "抢光", "补货", "補貨",
    "品切れ", "在庫", "売り切れ", "notify me", "email me when", "order", "预售", "on the way", "有货", "有貨", "现货",
    "discontinued", "停产",
    "out of print", "magazzino", "på lager", "i lager", "skladem",
    "予約受付", "vorbestell", "précommande",
)  # fmt: skip
STOCK: Final = re.compile("|".join(re.escape(word) for word in sorted(OUT_WORDS, key=len, reverse=True)), re.I)
STOCK_CLASS: Final = re.compile(r"stock|availab|sold-?out|inventory|verfügbar|lieferbar|kucun", re.I)
