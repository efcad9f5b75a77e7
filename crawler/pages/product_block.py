"""From the price texts of a page to the product block: which of them belong to the offer, and in what order of
prominence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze
from crawler.pages.marks import Marks
from crawler.pages.reduced import mark_reduced
from crawler.pages.said_rows import read_said_rows
from crawler.pages.survey import Survey, classes_of, leads_elsewhere
from crawler.pages.visible import Candidate, Visible, box_of, css_path, find_heading, pieces_in, words_of
from crawler.pages.visible_rating import read_summary
from crawler.pages.wording import describe, no_price
from pipelines.items import PriceSaid, Said

_RESTRICTED = frozenset({"deposit", "balance", "instalment", "member", "coupon", "used", "bundle", "unit"})
_GAP = 2.0
_UNTOLD = Marks(signs.UNTOLD_STEMS)
_PRICE_WORDS = re.compile(
    r"price|special|discount|offer|deal|promo\w*|actual|oferta|sonder|angebot|aktuell|cena|prezzo|pris|list|our"
    r"|now|only|sale|regular|normal|retail|you pay|start(?:s|ing)? at|as low as|per|our|inc(?:l|luding)?|vat"
    r"|tax|from|each|usd|eur|gbp|cny|rmb|current|preis|precio|prix|售价|价格|促销价|税込み?|税抜|送料[別込]|円|元|원|할인|판매가|가격",
    re.I,
)
_CARD = re.compile(r"(?<![a-z])(?:products?|goods|item)[-_]*(?:card|miniature|tile|teaser|thumb)(?![a-z])", re.I)
_POSITION = re.compile(r"\S*\d\S*|\b(?:first|last|odd|even|active|selected)\b\S*|\s+", re.I)


def read_visible(document: Document, name_hint: str | None = None, *, listing: bool = True) -> Visible:
    """The visible product block of a page; empty when the page is no markup. `listing` False leaves other goods'
    groups out.
    """
    heading = find_heading(document, name_hint)
    survey = Survey(document, heading)
    visible = Visible(text_size=survey.text_size)
    if heading is not None:
        pieces = pieces_in(heading, 600)
        visible.name = words_of(_without_icons(pieces)) or None if pieces else None
    candidates, beside = _candidates(survey)
    boxes = [candidate.box for candidate in candidates]
    visible.groups = _groups(survey, [*boxes, *beside] if listing else boxes)
    members = {element for group in visible.groups for element in group}
    own = [candidate for candidate in candidates if not any(node in members for node in _lineage(candidate.box, 10))]
    for candidate in own:
        describe(candidate)
    mark_reduced(own)
    chosen = _prominent(survey, own)
    visible.strength = chosen[0].score if chosen else 0.0
    shown = {candidate.text for candidate in chosen}
    visible.rivals = any(
        other.kind is None and other.text not in shown and not no_price(other) and not _before_tax(other)
        for other in own
    )
    visible.prices = [_said(candidate) for candidate in chosen]
    visible.has_button = any(map(survey.own, survey.buttons))
    visible.untold = _untold(survey)
    visible.labelled = read_said_rows(survey)
    visible.availability = _availability(survey, members)
    visible.rating, visible.rating_scale, visible.review_count = read_summary(survey)
    return visible


def _without_icons(pieces: list[tuple[str, etree._Element]]) -> list[tuple[str, etree._Element]]:
    """Without badges such as 自营, which stand as an icon before the name."""
    plain = [(piece, node) for piece, node in pieces if not (node.tag == "i" and node.get("class"))]
    return plain or pieces


def _lineage(element: etree._Element, levels: int) -> Iterable[etree._Element]:
    node: etree._Element | None = element
    for _ in range(levels):
        if node is None:
            return
        yield node
        node = node.getparent()


def _candidates(survey: Survey) -> tuple[list[Candidate], list[etree._Element]]:
    """(candidates of the page itself, price elements in a link to elsewhere or in a part beside the product)."""
    own: list[Candidate] = []
    beside: list[etree._Element] = []
    boxes: set[etree._Element] = set()
    for element in survey.marked:
        place = survey.place(element)
        if place.gone:
            continue
        if place.apart or leads_elsewhere(survey.document, place.link) or _on_card(survey, element):
            beside.append(element)
            continue
        boxed = box_of(element)
        if boxed is None or boxed[0] in boxes:
            continue
        box, text = boxed
        boxes.add(box)
        if not any(char in "123456789" for char in text):
            continue
        own.append(Candidate(box=box, text=text, order=survey.order[element], struck=place.struck))
    return own, beside


def _on_card(survey: Survey, element: etree._Element) -> bool:
    """Whether the element lies in a card of other goods: named so by its class, and with a link to elsewhere."""
    for node in _lineage(element, 6):
        if node in survey.above or node is survey.heading:
            return False
        if _CARD.search(node.get("class") or ""):
            return _links_elsewhere(survey.document, node)
    return False


def _prominent(survey: Survey, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of the product block, most prominent first."""
    scored: list[Candidate] = []
    near_button = {node for button in survey.buttons for node in _lineage(button, 6)} - survey.above
    for candidate in candidates:
        if no_price(candidate):
            continue
        candidate.score = _score(survey, candidate, near_button)
        scored.append(candidate)
    plain = [
        candidate
        for candidate in scored
        if candidate.kind not in _RESTRICTED and not candidate.struck and candidate.kind != "list"
    ]
    if not plain:
        return sorted(scored, key=lambda candidate: -candidate.score)[:6]
    top = max(plain, key=lambda candidate: (candidate.score, -candidate.order))
    block = next((node for node in list(_lineage(top.box, 5))[::-1] if node not in survey.above), top.box)
    beside = top.box.getparent()
    kept = [
        candidate
        for candidate in scored
        if candidate is top
        or (candidate in plain and candidate.score > top.score - _GAP)
        or (candidate in plain and _called_reduced(candidate) and beside in _lineage(candidate.box, 4))
        or (candidate not in plain and (block in _lineage(candidate.box, 12) or candidate.score > top.score - 8))
    ]
    kept.sort(key=lambda candidate: (candidate is not top, -candidate.score, candidate.order))
    return kept[:40]


