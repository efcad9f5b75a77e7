"""From the price texts of a page to the product block: which of them belong to the offer, and in what order of
prominence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import Document, squeeze
from crawler.pages.survey import Survey, classes_of
from crawler.pages.visible import Candidate, Visible, box_of, css_path, find_heading, pieces_in
from pipelines.items import PriceSaid, Said

_RESTRICTED = frozenset({"deposit", "balance", "instalment", "member", "coupon", "used", "bundle", "unit"})
_GAP = 2.0
_HEADINGS = frozenset({"h1", "h2", "h3"})
_MONEY = re.compile(r"[$€£¥￥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:元|€|%|[A-Z]{3}\b)|\d[.,]\d\d(?!\d)")
_PRICE_WORDS = re.compile(
    r"price|now|only|sale|regular|normal|retail|you pay|start(?:s|ing)? at|as low as|per|our|inc(?:l|luding)?|vat"
    r"|tax|from|each|usd|eur|gbp|cny|rmb|current|preis|precio|prix|售价|价格|促销价",
    re.I,
)
_POSITION = re.compile(r"\S*\d\S*|\b(?:first|last|odd|even|active|selected)\b\S*|\s+", re.I)
_NUMBER = re.compile(
    r"^(?:id|pid|item|sku|route|goods|product)$|(?:item|product|goods|prod|article)s?[-_]?(?:id|no|code)$", re.I
)


def read_visible(document: Document, name_hint: str | None = None, *, listing: bool = True) -> Visible:
    """The visible product block of a page; empty when the page is no markup. `listing` False leaves other goods'
    groups out.
    """
    heading = find_heading(document, name_hint)
    survey = Survey(document, heading)
    visible = Visible(text_size=survey.text_size)
    if heading is not None:
        pieces = pieces_in(heading, 600)
        visible.name = squeeze(" ".join(piece for piece, _ in pieces)) or None if pieces else None
    candidates, beside = _candidates(survey)
    boxes = [candidate.box for candidate in candidates]
    visible.groups = _groups(survey, [*boxes, *beside] if listing else boxes)
    members = {element for group in visible.groups for element in group}
    own = [candidate for candidate in candidates if not any(node in members for node in _lineage(candidate.box, 10))]
    chosen = _prominent(survey, own)
    visible.strength = chosen[0].score if chosen else 0.0
    shown = {candidate.text for candidate in chosen}
    visible.rivals = any(other.kind is None and other.text not in shown and not _no_price(other) for other in own)
    visible.prices = [_said(candidate) for candidate in chosen]
    visible.has_button = any(
        not survey.place(button).gone and not survey.place(button).apart for button in survey.buttons
    )
    visible.availability = _availability(survey)
    return visible


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
        if place.apart or _elsewhere(survey.document, place.link):
            beside.append(element)
            continue
        boxed = box_of(element)
        if boxed is None or boxed[0] in boxes:
            continue
        box, text = boxed
        boxes.add(box)
        if not any(char in "123456789" for char in text):
            continue
        candidate = Candidate(box=box, text=text, order=survey.order[element], struck=place.struck)
        _describe(candidate)
        own.append(candidate)
    return own, beside


def _elsewhere(document: Document, link: str | None) -> bool:
    """Whether a link leads to another page than this one."""
    if not link or link.startswith(("#", "javascript:", "?", "tel:", "mailto:")):
        return False
    try:
        target, here = urlsplit(urljoin(document.base, link)), urlsplit(document.url)
    except ValueError:
        return False
    if target.path.rstrip("/") != here.path.rstrip("/"):
        return True
    return bool(target.query) and _numbers(target.query) != _numbers(here.query) and bool(_numbers(target.query))


def _numbers(query: str) -> set[tuple[str, str]]:
    """Query parts that name a product or a page of the shop, as `index.php?route=…&product_id=…` does."""
    return {pair for pair in parse_qsl(query) if _NUMBER.search(pair[0])}


def _describe(candidate: Candidate) -> None:
    """Label, words after, classes and kind of a candidate."""
    box = candidate.box
    candidate.classes = classes_of(box, 3)
    before = _words_before(box)
    candidate.after = _words_after(box)
    spoken = " ".join(filter(None, (box.get("aria-label"), box.get("title"))))
    candidate.label = squeeze(f"{before} {spoken}")[-80:]
    near = squeeze(f"{candidate.label[-50:]} {candidate.text} {candidate.after[:40]}")
    inner = re.sub(r"[\d.,\s]|[$€£¥￥]", "", candidate.text)
    if candidate.struck or signs.OLD_CLASS.search(classes_of(box, 2)) or _inner_struck(box):
        candidate.struck, candidate.kind = True, "list"
        return
    if signs.UNIT_CLASS.search(classes_of(box, 2)) and not re.search(r"itemprop|final|current", candidate.classes):
        candidate.kind = "unit"
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


def _inner_struck(box: etree._Element) -> bool:
    return any(node.tag in ("del", "s", "strike") for node in box.iter("del", "s", "strike"))


def _words_before(box: etree._Element) -> str:
    """Words before the price: earlier siblings, then the parent's, up to a short distance."""
    words: list[str] = []
    node = box
    for _ in range(3):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        sibling = node.getprevious()
        if sibling is not None:
            words.insert(0, (sibling.tail or "").strip())
            pieces = pieces_in(sibling, 80) if isinstance(sibling.tag, str) and sibling.tag not in _HEADINGS else None
            spoken = squeeze(" ".join(piece for piece, _ in pieces)) if pieces else ""
            if sibling.tag in _HEADINGS or (_MONEY.search(spoken) and not signs.LIMITED.search(spoken)):
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


