"""Product-like, review-like and list-like objects inside any JSON, found by their field names.

Used for page state and bare JSON bodies of shops that have no page object of their own. Field names are those that
shop programs use;
only fields whose name says what they hold are read. Whole numbers may count cents: they are returned, and the caller
compares them with
what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from crawler.pages.lenient import said, written
from pipelines.items import FoundIn, ListingItem, Offer, PriceKind, PriceSaid, Review, Said

_MOST_NODES = 30_000
_CONTAINERS = frozenset({dict, list})
_NAME = (
    "name",
    "title",
    "productname",
    "producttitle",
    "itemname",
    "goodsname",
    "displayname",
    "itemtitle",
    "goodstitle",
    "shortname",
    "skuname",
    "product_name",
    "goods_name",
    "item_name",
)
_PRICES: dict[str, PriceKind | None] = {
    "price": None, "saleprice": "sale", "currentprice": None, "finalprice": None, "sellprice": None,
    "sellingprice": None,
    "nowprice": None, "actualprice": None, "promotionprice": "sale", "promoprice": "sale", "activityprice": "sale",
    "specialprice": "sale", "discountedprice": "sale", "salesprice": None, "priceamount": None, "itemprice": None,
    "goodsprice": None, "productprice": None, "displayprice": None, "pricevalue": None, "offerprice": None,
    "listprice": "list", "originalprice": "list", "regularprice": "list", "msrp": "list", "rrp": "list",
    "oldprice": "list",
    "compareatprice": "list", "wasprice": "list", "marketprice": "list", "strikeprice": "list",
    "strikethroughprice": "list",
    "lineprice": "list", "retailprice": "list", "baseprice": "list", "crossedprice": "list", "origprice": "list",
    "memberprice": "member", "vipprice": "member", "clubprice": "member", "couponprice": "coupon",
    "depositprice": "deposit",
    "unitprice": "unit", "liveprice": "live", "groupprice": "bundle", "minprice": "from", "lowprice": "from",
    "memberpluspprice": "member", "plusprice": "member",
}  # fmt: skip
_PRICE_GROUPS = frozenset({"prices", "priceinfo", "pricing", "pricerange", "pricedata", "money"})
_CENTS = re.compile(r"(?:in)?(?:cents?|fen|minor(?:units?)?|pence)$|^cent", re.I)
_SKU = (
    "sku",
    "skuid",
    "productid",
    "itemid",
    "goodsid",
    "id",
    "partnumber",
    "code",
    "itemnumber",
    "productcode",
    "articlenumber",
)
_BRAND = ("brand", "brandname", "manufacturer")
_GTIN = ("gtin", "gtin13", "ean", "upc", "barcode", "isbn", "ean13", "gtin14", "gtin12")
_STOCK = (
    "availability",
    "instock",
    "isinstock",
    "available",
    "availabilitystatus",
    "stockstatus",
    "inventorystatus",
    "is_in_stock",
    "outofstock",
    "soldout",
    "issoldout",
)
_TEXT = (
    "content",
    "comment",
    "reviewtext",
    "reviewbody",
    "text",
    "body",
    "feedback",
    "review",
    "ratecontent",
    "commentdata",
)
_RATING = ("rating", "score", "star", "stars", "ratingvalue", "userstar", "qualitystar", "commentscore", "ratingscore")
_DATE = (
    "date",
    "createdat",
    "creationtime",
    "created",
    "publishtime",
    "submissiontime",
    "commentdate",
    "ratedate",
    "feedbackdate",
    "createtime",
    "time",
    "reviewdate",
    "reviewsubmissiontime",
    "submissiondate",
    "createdate",
    "createddate",
    "creationdate",
    "publisheddate",
    "datepublished",
    "dateadded",
    "postedat",
)
_AUTHOR = (
    "author",
    "nickname",
    "usernickname",
    "username",
    "reviewername",
    "user",
    "nick",
    "displayname",
    "reviewer",
    "customername",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A dict with its keys folded (`product_Name` → `productname`) and where it stands."""

    fields: dict[str, Any]
    raw: dict[str, Any]
    path: str


_FOLDED_AWAY = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    return _FOLDED_AWAY.sub("", name.lower())


_NAMES = frozenset(map(folded, _NAME))


