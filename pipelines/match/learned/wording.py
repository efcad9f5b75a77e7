"""What the scorer reads of one offer: its title and, where a page gives them, brand, model, description and attributes.

A `Wording` holds texts as a page said them; `read` takes it apart once. Prices are left out wherever they stand: an
attribute such as 市场价 would let a price decide what is the same product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.match.text import fold

_LONGEST_TITLE = 1_000
_LONGEST_TEXT = 2_000
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[぀-ヿ㐀-鿿豈-﫿]+|[가-힯]+|[^\W\d_a-z]+")
_JOINED = re.compile(r"[a-z0-9]+(?:[-/._+][a-z0-9]+)*")
_NOT_PLAIN = re.compile(r"[^0-9a-z㐀-鿿぀-ヿ가-힯]+")
_QUANTITY = re.compile(
    r"(\d+(?:[.,]\d+)?)[\s-]*(inch(?:es)?|in|ml|l|kg|mg|g|oz|lb|gb|tb|mb|ghz|mhz|khz|hz|mah|wh|w|kw|v|mp|"
    r"megapixels?|cm|mm|m|ft|cu|dpi|rpm|ports?|pin|ch|channel|users?|licen[cs]e|packs?|pcs|pieces?|count|ct|x|\"|'|mbps|gbps|btu|lumen|"
    r"升|毫升|克|斤|片|瓶|支|盒|包|件|双|寸|码|色)(?![a-z])"
)
_MEASURE = re.compile(
    r"\d+(?:[.]\d+)?(?:ml|l|cl|g|kg|mg|oz|lbs?|cm|mm|m|km|inch|in|ft|gb|tb|mb|kb|mah|kw|w|v|k|mp|x|pcs|pc|ct|count|"
    r"packs?|st|nd|rd|th|s|h|mbps|gbps|[gmk]?hz|pin|bit|core|port|dpi|rpm|fps|p|d|yrs?)|\d+x\d+(?:x\d+)?|"
    r"(?:ddr|usb|sata|pcie?|cat|win|mp|mpeg|h)\d{1,2}|(?:19|20)\d\d"
)
_UNITS = {"inches": "inch", "in": "inch", '"': "inch", "megapixels": "mp", "megapixel": "mp", "ports": "port"}
_UNITS |= {"users": "user", "licence": "license", "packs": "pack", "pieces": "pcs", "piece": "pcs", "count": "pcs"}
_UNITS |= {"channel": "ch", "ct": "pcs", "毫升": "ml", "升": "l", "克": "g", "寸": "inch", "'": "inch"}
_PRICE_NAME = re.compile(r"price|价|價|cost|\bmsrp\b", re.IGNORECASE)
_COLORS = frozenset(
    ("black", "white", "silver", "red", "blue", "green", "pink", "gray", "grey", "brown", "yellow", "purple", "orange",
     "gold", "beige", "navy", "ivory", "bronze", "charcoal", "platinum", "titanium", "stainless", "bisque", "graphite",
     "violet", "rose", "tan", "cyan", "magenta", "wolf", "volt", "teal", "olive")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`attributes` are (name, value) pairs; everything but the title may be empty."""

    title: str
    brand: str = ""
    model: str = ""
    description: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A wording taken apart.

    words     title words in order: Latin words and numbers, Han as overlapping pairs
    others    words of brand, model, description and attribute values
    models    tokens of letters and digits, without their separators
    compact   letters and digits of everything, to look a model token up in
    pairs     "attribute=value"
    """

    title: str
    words: tuple[str, ...]
    others: tuple[str, ...]
    numbers: tuple[str, ...]
    models: tuple[str, ...]
    quantities: tuple[str, ...]
    units: tuple[str, ...]
    colors: tuple[str, ...]
    pairs: tuple[str, ...]
    names: tuple[str, ...]
    brand: str
    model: str
    compact_title: str
    compact: str


def price_like(name: str) -> bool:
    """Whether a column or attribute holds a price."""
    return bool(_PRICE_NAME.search(name))


def split(text: str) -> list[str]:
    """Latin words and numbers apart (`wh1000` is `wh`, `1000`), Han and kana as overlapping pairs."""
    found: list[str] = []
    for run in _WORD.findall(text):
        if run[0].isascii() or len(run) <= 2 or run[0] < "\u3040":
            found.append(run)
        else:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


def model_tokens(text: str) -> list[str]:
    """Tokens of a folded text that could name a model: letters and digits together, or five digits and more."""
    found = []
    for raw in _JOINED.findall(text):
        if raw.isalpha():
            continue
        parts = (raw,) if raw.isalnum() else dict.fromkeys((raw, *re.split(r"[/+_]", raw)))
        for token in parts:
            short = _NOT_PLAIN.sub("", token)
            if not 3 <= len(short) <= 24 or short.isalpha() or _MEASURE.fullmatch(token):
                continue
            if short.isdigit() and (len(short) < 5 or "." in token):
                continue
            found.append(short)
    return found


def plain(text: str) -> str:
    return _NOT_PLAIN.sub("", text)


def read(wording: Wording) -> Words:
    """Take a wording apart; texts are cut after a few thousand characters."""
    title = fold(wording.title[:_LONGEST_TITLE])
    brand, model = fold(wording.brand[:200]), fold(wording.model[:200])
    said = [(fold(name[:60]), fold(value[:200])) for name, value in wording.attributes if not price_like(name)]
    values = " ".join(value for _, value in said)
    rest = f"{brand} {model} {values} {fold(wording.description[:_LONGEST_TEXT])}"
    words, quantities = split(title), _quantities(title)
    return Words(
        title=" ".join(words),
        words=tuple(words),
        others=tuple(split(rest)),
        numbers=tuple(word for word in words if word[0].isdigit()),
        models=tuple(model_tokens(f"{title} {model}")),
        quantities=tuple(f"{value}{unit}" for value, unit in quantities),
        units=tuple(unit for _, unit in quantities),
        colors=tuple(word for word in words if word in _COLORS),
        pairs=tuple(f"{name}={value}" for name, value in said),
        names=tuple(name for name, _ in said),
        brand=" ".join(split(brand)),
        model=plain(model),
        compact_title=plain(title),
        compact=plain(f"{title} {rest}"),
    )


def _quantities(title: str) -> list[tuple[str, str]]:
    found = []
    for value, unit in _QUANTITY.findall(title):
        number = value.replace(",", ".")
        found.append((number.rstrip("0").rstrip(".") if "." in number else number, _UNITS.get(unit, unit)))
    return found
