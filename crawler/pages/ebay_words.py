"""What eBay's words mean, in the languages of its sites: condition, bids, the end of an item, currency signs."""

from __future__ import annotations

import re

from parsel import Selector

from crawler.pages.assemble import words
from pipelines.items import PriceKind

_NEW = re.compile(
    r"^(?:brand[ -])?new\b(?! \(other\))|^neu\b|^neuf\b|^nuovo\b|^nuevo\b|^nieuw\b|^now[ye]\b|^全新", re.I
)
_OVER = re.compile(
    r"\bended\b|(?:^|listing |item |was |has )sold\b|winning bid|no longer available|beendet|verkauft"
    r"|termin[ée]|vendu|finaliz|vendido|vendut|conclus|scadut|afgelopen|verkocht|zakończ|sprzedan|已结束|已售",
    re.I,
)
_BIDS = re.compile(r"\b\d+ (?:bids?|Gebote?|enchères?|offert[ae]|pujas?|biedingen|ofert)\b", re.I)
_BEST = re.compile(r"or best offer|oder preisvorschlag|ou offre directe|o mejor oferta|o proposta d'acquisto", re.I)
_ONE = re.compile(r"\s*/\s*(?:ea\.?|each|stk\.?|stück|pi[èe]ce|pz\.?|ud\.?)\s*$", re.I)
# Written before the amount, each site's own way.
_SIGNS = (
    (re.compile(r"\bUS ?\$"), "USD"),
    (re.compile(r"\bAU ?\$"), "AUD"),
    (re.compile(r"\bC ?\$"), "CAD"),
    (re.compile(r"\bHK ?\$"), "HKD"),
    (re.compile(r"\bS ?\$"), "SGD"),
    (re.compile(r"\bNT ?\$"), "TWD"),
    (re.compile(r"\bRM\b"), "MYR"),
    (re.compile(r"\bPHP\b"), "PHP"),
)
_CODE = re.compile(r"\b(?:EUR|GBP|USD|CHF|PLN|AUD|CAD|JPY|CNY)\b")


def condition_kind(state: str | None) -> PriceKind | None:
    """ "used" for a condition that is not plainly new; None where nothing is said."""
    return None if not state or _NEW.search(state) else "used"


def is_over(text: str) -> bool:
    """Whether a status message or caption says that the item ended or sold. ("12 sold" beside a stock does not.)"""
    return _OVER.search(text) is not None


def bidding(text: str) -> bool:
    return _BIDS.search(text) is not None


def best_offer(selector: Selector) -> bool:
    place = selector.css(".x-price-section, .x-bin-price, .x-offer-action, #prcIsum, [data-testid=x-offer-action]")
    return any(_BEST.search(words(part) or "") for part in place)


def of_one(text: str) -> str:
    """ "US $12.99/ea" is what one of several equal pieces costs: the price, not one per unit of measure."""
    return _ONE.sub("", text)


def currency_of_sign(text: str) -> str | None:
    """The ISO code that a price is written with; None for a sign that several currencies share."""
    code = _CODE.search(text)
    if code:
        return code.group()
    return next((name for sign, name in _SIGNS if sign.search(text)), None)
