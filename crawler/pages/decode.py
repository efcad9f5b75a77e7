"""Bytes to text: which charset a body is really in, whatever it declares.

Order: byte order mark, then UTF-8 when the bytes prove it, then the declared charset (HTTP header, then `<meta>`),
then the
charsets that Chinese, Japanese and western shops use. A declaration that the bytes contradict becomes an issue.
Charset labels follow the WHATWG encoding standard: `gbk` means GB18030, `iso-8859-1` means windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.items import Issue

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MAGIC = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"wOF",
    b"OTTO",
)
_LABELS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "windows-1252": "cp1252", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "utf8": "utf-8", "unicode": "utf-8", "iso-8859-9": "cp1254", "windows-1251": "cp1251",
}  # fmt: skip
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]{2,30})", re.I)
_LANG = re.compile(rb"<html[^>]{0,200}?\blang\s*=\s*[\"']?([a-z]{2})\b", re.I)
_BY_LANGUAGE = {b"ko": ["cp949"], b"ja": ["cp932", "euc_jp"]}
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_GB_PAIR = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
_KANA_SJIS = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_KANA_EUC = re.compile(rb"[\xa4\xa5][\xa1-\xf6]")
_MULTIBYTE = frozenset({"gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "euc-jp", "utf-8"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text, the charset it was decoded with (a Python codec name), and what was wrong on the way."""

    text: str
    charset: str
    issues: tuple[Issue, ...] = ()


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """A byte that breaks UTF-8 is mostly a windows-1252 letter pasted into the page."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252-byte", _one_byte)


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded | None:
    """Text of a body; None when it is not text at all (image, archive, random bytes)."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(charset, "replace"), charset=charset)
    if _binary(body):
        return None
    if b"\x00" in body:
        body = body.replace(b"\x00", b"")
    if body.isascii():
        return Decoded(text=body.decode("ascii"), charset="utf-8")
    declared = _declared(body, headers or {})
    proven = _utf8(body, declared)
    if proven is not None:
        return proven
    return _by_declaration(body, declared) or _by_looks(body, declared)


def _binary(body: bytes) -> bool:
    head = body[:4096]
    if body.startswith(_MAGIC) and head.lstrip()[:1] not in (b"<", b"{", b"["):
        return True
    # A page of markup may hold a piece in another coding: browsers show the rest of it.
    limit = max(64 if head.lstrip().startswith(b"<") else 4, len(head) // 50)
    return head.count(b"\x00") > limit or len(_CONTROL.findall(head)) > limit


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Charsets as declared, header first, as codec names; unknown names are left out."""
    said: list[str] = []
    for name, value in headers.items():
        if name.lower() == "content-type":
            found = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", value, re.I)
            if found:
                said.append(found.group(1))
    head = body[:8192]
    said.extend(match.group(1).decode("ascii") for match in (_XML.search(head), _META.search(head)) if match)
    names: list[str] = []
    for label in said:
        name = _LABELS.get(label.lower(), label.lower())
        try:
            codecs.lookup(name)
        except LookupError:
            continue
        if name not in names:
            names.append(name)
    return names


def _wrong(declared: list[str], charset: str) -> tuple[Issue, ...]:
    if not declared or declared[0] == charset:
        return ()
    return (Issue(field="charset", value=declared[0], why=f"declares {declared[0]} but the bytes are {charset}"),)


def _utf8(body: bytes, declared: list[str]) -> Decoded | None:
    """UTF-8 when all bytes fit. A handful of bytes may fit by chance, then a declaration that also fits counts more."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if declared and declared[0] not in ("utf-8", "cp1252") and len(_HIGH.findall(body[:65536])) < 12:
        try:
            return Decoded(text=body.decode(declared[0]), charset=declared[0])
        except (UnicodeDecodeError, LookupError):
            pass
    return Decoded(text=text, charset="utf-8", issues=_wrong(declared, "utf-8"))


def _by_declaration(body: bytes, declared: list[str]) -> Decoded | None:
    fitting = []
    for name in declared:
        try:
            fitting.append((name, body.decode(name)))
        except (UnicodeDecodeError, LookupError):
            continue
    # A server's default single-byte header fits any bytes; a multi-byte <meta> that fits was chosen by the page's
    # author.
    fitting.sort(key=lambda pair: pair[0] not in _MULTIBYTE)
    if not fitting or (fitting[0][0] not in _MULTIBYTE and _looks_chinese(body)):
        return None
    name, text = fitting[0]
    return Decoded(text=text, charset=name, issues=_wrong(declared, name))


def _looks_chinese(body: bytes) -> bool:
    """Western text has lone high bytes; GB2312 text has them in pairs."""
    high = len(_HIGH.findall(body))
    return high >= 20 and 2 * len(_GB_PAIR.findall(body)) >= 0.9 * high


def _by_looks(body: bytes, declared: list[str]) -> Decoded:
    """No declaration fits all bytes: mend the declared charset where few bytes are wrong, else go by the bytes'
    shape.
    """
    for name in declared:
        if name in _MULTIBYTE:
            mended = body.decode(name, "windows-1252-byte" if name == "utf-8" else "replace")
            bad = _errors(body, name)
            if bad <= max(3, len(_HIGH.findall(body)) // 10):
                why = f"{bad} bytes are not {name}"
                return Decoded(text=mended, charset=name, issues=(Issue(field="charset", value=name, why=why),))
    order = ["gb18030", "big5hkscs", "cp1252"] if _looks_chinese(body) else ["big5hkscs", "gb18030", "cp1252"]
    order = [*_by_language(body), *order]
    high = max(1, len(_HIGH.findall(body)))
    if 3 * len(_KANA_SJIS.findall(body)) > high // 3:
        order.insert(0, "cp932")
    elif 3 * len(_KANA_EUC.findall(body)) > high // 2:
        order.insert(0, "euc_jp")
    elif not _looks_chinese(body) and _lone(body) > 0.5 * high:
        order.insert(0, "cp1252")
    for name in order:
        try:
            return Decoded(text=body.decode(name), charset=name, issues=_wrong(declared, name))
        except UnicodeDecodeError:
            continue
    why = "no charset fits all bytes; single bytes read as windows-1252"
    issue = Issue(field="charset", value=declared[0] if declared else "", why=why)
    return Decoded(text=body.decode("utf-8", "windows-1252-byte"), charset="utf-8", issues=(issue,))


def _by_language(body: bytes) -> list[str]:
    """Charsets of the language that `<html lang>` names; Chinese has several and goes by the bytes."""
    match = _LANG.search(body[:2048])
    return _BY_LANGUAGE.get(match.group(1).lower(), []) if match else []


def _lone(body: bytes) -> int:
    return len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", body))


def _errors(body: bytes, name: str) -> int:
    return body.decode(name, "replace").count("\ufffd")
