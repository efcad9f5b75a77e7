"""How much of a product's reviews was collected: what its pages count, what can be reached, what is there, and why."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pipelines.database import Database
from pipelines.normalize.urls import product_key

# How a list ends that was read as far as there is something to read.
_READ = frozenset({"last", "nothing_new", "known", "empty"})
_REST = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCoverage:
    """One list of a product's reviews over all crawls.

    filter, sort  as in the table `review_pages`
    pages         read; `delivered` reviews stood on them, repeats too, and `new` were first seen there
    ended         how the newest crawl's reading of it ended; None when it was left in its middle
    """

    filter: str
    sort: str
    pages: int
    delivered: int
    new: int
    ended: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCoverage:
    """One product.

    claimed          number of reviews as the newest page states it that states one (`claimed_page`); None: none does
    claimed_stars    stars → number, as the newest page with such numbers states them
    reachable        how many its lists give to a visitor who pages through them; None when that is not known
    reachable_why    where that number comes from
    collected        distinct reviews; `stars` of them by whole stars out of five, 0 for no rating
    share            collected of claimed, to a thousandth
    capped           whether the platform shows fewer than it counts; None when that is not known; `why` in words
    delivered        reviews as pages delivered them; `repeats` of them had been delivered before
    edited, vanished, cannot_tell  reviews with such rows in `review_history`
    """

    product: str
    shop: str
    name: str
    claimed: int | None = None
    claimed_page: str | None = None
    claimed_stars: Mapping[int, int] = field(default_factory=dict)
    reachable: int | None = None
    reachable_why: str = ""
    collected: int = 0
    stars: Mapping[int, int] = field(default_factory=dict)
    share: Decimal | None = None
    capped: bool | None = None
    why: str = ""
    delivered: int = 0
    repeats: int = 0
    lists: tuple[ListCoverage, ...] = ()
    edited: int = 0
    vanished: int = 0
    cannot_tell: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCoverage:
    """One shop: sums over its products. `claimed` and `of_claimed` are over those products only that state a number."""

    shop: str
    products: int
    claimed: int
    of_claimed: int
    collected: int
    capped: int


@dataclass(slots=True)
class _Seen:
    """What was found of one product so far."""

    ids: set[str] = field(default_factory=set)
    pages: list[dict[str, Any]] = field(default_factory=list)
    offer: dict[str, Any] = field(default_factory=dict)
    claimed: tuple[int, str] | None = None


def coverage(db: Database) -> tuple[ReviewCoverage, ...]:
    """Every product of which reviews are stored or counted by a page, in the order of its key."""
    seen: dict[str, _Seen] = defaultdict(_Seen)
    pages, stars, about = _pages(db), {}, {}
    of_page = {page["page_id"]: page["product"] for page in pages}
    for identity, product, rating, scale in db.conn.execute("SELECT id, product, rating, rating_scale FROM reviews"):
        seen[product or ""].ids.add(identity)
        about[identity] = product or ""
        stars[identity] = _stars(rating, scale)
    for page in pages:
        page["shown"] = [each for each in page["shown"] if each in stars]
        for product, shown in _by_product(page, about):
            seen[product].pages.append({**page, "shown": shown})
            seen[product].ids.update(shown)
    for offer in _offers(db):
        product = of_page.get(offer["page_id"]) or product_key(offer["url"], offer["sku"])
        if offer["review_count"] or product in seen:
            found = seen[product]
            # A page of reviews is called after the product, with words of its own around it.
            if offer["kind"] == "product" or not found.offer:
                found.offer = {name: offer[name] or found.offer.get(name) for name in ("name", "shop")}
            if offer["review_count"] is not None:
                found.claimed = (offer["review_count"], offer["page_id"])
    owned = Counter(dict(db.conn.execute("SELECT page_id, COUNT(*) FROM reviews GROUP BY page_id")))
    became = _became(db)
    return tuple(_coverage(product, found, stars, owned, became) for product, found in sorted(seen.items()))


def by_shop(products: Iterable[ReviewCoverage]) -> tuple[ShopCoverage, ...]:
    """Sums by shop, in the order of its name."""
    shops: dict[str, list[ReviewCoverage]] = defaultdict(list)
    for product in products:
        shops[product.shop].append(product)
    return tuple(
        ShopCoverage(
            shop=shop,
            products=len(found),
            claimed=sum(each.claimed or 0 for each in found),
            of_claimed=sum(each.collected for each in found if each.claimed is not None),
            collected=sum(each.collected for each in found),
            capped=sum(each.capped is True for each in found),
        )
        for shop, found in sorted(shops.items())
    )


def _by_product(page: Mapping[str, Any], about: Mapping[str, str]) -> Iterable[tuple[str, list[str]]]:
    """What a page shows, by product: a saved file may hold reviews of several."""
    if page["product"] is not None:
        return [(page["product"], page["shown"])]
    found: dict[str, list[str]] = defaultdict(list)
    for identity in page["shown"]:
        found[about[identity]].append(identity)
    return found.items()


def _coverage(
    product: str,
    seen: _Seen,
    stars: Mapping[str, int],
    owned: Mapping[str, int],
    became: Mapping[str, set[str]],
) -> ReviewCoverage:
    claimed, claimed_page = seen.claimed or (None, None)
    lists = _lists(seen.pages, owned)
    collected = len(seen.ids)
    reachable, reachable_why = _reachable(seen.pages, lists, claimed, collected)
    capped, why = _capped(claimed, reachable, collected, reachable_why)
    counted: list[tuple[int, int]] = next((page["stars"] for page in reversed(seen.pages) if page["stars"]), [])
    delivered = sum(len(page["shown"]) for page in seen.pages)
    return ReviewCoverage(
        product=product,
        shop=seen.offer.get("shop") or product.partition("/")[0],
        name=seen.offer.get("name") or "",
        claimed=claimed,
        claimed_page=claimed_page,
        claimed_stars={int(star): int(count) for star, count in counted},
        reachable=reachable,
        reachable_why=reachable_why,
        collected=collected,
        stars=dict(sorted(Counter(stars[each] for each in seen.ids).items(), reverse=True)),
        share=(Decimal(collected) / claimed).quantize(_REST) if claimed else None,
        capped=capped,
        why=why,
        delivered=delivered,
        repeats=delivered - len({identity for page in seen.pages for identity in page["shown"]}),
        lists=lists,
        **{what: len(seen.ids & became[what]) for what in ("edited", "vanished", "cannot_tell")},
    )


def _lists(pages: Iterable[Mapping[str, Any]], owned: Mapping[str, int]) -> tuple[ListCoverage, ...]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for page in pages:
        if page["number"] is not None:
            found[page["filter"], page["sort"]].append(page)
    return tuple(
        ListCoverage(
            filter=filter_,
            sort=sort,
            pages=len(of_list),
            delivered=sum(len(page["shown"]) for page in of_list),
            new=sum(owned[page["page_id"]] for page in of_list),
            ended=_ended(of_list),
        )
        for (filter_, sort), of_list in sorted(found.items())
    )


def _ended(pages: Iterable[Mapping[str, Any]]) -> str | None:
    """How the newest crawl's reading of a list ended: what its last page says."""
    newest = max(page["crawl"] or "" for page in pages)
    last = max((page for page in pages if (page["crawl"] or "") == newest), key=lambda page: page["number"])
    ended: str | None = last["ended"]
    return ended


