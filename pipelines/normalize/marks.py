"""Currency marks as shops write them, and the ISO 4217 codes each may stand for.

A mark with one code is explicit. A mark with several is ambiguous, and only the site or the language can decide it.
Codes are those of ISO 4217 list one; `MINOR_DIGITS` holds the currencies whose smallest unit is not a hundredth.
"""

from __future__ import annotations

import re

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL DEM FRF ITL ESP PTE ATS BEF
    NLG GRD SVC XCG ZWG SLL
"""
ISO_CODES = frozenset(_CODES.split())

# Codes that are also words of a product title ("AMD 5600", "GEL 50ml", "TOP 10"): a mark only after the number.
WORD_CODES = frozenset(
    {"ALL", "AMD", "BAM", "BOB", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY", "COP", "SVC"}
)

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
MINOR_DIGITS: dict[str, int] = {
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
}

# Rupiah, forint and their like have minor units on paper that no shop writes.
WHOLE_IN_SHOPS = frozenset(
    {code for code, digits in MINOR_DIGITS.items() if digits == 0} | {"IDR", "HUF", "COP", "IRR", "LAK", "KHR"}
)

DOLLARS = ("USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "ARS", "COP", "UYU")
KRONER = ("SEK", "NOK", "DKK", "ISK", "CZK")
RUPEES = ("INR", "PKR", "LKR", "NPR", "MUR")
YEN_YUAN = ("CNY", "JPY")
YUAN_WORDS = ("CNY", "TWD", "HKD")
DINARS = ("RSD", "KWD", "IQD", "JOD", "DZD", "TND", "LYD", "BHD", "MKD")
RIYALS = ("SAR", "QAR", "OMR", "YER", "IRR")

# Signs that need no word boundary. A sign may be the end of a longer one ("US$"): the longest match is taken.
SIGNS: dict[str, tuple[str, ...]] = {
    "US$": ("USD",), "US $": ("USD",), "U$S": ("USD",), "USD$": ("USD",), "HK$": ("HKD",), "NT$": ("TWD",),
    "NTD$": ("TWD",), "TW$": ("TWD",), "S$": ("SGD",), "SG$": ("SGD",), "SGD$": ("SGD",), "A$": ("AUD",),
    "AU$": ("AUD",), "AU $": ("AUD",), "C$": ("CAD",), "CA$": ("CAD",), "CAN$": ("CAD",), "CAD$": ("CAD",),
    "NZ$": ("NZD",), "MX$": ("MXN",), "R$": ("BRL",), "AR$": ("ARS",), "CL$": ("CLP",), "CO$": ("COP",),
    "MOP$": ("MOP",), "RD$": ("DOP",), "TT$": ("TTD",), "J$": ("JMD",), "BZ$": ("BZD",), "BN$": ("BND",),
    "B$": ("BSD", "BND"), "N$": ("NAD",), "Z$": ("ZWL",), "WS$": ("WST",), "Bds$": ("BBD",), "$U": ("UYU",),
    "$b": ("BOB",), "CUC$": ("CUP",), "T$": ("TOP",), "G$": ("GYD",), "GY$": ("GYD",),
    "CV$": ("CVE",), "$": DOLLARS,
    "CN¥": ("CNY",), "JP¥": ("JPY",), "RMB¥": ("CNY",), "¥": YEN_YUAN, "€": ("EUR",), "£": ("GBP",), "E£": ("EGP",),
    "LB£": ("LBP",), "SY£": ("SYP",), "₤": ("GBP", "ITL", "TRY"), "₽": ("RUB",), "₹": ("INR",), "र": ("INR", "NPR"),
    "₨": RUPEES, "₩": ("KRW",), "₫": ("VND",), "฿": ("THB",), "₱": ("PHP",), "₪": ("ILS",), "₺": ("TRY",),
    "₴": ("UAH",), "₦": ("NGN",), "₭": ("LAK",), "₡": ("CRC",), "₲": ("PYG",), "₸": ("KZT",), "₼": ("AZN",),
    "₾": ("GEL",), "₵": ("GHS",), "GH₵": ("GHS",), "₮": ("MNT",), "៛": ("KHR",), "৳": ("BDT",), "﷼": RIYALS,
    "֏": ("AMD",), "դր.": ("AMD",), "դր": ("AMD",), "؋": ("AFN",), "₣": ("FRF",), "₶": ("FRF",), "₧": ("ESP",),
    "zł": ("PLN",), "Zł": ("PLN",), "ZŁ": ("PLN",), "Kč": ("CZK",), "KČ": ("CZK",), "kč": ("CZK",),
    "원": ("KRW",), "円": ("JPY",), "人民币": ("CNY",), "人民幣": ("CNY",), "日元": ("JPY",), "日圆": ("JPY",),
    "日圓": ("JPY",), "美元": ("USD",), "美金": ("USD",), "欧元": ("EUR",), "歐元": ("EUR",), "英镑": ("GBP",),
    "英鎊": ("GBP",), "港币$": ("HKD",), "港幣$": ("HKD",), "新台幣$": ("TWD",), "新台币$": ("TWD",), "台幣$": ("TWD",),
    "美金$": ("USD",),
    "美元$": ("USD",), "CDN$": ("CAD",), "Can$": ("CAD",), "人民币¥": ("CNY",), "港元": ("HKD",), "港币": ("HKD",),
    "港幣": ("HKD",), "新台币": ("TWD",), "新台幣": ("TWD",),
    "新臺幣": ("TWD",), "台币": ("TWD",), "台幣": ("TWD",), "韩元": ("KRW",), "韓元": ("KRW",), "泰铢": ("THB",),
    "泰銖": ("THB",), "卢布": ("RUB",), "澳元": ("AUD",), "加元": ("CAD",), "新元": ("SGD",), "新币": ("SGD",),
    "瑞士法郎": ("CHF",), "澳门元": ("MOP",), "澳門元": ("MOP",), "人民币元": ("CNY",),
    "元人民币": ("CNY",), "元人民幣": ("CNY",), "元": YUAN_WORDS, "圆": ("CNY",), "圓": YUAN_WORDS,
    "บาท": ("THB",), "টকা": ("BDT",), "تومان": ("IRR",), "درهم": ("AED", "MAD"), "ريال": RIYALS, "ریال": ("IRR",),
    "جنيه": ("EGP",),
    "دينار": DINARS, "ر.س": ("SAR",), "ر.ق": ("QAR",), "ر.ع": ("OMR",), "ر.ي": ("YER",), "د.إ": ("AED",),
    "د.ك": ("KWD",), "د.ع": ("IQD",), "د.ج": ("DZD",), "د.م": ("MAD",), "د.ت": ("TND",), "د.ل": ("LYD",),
    "د.ب": ("BHD",), "د.أ": ("JOD",), "د.ا": ("JOD",), "ج.م": ("EGP",), "ل.ل": ("LBP",), "ل.س": ("SYP",),
    "ש״ח": ("ILS",), 'ש"ח': ("ILS",), "ש'ח": ("ILS",), "ரூ": ("INR", "LKR"), "රු": ("LKR",), "ლარი": ("GEL",),
    "руб.": ("RUB",), "руб": ("RUB",), "грн.": ("UAH",), "грн": ("UAH",), "лв.": ("BGN",), "лв": ("BGN",),
    "дин.": ("RSD",), "динар": ("RSD", "MKD"), "тңг": ("KZT",), "ман.": ("AZN",), "сом": ("KGS",), "ден": ("MKD",),
}  # fmt: skip

# Words and abbreviations that must stand apart from other letters; matched in any case.
WORDS: dict[str, tuple[str, ...]] = {
    "rmb": ("CNY",), "yuan": ("CNY",), "cnh": ("CNY",), "yen": ("JPY",), "euro": ("EUR",), "euros": ("EUR",),
    "dollars": DOLLARS, "dollar": DOLLARS, "pounds": ("GBP",), "pound": ("GBP",), "won": ("KRW",), "baht": ("THB",),
    "rupees": RUPEES, "rupee": RUPEES, "ntd": ("TWD",), "vnđ": ("VND",), "vnd": ("VND",), "đồng": ("VND",),
    "lei": ("RON", "MDL"), "sfr": ("CHF",), "sfr.": ("CHF",), "franken": ("CHF",), "francs": ("CHF", "XAF", "FRF"),
    "zl": ("PLN",), "zlotych": ("PLN",), "kc": ("CZK",), "forint": ("HUF",), "huf": ("HUF",), "dhs": ("AED", "MAD"),
    "dh": ("AED", "MAD"), "dinara": ("RSD",), "din": ("RSD",), "din.": ("RSD",), "ksh": ("KES",), "kshs": ("KES",),
    "nis": ("ILS",), "lari": ("GEL",), "som": ("KGS", "UZS"), "so'm": ("UZS",), "toman": ("IRR",),
    "руб": ("RUB",), "рубль": ("RUB",), "рублей": ("RUB",), "рубля": ("RUB",), "тг": ("KZT",), "тенге": ("KZT",),
    "гривень": ("UAH",),
}  # fmt: skip

# Short abbreviations whose case matters.
SHORT: dict[str, tuple[str, ...]] = {
    "Rs.": RUPEES, "Rs": RUPEES, "RS": RUPEES, "Re": RUPEES, "Rp": ("IDR",), "Rp.": ("IDR",), "RM": ("MYR",),
    "kr.": KRONER, "kr": KRONER, "Kr": KRONER, "Kr.": KRONER, "KR": KRONER, "TL": ("TRY",), "Ft": ("HUF",),
    "FT": ("HUF",), "Fr.": ("CHF",), "Fr": ("CHF",), "KD": ("KWD",), "BD": ("BHD",), "QR": ("QAR",), "SR": ("SAR",),
    "NT": ("TWD",), "MT": ("MZN",), "S/": ("PEN",), "S/.": ("PEN",), "Php": ("PHP",), "đ": ("VND",), "p.": ("RUB",),
    "р.": ("RUB",), "р": ("RUB",), "Р": ("RUB",), "R": ("ZAR",), "Q": ("GTQ",), "GFr": ("GHS",), "Lek": ("ALL",),
    "ƒ": ("AWG", "ANG"), "Br": ("BYN", "ETB"),
    "Nu.": ("BTN",), "FBu": ("BIF",), "Fbu": ("BIF",), "CFA": ("XOF", "XAF"), "FCFA": ("XOF", "XAF"),
    "kn": ("HRK",), "Fdj": ("DJF",),
    "Nfk": ("ERN",), "LD": ("LYD",), "Rf": ("MVR",), "UM": ("MRU",), "B/.": ("PAB",), "Db": ("STN",), "ЅM": ("TJS",),
    "TSh": ("TZS",), "DT": ("TND",), "USh": ("UGX",), "VT": ("VUV",), "Bs": ("BOB", "VES"), "ZK": ("ZMW",),
    "FG": ("GNF",), "LEI": ("RON",),
}  # fmt: skip

# Abbreviations that are also words, units or names: marks only in a field that holds nothing but one and its number.
# An empty row is no currency of ISO 4217, or written so that it names none for certain.
FIELD_MARKS: dict[str, tuple[str, ...]] = {
    "KM": ("BAM",), "MK": ("MWK",), "MWK": ("MWK",), "دج": ("DZD",), ".د.ب": ("BHD",), "ع.د": ("IQD",),
    "ل.د": ("LYD",), "ናቕፋ": ("ERN",), "نافكا": ("ERN",), "ብር": ("ETB",), "ლ": ("GEL",), "ДЕН": ("MKD",),
    "Ar": ("MGA",), "FRw": ("RWF",), "RF": ("RWF",), "R₣": ("RWF",), "Дин": ("RSD",), "дин": ("RSD",),
    "ج.س.": ("SDG",), "ج.س": ("SDG",), "Esc": ("CVE", "PTE"), "Ks": ("MMK",), "Nu": ("BTN",), "Rbl": ("BYN", "RUB"),
    "Vt": ("VUV",), "hrn": ("UAH",), "kwz": ("AOA",), "S'": ("UZS",), "Sʻ": ("UZS",), "stg": ("GBP",),
    "franc": ("CHF", "XAF", "FRF"), "Sl": ("SLE",), "ش.ج": ("ILS",), "₿": (), "Ƀ": (), "BTC": (), "美股": (),
    "جن": (), "ЅM": (),
}  # fmt: skip

# Before a number these are letters of something else.
_ONLY_AFTER = frozenset(
    [
        "р",
        "Р",
        "р.",
        "p.",
        "Ft",
        "FT",
        "Q",
        "MT",
        "đ",
        "Lek",
        "Br",
        "Nu.",
        "FBu",
        "Fbu",
        "kn",
        "Fdj",
        "Nfk",
        "LD",
        "Rf",
        "UM",
        "Db",
        "DT",
        "VT",
        "ZK",
        "FG",
        "GFr",
        "NT",
        "KD",
        "BD",
    ]
)

# Full names for what a field or hint may hold besides a mark.
ALL_MARKS: dict[str, tuple[str, ...]] = {
    **{code: (code,) for code in ISO_CODES},
    **{code.lower(): (code,) for code in ISO_CODES},
    **WORDS,
    **SHORT,
    **SIGNS,
}
ALL_MARKS["￥"] = YEN_YUAN
ALL_MARKS["RMB"] = ALL_MARKS["Rmb"] = ("CNY",)


def _either(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_IS_LETTER = re.compile(_LETTER)
_ANYWHERE_SHORT = _either([mark for mark in SHORT if len(mark) > 1])
MARK_ANYWHERE = re.compile(
    rf"(?<!{_LETTER})(?:{_either(list(ISO_CODES))}|(?i:{_either(list(WORDS))})|{_ANYWHERE_SHORT}|[RРр])(?!{_LETTER})|"
    + _either(list(SIGNS))
)

_ASCII_RUN = re.compile("[A-Za-z]+")
# A mark that is a word begins with a whole run of letters, and every sign holds "$" or a character beyond ASCII.
_RUNS = frozenset(
    run.group().lower() for mark in (*ISO_CODES, *WORDS, *SHORT) if (run := _ASCII_RUN.match(mark)) is not None
)


def may_hold_mark(text: str) -> bool:
    """Whether `MARK_ANYWHERE` is worth its time: False is sure, True is not."""
    return not text.isascii() or "$" in text or any(run.lower() in _RUNS for run in _ASCII_RUN.findall(text))


# Before a number the unit words of East Asia are not marks: in 专柜元 or 元3件 nothing is meant.
_SIGNS_BEFORE = frozenset(SIGNS) - frozenset(["元", "圆", "圓", "円", "원", "元人民币", "元人民幣", "ден"])
_EXACT_BEFORE = frozenset(SHORT) - _ONLY_AFTER
_ANY_CASE_BEFORE = frozenset(WORDS) | {code.lower() for code in ISO_CODES - WORD_CODES}
_EXACT_AFTER = frozenset(SHORT) - {"R", "RS"}
_ANY_CASE_AFTER = frozenset(WORDS) | {code.lower() for code in ISO_CODES}
# Marks that need no more than their number beside them, as written.
BEFORE_NUMBERS = frozenset(_SIGNS_BEFORE | _EXACT_BEFORE | (ISO_CODES - WORD_CODES) | {"RMB", "￥"})
AFTER_NUMBERS = frozenset(SIGNS) | _EXACT_AFTER | ISO_CODES | frozenset(WORDS)
_LAST = frozenset(mark[-1].lower() for mark in (*_SIGNS_BEFORE, *_EXACT_BEFORE, *_ANY_CASE_BEFORE))
_FIRST = frozenset(mark[0].lower() for mark in (*SIGNS, *_EXACT_AFTER, *_ANY_CASE_AFTER))
_LONGEST = max(map(len, ALL_MARKS))


def mark_before(text: str, place: int, floor: int) -> tuple[str, int] | None:
    """The longest mark that ends before `place` (a space and a colon may part them), and where it starts."""
    end = place
    for filler in (" ", ":：", " "):
        if end > floor and text[end - 1] in filler:
            end -= 1
    if end <= floor or text[end - 1].lower() not in _LAST:
        return None
    for start in range(max(floor, end - _LONGEST), end):
        mark = text[start:end]
        if mark in _SIGNS_BEFORE:
            if start and mark[0].isupper() and text[start - 1].isupper():
                # The N$ of CDN$ is a piece of another mark.
                continue
            return mark, start
        word = mark in _EXACT_BEFORE or mark.lower() in _ANY_CASE_BEFORE
        if word and (start == 0 or not _IS_LETTER.match(text, start - 1)):
            return mark, start
    return None


def mark_after(text: str, place: int) -> tuple[str, int, bool] | None:
    """The longest mark that starts at `place` (two spaces may part them), where it ends, and whether it is a word."""
    start = place
    while start < place + 2 and text[start : start + 1] == " ":
        start += 1
    if text[start : start + 1].lower() not in _FIRST:
        return None
    for end in range(min(len(text), start + _LONGEST), start, -1):
        mark = text[start:end]
        if mark in SIGNS:
            return mark, end, False
        word = mark in _EXACT_AFTER or mark.lower() in _ANY_CASE_AFTER
        if word and not _IS_LETTER.match(text, end):
            return mark, end, True
    return None


def codes_of(mark: str) -> tuple[str, ...]:
    """The ISO codes that a mark found by the patterns above may stand for; empty when it is none."""
    mark = mark.strip(" :：")
    found = ALL_MARKS.get(mark)
    if found is None:
        found = ALL_MARKS.get(mark.upper()) or ALL_MARKS.get(mark.lower()) or FIELD_MARKS.get(mark, ())
    return found
