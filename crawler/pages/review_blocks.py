"""Reviews in visible markup: repeated blocks called review, comment or testimonial, with rating, date, author and
text inside.

Ratings are written as stars in class names (`star-4`, `sa3`), widths (`width:80%`), labels ("4 out of 5"), attributes
(`data-rating`) or
plain text ("5/5").
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.survey import classes_of
from crawler.pages.visible import css_path
from pipelines.items import Review

_BLOCK = re.compile(
    r"^jdgm-rev$|^(?:[a-z]+[-_]+){0,4}(?:reviews?|comments?|testimonials?|rate|feedback|evaluate"
    r"|pinglun)"
    r"(?:[-_]{0,2}(?:item|box|entry|card|content|row|single|block|list-?item|wrapper|container|con|body|article"
    r"|post))?\d*$",
    re.I,
)
_LIST = re.compile(
    r"list|reviews$|comments$|section|wrap|tab|summary|form|count|rating|stars?|header|write|zero"
    r"|empty|(?:^|[-_])(?:no|new|add|your|ask|sort|filter)[-_]|button|link|snapshot|histogram",
    re.I,
)
_TEXT = re.compile(r"text|content|body|desc|comment|review[-_]?(?:text|body|copy)|message|quote|detail", re.I)
_TITLE = re.compile(r"title|summary|headline|subject|heading", re.I)
_AUTHOR = re.compile(r"author|user|nick|reviewer|customer|by(?:line)?$|name", re.I)
_DATE_CLASS = re.compile(r"date|time|posted|created|published", re.I)
_VARIANT = re.compile(r"sku|variant|option|spec|format|attr|property|style", re.I)
# What a shop answers; a link or button of that name lets a visitor answer.
_REPLY = re.compile(
    r"^(?:(?:review|comment|seller|merchant|shop|store|owner|admin|vendor)s?[-_]{1,2})?(?:reply|replies|response|huifu)"
    r"(?:[-_]{1,2}(?:text|content|body|box|item|message))?$",
    re.I,
)
_REPLY_LABEL = re.compile(
    r"^(?:(?:商家|店家|卖家|賣家|掌柜|客服|官方)(?:的)?(?:回复|回覆|答复|解释)"
    r"|(?:(?:seller|merchant|shop|store|owner)(?:'s)? )?(?:reply|response))\s*[:：]\s*",
    re.I,
)
_DATE = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
    r"|\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? \d{4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}\.? (?:de |di )?[^\W\d]{3,10}\.?,? (?:de |del |di )?\d{4}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d+ (?:day|week|month|year)s? ago|\d+\s?(?:天|个月|年)前"
)
_OUT_OF = re.compile(r"(\d(?:[.,]\d+)?)\s*(?:/|out of|of|von|sur|de|su|van|分，满分)\s*(5|10|100)\b", re.I)
_STARS = re.compile(r"\b(\d(?:[.,]\d)?)\s*(?:-\s*)?(?:stars?|sterne|étoiles?|estrellas|stelle|星|点)", re.I)
_STAR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:stars?|rating|rate|score|sa|grade|star-rating)[-_]{0,2}(?:s-?)?(\d)(?:[-_.](\d))?(?:$|\s)", re.I
)
_WORD_CLASS = re.compile(
    r"star[-_]?rating\s+(one|two|three|four|five)\b|(?:^|\s)(one|two|three|four|five)[-_]?stars?", re.I
)
_WIDTH = re.compile(r"width:\s*(\d{1,3})(?:\.\d+)?%")
_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_STARRY = re.compile(r"star|rat(?:e|ing)|score", re.I)
_FILLED = re.compile(r"★|⭐")
# What a page shows of reviews at once; more of them are an issue (see `generic`).
MOST_BLOCKS = 2_000


def read_review_blocks(document: Document) -> list[Review]:
    """Reviews in the page's own markup, in page order; blocks without a text are left out."""
    tree = document.tree
    if tree is None:
        return []
    blocks = _blocks(tree)
    return [review for block in blocks if (review := _review(block)) is not None]


