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
from urllib.parse import unquote, urlsplit

from pipelines.match.text import core, fold, without_gifts, words
from pipelines.normalize.identity import gtin14
from pipelines.watchlist import Claim

# One word of so many of the claim's must be there.
LEAST_WORDS = 3
_GTIN, _WORDS, _NUMBERS, _BRAND = 1000, 800, 100, 100
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


def rank(wanted: Wanted, said: Said) -> int | None:
    """The score of a page for a claim in thousandths; None when it is no candidate."""
    common, all_words = len(wanted.words & said.words), len(wanted.words)
    same_number = wanted.gtin is not None and wanted.gtin in said.gtins
    if not same_number and (not common or common * LEAST_WORDS < all_words):
        return None
    total = _share(_WORDS, common, all_words) + _share(
        _NUMBERS, len(wanted.numbers & said.numbers), len(wanted.numbers)
    )
    return total + _GTIN * same_number + _BRAND * any(name in said.text for name in wanted.brands)


def why(wanted: Wanted, said: Said) -> str:
    """What fits, in words."""
    common, numbers = sorted(wanted.words & said.words), sorted(wanted.numbers & said.numbers)
    parts = [f"barcode number {wanted.gtin}"] if wanted.gtin in said.gtins else []
    parts.append(f"{len(common)} of {len(wanted.words)} words: {' '.join(common[:8])}".rstrip(": "))
    parts += [f"numbers {' '.join(numbers)}"] if numbers else []
    parts += [f"brand {name}" for name in wanted.brands if name in said.text][:1]
    return " · ".join(parts)


def _share(most: int, part: int, whole: int) -> int:
    return (most * part + whole // 2) // whole if whole else 0


def _spaced(text: str) -> str:
    return _APART.sub(" ", text)


def _gtins(text: str) -> Iterable[str]:
    for digits in _DIGITS.findall(text):
        number = gtin14(digits)
        if number:
            yield number
