"""Numbers that stand for one person in somebody's register: identity and bank cards, accounts, plates, orders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.cn import ric

from pipelines.export.found import Found

_RESIDENT = re.compile(r"(?<![A-Za-z0-9])[1-9](?:[ \-]{0,2}\d){16}[ \-]{0,2}[\dXx](?![A-Za-z0-9])")
_OLD_RESIDENT = re.compile(r"(?<![A-Za-z0-9])[1-9]\d{14}(?![A-Za-z0-9])")
# First two digits of the codes of provinces (GB/T 2260).
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]|91")
_ID_WORD = re.compile(
    r"(?:身份证|身分證|证件|證件|ID ?card|passport|护照|護照|通行证)(?:号码?|number|no\.?|號碼?)?[是为:： ]{0,3}$",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PASSPORT = re.compile(
    r"(?:护照|護照|passport|通行证|身份证|身分證)(?:号码?|號碼?| ?number"
    r"| ?no\.?)?[是为:： ]{0,3}(?P<name>[A-Z]{1,2}\d{7,9})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def identity_numbers(text: str) -> Iterator[Found]:
    """Resident numbers of China (GB 11643: 18 digits with a check digit, or 15 of before 1999), passports named so."""
    for found in _RESIDENT.finditer(text):
        number = re.sub(r"[ \-]", "", found.group())
        # A slip of the pen in the last digit does not make it anybody else's.
        born = _PROVINCES.match(number) and _BIRTH.fullmatch(number[6:14])
        if born or ric.is_valid(number) or _ID_WORD.search(text[max(0, found.start() - 16) : found.start()]):
            yield Found(*found.span(), "[id]")
    for found in _OLD_RESIDENT.finditer(text):
        if _PROVINCES.match(found.group()) and _ID_WORD.search(text[max(0, found.start() - 16) : found.start()]):
            yield Found(*found.span(), "[id]")
    yield from (Found(*found.span("name"), "[id]") for found in _PASSPORT.finditer(text))


_CARD = re.compile(r"(?<![A-Za-z0-9.])[2-6]\d(?:[ \-]?\d){13,17}(?![A-Za-z0-9])")
# Visa, Mastercard, American Express, JCB, Discover, UnionPay: first digits and length (ISO/IEC 7812).
_ISSUED = re.compile(r"4\d{15}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|35\d{14}|6(?:011|5\d\d)\d{12}|62\d{14,17}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")


def bank_numbers(text: str) -> Iterator[Found]:
    """Cards (checked by Luhn's digit, ISO/IEC 7812) and accounts (IBAN, ISO 13616)."""
    for found in _CARD.finditer(text):
        number = re.sub(r"[ \-]", "", found.group())
        if _ISSUED.fullmatch(number) and len(set(number)) > 1 and luhn.is_valid(number):
            yield Found(*found.span(), "[card]")
    for found in _IBAN.finditer(text):
        number = found.group()
        # The words after an account may look like more of it.
        while number and not iban.is_valid(number):
            number = number[:-1].rstrip()
        if number:
            yield Found(found.start(), found.start() + len(number), "[account]")


_PLATE_FIRST = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(
    rf"(?P<first>[{_PLATE_FIRST}])[ ]?[A-HJ-NP-Z](?P<dot>[·•. \-]?)"
    rf"(?P<rest>[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]|\d{{5}}[A-HJK]|[A-HJK][A-HJ-NP-Z0-9]\d{{4}})"
    r"(?![A-Za-z0-9])"
)
_PLATE_WORD = re.compile(
    r"(?:车牌|牌照|车号|车牌号|车牌是|号牌|停着|开着|车主|尾号|驾驶|那辆|一辆)[是为:： 号码的]{0,4}$"
)
# First letters of plates that are also words before a model's name: 新S9000.
_DOUBTFUL = frozenset("新青云宁吉贵甘黑")


def plates(text: str) -> Iterator[Found]:
    """Number plates of China (GA 36): 京A·12345, and the eight places of new energy cars."""
    for found in PLATE.finditer(text):
        rest = found["rest"]
        said = found["dot"] in ("·", "•") or _PLATE_WORD.search(text[max(0, found.start() - 8) : found.start()])
        if sum(char.isdigit() for char in rest) < 3 or (found["first"] in _DOUBTFUL and not said):
            continue
        yield Found(*found.span(), "[plate]")


_ORDER = re.compile(
    r"(?:(?P<sure>(?:订单|訂單|运单|運單|快递|快遞|物流|包裹|面单|退货|退款|退换|换货|交易|流水|支付|发票|单据|取件"
    r"|会员卡|保修)(?:编号|編號|号码|號碼|单号|單號|号|號|码)"
    r"|单号|單號|order[- ]?(?:no\.?|number|nr\.?|id|#)|(?:tracking|invoice|booking|confirmation|case"
    r"|reference)[- ]?(?:no\.?|number|id|#)"
    r"|注文番号|伝票番号|追跡番号|주문번호|송장번호|Bestell-?(?:nummer|nr\.?)|Auftragsnummer|Sendungsnummer"
    r"|num[ée]ro de (?:commande|suivi|pedido)|n[º°] de (?:commande|pedido)|n[úu]mero de pedido)"
    r"|(?P<weak>订单|訂單|运单|order|commande|pedido|Bestellung|顺丰|圆通|中通|申通|韵达))"
    r"[^\S\n]*(?:是|为|為|was|is|:|：|#|＃|no\.?|は|는"
    r"|은)*[^\S\n]*[#(（【\[]?[^\S\n]*(?P<name>[A-Z]{0,4}-?\d[\dA-Z]*(?:-[\dA-Z]+)*)(?![A-Za-z0-9])",
    re.IGNORECASE,
)  # fmt: skip


def order_numbers(text: str) -> Iterator[Found]:
    """Numbers that a word before them calls the number of an order, parcel or invoice; a number alone is kept."""
    for found in _ORDER.finditer(text):
        name = found["name"]
        digits = re.sub(r"\D", "", name)
        enough = 5 if found["sure"] else 9
        if len(digits) >= enough and not re.fullmatch(r"(?:19|20)\d\d-?[01]?\d-?[0-3]?\d", name):
            yield Found(*found.span("name"), "[order]")
