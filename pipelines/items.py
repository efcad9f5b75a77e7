"""What a page said: raw text as seen, and where it was found. Nothing here is interpreted.

A page object returns exactly one `Page`. Text stays as the page wrote it; `found_in` names the kind of source and
`path` the place inside it (a JSON path such as `$.offers[0].price`, or a CSS path), so that a reader can check it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PageKind = Literal["product", "reviews", "listing", "price_api", "blocked", "unknown"]
Outcome = Literal["ok", "no_offer", "blocked", "login_wall", "captcha", "not_found", "unreadable"]
FoundIn = Literal["json-ld", "microdata", "rdfa", "opengraph", "embedded", "visible", "xhr", "api"]
PriceKind = Literal[
    "list", "sale", "coupon", "live", "member", "deposit", "balance", "instalment", "bundle", "unit", "used", "from"
]
LinkKind = Literal["reviews", "next", "product", "data", "sitemap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of text and where the page has it."""

    text: str
    found_in: FoundIn
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSaid:
    """One price candidate.

    text        as seen: "¥899.00", "19.99 - 24.99", "89900" (then `minor_digits` is 2)
    text_max    upper end where the source has it apart (schema.org `highPrice`)
    kind        only where the source's own field or mark says it (JD `op` is a list price); None = not said
    label       the words beside it: "直播价", "compare_at_price", "was"
    currency    what the source says about currency: "CNY", "¥", "元"; None = nothing
    minor_digits  digits after the point when `text` counts the smallest unit (fen: 2); 0 = text is the plain amount
    struck      the page shows it struck through
    condition   words that limit it: "满2件", "for members"
    variant     sku of the variant it belongs to; None = the offer as shown
    """

    text: str
    text_max: str | None = None
    kind: PriceKind | None = None
    label: str = ""
    currency: str | None = None
    minor_digits: int = 0
    struck: bool = False
    condition: str = ""
    variant: str | None = None
    found_in: FoundIn
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSaid:
    """One buyable variant; its prices stand in `Offer.prices` with `variant` set to this sku."""

    sku: str
    options: tuple[tuple[str, str], ...] = ()
    availability: str | None = None
    gtin: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSaid:
    """Who sells. `official` is set only on a mark the page carries (isSelf, 旗舰店 …), which `evidence` names."""

    name: str | None = None
    official: bool | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A product offer. `spec` and `promotions` are other texts that may state a quantity or a promotion."""

    name: str | None = None
    brand: str | None = None
    sku: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    prices: tuple[PriceSaid, ...] = ()
    availability: tuple[Said, ...] = ()
    rating: str | None = None
    rating_scale: str | None = None
    review_count: str | None = None
    description: str | None = None
    spec: str | None = None
    promotions: tuple[str, ...] = ()
    variants: tuple[VariantSaid, ...] = ()


# Not frozen: a page has many, and each field of a frozen one is set by a call.
@dataclass(slots=True, kw_only=True)
class Review:
    """A review as delivered. `author` is the name or id as seen; only a keyed hash of it is ever stored."""

    id: str | None = None
    rating: str | None = None
    rating_scale: str | None = None
    date: str | None = None
    title: str | None = None
    text: str | None = None
    author: str | None = None
    variant: str | None = None
    bought: str | None = None
    verified: bool | None = None
    helpful: str | None = None
    pictures: int | None = None
    reply: str | None = None
    follow_up_date: str | None = None
    follow_up_text: str | None = None
    default_text: bool | None = None
    product_sku: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList:
    """A list of reviews that the page links: of one star, with pictures, newest first.

    filter  all, star_1 … star_5, positive, neutral, negative, pictures, video, follow_up, verified or language_xx
    sort    default, newest, oldest or helpful
    count   how many reviews the page says are in it, as seen
    """

    url: str
    filter: str = "all"
    sort: str = "default"
    count: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsListed:
    """What a page says of the lists of reviews it belongs to; numbers as seen.

    stars       (whole stars out of five, number of reviews)
    most_pages  how many pages of a list the platform shows at most
    folded      reviews that it folds away
    """

    stars: tuple[tuple[str, str], ...] = ()
    most_pages: str | None = None
    folded: str | None = None
    lists: tuple[ReviewList, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingItem:
    """One entry of a list of products."""

    name: str | None = None
    url: str | None = None
    sku: str | None = None
    prices: tuple[PriceSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page worth fetching next, absolute URL."""

    kind: LinkKind
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something the reader saw but could not use: field, the value as seen, and why."""

    field: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that one page said.

    wall      vendor or reason when the outcome is blocked, login_wall or captcha
    shell     why the page looks like an empty frame that JavaScript fills, else None
    language  as the page declares it (`<html lang>`), else the one its text is in, else None
    faults    codes of `pipelines.faults`: what was wrong with its bytes
    """

    url: str
    kind: PageKind
    outcome: Outcome
    wall: str | None = None
    shell: str | None = None
    platform: str | None = None
    language: str | None = None
    shop: ShopSaid = field(default_factory=ShopSaid)
    offer: Offer | None = None
    reviews: tuple[Review, ...] = ()
    listed: ReviewsListed | None = None
    items: tuple[ListingItem, ...] = ()
    links: tuple[Link, ...] = ()
    issues: tuple[Issue, ...] = ()
    faults: tuple[str, ...] = ()
