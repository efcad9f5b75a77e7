"""Personal data in review texts: masked on the way out, and looked for again in what was written.

`mask` replaces phone numbers, e-mail addresses, IP addresses, chat account names and long account or identity numbers
by `[phone]`, `[email]`, `[ip]`, `[contact]` and `[number]`. `leaks` is the second look; it is written differently on
purpose (it joins digits first), so that a gap in one is not a gap in the other.
"""

from __future__ import annotations

import ipaddress
import re

# Full-width ASCII to plain, one character for one, so that positions stay the same.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# No full stop: three prices in a row (15.90 16.80 17.5) have as many digits as a phone number.
_GAP = r"[ \t_\-·()]{0,2}"
# Begins only where a run of its letters begins: a text of a million letters is looked at once.
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++ ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_CHAT = re.compile(
    r"(?:微信|薇信|威信|VX|WX|QQ|WeChat|WhatsApp|Line ?ID|Telegram)(?:号|群)?(?:是|为)?[ :]{0,3}"
    r"(?P<name>(?=[A-Za-z_\-]{0,29}\d)[A-Za-z0-9_\-]{5,30})",
    re.IGNORECASE,
)
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(?:1{_GAP}[3-9](?:{_GAP}\d){{9}}|1[3-9]\d\.\d{{4}}\.\d{{4}})(?!\d)")
_ABROAD = re.compile(rf"\+\d(?:{_GAP}\d){{7,14}}(?!\d)")
_LANDLINE = re.compile(rf"(?<![\d.])(?:0\d{{2,3}}[ \-]?\d{{7,8}}|[48]00{_GAP}\d{{3,4}}{_GAP}\d{{3,4}})(?![\d.])")
_AMERICAN = re.compile(r"(?<![\d.])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}(?![\d.])")
_NUMBER = re.compile(r"(?<!\d)\d{15,19}[Xx]?(?![\dXx])")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])(?=[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?![0-9A-Za-z:])")

# Each pattern above needs a digit, an @ or a colon.
_ANY = re.compile(r"[\d@:＠：]")


def mask(text: str) -> str:
    """The text without what identifies a person; all else is kept to the character."""
    if not _ANY.search(text):
        return text
    for pattern, label in (
        (_EMAIL, "[email]"),
        (_CHAT, "[contact]"),
        (_NUMBER, "[number]"),
        (_IPV4, "[ip]"),
        (_IPV6, "[ip]"),
        (_MOBILE, "[phone]"),
        (_ABROAD, "[phone]"),
        (_LANDLINE, "[phone]"),
        (_AMERICAN, "[phone]"),
    ):
        text = _replace(pattern, label, text)
    return text


def _replace(pattern: re.Pattern[str], label: str, text: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in pattern.finditer(text.translate(_PLAIN)):
        if label == "[ip]" and not _is_address(found.group()):
            continue
        start = found.start("name") if "name" in pattern.groupindex else found.start()
        pieces += [text[end:start], label]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _is_address(text: str) -> bool:
    # A time such as 12:30:05 is made of the same characters: an IPv6 address has four colons or `::` between digits.
    if ":" in text and ((text.count(":") < 4 and "::" not in text) or not re.search(r"[0-9A-Fa-f]{2}", text)):
        return False
    if ":" not in text:
        return all(int(part) <= 255 for part in text.split("."))
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


_JOINTS = re.compile(r"(?<=\d)[ \t_\-·()]{1,2}(?=\d)")
_LEAK_MOBILE = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")
_LEAK_EMAIL = re.compile(r"[A-Za-z0-9._%+\-] ?@ ?[A-Za-z0-9\-]+\.[A-Za-z]{2,}")
_LEAK_ADDRESS = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")


def leaks(text: str) -> list[str]:
    """What of a text looks like a mobile number, an e-mail address or an IP address, each by its name."""
    plain = text.translate(_PLAIN)
    found = []
    if _LEAK_MOBILE.search(_JOINTS.sub("", plain)):
        found.append("phone number")
    if _LEAK_EMAIL.search(plain):
        found.append("e-mail address")
    if _LEAK_ADDRESS.search(plain):
        found.append("IP address")
    return found
