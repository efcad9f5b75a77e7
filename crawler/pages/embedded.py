"""State that a page embeds for its own scripts, and bodies that are nothing but such state.

Read shapes (2015-2026): `<script type="application/json">`, `window.__INITIAL_STATE__ = {…}`, `var pageConfig = {…}`,
`JSON.parse("…")` with the text escaped once more, `dataLayer.push({…})`, `data-*` attributes holding JSON,
`self.__next_f.push`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from crawler.pages.document import Document, in_utf8
from crawler.pages.lenient import DECODER, chomp, fault_of, read_json
from crawler.pages.marks import Marks

_ASSIGNED = re.compile(r"=\s*(?P<start>JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?[\"'`]|[{\[](?!\s*[}\]]))")
_TARGET = re.compile(
    r"(?:^|[;,{}()\s])(?:(?:window|self|globalThis)\[[\"'](?P<quoted>[\w$.-]+)[\"']\]|(?P<name>[A-Za-z_$][\w$.]*))\s*$"
)
_SCOPE = re.compile(r"^(?:window|self|globalThis|top)\.")
_LONGEST_NAME = 120
_PUSH = re.compile(r"\.push\(\s*(?P<start>\{)")
_LAYERS = ("dataLayer", "digitalData", "utag_data", "_satellite", "gtmDataLayer")
_CALL = re.compile(r"^\s*(?:/\*\*/\s*)?(?:try\s*\{\s*)?(?:window\.)?[\w$.]+\s*(?:&&\s*[\w$.]+\s*)?\(\s*(?=[{\[\"])")
_LEADING = re.compile(r"^\s*(?:/\*.*?\*/\s*|//[^\n]*\n\s*)*", re.S)
_EXPORT = re.compile(r"^\s*(?:export\s+default|module\.exports\s*=)\s*(?=[{\[(])")
_WORTH = Marks(("price", "sku", "amount", "goods", "rate", "comment", "review", "item"))
_ATTRIBUTES = etree.XPath("//@*[starts-with(., '{') or starts-with(., '[{')]")
_QUOTED = ('="{', "='{", '="[{', "='[{")
_MOST_STATES = 60
_LARGEST_SCRIPT = 4_000_000
_MOST_ESCAPES = 4


def states(source: Document | etree._Element | str) -> dict[str, Any]:
    """Embedded objects by name: the variable, the script's id, or `json[n]`. `source` is a document, a tree or script
    text.
    """
    found: dict[str, Any] = {}
    for kind, name, text in _scripts(source):
        if len(found) >= _MOST_STATES or len(text) > _LARGEST_SCRIPT:
            continue
        if "ld+json" in kind:
            continue
        if "json" in kind or kind in ("text/x-magento-init", "application/x-state"):
            value, problem = read_json(html.unescape(text) if "&quot;" in text[:500] else text)
            if isinstance(source, Document):
                source.fault(fault_of(problem))
            if isinstance(value, dict | list):
                found.setdefault(name or f"json[{len(found)}]", unescaped(value))
        elif kind in ("", "text/javascript", "module", "application/javascript", "text/ecmascript") and _worth(text):
            for variable, value in assignments(text):
                found.setdefault(variable, value)
    return found


def _worth(text: str) -> bool:
    """Whether a text speaks of goods; most that do have one of the plain words."""
    return "item" in text or "price" in text or bool(_WORTH.held_by(in_utf8(text.lower())))


def _scripts(source: Document | etree._Element | str) -> Iterator[tuple[str, str, str]]:
    if isinstance(source, Document):
        yield from source.scripts
    elif isinstance(source, str):
        yield "", "", source
    else:
        for element in source.iter("script"):
            if element.text:
                yield (element.get("type") or "").lower(), element.get("id") or "", element.text


def assignments(script: str) -> Iterator[tuple[str, Any]]:
    """(name, object) of every object or array literal that a script assigns or pushes; the first `_MOST_STATES`."""
    position, count = 0, 0
    while count < _MOST_STATES and (match := _ASSIGNED.search(script, position)) is not None:
        position = match.end()
        target = _TARGET.search(script[max(0, match.start() - _LONGEST_NAME) : match.start()])
        if target is None:
            continue
        value, end = _literal(script, match.start("start"), match.group("start"))
        if value:
            count += 1
            position = end
            yield target.group("quoted") or _SCOPE.sub("", target.group("name")), unescaped(value)
    for index, (name, start) in enumerate(islice(_pushes(script), _MOST_STATES)):
        value, _ = _literal(script, start, "{")
        if value:
            yield f"{name}[{index}]", unescaped(value)


def _pushes(script: str) -> Iterator[tuple[str, int]]:
    """(list of events, where the object begins) of every object that a script pushes onto one."""
    for match in _PUSH.finditer(script):
        name = next((layer for layer in _LAYERS if script.endswith(layer, 0, match.start())), None)
        if name is not None:
            yield name, match.start("start")


def _literal(script: str, start: int, opening: str) -> tuple[Any, int]:
    """The value whose literal starts at `start`, and where it ends (or where to go on looking)."""
    if opening.startswith("JSON"):
        start = script.index(opening[-1], start)
        return _parsed_string(script, start)
    try:
        value, end = DECODER.raw_decode(script, start)
    except RecursionError:
        return None, len(script)
    except ValueError:
        end = _balanced(script, start)
        return chomp(script[start:end]), end
    return value, end


def _balanced(script: str, start: int) -> int:
    """End of the bracket that opens at `start`, strings skipped."""
    depth = 0
    for match in _TOKENS.finditer(script, start):
        bracket = match.group()
        if bracket in "{[":
            depth += 1
        elif bracket in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return len(script)


_TOKENS = re.compile(
    r'[{}\[\]]|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|//[^\n\"']*\n|/\*.*?\*/", re.S
)


def _parsed_string(script: str, start: int) -> tuple[Any, int]:
    quote = script[start]
    end = start + 1
    while end < len(script) and script[end] != quote:
        end += 2 if script[end] == "\\" else 1
    inner = script[start + 1 : end]
    if quote != '"':
        inner = inner.replace("\\" + quote, quote).replace('\\"', '"').replace('"', '\\"')
        inner = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", inner)
    else:
        inner = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", inner).replace("\\'", "'")
    try:
        text = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return None, end
    value, _ = read_json(text)
    return value, end


def unescaped(value: Any) -> Any:
    """A value whose strings hold JSON once more (`"{\\"price\\":…}"`) with the strings at its surface opened."""
    if isinstance(value, str):
        for _ in range(_MOST_ESCAPES):
            text = value.strip() if isinstance(value, str) else ""
            if not (text.startswith(("{", "[", '"{', '"[')) and text.endswith(("}", "]", '"'))):
                return value
            try:
                value = DECODER.decode(text)
            except (ValueError, RecursionError):
                return value
        return value
    if isinstance(value, dict) and len(value) <= 200:
        opened = {
            name: item
            for name, raw in value.items()
            if isinstance(raw, str) and raw[:1] in "{[" and (item := unescaped(raw)) is not raw
        }
        return {**value, **opened} if opened else value
    return value


def json_body(text: str) -> Any:
    """The object of a body that is JSON, JSONP, `var x = …` or a JavaScript literal; None when it is none of these.

    Several assignments (`var a = {…}; var b = {…}`) become one dict by variable name.
    """
    body = text.lstrip("\ufeff \t\r\n")
    if not body or body[0] == "<":
        return None
    if body[0] in "{[":
        value, _ = read_json(body)
        return unescaped(value) if isinstance(value, dict | list) else None
    if body[0] in "\"'":
        value, _ = read_json(body)
        opened = unescaped(value)
        return opened if isinstance(opened, dict | list) else None
    body = body[_LEADING.match(body).end() :]  # type: ignore[union-attr]
    call = _CALL.match(body)
    if call is not None:
        value, _ = _literal(body, call.end(), body[call.end()])
        if isinstance(value, dict | list):
            return unescaped(value)
        if body[call.end()] == '"':
            opened = _parsed_string(body, call.end())[0]
            return opened if isinstance(opened, dict | list) else None
    export = _EXPORT.match(body)
    if export is not None:
        start = export.end() + (body[export.end()] == "(")
        return chomp(body[start:])
    found = dict(assignments(body))
    if len(found) == 1 and not re.match(r"_DATA_|__", next(iter(found))):
        return next(iter(found.values()))
    return found or None


def attributes(document: Document) -> Iterator[tuple[str, Any]]:
    """(attribute name, object) of `data-*` attributes that hold JSON about prices, products or variants."""
    if document.tree is None or not document.has(*_QUOTED):
        return
    count = 0
    for value in _ATTRIBUTES(document.tree):
        if count >= _MOST_STATES:
            return
        name = value.attrname or ""
        body = str(value)
        if len(body) < 12 or len(body) > _LARGEST_SCRIPT or not _worth(body):
            continue
        for _ in range(2):
            if "&quot;" in body or "&amp;" in body:
                body = html.unescape(body)
        try:
            item = DECODER.decode(body)
        except (ValueError, RecursionError):
            item = chomp(body)
        if isinstance(item, dict | list) and item:
            count += 1
            yield name, unescaped(item)