def _blocks(tree: etree._Element) -> list[etree._Element]:
    """The innermost sort of element that is called a review and has a date or a rating inside."""
    by_name: dict[str, list[etree._Element]] = {}
    for element in tree.iter("div", "li", "article", "section", "tr", "td", "dl", "p", "blockquote", "table", "dd"):
        css = element.get("class")
        name = "data-hook" if element.get("data-hook") == "review" else review_name(css) if css else None
        if name is not None:
            by_name.setdefault(f"{element.tag}.{name}", []).append(element)
    best: tuple[float, list[etree._Element]] = (0.0, [])
    for elements in by_name.values():
        signed = [element for element in elements[:MOST_BLOCKS] if _signed(element)]
        among = set(signed)
        own = [element for element in signed if among.isdisjoint(element.iterancestors())]
        if own and len(own) > best[0]:
            best = (len(own), own)
    return best[1]


@lru_cache(maxsize=5_000)
def review_name(css: str) -> str | None:
    """The class among them that calls an element one review."""
    return next((name for name in css.split() if _BLOCK.match(name) and not _LIST.search(name)), None)


def _signed(block: etree._Element) -> bool:
    """A review has a date, or a rating beside its text."""
    text = text_in(block, 4000)
    return 5 <= len(text) < 4000 * 5 and (_DATE.search(text) is not None or _rating(block)[0] is not None)


def _review(block: etree._Element) -> Review | None:
    rating, scale = _rating(block)
    author = _by_class(block, _AUTHOR, 80)
    date = _date(block)
    title = _title(block)
    answer, reply = _reply(block)
    text = _text(block, {author, title, date}, answer)
    if not text and not title:
        return None
    number = block.get("data-review-id") or block.get("data-id") or block.get("id")
    whole = text_in(block, 3000).lower()
    helpful = re.search(r"(\d+) (?:people|person|customers?|of \d+)[^.]{0,30}helpful|有用\s*\(?(\d+)", whole)
    return Review(
        id=number,
        rating=rating,
        rating_scale=scale,
        date=date,
        title=title if title != text else None,
        text=text,
        author=author,
        variant=_by_class(block, _VARIANT, 120),
        verified=True
        if re.search(r"verified (?:purchase|buyer|owner)|verifizierter kauf|已购|compra verificada", whole)
        else None,
        helpful=next((part for part in helpful.groups() if part), None) if helpful else None,
        reply=reply,
        path=css_path(block),
    )


def _rating(block: etree._Element) -> tuple[str | None, str | None]:
    """(value, scale) from attributes, labels, class names, widths or stars, in that order of trust."""
    for node in block.iter():
        if not isinstance(node.tag, str):
            continue
        for name in ("data-rating", "data-score", "data-star", "data-stars", "data-rate"):
            value = node.get(name)
            if value and re.fullmatch(r"\d(?:\.\d+)?", value):
                return value, "5"
        for spoken in (node.get("aria-label"), node.get("title"), node.get("alt"), node.text):
            if not spoken or len(spoken) > 80:
                continue
            match = _OUT_OF.search(spoken)
            if match:
                return match.group(1).replace(",", "."), match.group(2)
            match = _STARS.search(spoken)
            if match and node.tag not in ("p",):
                return match.group(1).replace(",", "."), "5"
        names = node.get("class") or ""
        if "star" in names.lower() or "rat" in names.lower() or "sa" in names or "score" in names:
            word = _WORD_CLASS.search(names)
            if word:
                return _WORDS[(word.group(1) or word.group(2)).lower()], "5"
            match = _STAR_CLASS.search(names)
            if match and "1" <= match.group(1) <= "5":
                return match.group(1) + (f".{match.group(2)}" if match.group(2) else ""), "5"
        width = _WIDTH.search(node.get("style") or "")
        if width and 10 <= int(width.group(1)) <= 100 and _STARRY.search(classes_of(node, 2)):
            return format(int(width.group(1)) / 20, "g"), "5"
        if node.text and (stars := len(_FILLED.findall(node.text))) and stars <= 5:
            return str(stars), "5"
    return None, None


