"""Promotions that a page states in lines of their own beside the offer: 满199减100, 第二件半价, "Buy 2 get 1 free".

Prose, reviews, menus and cards of other goods name promotions too: a line counts where it says little else, and where
nothing above it says that it belongs to another part of the page. What a promotion does to the price is decided later.
"""

from __future__ import annotations

import re

from lxml import etree

from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.survey import SKIPPED, Survey
from crawler.pages.visible import find_heading
from pipelines.normalize.promotions import read_rules

# Cheap, over the whole text: most pages state none.
_SOME = re.compile(
    r"[满滿]\s*(?:\d|<|$)|第\s?[二两2]\s?[件个個支瓶盒杯双雙]|[买買]\s?[\d一二两三]\s?[送赠贈免]|\d\s?件\s?\d(?:\.\d)?\s?折|半价|半價"
    r"|[任]?[选選]\s?\d\s?件|[优優]惠券|领券|領券|点で|点以上|クーポン|쿠폰|\d\+1(?!\d)"
    r"|\b(?:buy|get) (?:\d|one|two|any)\b|\b(?:2nd|second) (?:one|item|pair)|\b\d for (?:\d\b|[$€£])|coupon",
    re.I,
)
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
    if document.tree is None or _SOME.search(document.text) is None:
        return ()
    found: dict[str, None] = {}
    survey: Survey | None = None
    for element in document.tree.iter("*"):
        if element.tag in SKIPPED:
            continue
        for holder, text in ((element, element.text), (element.getparent(), element.tail)):
            if not text or len(text) > 400 or _SOME.search(text) is None or holder is None:
                continue
            survey = survey or Survey(document, find_heading(document, None))
            place = survey.place(holder)
            line = None if place.gone or place.apart else _line(holder, squeeze(text))
            if line is not None:
                found[line] = None
                if len(found) == _MOST_LINES:
                    return tuple(found)
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
