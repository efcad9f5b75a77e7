"""The tags of a page in one pass, without building a tree: for pages that are cut off, or nested too deep to parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
RAW = frozenset({"script", "style", "textarea", "title", "noscript", "iframe", "xmp", "noframes"})
# Elements whose end tag may be left out: another one of their kind, or the end of what holds them, closes them.
OPTIONAL_END = frozenset(
    {"html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup"}
    | {"colgroup", "rp", "rt"}
)
_INLINE = frozenset({"span", "b", "i", "em", "strong", "sup", "sub", "small", "font", "ins", "bdi", "u", "big", "a"})
_STRUCTURE = frozenset({"html", "body", "main", "article", "section", "form", "table", "ul", "ol", "header", "footer"})
# An unclosed element with less text than this may be the middle of a price; with more it is a part of the page.
_SMALL = 80
_DEEPEST = 150
_TALLEST = 50
_SEARCHED = 50
_MOST_ATTRIBUTES = 1000
# Looking at every tag of a larger page takes longer than reading it.
_LARGEST_SCANNED = 4_000_000
_TOKEN = re.compile(
    r"<!--.*?(?:-->|(?P<open_comment>\Z))"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*)(?P<rest>(?:=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[^<>])*+)"
    r"(?:>|(?P<open_tag>\Z|(?=<)))"
    r"|<[!?/][^>]*>"
    r"|<[!?/a-zA-Z][^>]*\Z",
    re.S,
)
_HUGE = 20_000
_HUGE_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_HUGE},}}>")
_ATTRIBUTE = re.compile(r"\s+[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_TAG = re.compile(r"<[^>]*>")
_BEGINNING = re.compile(r"[\ufeff \t\r\n]*<")

Kind = Literal["open", "close", "void", "raw", "unfinished"]


def begins_as_markup(text: str) -> bool:
    """Whether the first sign of a text opens a tag; nothing is copied."""
    return _BEGINNING.match(text) is not None


@dataclass(frozen=True, slots=True)
class Token:
    """A tag from `start` to `end`; a `raw` one reaches to the end of its element's text, an `unfinished` one to the
    end of the page.
    """

    kind: Kind
    name: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """All tags in order; comments and the text of scripts hold none."""
    place = 0
    while (match := _TOKEN.search(text, place)) is not None:
        place = match.end()
        name = (match.group("name") or "").lower()
        if match.group("open_comment") is not None or (not name and not match.group().endswith(">")):
            yield Token("unfinished", name, match.start(), len(text))
            return
        if not name:
            continue
        if match.group("open_tag") is not None and match.end() == len(text):
            yield Token("unfinished", name, match.start(), len(text))
            return
        if match.group("close"):
            yield Token("close", name, match.start(), place)
        elif name in VOID or match.group("rest").endswith("/"):
            yield Token("void", name, match.start(), place)
        elif name in RAW:
            end = re.compile(rf"</{name}[\s>/]", re.I).search(text, place)
            if end is None:
                yield Token("unfinished", name, match.start(), len(text))
                return
            place = end.start()
            yield Token("raw", name, match.start(), place)
        else:
            yield Token("open", name, match.start(), place)


@dataclass(slots=True)
class _Open:
    name: str
    start: int
    end: int
    height: int = 0
    has_heading: bool = False


@dataclass(slots=True)
class _Scan:
    """Elements in the order of their tags: those still open, and (start, end, name) of those that were closed."""

    stack: list[_Open] = field(default_factory=list)
    closed: list[tuple[int, int, str]] = field(default_factory=list)
    unfinished: int | None = None
    last: int = 0

    def take(self, token: Token) -> None:
        self.last = token.end
        if token.kind == "unfinished":
            self.unfinished = token.start
        elif token.kind == "open":
            if self.stack and self.stack[-1].name == token.name and token.name in OPTIONAL_END:
                self._close(len(self.stack) - 1, token.start)
            self.stack.append(_Open(token.name, token.start, token.end))
        elif token.kind == "close":
            for index in range(len(self.stack) - 1, max(-1, len(self.stack) - _SEARCHED), -1):
                if self.stack[index].name == token.name:
                    self._close(index, token.end)
                    return

    def _close(self, index: int, end: int) -> None:
        for element in self.stack[index:]:
            self.closed.append((element.start, end, element.name))
            if element.name == "h1":
                for outer in self.stack[:index]:
                    outer.has_heading = True
        del self.stack[index:]


def ends_in_its_middle(text: str) -> bool:
    """Whether markup stops where no page ends: in a tag, comment or script, or with elements open that must not be."""
    tail = text[-4000:].lower()
    if "</html" in tail or "</body" in tail:
        return False
    if len(text) > _LARGEST_SCANNED:
        return text.rfind("<") > text.rfind(">")
    scan = _scanned(text)
    if scan.unfinished is not None:
        return True
    whole = any(element.name in ("html", "body") for element in scan.stack)
    return whole and any(element.name not in OPTIONAL_END for element in scan.stack)


def complete_part(text: str) -> str:
    """The markup up to where it surely is whole: without the tag, the text and the small elements that the end cuts."""
    scan = _scanned(text)
    place = scan.last if scan.unfinished is None else scan.unfinished
    while scan.stack:
        element = scan.stack.pop()
        if element.start >= place:
            continue
        said = _TAG.sub("", text[element.start : place])
        if element.name in _STRUCTURE or element.has_heading or len(said.strip()) >= _SMALL:
            break
        place = element.start
    for start, end, name in reversed(scan.closed):
        # "19" in one element, ".90" in the next: the last inline ones may be a part of what was cut.
        if start >= place:
            continue
        if name not in _INLINE or end > place or len(text[end:place].strip()) >= _SMALL:
            break
        place = start
    return text[: text.rfind(">", 0, place) + 1]


def _scanned(text: str) -> _Scan:
    scan = _Scan()
    for token in tokens(text):
        scan.take(token)
    return scan


def flattened(text: str) -> str:
    """The page without the elements that only wrap others, hundreds of levels of them; texts and small parts stay."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[Token, int]] = []

    def leave(count: int, end: Token | None) -> None:
        for _ in range(count):
            token, height = stack.pop()
            if stack:
                stack[-1] = (stack[-1][0], max(stack[-1][1], height + 1))
            if height > _TALLEST and len(stack) > _DEEPEST:
                spans.append((token.start, token.end))
                if end is not None and end.name == token.name:
                    spans.append((end.start, end.end))

    for token in tokens(text):
        if token.kind == "open":
            if stack and stack[-1][0].name == token.name and token.name in OPTIONAL_END:
                leave(1, None)
            stack.append((token, 0))
        elif token.kind == "close":
            for back in range(1, min(_SEARCHED, len(stack)) + 1):
                if stack[-back][0].name == token.name:
                    leave(back - 1, None)
                    leave(1, token)
                    break
    leave(len(stack), None)
    pieces, place = [], 0
    for start, end in sorted(spans):
        pieces.append(text[place:start])
        place = end
    return "".join((*pieces, text[place:]))


def without_attribute_floods(text: str) -> str:
    """Tags with thousands of attributes, which take a parser time that grows with their square, keep the first ones."""

    def shortened(match: re.Match[str]) -> str:
        tag = match.group()
        if tag.count("=") + tag.count(" ") <= _MOST_ATTRIBUTES:
            return tag
        end = 0
        for count, attribute in enumerate(_ATTRIBUTE.finditer(tag)):
            if count >= _MOST_ATTRIBUTES:
                return tag[:end] + ">"
            end = attribute.end()
        return tag

    pieces, place = [], 0
    for start in _huge_tags(text):
        if match := _HUGE_TAG.match(text, start):
            pieces += [text[place:start], shortened(match)]
            place = match.end()
    return "".join((*pieces, text[place:])) if pieces else text


def _huge_tags(text: str) -> list[int]:
    """Where huge tags may begin: such a tag covers one of the stretches of half its length, which has no bracket."""
    half = _HUGE // 2
    found: dict[int, None] = {}
    for start in range(0, len(text) - half, half):
        if text.find("<", start, start + half) < 0 and text.find(">", start, start + half) < 0:
            opened = text.rfind("<", 0, start)
            if opened > text.rfind(">", 0, start):
                found[opened] = None
    return list(found)
