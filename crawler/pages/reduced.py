"""Two prices and a percentage: where the percentage is what lies between them, the dearer one is the price before.

Style sheets strike prices through, and many shops' class names say nothing; the percentage is in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from lxml import etree

from crawler.pages import signs
from crawler.pages.document import text_in
from crawler.pages.visible import Candidate, amounts_in
from pipelines.normalize.money import read_range

_PERCENT = re.compile(r"(?<![\d.,])\d{1,2}(?:[.,]\d{1,2})?\s?%")
_WORD = re.compile(r"[^\W\d]+")
# Words that go with a reduction. Any other may name who gets it, and then nobody knows which price all pay.
_TOLD = frozenset({
    "off", "sale", "save", "saved", "saving", "savings", "discount", "now", "was", "price", "reg", "regular", "instead",
    "deal", "only", "you", "rabatt", "gespart", "spare", "sparen", "sie", "statt", "jetzt", "nur", "preis", "angebot",
    "remise", "réduction", "soldes", "promo", "prix", "descuento", "dto", "ahorra", "ahorras", "oferta", "antes",
    "ahora", "precio", "sconto", "risparmi", "prezzo", "offerta", "korting", "nu", "van", "voor", "prijs", "rea",
    "spara", "tilbud", "spar", "pris", "rabat", "zniżka", "taniej", "cena", "sleva", "ušetříte", "giảm", "giá",
    "desconto", "por", "preço", "kč", "zł", "kr", "ft", "tl", "원", "円", "元", "할인", "할인율", "특가", "オフ",
    "割引", "引き", "折扣", "usd", "eur", "gbp", "inkl", "incl",
})  # fmt: skip
_LEVELS = 4
_LONGEST_SCOPE = 240


def mark_reduced(candidates: Sequence[Candidate]) -> None:
    """Call the dearer of two neighbouring prices a list price, where the percentage beside them says so."""
    plain = [candidate for candidate in candidates if candidate.kind is None and not candidate.struck]
    for one, other in pairwise(plain):
        scope = _shared(one.box, other.box)
        if scope is None:
            continue
        amounts = {_low(one): one, _low(other): other}
        low, high = min(amounts, default=Decimal(0)), max(amounts, default=Decimal(0))
        if 0 < low < high and any(_fits(share, low, high) for share in _shares(scope, candidates)):
            amounts[high].kind = "list"


def _shared(box: etree._Element, other: etree._Element) -> etree._Element | None:
    """The nearest element that holds both."""
    above = [node for _, node in zip(range(_LEVELS), box.iterancestors(), strict=False)]
    return next((node for _, node in zip(range(_LEVELS), other.iterancestors(), strict=False) if node in above), None)


def _low(candidate: Candidate) -> Decimal:
    numbers = amounts_in(candidate.text)
    whole = read_range(candidate.text)[0] or (read_range(numbers[0])[0] if numbers else None)
    return whole or Decimal(0)


def _shares(scope: etree._Element, candidates: Sequence[Candidate]) -> list[Decimal]:
    """Percentages in the scope; none where it speaks of a condition or of other numbers."""
    text = text_in(scope, _LONGEST_SCOPE + 1)
    if len(text) > _LONGEST_SCOPE or "%" not in text:
        return []
    inside = [candidate for candidate in candidates if scope in candidate.box.iterancestors()]
    if any(candidate.kind not in (None, "list", "unit") for candidate in inside):
        return []
    rest = text
    for candidate in inside:
        # A price per litre or before tax has words of its own.
        if candidate.kind == "unit" or signs.BEFORE_TAX.search(f"{candidate.text} {candidate.after[:30]}"):
            rest = rest.replace(candidate.text, " ")
    shares = [Decimal(found.strip(" %").replace(",", ".")) for found in _PERCENT.findall(rest)]
    rest = signs.MARK.sub(" ", _PERCENT.sub(" ", rest))
    told = (word.lower() for word in _WORD.findall(rest))
    return shares if all(word in _TOLD for word in told) else []


def _fits(share: Decimal, low: Decimal, high: Decimal) -> bool:
    return share >= 1 and abs((1 - low / high) * 100 - share) < 1