def _own_words(text: str) -> str:
    """The words after the last amount: those before it are another price's label ("Save $50 Was")."""
    amounts = list(_MONEY.finditer(text))
    return text[amounts[-1].end() :].strip()[-80:] if amounts else text[-80:]


def _words_after(box: etree._Element) -> str:
    node = box
    for _ in range(2):
        tail = squeeze(node.tail or "")
        sibling = node.getnext()
        if tail:
            return tail[:60]
        if sibling is not None and isinstance(sibling.tag, str):
            pieces = pieces_in(sibling, 60)
            text = " ".join(piece for piece, _ in pieces) if pieces else ""
            return "" if signs.MARK.search(text) else squeeze(text)[:60]
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        node = parent
    return ""


def _prominent(survey: Survey, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of the product block, most prominent first."""
    scored: list[Candidate] = []
    near_button = {node for button in survey.buttons for node in _lineage(button, 6)} - survey.above
    for candidate in candidates:
        if _no_price(candidate):
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
    kept = [
        candidate
        for candidate in scored
        if candidate is top
        or (candidate in plain and candidate.score > top.score - _GAP)
        or (candidate not in plain and (block in _lineage(candidate.box, 12) or candidate.score > top.score - 8))
    ]
    kept.sort(key=lambda candidate: (candidate is not top, -candidate.score, candidate.order))
    return kept[:40]


def _no_price(candidate: Candidate) -> bool:
    """A discount, a delivery charge or a threshold is money, not a price of the goods."""
    words = f"{candidate.label[-40:]} {candidate.text} {candidate.after[:24]}"
    return signs.NOT_A_PRICE.search(words) is not None or not any(char.isdigit() for char in candidate.text)


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
    if len(re.sub(r"[\W\d]", "", _PRICE_WORDS.sub("", candidate.text))) > 4:
        score -= 2.5
    if signs.BEFORE_TAX.search(f"{candidate.label[-30:]} {candidate.text} {candidate.after[:30]}"):
        score -= 1.0
    return score


def _said(candidate: Candidate) -> PriceSaid:
    tax = signs.BEFORE_TAX.search(f"{candidate.label[-30:]} {candidate.text} {candidate.after[:30]}")
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
            holder = holders.setdefault((_shape(node), _shape(parent), _shape(parent.getparent())), [])
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
    return f"{node.tag} {_POSITION.sub('', node.get('class') or '')}"


def _links_elsewhere(document: Document, block: etree._Element) -> bool:
    return any(
        (href := link.get("href")) and _elsewhere(document, href)
        for link in ([block] if block.tag == "a" else block.iter("a"))
    )


def _availability(survey: Survey) -> list[Said]:
    """Stock words near the offer, explicit ones first; then the buy button."""
    found: list[tuple[float, Said]] = []
    for element, text in survey.stock:
        place = survey.place(element)
        if place.gone or place.apart or _elsewhere(survey.document, place.link) or element is survey.heading:
            continue
        marked = signs.STOCK_CLASS.search(classes_of(element, 3)) is not None
        short = len(text) <= 40
        if marked or short:
            weight = (0 if marked else 2) + (0 if short else 1)
            found.append((weight, Said(text=text[:80], found_in="visible", path=css_path(element))))
    found.sort(key=lambda pair: pair[0])
    said = [pair[1] for pair in found[:6]]
    for button in survey.buttons[:3]:
        place = survey.place(button)
        if not place.gone and not place.apart and "disabled" not in button.attrib:
            label = squeeze(button.text or button.get("value") or "add to cart")
            said.append(Said(text=label, found_in="visible", path=f"button {css_path(button)}"))
            break
    return said