def _date(block: etree._Element) -> str | None:
    for node in block.iter("time"):
        value = node.get("datetime") or squeeze(node.text or "")
        if value:
            return value
    for node in block.iter():
        if isinstance(node.tag, str) and _DATE_CLASS.search(node.get("class") or ""):
            match = _DATE.search(text_in(node, 200))
            if match:
                return match.group()
    match = _DATE.search(text_in(block, 20_000))
    if match is None:
        # Widgets write the moment into an attribute and let a script show it.
        spoken = next(
            (
                node.get("data-content") or node.get("datetime")
                for node in block.iter()
                if isinstance(node.tag, str) and _DATE_CLASS.search(node.get("class") or "")
            ),
            None,
        )
        match = _DATE.match(spoken or "")
    return match.group() if match else None


def _by_class(block: etree._Element, pattern: re.Pattern[str], longest: int) -> str | None:
    for node in block.iter():
        if node is block or not isinstance(node.tag, str):
            continue
        if any(pattern.search(name) for name in (node.get("class") or "").split()) or pattern.pattern == node.get(
            "itemprop"
        ):
            text = text_in(node, longest + 40)
            if text and len(text) <= longest and not _DATE.fullmatch(text):
                return re.sub(r"^(?:by|von|par|por|作者)\s*:?\s+", "", text, flags=re.I)
    return None


def _title(block: etree._Element) -> str | None:
    for node in block.iter():
        if node is block or not isinstance(node.tag, str):
            continue
        titled = (
            any(_TITLE.search(name) for name in (node.get("class") or "").split())
            or node.get("data-hook") == "review-title"
        )
        if titled or node.tag in ("h3", "h4", "h5", "h6"):
            text = text_in(node, 300)
            if text and len(text) <= 200 and not _OUT_OF.fullmatch(text):
                return text
    return None


def _reply(block: etree._Element) -> tuple[etree._Element | None, str | None]:
    """The element that holds what the shop answered, and its text without the words that say so."""
    for node in block.iter("div", "p", "section", "blockquote", "dd", "li", "article"):
        if node is not block and any(_REPLY.match(name) for name in (node.get("class") or "").split()):
            text = _REPLY_LABEL.sub("", text_in(node, 4000))
            if len(text) > 1 and not any(True for _ in node.iter("form", "textarea", "input")):
                return node, text
    return None, None


def _text(block: etree._Element, known: set[str | None], answer: etree._Element | None) -> str | None:
    """The longest text part that is called a text, else the longest paragraph, else all text; not the shop's answer."""
    called, plain, around = "", "", ""
    answered = set(answer.iter()) if answer is not None else set()
    outside = set(answer.iterancestors()) if answer is not None else set()
    for node in block.iter():
        if node is block or not isinstance(node.tag, str) or node.tag in ("script", "style", "form", "button", "ul"):
            continue
        if node in answered:
            continue
        named = (
            any(_TEXT.search(name) and not _LIST.search(name) for name in (node.get("class") or "").split())
            or node.get("data-hook") == "review-body"
        )
        if not named and node.tag not in ("p", "dd", "blockquote", "q", "td", "span", "div"):
            continue
        text = text_in(node)
        if (
            text in known
            or _DATE.fullmatch(text)
            or (len(text) <= 30 and _OUT_OF.search(text))
            or _DATE_CLASS.search(node.get("class") or "")
        ):
            continue
        if node in outside:
            around = max(around, text, key=len) if named else around
        elif named:
            called = max(called, text, key=len)
        elif node.tag in ("p", "dd", "blockquote", "q"):
            plain = max(plain, text, key=len)
    return called or plain or around or text_in(block) or None
