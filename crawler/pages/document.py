"""One decoded page and its parsed tree, parsed at most once and shared by all readers."""

from __future__ import annotations

import re
from functools import cached_property

from lxml import etree
from web_poet import HttpResponse

from crawler.pages.marks import Marks
from crawler.pages.markup import flattened, without_attribute_floods
from crawler.pages.texts import Texts
from pipelines.normalize.language import detect

_PARSER_OPTIONS = {"encoding": "utf-8", "huge_tree": True, "remove_pis": True}
_MOST_CODES = 400
_LEAST_SPOKEN = 300
_MOST_SPOKEN = 2000
_SPOKEN = 0.9
# Names that generic readers ask for; Python looks for one of them as long as all of them take in one pass.
_NAMES = (
    *("ld+json", "itemprop", "itemscope", "typeof=", "property=", "schema.org", "urrency"),
    *('rop="reviewCount', "rop='reviewCount"),
    *('="{', "='{", '="[{', "='[{", '"reviewText"', '"reviewBody"', '"reviewContent"', '"review_text"'),
)
_MARKS = Marks(_NAMES)
_CURRENCY = re.compile(r"urrency(?:[-_]?[cC]ode|[-_]?[iI]so)?[\"'\\]{0,3}\s*[:=]\s*[\\]{0,2}[\"']([A-Z]{3})[\"'\\]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<(?:!doctype|html|head|body|div|span|script|meta|title|table|p|h1|ul|section|main|article)\b", re.I)
_CODE = re.compile(r"[{\[(\"]|//|/\*|(?:var|let|const|export|module|window)\b|[\w$.]+\s*[=(]")


class Document:
    """Decoded text of one page. `tree` is None for an empty body or one that is not markup.

    `utf8` is the text in UTF-8 where it is known. A table of ids costs a tenth of the parse; the generic readers ask
    for no id, and leave it out.

    `faults` are codes of `pipelines.faults` that readers find while they parse.
    """

    def __init__(self, url: str, text: str, utf8: bytes | None = None, *, ids: bool = True) -> None:
        self.url = url
        self.text = text
        self._utf8 = utf8
        self._ids = ids
        self.faults: list[str] = []

    @classmethod
    def of(cls, response: HttpResponse) -> Document:
        """The document of a response, made once and kept on it."""
        known = getattr(response, "_daihuo_document", None)
        return known if isinstance(known, cls) else cls(str(response.url), response.text).kept_on(response)

    def kept_on(self, response: HttpResponse) -> Document:
        """This document, as the one that `of` gives for the response."""
        response._daihuo_document = self  # type: ignore[attr-defined]
        return self

    @cached_property
    def utf8(self) -> bytes:
        """The text in UTF-8."""
        return in_utf8(self.text) if self._utf8 is None else self._utf8

    @cached_property
    def is_html(self) -> bool:
        head = self.text[:2000].lstrip("\ufeff \t\r\n")
        return head.startswith("<") or (not _CODE.match(head) and bool(_TAG.search(self.text[:100_000])))

    @cached_property
    def tree(self) -> etree._Element | None:
        if not self.is_html:
            return None
        slim = without_attribute_floods(self.text)
        whole = len(slim) == len(self.text)
        if not whole:
            self.fault("many_attributes")
        known = self._utf8 if whole else None
        tree, too_deep = _parsed(in_utf8(slim) if known is None else known, self._ids)
        if too_deep:
            self.fault("deep_dom")
            tree, _ = _parsed(in_utf8(flattened(slim)), self._ids)
        return tree

    @cached_property
    def texts(self) -> Texts:
        """The short texts of the page, gathered once for all readers."""
        return Texts(self.tree)

    def has(self, *names: str) -> bool:
        """Whether the text holds one of the names, all of which are among `_NAMES`."""
        return not self._held.isdisjoint(names)

    @cached_property
    def _held(self) -> frozenset[str]:
        return _MARKS.held_by(self.utf8)

    def fault(self, code: str | None) -> None:
        """Note a fault once; None is none."""
        if code is not None and code not in self.faults:
            self.faults.append(code)

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        if self.tree is not None and "<base" in self.text[:50_000]:
            for element in self.tree.iter("base"):
                href = element.get("href")
                if href and href.startswith("http"):
                    return str(href)
        return self.url

    @cached_property
    def language(self) -> str | None:
        """As the page declares it, else the one that its text is in."""
        if self.tree is None:
            return None
        said = (
            self.tree.get("lang")
            or self.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
            or self.tree.get("xml:lang")
        )
        said = said or self.metas.get("og:locale") or self.metas.get("content-language") or ""
        said = said.replace("_", "-")
        return said.strip() or self._spoken

    @property
    def _spoken(self) -> str | None:
        """The language that the page's text is in; None where there is too little of it, or it is not sure."""
        text = text_in(self.tree, _MOST_SPOKEN)
        reading = detect(text) if len(text) >= _LEAST_SPOKEN else None
        return reading.language if reading is not None and reading.confidence >= _SPOKEN else None

    @cached_property
    def currency(self) -> str | None:
        """The one ISO 4217 code that the page's scripts and settings name; None when they name none or several."""
        codes: set[str] = set()
        place = self.text.find("urrency") if self.has("urrency") else -1
        for _ in range(_MOST_CODES):
            if place < 0:
                break
            match = _CURRENCY.match(self.text, place)
            if match:
                codes.add(match.group(1))
            place = self.text.find("urrency", place + 7)
        return codes.pop() if len(codes) == 1 else None

    @cached_property
    def metas(self) -> dict[str, str]:
        """`<meta>` by lower-case name or property; the first one counts."""
        found: dict[str, str] = {}
        if self.tree is not None:
            for element in self.tree.iter("meta"):
                name = element.get("property") or element.get("name")
                content = element.get("content")
                if name and content and content.strip():
                    found.setdefault(name.strip().lower(), content.strip())
        return found

    @cached_property
    def title(self) -> str | None:
        if self.tree is not None:
            for element in self.tree.iter("title"):
                text = squeeze("".join(element.itertext()))
                if text and (element.getparent() is None or element.getparent().tag != "svg"):
                    return text
        return None

    @cached_property
    def scripts(self) -> list[tuple[str, str, str]]:
        """(type in lower case, id, text) of every inline script that holds text."""
        found = []
        if self.tree is not None:
            for element in self.tree.iter("script"):
                text = element.text
                if text and not text.isspace():
                    found.append(((element.get("type") or "").lower().strip(), element.get("id") or "", text))
        return found


def in_utf8(text: str) -> bytes:
    """The bytes that the parser takes; a surrogate without its pair has none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _parsed(data: bytes, ids: bool) -> tuple[etree._Element | None, bool]:
    """The tree, and whether elements are nested deeper than the parser goes: it stops there without an error."""
    parser = etree.HTMLParser(collect_ids=ids, **_PARSER_OPTIONS)
    try:
        tree = etree.fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    last = parser.error_log.last_error
    return tree, last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT


def squeeze(text: str) -> str:
    """White space of any kind as single spaces."""
    return " ".join(text.split())


def text_in(element: etree._Element, limit: int = 20_000) -> str:
    """Text inside an element, scripts and styles left out, at most `limit` characters."""
    pieces: list[str] = []
    size = 0
    for node in element.iter():
        text = node.text if isinstance(node.tag, str) and node.tag not in ("script", "style", "template") else None
        for piece in (text, node.tail if node is not element else None):
            if piece:
                pieces.append(piece)
                size += len(piece)
        if size > limit:
            break
    return squeeze(" ".join(pieces))[:limit]
