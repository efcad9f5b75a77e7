"""Personal data in review texts: masked on the way out, and looked for again in what was written.

A `Scrubber` replaces what identifies a person by a mark that says what stood there, `MARKS`; all else is kept to the
character. `leaks` is the second look; it is written differently on purpose (it joins digits first), so that a gap in
one is not a gap in the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ahocorasick_rs import AhoCorasick
from stdnum.cn import ric

from pipelines.export.accounts import contacts, emails, is_ipv4, network_addresses
from pipelines.export.found import Finder, Found
from pipelines.export.known_names import KnownNames
from pipelines.export.phones import REGIONS, SPELLED, in_hash, phones
from pipelines.export.plain import matches, plain, plain_letters
from pipelines.export.postal import HOUSE, addresses
from pipelines.export.registered import PLATE, bank_numbers, identity_numbers, order_numbers, plates

MARKS = {
    "[email]": "e-mail address",
    "[contact]": "account of a chat program: WeChat, QQ, Telegram, Line …",
    "[name]": "name of an author of this dataset",
    "[order]": "number of an order, parcel or invoice",
    "[id]": "identity number",
    "[card]": "number of a bank card",
    "[account]": "number of a bank account (IBAN)",
    "[ip]": "network address",
    "[phone]": "phone number",
    "[plate]": "number plate of a car",
    "[address]": "postal address down to the house",
}

# What is masked stands in for itself as a character that is no letter, digit, space or sign.
_GONE = "\ufffc"
# One of these words, five digits close together, a house, or a plate: most reviews have none of them.
_KEY_WORDS = (
    "@,艾特,圈a,(at),[at],{at},<at>, at ,"
    "微,薇,威,维信,徽信,溦信,v信,v 信,v❤,v♥,v💗,v💕,v💖,v🧡,v💚,v💙,v💛,v💜,"
    "v心,v芯,v星,vx,v x,wx,w x,v:,v：,wechat,we chat,weixin,wei xin,"
    "加v,加 v,加我v,加卫,加徽,加q,加 q,加扣,+v,+q,➕v,➕q,qq,q q,q:,q：,q号,扣扣,球球,企鹅,绿泡泡,"
    "telegram,tg,电报,纸飞机,whats,line,kakao,카톡,카카오톡,skype,snapchat,discord,instagram,ig,小红书,抖音,快手,旺旺,"
    "护照,護照,passport,通行证,身份证,身分證,street,road,avenue,boulevard,lane,drive,court,square,terrace,crescent,close,"
    "parkway,highway, st, ave, rd, blvd, ln, dr, ct, way, place, pl, sq, pkwy, hwy,straße,strasse,str.,weg,allee,gasse,"
    "platz,ring,damm,ufer,rue,chemin,impasse,allée,quai,〒,東京都,北海道,京都府,大阪府,県"
)
_KEYS = AhoCorasick(_KEY_WORDS.split(","))
_FIVE = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){4}")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")


class Scrubber:
    """Masks texts. `names` are those of the dataset's authors, `regions` where its buyers telephone."""

    def __init__(self, names: KnownNames | Iterable[str] = (), regions: tuple[str, ...] = REGIONS) -> None:
        self.names = names if isinstance(names, KnownNames) else KnownNames(names)
        self._regions = regions

    def mask(self, text: str) -> str:
        """The text without what identifies a person. Masking the result again changes nothing."""
        while True:
            masked = self._mask_once(text)
            if masked == text:
                return text
            text = masked

    def mask_json(self, text: str) -> str:
        """JSON with its texts masked; masking it as it is written could cut an escape in two."""
        return json.dumps(self._masked(json.loads(text)), ensure_ascii=False)

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, list):
            return [self._masked(item) for item in value]
        return {name: self._masked(item) for name, item in value.items()} if isinstance(value, dict) else value

    def _mask_once(self, text: str) -> str:
        left = plain_letters(text)
        finders = self._finders(left)
        if not finders:
            return _replaced(text, _apart(self.names.find(text))) if self.names else text
        left = plain(text)
        found: list[Found] = []
        for finder in finders:
            here = _apart(finder(left))
            for place in here:
                left = left[: place.start] + _GONE * (place.end - place.start) + left[place.end :]
            found += here
        return _replaced(text, sorted(found))

    def _finders(self, text: str) -> list[Finder]:
        """Those that could find something, in the order in which they take it from each other."""
        words = bool(matches(_KEYS, text.lower()))
        digits = _FIVE.search(text) is not None
        chosen: list[Finder] = [emails, contacts] if words else []
        at = len(chosen)
        if digits:
            chosen += [order_numbers, identity_numbers, bank_numbers]
        if digits or _COLONS.search(text):
            chosen.append(network_addresses)
        if PLATE.search(text):
            chosen.append(plates)
        if digits or SPELLED.search(text):
            chosen.append(self._phones)
        if words or HOUSE.search(text):
            chosen.append(addresses)
        if chosen and self.names:
            chosen.insert(at, self.names.find)
        return chosen

    def _phones(self, text: str) -> Iterator[Found]:
        return phones(text, self._regions)


def _apart(found: Iterable[Found]) -> list[Found]:
    """Without those that begin inside another one."""
    kept: list[Found] = []
    for place in sorted(found, key=lambda place: (place.start, -place.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _replaced(text: str, found: list[Found]) -> str:
    pieces: list[str] = []
    end = 0
    for place in found:
        pieces += [text[end : place.start], place.mark]
        end = place.end
    return "".join([*pieces, text[end:]]) if found else text


_NO_NAMES = Scrubber()


def mask(text: str) -> str:
    """The text without what identifies a person by its shape; names of authors need a `Scrubber` that knows them."""
    return _NO_NAMES.mask(text)


_SEPARATOR = r"[ \t_\-·]{1,2}"
_LEAK_MOBILE = re.compile(
    r"(?<!\d)(?:\+?86[ \t_\-·]{0,2})?(?:1[3-9]\d{9}"
    rf"|1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}}|1[3-9]\d{_SEPARATOR}\d{{8}}|1(?:{_SEPARATOR}\d){{10}})(?!\d)"
)
_JOINTS = re.compile(r"(?<=\d)[ \t_\-·]{1,2}(?=[\dXx])")
_LEAK_EMAIL = re.compile(r"[A-Za-z0-9._%+\-] ?@ ?[A-Za-z0-9\-]+\.[A-Za-z]{2,}")
_LEAK_ADDRESS = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")
_LEAK_IDENTITY = re.compile(r"(?<![A-Za-z0-9])\d{17}[\dXx](?![A-Za-z0-9])")
_LEAK_ANY = re.compile(r"\d[\d \t_\-·()]{9}|@|\d\.\d{1,3}\.\d")


def leaks(text: str) -> list[str]:
    """What of a text looks like a mobile number, an identity number, an e-mail or IP address, each by its name."""
    even = plain(text)
    if not _LEAK_ANY.search(even):
        return []
    found = []
    if any(not in_hash(even, *at.span()) for at in _LEAK_MOBILE.finditer(even)):
        found.append("phone number")
    if any(ric.is_valid(number) for number in _LEAK_IDENTITY.findall(_JOINTS.sub("", even))):
        found.append("identity number")
    if _LEAK_EMAIL.search(even):
        found.append("e-mail address")
    # 127.0.0.1 is every machine's own address, and nobody's.
    if any(is_ipv4(even, at) and not at.group().startswith("127.") for at in _LEAK_ADDRESS.finditer(even)):
        found.append("IP address")
    return found
