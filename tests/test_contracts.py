"""docs/contracts.md says what `daihuo read` writes: every key, its type, every word of it; and nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, get_args

import pytest
from web_poet.serialization import load_class
from web_poet.testing import Fixture

from crawler.commands.read_page import read_page_file
from crawler.commands.read_text import read_language_lines, read_price_lines, read_quantity_lines
from crawler.pages.read import read_page
from pipelines.facts import Availability, to_json
from pipelines.items import FoundIn, Outcome, PageKind, PriceKind
from pipelines.normalize.language import Method
from pipelines.normalize.rule import RuleType
from pipelines.understand import understand

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+?) \| [^|]*\|$", re.MULTILINE)
PRICES = (
    *(
        "领券满300减50 ¥199-¥259",
        "3件装 ¥199",
        "原价¥399 券后¥299 第二件半价",
        "¥2?9",
        "",
        "跨店每满300减50，最多减200",
        "新人专享券满99减20",
    ),
    *(
        "买2送1 99元",
        "定金50抵100 到手¥399",
        "会员专享价¥89",
        "2件8折 ¥398",
        "满199元+9.9元换购",
        "2件99元",
        "满99元9折",
    ),
)
QUANTITIES = ("50ml*2 赠7ml*3 #316", "一堆", "1kg", "5片*4盒")
GIFTS = """<!doctype html><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product",
"name": "Dawn serum 30ml*2 赠7ml*3", "sku": "1",
"offers": {"@type": "Offer", "price": "598.00", "priceCurrency": "CNY"}}
</script><h1>Dawn serum 30ml*2 赠7ml*3</h1>"""
LANGUAGES = ("很好用", "👍", "very nice color", "schöne Farbe, sehr gut verarbeitet und schnell geliefert")


def section(verb: str) -> dict[str, str]:
    """Key path → type, of one section of the page."""
    text = (ROOT / "docs" / "contracts.md").read_text("utf-8")
    return dict(ROW.findall(text.split(f"## `daihuo {verb}`\n")[1].split("\n## ")[0]))


def is_amount(value: object) -> bool:
    try:
        return isinstance(value, str) and "e" not in value.lower() and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


TYPES: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "amount": is_amount,
    "whole number": whole,
    "true or false": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "object of texts": lambda value: all(isinstance(part, str) for pair in value.items() for part in pair),
    "null": lambda value: value is None,
    "number from 0 to 1": lambda value: isinstance(value, float) and 0 <= value <= 1,
}


def fits(value: object, said: str) -> bool:
    """Is the value of the type that the page states?"""
    if value is None and re.search(r"\bnull$", said):
        return True
    if said.startswith("one of "):
        return value in re.findall(r"`([^`]+)`", said)
    return TYPES[re.sub(r",? or null$", "", said.replace("true, false or null", "true or false"))](value)


def paths(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """(key path, value) of everything in a JSON object; what `options` holds are no keys of ours."""
    if isinstance(value, dict):
        for key, member in value.items():
            here = f"{place}.{key}" if place else key
            if isinstance(member, list):
                for entry in member:
                    yield f"{here}[]", entry
                    yield from paths(entry, f"{here}[]")
            else:
                yield here, member
                if key != "options":
                    yield from paths(member, here)


@cache
def pages() -> list[dict[str, Any]]:
    """The JSON of every page of the fixtures, by file as the verb reads it, and by page object."""
    found = [read_page_file(path) for path in sorted((FIXTURES / "pages").glob("*/page.*"))]
    for folder in sorted(FIXTURES.glob("crawler.pages.*/*")):
        page = Fixture(folder).get_page(load_class(folder.parent.name))
        found.append(to_json(understand(page.extract())))  # type: ignore[attr-defined]
    found.append(to_json(understand(read_page("https://shop.example/p/1", GIFTS.encode()))))
    return found


def lines(read: Callable[[BinaryIO, BinaryIO], int], texts: tuple[str, ...]) -> list[dict[str, Any]]:
    written = io.BytesIO()
    read(io.BytesIO("".join(f"{text}\n" for text in texts).encode()), written)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def written(verb: str) -> list[dict[str, Any]]:
    if verb == "read price":
        return lines(read_price_lines, PRICES)
    if verb == "read quantity":
        return lines(read_quantity_lines, QUANTITIES)
    if verb == "read language":
        return lines(read_language_lines, LANGUAGES)
    return pages()


VERBS = ("read page", "read price", "read quantity", "read language")


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_names_every_key_and_no_other(verb: str) -> None:
    told = set(section(verb))
    seen = {path for shape in written(verb) for path, _ in paths(shape)}
    assert seen - told == set(), "written, and not in docs/contracts.md"
    assert told - seen == set(), "in docs/contracts.md, and never written"


@pytest.mark.parametrize("verb", VERBS)
def test_every_value_is_of_the_type_that_the_page_states(verb: str) -> None:
    told = section(verb)
    wrong = [
        (path, told[path], value)
        for shape in written(verb)
        for path, value in paths(shape)
        if not fits(value, told[path])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("verb", "path", "words"),
    [
        ("read page", "kind", PageKind),
        ("read page", "outcome", Outcome),
        ("read page", "offer.availability", Availability),
        ("read page", "offer.variants[].availability", Availability),
        ("read page", "offer.prices[].kind", PriceKind),
        ("read page", "offer.prices[].found_in", FoundIn),
        ("read price", "kind", PriceKind),
        ("read price", "rules[].type", RuleType),
        ("read language", "method", Method),
    ],
)
def test_the_words_of_a_key_are_all_told(verb: str, path: str, words: Any) -> None:
    assert re.findall(r"`([^`]+)`", section(verb)[path]) == list(get_args(words))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.5, "amount or null"),
        ("1E+2", "amount"),
        (True, "whole number"),
        (None, "text"),
        ("sold", "one of `a` `b`"),
        (1, "number from 0 to 1"),
    ],
)
def test_a_value_of_another_type_is_seen(value: object, said: str) -> None:
    assert not fits(value, said)