def search(root: Any, path: str, wanted: Callable[[tuple[str, ...]], bool] | None = None) -> Iterator[Node]:
    """Every dict below `root` whose keys are wanted, breadth first, at most `_MOST_NODES` containers."""
    # A place is (place above, step); its path is only spelled out for what is wanted.
    queue: list[tuple[Any, _Place]] = [(root, (None, path))]
    for value, place in islice(queue, _MOST_NODES):
        if isinstance(value, dict):
            if wanted is None or wanted(tuple(value)):
                yield Node(
                    fields={folded(name): item for name, item in value.items() if isinstance(name, str)},
                    raw=value,
                    path=_spelled(place),
                )
            queue += [(item, (place, name)) for name, item in value.items() if type(item) in _CONTAINERS]
        else:
            below = enumerate(value[:2000])
            queue += [(item, (place, index)) for index, item in below if type(item) in _CONTAINERS]


_Place = tuple[Any, str | int]


def _spelled(place: _Place) -> str:
    steps: list[str] = []
    above, step = place
    while above is not None:
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        above, step = above
    return "".join((str(step), *reversed(steps)))


def pick(node: Node, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = node.fields.get(folded(name))
        if isinstance(value, dict):
            value = next(
                (value[inner] for inner in ("name", "value", "label", "title", "nickname") if inner in value), None
            )
        text = said(value)
        if text and text not in ("undefined", "null"):
            return text
    return None


def pick_text(node: Node, names: tuple[str, ...]) -> str | None:
    """`pick`, to the character where the value is a text."""
    said_text = pick(node, names)
    values = (node.fields.get(folded(name)) for name in names)
    return next((written(value) for value in values if said_text is not None and said(value) == said_text), said_text)


def prices_of(node: Node, found_in: FoundIn, variant: str | None = None) -> list[PriceSaid]:
    """Prices that a dict's own fields state, also one level down (`price: {value, currency}`, `prices: {sale,
    list}`).
    """
    currency = pick(node, ("currency", "currencycode", "pricecurrency", "currency_code", "currencyiso"))
    found: list[PriceSaid] = []
    for name, value in node.raw.items():
        key = folded(name) if isinstance(name, str) else ""
        bare = _CENTS.sub("", key)
        said_here: list[PriceSaid] = []
        if bare in _PRICES:
            said_here = _price(
                value, _PRICES[bare], name, currency, f"{node.path}.{name}", found_in, variant, bare != key
            )
            found += said_here
        if (key in _PRICE_GROUPS or (key == "price" and not said_here)) and isinstance(value, dict):
            inner = Node(
                fields={folded(part): item for part, item in value.items()}, raw=value, path=f"{node.path}.{name}"
            )
            found += prices_of(inner, found_in, variant)
            found += _shorthand(inner, currency, found_in, variant)
    return found


def _shorthand(node: Node, currency: str | None, found_in: FoundIn, variant: str | None) -> list[PriceSaid]:
    found: list[PriceSaid] = []
    own = pick(node, ("currency", "currencycode", "pricecurrency")) or currency
    shorthand: tuple[tuple[str, PriceKind | None], ...] = (
        ("sale", "sale"),
        ("sales", "sale"),
        ("current", None),
        ("now", None),
        ("final", None),
        ("list", "list"),
        ("original", "list"),
        ("regular", "list"),
        ("was", "list"),
        ("member", "member"),
    )
    for name, kind in shorthand:
        if name in node.raw:
            found += _price(node.raw[name], kind, name, own, f"{node.path}.{name}", found_in, variant, False)
    return found


def _price(
    value: Any,
    kind: PriceKind | None,
    label: str,
    currency: str | None,
    path: str,
    found_in: FoundIn,
    variant: str | None,
    cents: bool,
) -> list[PriceSaid]:
    digits = 2 if cents else 0
    if isinstance(value, dict):
        inner = {folded(name): item for name, item in value.items() if isinstance(name, str)}
        currency = next(
            (text for name in ("currency", "currencycode", "currencyiso") if (text := said(inner.get(name)))), currency
        )
        if "centamount" in inner:
            fraction = inner.get("fractiondigits")
            value, digits = inner["centamount"], fraction if isinstance(fraction, int) and 0 <= fraction <= 4 else 2
        else:
            names = (
                "value",
                "amount",
                "price",
                "formatted",
                "decimal",
                "text",
                "formattedprice",
                "formattedvalue",
                "display",
            )
            value = next((inner[name] for name in names if isinstance(inner.get(name), str | int | Decimal)), None)
    text = said(value)
    if text is None or len(text) > 60 or not any(char.isdigit() for char in text):
        return []
    return [
        PriceSaid(
            text=text,
            kind=kind,
            label=label,
            currency=currency,
            minor_digits=digits,
            variant=variant,
            found_in=found_in,
            path=path,
        )
    ]


# The entries of one list have the same keys.
@lru_cache(maxsize=4096)
def _sells(keys: tuple[str, ...]) -> bool:
    """Whether a dict with these keys may say both a name and a price."""
    names = [folded(key) for key in keys if isinstance(key, str)]
    priced = any(name in _PRICE_GROUPS or _CENTS.sub("", name) in _PRICES for name in names)
    return priced and not _NAMES.isdisjoint(names)


def products(root: Any, path: str, found_in: FoundIn) -> list[tuple[Offer, str]]:
    """(offer, path) of every dict that has both a name and a price."""
    found = []
    for node in search(root, path, _sells):
        name = pick(node, _NAME)
        if not name or len(name) < 3 or len(name) > 500:
            continue
        prices = prices_of(node, found_in)
        if prices:
            found.append((offer_of(node, name, prices, found_in), node.path))
        if len(found) >= 400:
            break
    return found


def offer_of(node: Node, name: str, prices: list[PriceSaid], found_in: FoundIn) -> Offer:
    """One dict as an offer."""
    stock = next(((key, node.fields[key]) for key in map(folded, _STOCK) if key in node.fields), None)
    availability: tuple[Said, ...] = ()
    if stock is not None:
        text = _stock_text(*stock)
        availability = (Said(text=text, found_in=found_in, path=node.path),) if text else ()
    return Offer(
        name=name,
        brand=pick(node, _BRAND),
        sku=pick(node, _SKU),
        gtin=pick(node, _GTIN),
        mpn=pick(node, ("mpn", "modelnumber", "model")),
        prices=tuple(prices),
        availability=availability,
        rating=pick(node, ("averagerating", "ratingaverage", "avgrating", "ratingvalue", "rating")),
        review_count=pick(
            node, ("reviewcount", "reviewscount", "ratingcount", "numreviews", "totalreviews", "reviewscounter")
        ),
    )


def _stock_text(key: str, value: Any) -> str | None:
    if isinstance(value, bool):
        there = not value if key in ("outofstock", "soldout", "issoldout") else value
        return "InStock" if there else "OutOfStock"
    return said(value)


def reviews(root: Any, path: str) -> list[Review]:
    """Every dict with a text and a rating, date or author, out of lists of such dicts."""
    found = []
    for node in search(root, path):
        text = pick_text(node, _TEXT)
        if text is None or not re.search(r"\[\d+\]$", node.path):
            continue
        rating, date, author = pick(node, _RATING), pick(node, _DATE), pick(node, _AUTHOR)
        if sum(value is not None for value in (rating, date, author)) < 2 or prices_of(node, "embedded"):
            continue
        found.append(
            Review(
                id=pick(node, ("id", "reviewid", "commentid", "rateid", "guid")),
                rating=rating,
                date=date,
                text=text,
                author=author,
                title=pick_text(node, ("title", "headline", "summary", "subject")),
                helpful=pick(node, ("helpful", "helpfulcount", "usefulvotecount", "likecount", "helpfulvotes")),
                verified=_flag(
                    node, ("verified", "verifiedpurchase", "isverified", "verifiedpurchaser", "isverifiedbuyer")
                ),
                path=node.path,
            )
        )
    return found


def _flag(node: Node, names: tuple[str, ...]) -> bool | None:
    return next((value for name in names if isinstance(value := node.fields.get(name), bool)), None)


def listing(found: list[tuple[Offer, str]]) -> list[ListingItem]:
    """Offers that stand in one list of four or more, as listing items."""
    by_list: dict[str, list[Offer]] = {}
    for offer, path in found:
        stem = re.sub(r"\[\d+\](?!.*\[\d+\])", "[]", path)
        by_list.setdefault(stem, []).append(offer)
    longest = max(by_list.values(), key=len, default=[])
    return (
        [ListingItem(name=offer.name, sku=offer.sku, prices=offer.prices) for offer in longest]
        if len(longest) >= 4
        else []
    )
