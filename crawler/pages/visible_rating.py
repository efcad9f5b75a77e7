"""The rating summary near the heading: "4.7 out of 5", "3,605 reviews", "(414)", `itemprop` outside any product."""

from __future__ import annotations

import re

from lxml import etree

from crawler.pages.document import text_in
from crawler.pages.marks import Marks
from crawler.pages.survey import Survey

_STEMS = Marks((
    "review", "rating", "bewertung", "rezension", "avis", "opinion", "valoracion", "recension", "beoordeling", "评价",
    "評價", "评论", "レビュー",
))  # fmt: skip
_COUNT = re.compile(
    r"\(?\s*(\d[\d.,\u00a0\u202f]*(?:万|k)?\+?)\s*(?:条|件(?:の)?|customer|verified|global|product|user|total)?\s*"
    r"(?:reviews?|ratings?|bewertung(?:en)?|rezension(?:en)?|avis(?: clients?)?|opiniones|valoraciones|recensioni"
    r"|beoordelingen"
    r"|累计评价|商品评价|评价|評價|评论|レビュー)\s*\)?"
    r"|(?:累计评价|商品评价|评价|評價|reviews?|bewertungen|レビュー)\s*[:：]?\s*\(?\s*(\d[\d.,]*(?:万|k)?\+?)\s*\)?",
    re.I,
)
_RATING = re.compile(
    r"(?<![\d.,])([0-5](?:[.,]\d{1,4})?)\s*(?:/|out of|of|von|sur|de|su|van|av|af|z|na|trên)\s*(5|10)\b", re.I
)
_BRACKET = Marks(("(",))
_BRACKETED = re.compile(r"\((\d[\d.,\u00a0\u202f]{0,9})\)")
_PLAIN = re.compile(r"(?<![\d.,])([1-5][.,]\d{1,2})(?![\d.,%])")


def read_summary(survey: Survey) -> tuple[str | None, str | None, str | None]:
    """(rating, its scale, number of reviews) of the product; None for what the page does not show beyond doubt."""
    marked = _marked(survey)
    if marked is not None:
        return marked
    found: dict[str, etree._Element] = {}
    for element, text in survey.texts_with(_STEMS):
        match = _COUNT.fullmatch(text.strip())
        if match is None or survey.place(element).gone or survey.elsewhere(element):
            continue
        found.setdefault(match.group(1) or match.group(2), element)
    if not found:
        return _bracketed(survey)
    if len(found) != 1:
        return None, None, None
    count, element = next(iter(found.items()))
    rating, scale = _beside(element)
    return rating, scale, count


def _bracketed(survey: Survey) -> tuple[str | None, str | None, str | None]:
    """ "4.2 out of 5 (57)": the one number in brackets that a rating stands beside."""
    found: dict[str, tuple[str, str | None]] = {}
    for element, text in survey.texts_with(_BRACKET):
        match = _BRACKETED.fullmatch(text.strip())
        if match is None or not survey.own(element) or survey.elsewhere(element):
            continue
        parent = element.getparent()
        for node in (element, parent) if parent is not None else (element,):
            spoken = " ".join(part.get("aria-label") or part.get("title") or "" for part in node.iter("*"))
            beside = _RATING.search(f"{text_in(node, 200)} {spoken}")
            if beside:
                found.setdefault(match.group(1), (beside.group(1), beside.group(2)))
                break
    if len(found) != 1:
        return None, None, None
    count, (rating, scale) = next(iter(found.items()))
    return rating, scale, count


def _marked(survey: Survey) -> tuple[str | None, str | None, str | None] | None:
    """Microdata properties that no item holds."""
    tree = survey.document.tree
    if tree is None or not survey.document.has('rop="reviewCount', "rop='reviewCount"):
        return None
    counts = {_value(node) for node in tree.xpath("//@itemprop[.='reviewCount']/..")} - {""}
    if len(counts) != 1:
        return None
    ratings = {_value(node) for node in tree.xpath("//@itemprop[.='ratingValue']/..")}
    ratings = {value for value in ratings if re.fullmatch(r"[0-5](?:[.,]\d+)?", value) and value.strip("0.,")}
    return (ratings.pop() if len(ratings) == 1 else None), None, counts.pop()


def _value(node: etree._Element) -> str:
    return (node.get("content") or text_in(node, 40)).strip()


def _beside(element: etree._Element) -> tuple[str | None, str | None]:
    """The rating that stands within three ancestors of the count."""
    node: etree._Element | None = element
    for _ in range(3):
        node = node.getparent() if node is not None else None
        if node is None or node.tag in ("body", "html"):
            break
        text = text_in(node, 400)
        if len(text) > 300:
            break
        spoken = " ".join(part.get("aria-label") or part.get("title") or "" for part in node.iter("*"))
        match = _RATING.search(f"{text} {spoken}")
        if match:
            return match.group(1), match.group(2)
        plain = set(_PLAIN.findall(text))
        if len(plain) == 1 and not re.search(r"[$€£¥￥元]", text):
            return plain.pop(), None
    return None, None
