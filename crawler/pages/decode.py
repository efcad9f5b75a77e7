"""Bytes to text: which charset a body is really in, whatever it declares.

Order: byte order mark; UTF-16, which its zeros prove; UTF-8, which its bytes prove; then, of the declared charset (HTTP
header, `<meta>`) and those that Chinese, Japanese, Korean and western shops use, the one whose text looks meant
(`crawler.pages.charsets`). A declaration that this contradicts is an issue and a fault, and so is a choice without
declaration that was close. Charset labels follow the WHATWG encoding standard: `gbk` means GB18030, `iso-8859-1` means
windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crawler.pages.charsets import MULTIBYTE, letters_of, likeness
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
_BY_LANGUAGE = {b"ko": "cp949", b"ja": "cp932"}
_CONTROL = bytes([*range(0x01, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_HIGH_BYTES = bytes(range(0x80, 0x100))
_SAMPLE = 1 << 20
_MOST_TELLING = 1 << 16
# A run begins behind bytes of ASCII, so at the beginning of a character in every charset.
_HIGH_RUN = re.compile(rb"[\x80-\xff](?:[\x00-\x7f]{0,3}[\x80-\xff])*+[\x00-\x7f]{0,3}")
_LONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
# A declaration counts, but less than what the bytes show.
_DECLARED_BONUS = 0.1
_CLOSE = 0.15
_FEW_LETTERS = 8
_FEW_ZEROS = 4
_LIKELY = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text, the charset it was decoded with (a Python codec name), and what was wrong on the way.

    faults   codes of `pipelines.faults`
    utf8     the bytes that are this text in UTF-8, where the body has them
    """

    text: str
    charset: str
    utf8: bytes | None = None
    issues: tuple[Issue, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """A charset that may be the right one; `bad` bytes do not fit it."""

    charset: str
    text: str
    bad: int
    score: float


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """A byte that breaks UTF-8 is mostly a windows-1252 letter pasted into the page."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _euro_byte(error: UnicodeError) -> tuple[str, int]:
    """Windows writes the euro sign as 0x80 in GBK, and browsers read it so."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\u20ac" if error.object[error.start] == 0x80 else "\ufffd", error.start + 1


codecs.register_error("windows-1252-byte", _one_byte)
codecs.register_error("euro-byte", _euro_byte)


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded | None:
    """Text of a body; None when it is not text at all (image, archive, random bytes)."""
    declared = _declared(body, headers or {})
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _checked(body[len(mark) :].decode(charset, "replace"), charset, declared)
    wide = _utf16(body)
    if wide is not None:
        return _checked(body.decode(wide, "replace"), wide, _declared(body.replace(b"\x00", b""), headers or {}))
    if _binary(body):
        return None
    more: tuple[str, ...] = ()
    if b"\x00" in body:
        body, more = body.replace(b"\x00", b""), ("nul_characters",)
    if body.isascii():
        return Decoded(text=body.decode("ascii"), charset="utf-8", utf8=body, faults=more)
    found = _utf8(body, declared) or _likeliest(body, declared)
    return replace(found, faults=(*found.faults, *more)) if more else found


def _utf16(body: bytes) -> str | None:
    """UTF-16 without a mark: markup and digits leave every other byte zero, on one side only."""
    head = body[:4096]
    if len(head) < 8 or b"\x00" not in head or head[:4] == b"\x00\x00\x00\x00":
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    least = max(_FEW_ZEROS, len(head) // 12)
    if odd >= least and even * 20 < odd:
        return "utf-16-le"
    if even >= least and odd * 20 < even:
        return "utf-16-be"
    return None


def _binary(body: bytes) -> bool:
    head = body[:4096]
    if body.startswith(_MAGIC) and head.lstrip()[:1] not in (b"<", b"{", b"["):
        return True
    # A page of markup may hold a piece in another coding: browsers show the rest of it.
    limit = max(64 if head.lstrip().startswith(b"<") else 4, len(head) // 50)
    return head.count(b"\x00") > limit or len(head) - len(head.translate(None, _CONTROL)) > limit


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Charsets as declared, header first, as codec names; unknown names are left out."""
    said: list[str] = []
    for name, value in headers.items():
        if name.lower() == "content-type":
            found = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", value, re.I)
            if found:
                said.append(found.group(1))
    head = body[:8192]
    said.extend(match.group(1).decode("ascii", "replace") for match in (_XML.search(head), _META.search(head)) if match)
    names: list[str] = []
    for label in said:
        name = _LABELS.get(label.lower(), label.lower())
        try:
            # Python also knows codecs that are no charsets (hex, zlib) or never a page's (punycode, unicode_escape).
            if not codecs.lookup(name)._is_text_encoding or name in _NO_CHARSETS:
                continue
            name = _LABELS.get(codecs.lookup(name).name, codecs.lookup(name).name)
        except (LookupError, ValueError):
            continue
        if name not in names:
            names.append(name)
    return names


_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-7"}
)


def _checked(text: str, charset: str, declared: list[str], utf8: bytes | None = None) -> Decoded:
    """A text whose charset is certain, with what is wrong in what was declared and in itself."""
    faults: list[str] = []
    issues: list[Issue] = []
    if declared and declared[0] != charset and not (charset.startswith("utf-16") and declared[0].startswith("utf-16")):
        why = f"declares {declared[0]} but the bytes are {charset}"
        issues.append(Issue(field="charset", value=declared[0], why=why))
        faults.append("charset_mismatch")
    if "\ufffd" in text:
        faults.append("replacement_characters")
    return Decoded(text=text, charset=charset, utf8=utf8, issues=tuple(issues), faults=tuple(faults))


def _utf8(body: bytes, declared: list[str]) -> Decoded | None:
    """UTF-8 when the bytes fit. A handful of bytes may fit by chance, then a declaration that also fits counts more."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        inside = error.end - error.start > 1 or body[error.start - 1 : error.start] >= b"\x80"
        if error.end == len(body) and error.reason == "unexpected end of data" and inside:
            whole = _utf8(body[: error.start], declared)
            return None if whole is None else replace(whole, faults=(*whole.faults, "cut_html"))
        high = _high(body)
        # Every character is two bytes or more; those of a text in another charset hardly ever come out as one.
        most = max(3, high // 30)
        # What is cut at the end of a part counts as one more.
        if body[error.start : error.start + _MOST_TELLING].decode("utf-8", "replace").count("\ufffd") > most + 1:
            return None
        bad = body.decode("utf-8", "replace").count("\ufffd")
        if bad > most or high < 10 * bad:
            return None
        mended = _checked(body.decode("utf-8", "windows-1252-byte"), "utf-8", declared)
        issue = Issue(field="charset", value="utf-8", why=f"{bad} bytes are not utf-8")
        return Decoded(
            text=mended.text,
            charset="utf-8",
            issues=(*mended.issues, issue),
            faults=tuple(dict.fromkeys((*mended.faults, "replacement_characters"))),
        )
    if declared and declared[0] not in ("utf-8", "cp1252") and _high(body) < 12:
        try:
            other = body.decode(declared[0])
        except (UnicodeDecodeError, LookupError):
            return _checked(text, "utf-8", declared)
        if declared[0] in MULTIBYTE and likeness(other, declared[0]) > _LIKELY:
            return _checked(other, declared[0], declared)
    return _checked(text, "utf-8", declared, utf8=body)


def _likeliest(body: bytes, declared: list[str]) -> Decoded:
    """Of all charsets that fit, the one whose text looks meant; of those that nearly fit, the same."""
    names = _candidates(body, declared)
    best, doubtful = _best(_telling(body), names, declared)
    text, bad = _decoded(body, best.charset) if best is not None else ("", 0)
    if best is None or (bad and bad > _most_bad(_high(body))):
        best, doubtful = _best(body, names, declared)
        text, bad = _decoded(body, best.charset) if best is not None else ("", 0)
    if best is None:
        why = "no charset fits all bytes; single bytes read as windows-1252"
        issue = Issue(field="charset", value=declared[0] if declared else "", why=why)
        text = body.decode("utf-8", "windows-1252-byte")
        return Decoded(
            text=text, charset="utf-8", issues=(issue,), faults=("charset_unknown", "replacement_characters")
        )
    found = _checked(text, best.charset, declared)
    issues, faults = list(found.issues), list(found.faults)
    if bad:
        issues.append(Issue(field="charset", value=best.charset, why=f"{bad} bytes are not {best.charset}"))
        faults.append("replacement_characters")
    if doubtful:
        issues.append(Issue(field="charset", value=best.charset, why="taken as the likeliest of several that fit"))
        faults.append("charset_unknown")
    return Decoded(text=text, charset=best.charset, issues=tuple(issues), faults=tuple(dict.fromkeys(faults)))


def _telling(body: bytes) -> bytes:
    """The bytes of a page that tell its charset: those outside ASCII with the few between them, the first 64 KiB."""
    if len(body) <= _MOST_TELLING:
        return body
    runs: list[bytes] = []
    size = 0
    for match in _HIGH_RUN.finditer(body):
        runs.append(match.group())
        size += len(runs[-1])
        if size > _MOST_TELLING:
            break
    return b" ".join(runs)


def _best(body: bytes, names: list[str], declared: list[str]) -> tuple[_Choice | None, bool]:
    """The likeliest charset of these bytes, and whether another one might have been meant as well."""
    choices = [choice for name in names if (choice := _choice(body, name, declared)) is not None]
    best = max(choices, key=lambda choice: choice.score, default=None)
    return best, best is not None and _doubtful(best, choices, declared)


def _most_bad(high: int) -> int:
    return max(3, high // 10)


def _candidates(body: bytes, declared: list[str]) -> list[str]:
    """In the order that decides between equals."""
    match = _LANG.search(body[:2048])
    by_language = _BY_LANGUAGE.get(match.group(1).lower()) if match else None
    names = [*declared, *((by_language,) if by_language else ()), *MULTIBYTE, "cp1252"]
    return [name for name in dict.fromkeys(names) if name != "utf-8" and not name.startswith("utf-16")]


def _choice(body: bytes, name: str, declared: list[str]) -> _Choice | None:
    text, bad = _decoded(body, name)
    high = _high(body)
    if bad > _most_bad(high):
        return None
    high = max(1, high)
    if name in MULTIBYTE:
        score = likeness(text, name) - 2 * bad / high
    else:
        # Letters of the West and of Cyrillic fit any bytes; in such a text they stand alone, or the page says so.
        lone = len(_LONE.findall(body[:_SAMPLE])) / max(1, _high(body[:_SAMPLE]))
        score = max(lone if name == "cp1252" else 0.0, 0.5 if name in declared else 0.2) - bad / high
    return _Choice(charset=name, text=text, bad=bad, score=score + (_DECLARED_BONUS if name in declared else 0.0))


def _decoded(body: bytes, name: str) -> tuple[str, int]:
    """The text, and how many bytes did not fit."""
    if name == "gb18030":
        text = body.decode(name, "euro-byte")
    elif name == "euc_jp":
        # Characters that only the later standards have (①, 髙) are written in EUC-JP all the same.
        text = body.decode(
            "euc_jis_2004" if _fails(body, name) and not _fails(body, "euc_jis_2004") else name, "replace"
        )
    else:
        text = body.decode(name, "replace")
    return text, text.count("\ufffd")


def _high(body: bytes) -> int:
    """How many bytes are not ASCII."""
    return len(body) - len(body.translate(None, _HIGH_BYTES))


def _fails(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return True
    return False


def _doubtful(best: _Choice, choices: list[_Choice], declared: list[str]) -> bool:
    """Whether another charset might have been meant as well."""
    others = [choice.score for choice in choices if choice is not best and choice.text != best.text]
    if best.charset in declared:
        score = best.score - _DECLARED_BONUS
        return best.charset in MULTIBYTE and score < _LIKELY and bool(others) and max(others) > score - _CLOSE
    close = bool(others) and best.score - max(others) < _CLOSE
    return close or best.score < _LIKELY or len(letters_of(best.text)) < _FEW_LETTERS
