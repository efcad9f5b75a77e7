"""What a page writes beside a label: "SKU: A-12", "Brand | Lumen", 商品番号 yame-100. Brand and numbers only.

The label is a short text of its own or the start of one, in any of the languages below; the value is the rest of that
text, or the next text inside the same row. Where a page gives two values for one label, nobody knows which is the
product's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from crawler.pages.document import squeeze, text_in
from crawler.pages.marks import Marks
from crawler.pages.survey import Survey
from pipelines.items import Offer

_LABELS: Final[dict[str, re.Pattern[str]]] = {
    "brand": re.compile(
        r"(?:brand(?: name)?|manufacturer|make|marke|hersteller|marque|fabricant|marca|fabricante|produttore"
        r"|merk|značka"
        r"|výrobce|marka|producent|varumärke|märke|tillverkare|mærke|merke|thương hiệu|品牌(?:名称|名稱)?|廠牌|厂牌"
        r"|ブランド|メーカー|브랜드|제조사)$",
        re.I,
    ),
    "sku": re.compile(
        r"(?:sku|item ?(?:#|no\.?|number|code|id)|product (?:code|no\.?|number|id|#)|part (?:no\.?|number|#)"
        r"|catalog(?:ue)? (?:no\.?|number)"
        r"|stock (?:no\.?|code)|style (?:no\.?|#)|article (?:no\.?|number)|art(?:ikel)?\.?[- ]?(?:nr|nummer"
        r"|no)\.?|bestell-?(?:nr|nummer)\.?"
        r"|réf(?:érence)?\.?|ref(?:erencia|erenza)?\.?|codice(?: articolo| prodotto)?|código|cód\.?|ugs"
        r"|artikelnummer|kód(?: produktu| zboží)?"
        r"|kod(?: produktu)?|indeks|artikelnr|varenr\.?|varenummer|mã (?:sản phẩm|sp)|商品(?:编号|編號|番号"
        r"|コード|货号|貨號)|货号|貨號|品番"
        r"|상품(?:번호|코드)|型番)$",
        re.I,
    ),
    "gtin": re.compile(
        r"(?:upc|ean|gtin|isbn|barcode|jan|ean[- ]?13|isbn-?13|upc-?code|条形码|條碼|jan ?コード)$", re.I
    ),
}
_STEMS = Marks((
    "brand", "manufactur", "marke", "herstell", "marque", "fabrican", "marca", "produttore", "merk", "značka",
    "výrobce", "producent", "märke", "tillverkare", "thương hiệu", "品牌", "廠牌", "厂牌", "ブランド", "メーカー",
    "브랜드", "제조사", "sku", "item #", "item#", "item n", "item c", "item i", "product c", "product n",
    "product i", "product #", "part n", "part #", "catalog", "stock n", "stock c", "style n", "style #",
    "article n", "artikel", "art.", "art-", "art n", "bestell", "réf", "ref", "codice", "cód", "ugs", "kód", "kod",
    "indeks", "varen", "mã s", "商品", "货号", "貨號", "品番", "상품", "型番", "upc", "ean", "gtin", "isbn",
    "barcode", "jan", "条形码", "條碼",
))  # fmt: skip
_BRAND_CLASS = re.compile(r"(?:^|[\s_-])brand(?:-?name|-?title|-?link)?(?:\s|$)", re.I)
_COLON = re.compile(r"\s*[:：#]\s*|\s+(?=#)")
_LONGEST_LABEL = 24
_LONGEST_VALUE = 60
_NUMBER = re.compile(r"(?=.*\d)[\w./+-]{2,30}(?: [\w./+-]{1,12})?")
_NO_VALUE = re.compile(r"^(?:n/?[ab]|-+|none|does not apply|unbranded|no brand|other|all|.*[?!].*)$", re.I)


def read_said_rows(survey: Survey) -> Offer:
    """An offer with brand, sku and gtin as labels say them, where each label has one value."""
    found: dict[str, dict[str, str]] = {name: {} for name in _LABELS}
    for element, text in survey.texts_with(_STEMS):
        if len(text) > _LONGEST_LABEL + _LONGEST_VALUE:
            continue
        label, value = _parted(squeeze(text))
        name = _named(label) if len(label) <= _LONGEST_LABEL else None
        if name is None or not survey.own(element) or survey.elsewhere(element):
            continue
        value = value or _beside(survey, element, label)
        if value and _fits(name, value):
            found[name].setdefault(value.lower(), value)
    said = {name: next(iter(values.values())) for name, values in found.items() if len(values) == 1}
    return Offer(brand=said.get("brand") or _called(survey), sku=said.get("sku"), gtin=said.get("gtin"))


@lru_cache(maxsize=2048)
def _named(label: str) -> str | None:
    return next((name for name, pattern in _LABELS.items() if pattern.fullmatch(label)), None)


def _called(survey: Survey) -> str | None:
    """The text of the one element near the heading that is called brand."""
    if survey.heading is None:
        return None
    for ancestor, _ in zip(survey.heading.iterancestors(), range(3), strict=False):
        if ancestor.tag in ("body", "main", "html"):
            break
        called = [
            node
            for node in ancestor.iter("a", "span", "div", "p", "h2", "h3", "h4")
            if _BRAND_CLASS.search(node.get("class") or "")
        ]
        texts = {text for node in called[:4] if (text := text_in(node, 60)) and not survey.place(node).gone}
        if len(texts) == 1 and _fits("brand", text := texts.pop()) and len(text) <= 40:
            return text
    return None


def _parted(text: str) -> tuple[str, str]:
    """("SKU", "A-12") of "SKU: A-12"; a label alone has no value."""
    parts = _COLON.split(text, maxsplit=1)
    label = parts[0].strip(" 【】[]•·-*")
    if text[len(parts[0]) :].lstrip().startswith("#") and label.lower() in ("item", "product", "part", "style"):
        label += " #"
    return label, (parts[1].strip(" #:：") if len(parts) == 2 else "")


def _beside(survey: Survey, element: etree._Element, label: str) -> str:
    """The next text of the same row: inside the element, the tail or sibling after it, or the next cell."""
    node = element
    for _ in range(3):
        whole = text_in(node, _LONGEST_LABEL + 2 * _LONGEST_VALUE)
        rest = whole.removeprefix(label).lstrip(" :：#").strip() if whole.startswith(label) else ""
        if rest:
            return rest if node is not element or len(rest) <= _LONGEST_VALUE else ""
        tail = squeeze(node.tail or "").lstrip(":： #")
        if tail:
            return tail
        following = node.getnext()
        if following is not None and isinstance(following.tag, str):
            return text_in(following, 2 * _LONGEST_VALUE).lstrip(":： #")
        parent = node.getparent()
        if parent is None or parent in survey.above or parent.tag in ("body", "table", "ul", "dl"):
            return ""
        node = parent
    return ""


def _fits(name: str, value: str) -> bool:
    if len(value) > _LONGEST_VALUE or _NO_VALUE.match(value):
        return False
    if name == "brand":
        return any(map(str.isalpha, value)) and _COLON.search(value) is None and len(value.split()) <= 5
    return _NUMBER.fullmatch(value) is not None and (name != "gtin" or re.fullmatch(r"[\d -]{8,17}", value) is not None)