def _called_reduced(candidate: Candidate) -> bool:
    """Whether words before the amount call it the reduced price."""
    return signs.REDUCED_LABEL.search(f"{candidate.label[-24:]} {candidate.text}") is not None


def _score(survey: Survey, candidate: Candidate, near_button: set[etree._Element]) -> float:
    box = candidate.box
    lineage = list(_lineage(box, 30))
    steps = next((index for index, node in enumerate(lineage) if node in survey.above), 30)
    score = 0.0
    if signs.PRICE_CLASS.search(candidate.classes):
        score += 3.0
    if signs.NOW_CLASS.search(candidate.classes):
        score += 1.0
    if "price" in (box.get("itemprop") or "") or any(node.get("itemprop") == "price" for node in lineage[:3]):
        score += 3.0
    if signs.MARK.search(candidate.text):
        score += 1.0
    if any(node in near_button for node in lineage[:8]):
        score += 1.5
    if survey.heading is not None:
        score += 1.5 if candidate.order > survey.heading_order else 0.0
        score -= min(steps, 14) * 0.25
        score -= min(abs(candidate.order - survey.heading_order), 900) / 180
    else:
        score -= min(candidate.order, 1800) / 400
    wordy = len(re.sub(r"[\W\d]", "", _PRICE_WORDS.sub("", candidate.text)))
    if wordy > 4:
        # A sentence that mentions money tells of many things; no buyer finds the price there.
        score -= 2.5 if wordy <= 16 else 6.0
    if _before_tax(candidate):
        score -= 1.0
    return score


def _before_tax(candidate: Candidate) -> bool:
    words = f"{candidate.label[-30:]} {candidate.text} {candidate.after[:30]}"
    return signs.BEFORE_TAX.search(words) is not None


def _said(candidate: Candidate) -> PriceSaid:
    tax = _before_tax(candidate)
    words = candidate.label if len(candidate.label) <= 40 else candidate.label[-40:]
    return PriceSaid(
        text=candidate.text,
        kind=candidate.kind,
        label=words,
        struck=candidate.struck,
        condition="before tax" if tax else candidate.after if candidate.kind in _RESTRICTED else "",
        found_in="visible",
        path=css_path(candidate.box),
    )


def _groups(survey: Survey, elements: list[etree._Element]) -> list[list[etree._Element]]:
    """Repeated sibling blocks (same tag and class, three or more) that each hold a price and a link elsewhere."""
    holders: dict[tuple[str, str, str], list[etree._Element]] = {}
    for element in elements if len(elements) >= 3 else ():
        for node in _lineage(element, 9):
            parent = node.getparent()
            if parent is None or node in survey.above or not isinstance(node.tag, str):
                break
            # Elements without a class are alike only below one parent.
            above = _shape(parent.getparent()) if node.get("class") else str(id(parent))
            holder = holders.setdefault((_shape(node), _shape(parent), above), [])
            if node not in holder[-1:]:
                holder.append(node)
    groups = []
    for nodes in holders.values():
        blocks = list(dict.fromkeys(nodes))
        if len(blocks) >= 3 and sum(_links_elsewhere(survey.document, block) for block in blocks) >= 0.6 * len(blocks):
            groups.append(blocks)
    return groups


def _shape(node: etree._Element | None) -> str:
    """Tag and class names without those that count or mark a position."""
    if node is None or not isinstance(node.tag, str):
        return ""
    return _shape_of(node.tag, node.get("class") or "")


@lru_cache(maxsize=8192)
def _shape_of(tag: str, names: str) -> str:
    return f"{tag} {_POSITION.sub('', names)}"


def _links_elsewhere(document: Document, block: etree._Element) -> bool:
    return any(
        (href := link.get("href")) and leads_elsewhere(document, href)
        for link in ([block] if block.tag == "a" else block.iter("a"))
    )


def _untold(survey: Survey) -> bool:
    """Whether the page's own part says "price on request" or the like."""
    return any(
        signs.UNTOLD.search(text.strip().lower()) and survey.own(element)
        for element, text in survey.texts_with(_UNTOLD)
    )


def _availability(survey: Survey, members: set[etree._Element]) -> list[Said]:
    """Stock words near the offer, explicit ones first; then the buy button."""
    found: list[tuple[float, Said]] = []
    for element, text in survey.stock:
        if not survey.own(element) or survey.elsewhere(element) or element is survey.heading:
            continue
        marked = signs.STOCK_CLASS.search(classes_of(element, 3)) is not None
        short = len(text) <= 40
        if marked or short:
            weight = (0 if marked else 2) + (0 if short else 1)
            found.append((weight, Said(text=text[:80], found_in="visible", path=css_path(element))))
    found.sort(key=lambda pair: pair[0])
    said = [pair[1] for pair in found[:6]]
    for button in survey.buttons[:3]:
        if not survey.own(button) or any(node in members for node in _lineage(button, 10)):
            continue
        if not any("disabled" in node.attrib for node in _lineage(button, 3)):
            label = squeeze(button.text or button.get("alt") or button.get("value") or "add to cart")
            said.append(Said(text=label, found_in="visible", path=f"button {css_path(button)}"))
            break
    return said
