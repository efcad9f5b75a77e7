"""schema.org objects, whatever syntax carried them, as what the page said.

JSON-LD, microdata and RDFa all become the same tree of dicts (`@type`, property → value or list); this file reads
that tree.
Properties and their meaning: https://schema.org/Product, /Offer, /PriceSpecification (vocabulary of 2024-2026), and
Google's
merchant listing documentation for `priceType`, `validForMemberTier` and `referenceQuantity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.pages.lenient import said, written
from pipelines.items import FoundIn, Offer, PriceKind, PriceSaid, Review, Said, VariantSaid

Node = dict[str, Any]
_CONTAINERS = (dict, list)

PRODUCTS = frozenset({
    "product", "productgroup", "productmodel", "individualproduct", "someproducts", "book", "vehicle", "car",
    "videogame",
    "softwareapplication", "productcollection",
})  # fmt: skip
# Nodes below these properties are other products than the page's.
ELSEWHERE = frozenset({
    "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "itemlistelement", "itemreviewed", "isconsumablefor",
    "additem", "hasofferchild", "addon", "recommendation", "mentions", "isvariantof", "hasvariant",
})  # fmt: skip
_PRICE_TYPES: dict[str, PriceKind] = {
    "listprice": "list", "strikethroughprice": "list", "srp": "list", "msrp": "list", "regularprice": "list",
    "saleprice": "sale",
}  # fmt: skip
_NOT_A_PRICE = frozenset(
    {"deliverychargespecification", "paymentchargespecification", "invoiceprice", "minimumadvertisedprice"}
)
_OPTIONS = (
    "color",
    "size",
    "material",
    "pattern",
    "width",
    "height",
    "depth",
    "model",
    "suggestedAge",
    "suggestedGender",
)


def types_of(node: Node) -> frozenset[str]:
    """Lower-case type names without their vocabulary."""
    return frozenset(said_type.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for said_type in _texts(node.get("@type")))


def listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [item for item in listed(value) if isinstance(item, str)]


def nodes(value: Any) -> list[Node]:
    return [item for item in listed(value) if isinstance(item, dict)]


def first(value: Any) -> str | None:
    """The first scalar of a value; `{"@value": …}` and `{"name": …}` count as their content."""
    for item in listed(value):
        if isinstance(item, dict):
            inner = item.get("@value", item.get("name", item.get("value", item.get("@id"))))
            text = said(inner[0] if isinstance(inner, list) and inner else inner)
        else:
            text = said(item)
        if text:
            return text
    return None


def key(node: Node, *names: str) -> str | None:
    for name in names:
        text = first(node.get(name))
        if text:
            return text
    return None


def text_of(node: Node, *names: str) -> str | None:
    """`key`, to the character: a text with white space at its ends keeps it, an empty one is there."""
    for name in names:
        if key(node, name):
            value = next(item for item in listed(node[name]) if first(item))
            return written(value) or first(value)
    return next((value for name in names if isinstance(value := node.get(name), str)), None)


def walk(root: Any, path: str, limit: int = 20_000) -> Iterator[tuple[Node, str, bool]]:
    """Every object of a tree, breadth first: (node, path, whether it belongs to another product)."""
    queue: list[tuple[Any, str, bool]] = [(root, path, False)]
    position = 0
    while position < len(queue) and position < limit:
        value, where, apart = queue[position]
        position += 1
        if isinstance(value, list):
            queue.extend(
                (item, f"{where}[{index}]", apart) for index, item in enumerate(value) if isinstance(item, _CONTAINERS)
            )
        elif isinstance(value, dict):
            yield value, where, apart
            for name, item in value.items():
                if isinstance(item, _CONTAINERS):
                    queue.append((item, f"{where}.{name}", apart or name.lower() in ELSEWHERE))


def read_product(node: Node, path: str, found_in: FoundIn) -> Offer:
    """One Product or ProductGroup with its offers, variants and rating."""
    prices, availability, variants = _offers(node.get("offers"), f"{path}.offers", found_in, None)
    for index, variant in enumerate(nodes(node.get("hasVariant") or node.get("model"))):
        said_variant, said_prices = _variant(variant, f"{path}.hasVariant[{index}]", found_in, index)
        if said_variant is not None:
            variants.append(said_variant)
            prices.extend(said_prices)
            if said_variant.availability:
                place = f"{path}.hasVariant[{index}].offers.availability"
                availability.append(Said(text=said_variant.availability, found_in=found_in, path=place))
    rating = next(iter(nodes(node.get("aggregateRating"))), {})
    return Offer(
        name=text_of(node, "name"),
        brand=key(node, "brand", "manufacturer"),
        sku=key(node, "sku", "productID") or _first_sku(variants) or key(node, "productGroupID"),
        gtin=gtin_of(node),
        mpn=key(node, "mpn"),
        prices=tuple(prices),
        availability=tuple(availability),
        rating=key(rating, "ratingValue"),
        rating_scale=key(rating, "bestRating"),
        review_count=key(rating, "reviewCount", "ratingCount"),
        description=key(node, "description"),
        spec=_spec(node),
        variants=tuple(variants),
    )


def _first_sku(variants: list[VariantSaid]) -> str | None:
    """The number of the first variant that can be bought: shops show that one when a group is opened."""
    numbered = [variant for variant in variants if not variant.sku.startswith(("#", "http", "/"))]
    there = [variant for variant in numbered if "instock" in (variant.availability or "").replace(" ", "").lower()]
    return next((variant.sku for variant in (*there, *numbered)), None)


def gtin_of(node: Node) -> str | None:
    return key(node, "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "isbn", "ean")


def _spec(node: Node) -> str | None:
    parts = [
        f"{name}: {first(node[name])}" for name in ("size", "weight", "color") if name in node and first(node[name])
    ]
    for extra in nodes(node.get("additionalProperty"))[:40]:
        name, value = key(extra, "name"), first(extra.get("value"))
        if name and value and len(value) < 200:
            parts.append(f"{name}: {value}")
    return "; ".join(parts) or None


def _variant(node: Node, path: str, found_in: FoundIn, index: int) -> tuple[VariantSaid | None, list[PriceSaid]]:
    sku = key(node, "sku", "mpn", "gtin13", "gtin", "productID", "@id", "url") or f"#{index + 1}"
    prices, availability, _ = _offers(node.get("offers"), f"{path}.offers", found_in, sku)
    options = [(name, value) for name in _OPTIONS if (value := first(node.get(name)))]
    options += [
        (name, value)
        for extra in nodes(node.get("additionalProperty"))[:10]
        if (name := key(extra, "name")) and (value := first(extra.get("value")))
    ]
    stock = availability[0].text if availability else None
    variant = VariantSaid(
        sku=sku, options=tuple(options), availability=stock, gtin=gtin_of(node), name=key(node, "name")
    )
    return variant, prices


def _offers(
    value: Any, path: str, found_in: FoundIn, variant: str | None
) -> tuple[list[PriceSaid], list[Said], list[VariantSaid]]:
    """Prices, availabilities and variants of an `offers` value. Several offers with own numbers are variants."""
    prices: list[PriceSaid] = []
    availability: list[Said] = []
    variants: list[VariantSaid] = []
    offers = nodes(value)
    if len(offers) == 1 and offers[0].get("offers") is not None:
        # AggregateOffer: its own low and high price say all when they are there.
        inner = nodes(offers[0]["offers"])
        own = _offer_prices(offers[0], path, found_in, variant)
        availability += _stock(offers[0], path, found_in)
        prices += own
        offers, path = inner, f"{path}.offers"
        if len(inner) == 1 and own:
            return prices, availability or _stock(inner[0], path, found_in), variants
    skus = [_offer_id(offer) for offer in offers]
    distinct = variant is None and len(offers) > 1 and len({sku for sku in skus if sku}) == len(offers)
    for index, offer in enumerate(offers[:500]):
        place = f"{path}[{index}]" if len(offers) > 1 or isinstance(value, list) else path
        own_variant = skus[index] if distinct else variant
        prices += _offer_prices(offer, place, found_in, own_variant)
        stock = _stock(offer, place, found_in)
        availability += stock
        if distinct and own_variant:
            item = next(iter(nodes(offer.get("itemOffered"))), {})
            said_stock = stock[0].text if stock else None
            name = key(offer, "name") or key(item, "name")
            gtin = gtin_of(offer) or gtin_of(item)
            variants.append(VariantSaid(sku=own_variant, availability=said_stock, gtin=gtin, name=name))
    return prices, availability, variants


def _offer_id(offer: Node) -> str | None:
    item = next(iter(nodes(offer.get("itemOffered"))), {})
    return (
        key(offer, "sku", "mpn", "gtin13", "gtin")
        or key(item, "sku", "mpn", "gtin13")
        or key(offer, "name", "url", "@id")
    )


def _stock(offer: Node, path: str, found_in: FoundIn) -> list[Said]:
    text = first(offer.get("availability"))
    return [Said(text=text, found_in=found_in, path=f"{path}.availability")] if text else []


def _offer_prices(offer: Node, path: str, found_in: FoundIn, variant: str | None) -> list[PriceSaid]:
    currency = key(offer, "priceCurrency")
    used = any(word in (first(offer.get("itemCondition")) or "").lower() for word in ("used", "refurb", "damaged"))
    kind: PriceKind | None = "used" if used else None
    low, high, plain = key(offer, "lowPrice"), key(offer, "highPrice"), key(offer, "price")
    found: list[PriceSaid] = []
    if plain:
        found.append(PriceSaid(
            text=plain, kind=kind, currency=currency, variant=variant, found_in=found_in, path=f"{path}.price",
        ))  # fmt: skip
    elif low or high:
        top = high if high and low and high != low else None
        found.append(PriceSaid(
            text=low or high or "", text_max=top, kind=kind if low else "list", currency=currency, variant=variant,
            label="" if low else "highPrice", found_in=found_in, path=f"{path}.{'lowPrice' if low else 'highPrice'}",
        ))  # fmt: skip
    for index, spec in enumerate(nodes(offer.get("priceSpecification"))[:20]):
        place = f"{path}.priceSpecification[{index}]"
        extra = _specification(spec, place, found_in, variant, currency, kind, bool(found))
        if extra is not None:
            found.append(extra)
    return found


def _specification(
    spec: Node,
    path: str,
    found_in: FoundIn,
    variant: str | None,
    currency: str | None,
    kind: PriceKind | None,
    has_price: bool,
) -> PriceSaid | None:
    """One price specification; None when it is a delivery or payment charge."""
    price_type = (first(spec.get("priceType")) or "").rsplit("/", 1)[-1].lower()
    text = key(spec, "price", "minPrice")
    if text is None or types_of(spec) & _NOT_A_PRICE or price_type in _NOT_A_PRICE:
        return None
    condition, label = "", price_type
    said_kind = _PRICE_TYPES.get(price_type, kind)
    if spec.get("validForMemberTier") is not None:
        said_kind, condition = "member", key(spec, "validForMemberTier") or "members"
    elif spec.get("billingDuration") is not None or spec.get("billingIncrement") is not None:
        said_kind, condition = "instalment", "per billing period"
    elif spec.get("referenceQuantity") is not None and (has_price or _reference(spec)):
        said_kind, condition = "unit", _reference(spec)
    elif (least := _least(spec)) > 1:
        said_kind, condition = "bundle", f"from {least} pieces"
    if str(spec.get("valueAddedTaxIncluded")).lower() == "false":
        condition = condition or "before tax"
    return PriceSaid(
        text=text, text_max=key(spec, "maxPrice"), kind=said_kind, label=label, condition=condition, variant=variant,
        currency=key(spec, "priceCurrency") or currency, found_in=found_in, path=f"{path}.price",
    )  # fmt: skip


def _reference(spec: Node) -> str:
    quantity = next(iter(nodes(spec.get("referenceQuantity"))), {})
    return " ".join(part for part in (key(quantity, "value"), key(quantity, "unitCode", "unitText")) if part)


def _least(spec: Node) -> int:
    quantity = next(iter(nodes(spec.get("eligibleQuantity"))), {})
    least = key(quantity, "minValue", "value") or "1"
    return int(least) if least.isdigit() and len(least) < 6 else 1


def read_review(node: Node, path: str) -> Review | None:
    """One Review node; None when it says neither text nor rating."""
    rating = next(iter(nodes(node.get("reviewRating") or node.get("rating"))), {})
    text = text_of(node, "reviewBody", "description", "text")
    value = key(rating, "ratingValue") or (
        None if nodes(node.get("reviewRating")) else key(node, "reviewRating", "ratingValue")
    )
    if not ((text and text.strip()) or value or key(node, "name", "headline")):
        return None
    author = next(iter(nodes(node.get("author") or node.get("creator"))), None)
    return Review(
        id=key(node, "identifier", "@id"),
        rating=value,
        rating_scale=key(rating, "bestRating"),
        date=key(node, "datePublished", "dateCreated"),
        title=text_of(node, "name", "headline"),
        text=text,
        author=(key(author, "name", "alternateName") if author else first(node.get("author"))) or None,
        path=path,
    )
