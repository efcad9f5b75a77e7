"""Where people can be written to: e-mail, chat accounts, network addresses; also in the spellings that hide them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from pipelines.export.found import Found
from pipelines.normalize.nicknames import commonness

_MAILERS = (
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|proton(?:mail)?|qq|foxmail|163|126|139"
    r"|189|yeah"
    r"|sina|sohu|aliyun|gmx|web|t-online|freenet|orange|wanadoo|free|laposte|naver|daum|hanmail|docomo|ezweb|softbank)"
)
_LOCAL = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++"
# A run of letters is begun only where it begins: a text of a million letters is looked at once.
_EMAIL = re.compile(rf"{_LOCAL} ?@ ?(?:[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+|{_MAILERS}\b)", re.IGNORECASE)
_AT = r" ?(?:\(at\)|\[at\]|\{at\}|<at>|艾特|圈a|@| at ) ?"
_DOT = r" ?(?:\(dot\)|\[dot\]|\{dot\}|点|。| dot |\.) ?"
_ENDING = r"(?:com|cn|net|org|de|fr|jp|kr|uk|hk|tw|es|it|edu|me|io|info)"
_HIDDEN = re.compile(
    rf"(?P<name>{_LOCAL}(?:(?: dot |\(dot\))[A-Za-z0-9_\-]+)*)(?P<at>{_AT})[A-Za-z0-9\-]+(?P<dot>{_DOT})"
    rf"(?:[A-Za-z0-9\-]+{_DOT})?{_ENDING}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_NUMERIC_MAIL = re.compile(rf"{_LOCAL} ?(?:艾特|\(at\)|\[at\]) ?{_MAILERS}\b", re.IGNORECASE)


def emails(text: str) -> Iterator[Found]:
    """`a@b.com`, `a 艾特 b 点 com`, `a at b dot com`, `12345@qq`."""
    if "@" in text:
        yield from (Found(*found.span(), "[email]") for found in _EMAIL.finditer(text))
    if not _AT_SPELLED.search(text):
        return
    for found in _HIDDEN.finditer(text):
        # "Look at shop.com" is no address: after a plain " at " the dot is spelled out or the name is no word.
        plain_words = found["at"].strip().lower() == "at" and found["dot"].strip() == "."
        if not plain_words or re.search(r"[A-Za-z].*[\d._]", found["name"]):
            yield Found(*found.span(), "[email]")
    yield from (Found(*found.span(), "[email]") for found in _NUMERIC_MAIL.finditer(text))


_AT_SPELLED = re.compile(r"艾特|圈a|[(\[{<]at[)\]}>]|@| at ", re.IGNORECASE)

_HEART = "[❤♥💗💕💖🧡💚💙💛💜心芯星]\ufe0f?"
_CHAT = (
    rf"(?:微信|威信|薇信|维信|徽信|溦信|微[^\S\n]?信|[vV][^\S\n]?信|wei ?xin|we ?chat|(?<![a-z])[vw] ?x(?![a-z])"
    rf"|[微薇威]{_HEART}|[vV]{_HEART}"
    rf"|绿泡泡|[加\+➕][^\S\n]?(?:我)?[^\S\n]?(?:v(?![a-z])|薇|徽|微|威|卫星|q(?![a-z])|扣)"
    r"|(?<![a-z])q[^\S\n]?q(?![a-z])|扣扣|球球号?|企鹅号?|(?<![a-z])q号|telegram|(?<![a-z])tg(?![a-z])|电报|纸飞机"
    r"|whats ?app"
    r"|(?<![a-z])line(?: ?id|号|帳號|账号|\b(?=[ :]{1,2}@?[a-z0-9_.\-]*\d))|kakao(?:talk)?(?: ?id)?|카톡|카카오톡"
    r"|skype|snapchat|discord|instagram|(?<![a-z])ig(?=[ :])"
    r"|小红书号?|抖音号|快手号|旺旺|微博号?)"
)
_GLUE = (
    r"(?P<glue>(?:号码|帐号|账号|帳號|号|群|是|为|為|id|搜索?|加我?|联系我?|找我|同号|我的|：|:|=|～|~|-|—|➕|\+|→"
    r"|👉|@|,|，|[^\S\n]|is|my|me|on|at|もアイディー|아이디|は|은|는)*)"
)
_CONTACT = re.compile(
    rf"{_CHAT}{_GLUE}(?P<name>(?<![A-Za-z0-9_\-])[A-Za-z][A-Za-z0-9_\-]{{3,30}}"
    r"|\+?\d(?:[ \-]?\d){4,12}(?![\dA-Za-z])|(?<![A-Za-z0-9_\-])\d+[A-Za-z_][A-Za-z0-9_\-]{4,18})(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
_WECHAT_ID = re.compile(r"(?<![A-Za-z0-9_])wxid_[A-Za-z0-9_]{6,24}", re.IGNORECASE)
_LETTER_LINE = re.compile(
    r"(?<![A-Za-z0-9])[vVqQ][^\S\n]?:[^\S\n]?(?P<name>[A-Za-z0-9][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_.])"
)
_SAID = re.compile(r"号|id|账|帐|帳|搜|加|\+|➕|联系|找|:|：|=|아이디|@", re.IGNORECASE)
_PRICED = re.compile(r"[^\S\n]?(?:元|块|円|원|€|\$|米|斤|克|个|人|次|粉丝|ml\b|g\b)", re.IGNORECASE)


def contacts(text: str) -> Iterator[Found]:
    """The account behind the name of a chat program: 加V abc_123, QQ: 123456, Line ID: sora77."""
    for found in _CONTACT.finditer(text):
        name = found["name"]
        said = text[max(0, found.start() - 2) : found.start("name")]
        if name[0] == "+" or name[0].isdigit():
            if _PRICED.match(text, found.end()) or (re.search("[A-Za-z_]", name) and not _SAID.search(said)):
                continue
        elif len(name) < 5 or not (re.search(r"[\d_\-]", name) or _is_account(name, said)):
            continue
        yield Found(found.start("name"), found.end("name"), "[contact]")
    yield from (Found(*found.span(), "[contact]") for found in _WECHAT_ID.finditer(text))
    for found in _LETTER_LINE.finditer(text):
        if re.search(r"\d.*\d", found["name"]) and re.search(r"[A-Za-z_]|^\d{6,11}$", found["name"]):
            yield Found(found.start("name"), found.end("name"), "[contact]")


def _is_account(name: str, said: str) -> bool:
    """Letters alone are an account when something says so, and they are no word."""
    return len(name) >= 6 and bool(_SAID.search(said)) and commonness(name.lower()) < 3e-7


_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z:])(?=[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?![0-9A-Za-z:])")
_VERSION = re.compile(
    r"(?:版本|固件|系统|升级到?|version|firmware|ver|build|release|ios|android|v)[号:. ]{0,3}$", re.IGNORECASE
)


def network_addresses(text: str) -> Iterator[Found]:
    """IPv4 and IPv6 addresses."""
    if text.count(".") >= 3:
        for found in _IPV4.finditer(text):
            if is_ipv4(text, found):
                yield Found(*found.span(), "[ip]")
    if text.count(":") >= 2:
        yield from (Found(*found.span(), "[ip]") for found in _IPV6.finditer(text) if _is_ipv6(found.group()))


def is_ipv4(text: str, found: re.Match[str]) -> bool:
    """Whether four numbers with points are an address: no version (固件 10.0.0.7) and no price spelled 1.8.8.8."""
    parts = found.group().split(".")
    if max(map(len, parts)) < 2 or any(int(part) > 255 for part in parts):
        return False
    return not _VERSION.search(text[max(0, found.start() - 12) : found.start()])


def _is_ipv6(text: str) -> bool:
    # Times such as 12:30:05 and 1::35 are made of the same characters, but never of three digits or of letters.
    if (text.count(":") < 4 and "::" not in text) or not re.search(r"[0-9A-Fa-f]{3}|[A-Fa-f][0-9]|[0-9][A-Fa-f]", text):
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
