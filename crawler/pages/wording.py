"""The words and marks beside a price text, and the kind of price they say it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import squeeze, text_in
from crawler.pages.survey import classes_of
from crawler.pages.visible import Candidate, amounts_in, pieces_in

_INLINE = frozenset({"span", "small", "em", "b", "strong", "i", "sup", "sub", "abbr", "ins", "font"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_SAVING = re.compile(
    r"(?:\bsave|sparen|spare|économisez|ahorras?|bespaar|risparmi\w*|ušetříte|立减|已省|节省|省)\D{0,14}\d[\d.,]*\s?%?",
    re.I,
)
_SAVED = re.compile(rf"{_SAVING.pattern}|\d[\d.,]*\s?[€%]?\s?(?:off|discount|rabatt)\b", re.I)
_FREE = re.compile(
    r"\+?\s?(?:with )?free (?:shipping|delivery|postage)|versandkostenfrei|(?:kostenloser|gratis) versand"
    r"|livraison gratuite"
    r"|envío gratis|spedizione gratuita|gratis verzending|darmowa dostawa|frete grátis|fri frakt|送料無料|送料込み?"
    r"|送料別|包邮|免運費?|무료배송",
    re.I,
)
_LEAST = re.compile(
    r"\bover\b|above|\borders?\b|\bmin|\b(?:ab|dès|od|desde|da|über|från|vanaf)\b|以上|[满滿]|이상|\+", re.I
)
_PERCENT_AFTER = re.compile(
    r"(\d[^%]*?)[(\[]?[-–−]?\s?(?<![\d.,])\d{1,2}(?:[.,]\d+)?\s?%(?:\s?(?:off|gespart|rabatt|discount|korting|remise))?[)\]]?$",
    re.I,
)
_REGULAR_CLASS = re.compile(r"(?<![a-z])regular-?price(?![a-z])", re.I)
_SIGNS = frozenset({"$", "€", "£", "¥", "￥", "₹", "₩", "₫", "R$", "US $", "NT$", "HK$"})
_TIER = re.compile(
    r"(?:^|\s)(?:ab|from|od|från|fra|vanaf|dès|desde|da|[>≥]=?)\s*(\d{1,5})\s*(?:stk|st|stück|pcs?|pieces?|units?|ks|szt|件)?\.?$",
    re.I,
)
_MONEY = re.compile(
    r"[$€£¥￥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:元|円|원|€|%|₽|₫|[A-Z]{3}\b|(?:kr|zł|Kč|Ft|TL)\b|:-)|\d[.,]\d\d(?!\d)"
)


def describe(candidate: Candidate) -> None:
    """Label, words after, classes and kind of a candidate."""
    box = candidate.box
    sign = box.getprevious()
    if sign is not None and not (sign.tail or "").strip() and len(sign) == 0 and not signs.MARK.search(candidate.text):
        # A sign in an element of its own, where other prices stand beside it.
        written = (sign.text or "").strip() if isinstance(sign.tag, str) else ""
        candidate.text = f"{written}{candidate.text}" if written in _SIGNS else candidate.text
    candidate.classes = classes_of(box, 3)
    before = _words_before(box)
    candidate.after = _rest_of(box, candidate.text) or _words_after(box)
    spoken = " ".join(filter(None, (box.get("aria-label"), box.get("title"))))
    candidate.label = squeeze(f"{before} {spoken}")[-80:]
    if _REGULAR_CLASS.search(classes_of(box, 1)):
        candidate.label = f"{candidate.label} regular price".strip()
    near = squeeze(f"{candidate.label[-50:]} {candidate.text} {candidate.after[:40]}")
    inner = re.sub(r"[\d.,\s]|[$€£¥￥]", "", candidate.text)
    if candidate.struck or signs.OLD_CLASS.search(classes_of(box, 2)) or _inner_struck(box, candidate.text):
        candidate.struck, candidate.kind = True, "list"
        return
    if signs.UNIT_CLASS.search(classes_of(box, 2)) and not re.search(r"itemprop|final|current", candidate.classes):
        candidate.kind = "unit"
        return
    tier = _TIER.search(candidate.label)
    if tier:
        # "from 50" beside a price counts pieces: the first row is the price, the others need more pieces.
        candidate.kind = None if tier.group(1) == "1" else "bundle"
        return
    for kind, pattern in signs.KIND_CLASSES:
        if pattern.search(candidate.classes):
            candidate.kind = kind
            return
    for kind, pattern in signs.LABELS:
        words = (
            near
            if kind not in ("list", "from", "bundle")
            else f"{candidate.label[-30:]} {inner and candidate.text}".strip()
        )
        if pattern.search(words) and not (kind == "list" and signs.REGULAR.search(words)):
            candidate.kind = kind
            return


def _inner_struck(box: etree._Element, text: str) -> bool:
    """Whether the part of the box that holds its amount is struck through."""
    amount = next(iter(amounts_in(text)), "")
    return any(amount in squeeze("".join(node.itertext())) for node in _struck_parts(box))


def _struck_parts(box: etree._Element) -> Iterator[etree._Element]:
    yield from box.iter("del", "s", "strike")
    for node in box.iterdescendants("span", "div", "p", "b", "em", "strong", "font", "small"):
        if signs.OLD_CLASS.search(node.get("class") or "") or "line-through" in (node.get("style") or ""):
            yield node


def _words_before(box: etree._Element) -> str:
    """Words before the price: earlier siblings, then the parent's, up to a short distance."""
    words: list[str] = []
    node = box
    for _ in range(3):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        sibling = node.getprevious()
        while sibling is not None and not (sibling.tail or "").strip() and _silent(sibling):
            sibling = sibling.getprevious()
        if sibling is not None:
            words.insert(0, (sibling.tail or "").strip())
            pieces = pieces_in(sibling, 80) if isinstance(sibling.tag, str) and sibling.tag not in _HEADINGS else None
            spoken = squeeze(" ".join(piece for piece, _ in pieces)) if pieces else ""
            if sibling.tag in _HEADINGS or (
                _MONEY.search(spoken)
                and not (signs.LIMITED.search(spoken) and not _MONEY.search(_SAVED.sub("", spoken)))
            ):
                # A heading names the goods, and a sibling with an amount speaks of that amount; but
                # "Members save $30" is followed by the members' price.
                return squeeze(" ".join(words))[-80:]
            if _MONEY.search(spoken):
                return _MONEY.sub(" ", spoken)[-60:]
            words.insert(0, spoken)
        else:
            words.insert(0, (parent.text or "").strip())
        text = squeeze(" ".join(words))
        if len(text) > 2:
            return _own_words(text)
        node = parent
    return _own_words(squeeze(" ".join(words)))


