"""What a page said → typed facts. Every value that cannot be understood becomes an issue; nothing is dropped
silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from pipelines.candidates import Candidate, Context, page_currency, read_candidate
from pipelines.decide import Decision, decide
from pipelines.facts import ListingFact, OfferFact, PageFacts, PriceFact, VariantFact
from pipelines.faults import FAULTS
from pipelines.items import Issue, ListingItem, Offer, Page, PriceSaid, VariantSaid
from pipelines.normalize.identity import read_gtin
from pipelines.normalize.quantity import Quantity, read_quantity
from pipelines.normalize.text import clean
from pipelines.numbers import read_count, read_rating
from pipelines.review_facts import listed_facts, review_fact
from pipelines.stock import decide_availability, read_availability

_MOST_ISSUES = 200


def understand(
    page: Page, *, now: datetime | None = None, zone: str | None = None, currency_hint: str | None = None
) -> PageFacts:
    """Facts of one page; never raises. `now` dates relative review dates, `zone` is the shop's IANA time zone."""
    issues = [Issue(field="page", value=code, why=FAULTS.get(code, "")) for code in page.faults] + list(page.issues)
    context = Context(host=_host(page.url), language=page.language, currency_hint=currency_hint)
    offer = None
    try:
        offer = offer_fact(page.offer, context, issues) if page.offer is not None else None
    except Exception as error:  # an offer that breaks a reader must not lose the page's reviews
        issues.append(Issue(field="offer", value="", why=f"{type(error).__name__}: {error}"[:200]))
    reviews = tuple(
        review_fact(review, issues, now=now, zone=zone, language=page.language, platform=page.platform)
        for review in page.reviews
    )
    return PageFacts(
        url=page.url,
        kind=page.kind,
        outcome=page.outcome,
        wall=page.wall,
        shell=page.shell,
        platform=page.platform,
        shop_name=page.shop.name,
        shop_official=page.shop.official,
        shop_evidence=page.shop.evidence,
        offer=offer,
        reviews=reviews,
        listed=None if page.listed is None else listed_facts(page.listed, issues),
        items=tuple(_listing_fact(item, context, issues) for item in page.items),
        links=tuple((link.kind, link.url) for link in page.links),
        issues=_bounded(issues),
        faults=page.faults,
    )


def _bounded(issues: list[Issue]) -> tuple[Issue, ...]:
    """All issues, or the first ones and how many there are beside them."""
    left_out = len(issues) - _MOST_ISSUES
    if left_out <= 0:
        return tuple(issues)
    return (*issues[:_MOST_ISSUES], Issue(field="page", value=str(left_out), why="further issues, not listed"))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def offer_fact(offer: Offer, context: Context, issues: list[Issue]) -> OfferFact:
    """One offer, understood."""
    context = replace(context, currency_hint=page_currency(offer.prices, context.currency_hint))
    candidates = read_candidates(offer.prices, context, issues)
    sold_out = frozenset(
        variant.sku
        for variant in offer.variants
        if variant.availability and read_availability(variant.availability) in ("out_of_stock", "discontinued")
    )
    decision = decide(candidates, sold_out=sold_out)
    issues += decision.issues
    quantity, quantity_text = _quantity(offer)
    rating, scale = read_rating(offer.rating, offer.rating_scale, issues)
    texts = {name: _tidy(getattr(offer, name)) for name in ("name", "brand", "sku", "mpn")}
    return OfferFact(
        name=texts["name"],
        brand=texts["brand"],
        sku=texts["sku"],
        gtin=_gtin(offer.gtin, issues),
        mpn=texts["mpn"],
        availability=decide_availability(offer.availability, issues),
        currency=decision.currency,
        price=decision.price,
        price_max=decision.price_max,
        list_price=decision.list_price,
        rating=rating,
        rating_scale=scale,
        review_count=read_count(offer.review_count, "review_count", issues),
        prices=_price_facts(candidates, decision),
        quantity=quantity,
        quantity_text=quantity_text,
        variants=tuple(_variant_fact(variant, candidates, issues) for variant in offer.variants),
        promotions=offer.promotions,
        said=tuple((name, said) for name, text in texts.items() if (said := getattr(offer, name)) not in (None, text)),
    )


def read_candidates(prices: Iterable[PriceSaid], context: Context, issues: list[Issue]) -> list[Candidate]:
    """All prices that can be read, in the page's order; the others become issues."""
    found = []
    for said in prices:
        try:
            candidate, why = read_candidate(said, context)
        except (ValueError, ArithmeticError) as error:
            candidate, why = None, (Issue(field="price", value=said.text[:80], why=str(error)[:120]),)
        issues.extend(why)
        if candidate is not None:
            found.append(candidate)
    return found


def _price_facts(candidates: list[Candidate], decision: Decision) -> tuple[PriceFact, ...]:
    return tuple(
        replace(candidate.fact, chosen=decision.chosen.get(index)) for index, candidate in enumerate(candidates)
    )


def _tidy(text: str | None) -> str | None:
    """One line of plain text."""
    if text is None:
        return None
    plain = clean(text) if "<" in text or "&" in text else text
    return re.sub(r"\s+", " ", plain).strip() or None


def _gtin(said: str | None, issues: list[Issue]) -> str | None:
    if not said:
        return None
    found = read_gtin(said)
    if found.said is None:
        issues.append(Issue(field="gtin", value=said[:40], why=f"no GTIN: {found.why}"))
    return found.said


def _quantity(offer: Offer) -> tuple[Quantity, str]:
    """From the first of name, specification and variant name that states one."""
    only = offer.variants[0].name if len(offer.variants) == 1 else None
    for text in (offer.name, offer.spec, only):
        if text:
            quantity = read_quantity(text[:500])
            if quantity.parts:
                return quantity, text[:500]
    return (read_quantity(offer.name[:500]), "") if offer.name else (Quantity(), "")


def _variant_fact(variant: VariantSaid, candidates: list[Candidate], issues: list[Issue]) -> VariantFact:
    mine = [candidate for candidate in candidates if candidate.fact.variant == variant.sku]
    decision = decide(mine) if mine else Decision()
    texts = " ".join(filter(None, (variant.name, *(value for _, value in variant.options))))
    return VariantFact(
        sku=variant.sku,
        options=variant.options,
        price=decision.price,
        list_price=decision.list_price,
        availability=read_availability(variant.availability) if variant.availability else "unknown",
        gtin=_gtin(variant.gtin, issues),
        quantity=read_quantity(texts[:500]) if texts else Quantity(),
    )


def _listing_fact(item: ListingItem, context: Context, issues: list[Issue]) -> ListingFact:
    hint = page_currency(item.prices, context.currency_hint)
    own: list[Issue] = []
    decision = decide(read_candidates(item.prices, replace(context, currency_hint=hint), own))
    price, currency, name = decision.price, decision.currency, _tidy(item.name)
    if price is None and item.prices:
        issues.append(Issue(field="items.price", value=item.prices[0].text[:80], why=_reason(own, decision)))
    return ListingFact(
        name=name,
        url=item.url,
        sku=item.sku,
        price=price,
        list_price=decision.list_price,
        currency=currency,
        said=() if item.name in (None, name) else (("name", item.name),),
    )


def _reason(own: list[Issue], decision: Decision) -> str:
    return next((issue.why for issue in (*decision.issues, *own)), "no usable price")
