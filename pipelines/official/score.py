"""How well a page's name and address fit a claim, before it is fetched: words only, no meaning.

A score is at most 2, the sum of

- 1 when the claim's barcode number stands in the address, the name or the shop's number,
- up to 0.8: the share of the words of the claim's product that the page's name or address has,
- up to 0.1: the share of the numbers of its product and spec,
- 0.1 when one of the brand's names stands there.

Words are as in `pipelines.match.text`, without the brand, shop phrases and gifts. A page with less than a third of the
words is no candidate unless it has the barcode number. Which of the fetched candidates is the same product is not said
here: `pipelines.match` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from pipelines.match.text import core, fold, without_gifts, words
from pipelines.normalize.identity import gtin14
from pipelines.watchlist import Claim

LEAST_WORDS = Decimal(1) / 3
_GTIN, _WORDS, _NUMBERS, _BRAND = Decimal(1), Decimal("0.8"), Decimal("0.1"), Decimal("0.1")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIGITS = re.compile(r"(?<!\d)\d{8,14}(?!\d)")
_APART = re.compile(r"[-_/+.]")
# Pages of a shop that are not goods, and files.
_NOT_GOODS = re.compile(
    r"/(?:blogs?|news|articles?|pages?|policies|account|cart|checkout|search|tags?|author|stores?-?locator|careers|help|faq)"
    r"(?:/|$)|/(?:collections|categor(?:y|ies)|product-category)/[^/]*/?$|\.(?:jpe?g|png|webp|gif|svg|pdf|mp4|css|js|xml|gz)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a claim looks for."""

    claim_id: str
    words: frozenset[str]
    numbers: frozenset[str]
    brands: tuple[str, ...]
    gtin: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is known of a page that is not fetched yet: its name, the words of its address, the shop's number."""

    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    gtins: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`why` names what fits, as stored."""

    score: Decimal
    why: str


def wanted_of(claim: Claim, brands: Iterable[str] = ()) -> Wanted:
    """`brands` are further names of the claim's brand."""
    names = tuple(dict.fromkeys(fold(name) for name in (claim.brand, *brands) if name))
    product = without_gifts(fold(claim.product))
    return Wanted(
        claim_id=claim.id,
        words=frozenset(words(_spaced(core(product, names)))),
        numbers=frozenset(_NUMBER.findall(f"{product} {without_gifts(fold(claim.spec))}")),
        brands=names,
        gtin=gtin14(claim.gtin) if claim.gtin else None,
    )


def said_of(url: str, name: str | None, number: str | None = None) -> Said:
    """What a list of goods or a sitemap says of one page."""
    text = f"{fold(name or '')} {fold(handle_of(url))}"
    return Said(
        text=text,
        words=frozenset(words(_spaced(text))),
        numbers=frozenset(_NUMBER.findall(text)),
        gtins=frozenset(_gtins(f"{url} {name or ''} {number or ''}")),
    )


def may_be_goods(url: str) -> bool:
    """Whether an address can be a product page: no front page, no blog, no list, no picture."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    return path.strip("/") != "" and not _NOT_GOODS.search(path)


def handle_of(url: str) -> str:
    """The words of an address: its last two steps, spelled out."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    steps = [step for step in path.split("/") if step][-2:]
    return " ".join(re.sub(r"\.(?:html?|php|aspx?)$", "", step) for step in steps)


def score(wanted: Wanted, said: Said) -> Score | None:
    """The score of a page for a claim; None when it is no candidate."""
    common = wanted.words & said.words
    share = Decimal(len(common)) / len(wanted.words) if wanted.words else Decimal(0)
    same_number = wanted.gtin is not None and wanted.gtin in said.gtins
    if not same_number and (not common or share < LEAST_WORDS):
        return None
    numbers = wanted.numbers & said.numbers
    brand = next((name for name in wanted.brands if name in said.text), None)
    total = _GTIN * same_number + _WORDS * share + _BRAND * (brand is not None)
    total += _NUMBERS * len(numbers) / len(wanted.numbers) if wanted.numbers else 0
    why = [f"barcode number {wanted.gtin}"] if same_number else []
    why.append(f"{len(common)} of {len(wanted.words)} words: {' '.join(sorted(common)[:8])}".rstrip(": "))
    why += [f"numbers {' '.join(sorted(numbers))}"] if numbers else []
    why += [f"brand {brand}"] if brand else []
    return Score(score=total.quantize(Decimal("0.001")), why=" · ".join(why))


def _spaced(text: str) -> str:
    return _APART.sub(" ", text)


def _gtins(text: str) -> Iterable[str]:
    for digits in _DIGITS.findall(text):
        number = gtin14(digits)
        if number:
            yield number
