"""The history of one variant at one URL, from every stored look: which looks show it, and what it cost.

A look counts only when it shows the same thing. A shop may put another product, pack or variant behind an old address,
and a lower price of that would be no earlier price of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from pipelines.facts import VariantFact
from pipelines.history import History, Look, history, look_state
from pipelines.match import match, prepare
from pipelines.match.text import fold
from pipelines.normalize.identity import gtin14
from pipelines.normalize.numerals import stored_decimal
from pipelines.observation import Article, believable
from pipelines.rules.finding import same_content
from pipelines.sightings import Sighting, Sightings, read_quantity_json


class Past:
    """Histories of articles. `variants` are read for all looks at the given URLs at once, when the first is needed."""

    def __init__(self, sightings: Sightings, urls: Iterable[str]) -> None:
        self._sightings = sightings
        self._urls = tuple(dict.fromkeys(urls))
        self._same_names: dict[tuple[str, str], bool] = {}

    @cached_property
    def _variants(self) -> Mapping[str, tuple[VariantFact, ...]]:
        looks = (look for url in self._urls for look in self._sightings.of(url) if look.worth)
        return self._sightings.variants(look.page_id for look in looks)

    def of(self, url: str, article: Article) -> History:
        """What `url` asked for `article`, which is one of the things that a look at it showed."""
        return history(self._look(sighting, article) for sighting in self._sightings.of(url))

    def _look(self, sighting: Sighting, article: Article) -> Look:
        offer = sighting.offer
        if offer is None:
            why = sighting.outcome + (f" ({sighting.reason})" if sighting.reason else "")
            return Look(page_id=sighting.page_id, at=sighting.at, state="not_seen", why=why)
        if sighting.page_id == article.page_id:
            availability, price, listed = article.availability, article.price, article.list_price
        else:
            other = self._another(sighting, offer, article)
            if other:
                return Look(page_id=sighting.page_id, at=sighting.at, state="other", why=other)
            variants = self._variants.get(sighting.page_id, ())
            if any(variant.price is not None for variant in variants):
                found = _variant_of(variants, article)
                if found is None:
                    return Look(
                        page_id=sighting.page_id, at=sighting.at, state="other", why="this variant is not shown"
                    )
                availability = found.availability if found.availability != "unknown" else offer["availability"]
                price, listed = believable(found.price), believable(found.list_price)
            else:
                availability, price = offer["availability"] or "unknown", _whole_price(offer)
                listed = believable(stored_decimal(offer["list_price"]))
        state = look_state("ok", availability, price)
        return Look(
            page_id=sighting.page_id,
            at=sighting.at,
            state=state,
            price=price if state == "priced" else None,
            list_price=listed,
            why="" if state == "priced" else state.replace("_", " "),
        )

    def _another(self, sighting: Sighting, offer: Mapping[str, Any], article: Article) -> str:
        """Why a look shows another thing than the article; empty when it shows the same."""
        if offer["currency"] != article.currency:
            return f"the price is in {offer['currency'] or 'an unknown currency'}"
        if article.options or sighting.page_id in self._several:
            return "" if self._named_alike(offer, article) else "the page shows another product"
        one, other = gtin14(offer["gtin"] or ""), gtin14(article.gtin or "")
        if one and other and one != other:
            return "the page shows another barcode number"
        if not same_content(read_quantity_json(offer["quantity_json"]), article.quantity):
            return "the page shows another content"
        return "" if self._named_alike(offer, article) else "the page shows another product"

    @cached_property
    def _several(self) -> frozenset[str]:
        return frozenset(
            page for page, found in self._variants.items() if any(each.price is not None for each in found)
        )

    def _named_alike(self, offer: Mapping[str, Any], article: Article) -> bool:
        """Titles change with every sale; another product's title is told from that by matching."""
        name = offer["name"] or ""
        if name and (article.title == name or (article.options and article.title.startswith(name))):
            return True
        key = (name, article.title)
        if key not in self._same_names:
            options = " ".join(value for _, value in article.options)
            quantity = article.quantity
            then = Article(page_id="", url="", seen_at="", title=f"{name} {options}".strip(), quantity=quantity)
            now = Article(page_id="", url="", seen_at="", title=article.title, quantity=quantity)
            brands = {fold(brand) for brand in (article.brand, offer["brand"]) if brand}
            records = [prepare(side, {}, brands) for side in (then, now)]
            self._same_names[key] = match(records[0], records[1]).answer == "same_variant"
        return self._same_names[key]


def _variant_of(variants: tuple[VariantFact, ...], article: Article) -> VariantFact | None:
    """The variant with the article's number, else with its options; a page with one variant shows no other."""
    by_sku = [variant for variant in variants if article.sku and variant.sku == article.sku]
    by_options = [variant for variant in variants if variant.options == article.options]
    found = by_sku or by_options
    return found[0] if len(found) == 1 else None


def _whole_price(offer: Mapping[str, Any]) -> Decimal | None:
    """As `articles` reads a whole offer: no range, no "from"."""
    price, most = believable(stored_decimal(offer["price"])), stored_decimal(offer["price_max"])
    return None if offer["vague"] or (most is not None and most != price) else price
