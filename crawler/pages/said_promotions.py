"""Promotions that a page states in lines of their own beside the offer: 满199减100, 第二件半价, "Buy 2 get 1 free".

Prose, reviews, menus and cards of other goods name promotions too: a line counts where it says little else, and where
nothing above it says that it belongs to another part of the page. What a promotion does to the price is decided later.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.marks import Marks
from crawler.pages.survey import Survey
from crawler.pages.visible import find_heading
from pipelines.normalize.promotions import read_rules

_COUPON: Final = "oupon"
# Written this way nearly every such line has one of them, and most pages have none. First letters may be capitals.
_STEMS: Final = (
    *(f"满{digit}" for digit in range(1, 10)), "满<", "滿", "第二件", "第2件", "第二支", "第二瓶", "第2瓶", "第2支",
    "第二盒", "第2盒", "第2个", "买一", "买1", "买2", "买3", "买二", "买两", "买三", "買一", "買1", "買2", "半价",
    "半價",
    *(f"件{digit}" for digit in range(5, 10)), "选2", "选3", "优惠券", "優惠券", "领券", "領券", "点で", "点以上",
    "クーポン", "쿠폰", "1+1", "2+1", "uy 1", "uy 2", "uy 3", "uy one", "uy two", "uy any", "2nd item", "2nd one",
    "econd item", "econd one", "2 for", "3 for", _COUPON,
)  # fmt: skip
# In markup "coupon" is mostly the name of a class or a variable: in a text it begins a word.
_GATE = Marks((*(stem for stem in _STEMS if stem != _COUPON), *(f"{a}{b}{_COUPON}" for a in " >" for b in "cC")))
_IN_TEXTS = Marks((*_STEMS, "满\x00"))
# Rules that change what a number of pieces costs; gifts, shipping and deadlines do not.
_OF_PRICE = frozenset({"threshold_off", "coupon", "nth_item", "multi_discount", "multi_price", "buy_get"})
_LONGEST_LINE = 80
_MOST_LINES = 8
# Of the letters and digits of a line, how many belong to its promotions.
_SAID = 0.4
_NOT_LETTER = re.compile(r"[\W_]+")
_LEVELS = 3


def read_promotions(document: Document) -> tuple[str, ...]:
    """The lines in page order, as written; at most eight."""
    if document.tree is None or not _GATE.held_by(document.utf8):
        return ()
    survey = Survey(document, find_heading(document, None))
    found: dict[str, None] = {}
    for element, text in survey.texts_with(_IN_TEXTS):
        line = _line(element, squeeze(text)) if survey.own(element) else None
        if line is not None:
            found[line] = None
            if len(found) == _MOST_LINES:
                break
    return tuple(found)


def _line(holder: etree._Element, own: str) -> str | None:
    """The shortest text around that is a promotion and little else."""
    if holder.tag in ("h1", "h2", "h3", "title"):
        return None
    if _is_promotion(own):
        return own
    node: etree._Element | None = holder
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return None
        text = text_in(node, _LONGEST_LINE + 1)
        if len(text) > _LONGEST_LINE:
            return None
        if _is_promotion(text):
            return text
        node = node.getparent()
    return None


def _is_promotion(text: str) -> bool:
    if len(text) > _LONGEST_LINE:
        return False
    rules = [rule for rule in read_rules(text) if rule.type in _OF_PRICE]
    letters = len(_NOT_LETTER.sub("", text))
    return bool(rules) and sum(len(_NOT_LETTER.sub("", rule.text)) for rule in rules) >= _SAID * letters