def _reachable(
    pages: Iterable[Mapping[str, Any]], lists: tuple[ListCoverage, ...], claimed: int | None, collected: int
) -> tuple[int | None, str]:
    pages = list(pages)
    most = next((page["most_pages"] for page in reversed(pages) if page["most_pages"]), None)
    size = max((len(page["shown"]) for page in pages if page["number"] is not None), default=0)
    if not lists:
        return None, "no list of reviews was followed"
    left = [f"{each.filter} {each.sort}" for each in lists if each.ended not in _READ]
    if left:
        return None, f"lists that were left in their middle (limits, or a page that failed): {', '.join(left)}"
    if most and (claimed is None or most * size < claimed):
        listed = max(most * size, collected)
        return listed, f"the platform shows at most {most} pages of {size} of a list; every list was read to its end"
    return collected, "every list was read to its end"


def _capped(claimed: int | None, reachable: int | None, collected: int, why: str) -> tuple[bool | None, str]:
    if claimed is None:
        return None, "no page states how many there are"
    if collected >= claimed:
        return False, "as many as the page counts, or more"
    if reachable is None:
        return None, why
    return True, f"{claimed} are counted, {why}"


def _pages(db: Database) -> list[dict[str, Any]]:
    """Rows of `review_pages`, oldest first, their JSON read."""
    query = """
        SELECT r.page_id, r.product, r.crawl, r.filter, r.sort, r.number, r.ended, r.shown_json, r.stars_json,
        r.most_pages FROM review_pages r JOIN pages p ON p.id = r.page_id ORDER BY p.fetched_at, p.id
    """
    names = ("page_id", "product", "crawl", "filter", "sort", "number", "ended", "shown", "stars", "most_pages")
    found = [dict(zip(names, row, strict=True)) for row in db.conn.execute(query)]
    for page in found:
        page["shown"] = json.loads(page["shown"])
        page["stars"] = json.loads(page["stars"]) if page["stars"] else []
    return found


def _offers(db: Database) -> list[dict[str, Any]]:
    query = """
        SELECT o.page_id, o.url, o.sku, o.name, o.shop, o.review_count, p.kind
        FROM offers o JOIN pages p ON p.id = o.page_id ORDER BY p.fetched_at, p.id
    """
    names = ("page_id", "url", "sku", "name", "shop", "review_count", "kind")
    return [dict(zip(names, row, strict=True)) for row in db.conn.execute(query)]


def _became(db: Database) -> dict[str, set[str]]:
    """Reviews by what became of them; one that came back is not gone."""
    found: dict[str, set[str]] = defaultdict(set)
    for review, what in db.conn.execute("SELECT review, what FROM review_history ORDER BY seen_at"):
        if what == "back":
            found["vanished"].discard(review)
        else:
            found[what].add(review)
    return found


@lru_cache(maxsize=1024)
def _stars(rating: str | None, scale: str | None) -> int:
    """Whole stars out of five; 0 for no rating. A scale begins at 1, unless it is a percentage."""
    try:
        value, best = Decimal(rating or ""), Decimal(scale or "5")
    except InvalidOperation:
        return 0
    if best <= 1 or not 0 <= value <= best:
        return 0
    share = value / best if best >= 10 else (value - 1) / (best - 1)
    return min(5, max(1, int(1 + 4 * share + Decimal("0.5"))))