def _silent(element: etree._Element) -> bool:
    """Whether an element before a price says nothing of it: the currency's sign, or what is not shown."""
    if not isinstance(element.tag, str):
        return True
    hidden = "hidden" in element.attrib or signs.HIDDEN_STYLE.search(element.get("style") or "") is not None
    return hidden or (len(element) == 0 and (element.text or "").strip() in _SIGNS)


def _own_words(text: str) -> str:
    """The words after the last amount: those before it are another price's label ("Save $50 Was")."""
    amounts = list(_MONEY.finditer(text))
    return text[amounts[-1].end() :].strip()[-80:] if amounts else text[-80:]


def _rest_of(box: etree._Element, text: str) -> str:
    """Words inside the box after the price, where the price is only the box's own words; "" beside another amount."""
    whole = text_in(box, 160)
    rest = whole.partition(text)[2].strip() if len(box) and len(whole) < 160 else ""
    return "" if signs.MARK.search(rest) else rest[:60]


def _words_after(box: etree._Element) -> str:
    node = box
    for _ in range(2):
        tail = squeeze(node.tail or "")
        sibling = node.getnext()
        if tail:
            return tail[:60]
        if sibling is not None and isinstance(sibling.tag, str):
            # Beside the price's own wrapper only running text goes on about it; another block is another subject.
            pieces = pieces_in(sibling, 60) if node is box or sibling.tag in _INLINE else None
            text = " ".join(piece for piece, _ in pieces) if pieces else ""
            return "" if signs.MARK.search(text) else squeeze(text)[:60]
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        node = parent
    return ""


def _same_line(box: etree._Element) -> bool:
    """Whether the words after a price may go on about it: not when price and words are blocks of their own."""
    following = box.getnext()
    return bool(box.tail and box.tail.strip()) or following is None or following.tag in _INLINE or box.tag in _INLINE


def without_extras(text: str) -> str:
    """A price text without the percentage after it and without "free shipping"; a threshold keeps all its words."""
    if _FREE.search(text) and not _LEAST.search(text):
        text = _FREE.sub("", text)
    return _PERCENT_AFTER.sub(r"\1", text)


def no_price(candidate: Candidate) -> bool:
    """A discount, a delivery charge or a threshold is money, not a price of the goods."""
    # "20 % off" and "save 5" after a price speak of their own number; "off" and "shipping" speak of this one.
    after = "" if candidate.after[:1].isdigit() else _SAVING.sub("", candidate.after)
    if not _same_line(candidate.box):
        after = ""
    text = _SAVING.sub("", candidate.text)
    text = text if any(char.isdigit() for char in text) else candidate.text
    text = without_extras(text)
    words = f"{candidate.label[-40:]} {text} {after[:24]}"
    return signs.NOT_A_PRICE.search(words) is not None or not any(char.isdigit() for char in candidate.text)
