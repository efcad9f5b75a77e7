"""Registration, filing and licence numbers of Chinese authorities: read, written one way, with what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.normalize.numerals import fold

RegistrationKind = Literal[
    "cosmetic_special",
    "cosmetic_special_imported",
    "cosmetic_ordinary",
    "cosmetic_ordinary_imported",
    "health_food_registered",
    "health_food_filed",
    "medicine",
    "device",
    "disinfectant",
    "maker",
]


@dataclass(frozen=True, slots=True)
class Registration:
    """`number` without spaces, brackets, 第 and 号; `kind` "maker" is a licence of the factory, not of the product."""

    number: str
    kind: RegistrationKind


_PLAIN = str.maketrans("國妝備進網衛號準藥註證產許", "国妆备进网卫号准药注证产许")
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_YEAR = r"(?:[(\[〔【]\s?\d{4}\s?[)\]〕】])?"
_NUMBER = rf"\s?{_YEAR}\s?(?:第\s?)?"
# Cosmetics: the National Medical Products Administration and the provinces; earlier the Ministry of Health (卫妆).
# Health food: 国食健 (registered, 字 until 2016, 注 since), 食健备 (filed), 卫食健 (until 2003). Medicines: letters for
# the class (H chemical, Z traditional, S biological, B, J, F, T) and for the origin. 卫消证字, 卫妆准字 and 妆 with a
# year are licences of makers.
_FORMS: tuple[tuple[RegistrationKind, str], ...] = (
    ("cosmetic_special_imported", rf"国妆特进字{_NUMBER}J?\s?\d{{4}}\s?\d{{4}}|卫妆特进字{_NUMBER}\d{{4}}"),
    ("cosmetic_special", rf"国妆特字{_NUMBER}G?\s?\d{{4}}\s?\d{{4}}|卫妆特字{_NUMBER}\d{{4}}"),
    (
        "cosmetic_ordinary_imported",
        rf"国妆备进字{_NUMBER}J?\s?\d{{4}}\s?\d{{4}}|国妆网备进字\s?(?:[(\[]\s?{_PROVINCE}\s?[)\]])?{_NUMBER}\d{{10}}|"
        rf"卫妆(?:备)?进字{_NUMBER}\d{{4}}|卫妆备字{_NUMBER}\d{{4}}",
    ),
    ("cosmetic_ordinary", rf"{_PROVINCE}\s?G?\s?妆网备字{_NUMBER}\d{{10}}"),
    ("health_food_registered", rf"国食健[字注]{_NUMBER}[GJ]\s?\d{{4}}\s?\d{{4}}|卫食健(?:进)?字{_NUMBER}\d{{4}}"),
    ("health_food_filed", rf"食健备{_NUMBER}[GJ]\s?\d{{12}}"),
    ("medicine", rf"国药准字{_NUMBER}[HZSBJFT][JC]?\s?\d{{4}}\s?\d{{4}}"),
    ("device", rf"(?:国|{_PROVINCE}\s?[\u4e00-\u9fff]?)械(?:注[准进许]|备){_NUMBER}\d{{8,11}}"),
    ("disinfectant", rf"(?:国)?卫消(?:进)?字{_NUMBER}\d{{4}}"),
    (
        "maker",
        rf"[(\[]?{_PROVINCE}[)\]]?\s?卫消证字{_NUMBER}\d{{4}}|{_YEAR}\s?卫妆准字\s?\d{{2}}-?\s?XK-?\s?\d{{4}}|"
        rf"{_PROVINCE}妆\s?\d{{4}}\s?\d{{4}}(?!\d)",
    ),
)
_ANY = re.compile("|".join(f"(?P<k{index}>(?:{form})(?!\\d))" for index, (_, form) in enumerate(_FORMS)), re.IGNORECASE)
_NEEDS = frozenset("妆妝健药藥械消")
_MARKS = re.compile(r"[\s()\[\]〔〕【】第号]")
_SPECIAL = re.compile(r"(国妆特(进)?字)[GJ]?(\d{4})(\d{4})$")
_LONGEST = 20_000


def _written(said: str) -> str:
    """One way to write a number: special cosmetics carry G or J until 2020 and no letter since."""
    number = _MARKS.sub("", said).upper()
    special = _SPECIAL.match(number)
    if special is None:
        return number
    head, imported, year, serial = special.groups()
    letter = ("J" if imported else "G") if int(year) <= 2020 else ""
    return f"{head}{letter}{year}{serial}"


def read_registrations(text: str | None) -> tuple[Registration, ...]:
    """All registration numbers of a text (of its first 20,000 characters) in order, each once."""
    if not text or _NEEDS.isdisjoint(text):
        return ()
    plain = fold(text[:_LONGEST]).translate(_PLAIN)
    found = [
        Registration(_written(match.group()), _FORMS[int((match.lastgroup or "k0")[1:])][0])
        for match in _ANY.finditer(plain)
    ]
    return tuple(dict.fromkeys(found))


def registration_numbers(text: str | None) -> tuple[str, ...]:
    """The numbers of the product itself in a text: licences of makers stand on everything that a factory makes."""
    return tuple(found.number for found in read_registrations(text) if found.kind != "maker")
