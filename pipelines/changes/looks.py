"""All looks of a database, one series an address, and what each address stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from pipelines.changes.change import Change
from pipelines.database import Database
from pipelines.normalize.urls import page_key
from pipelines.observation import utc
from pipelines.store.reviews import product_key
from pipelines.watchlist import Claim

_PAGES = """
SELECT p.id, p.url, p.url_key, p.fetched_at, p.outcome, p.reason, o.url, o.sku, o.name,
(SELECT r.product FROM reviews r WHERE r.page_id = p.id LIMIT 1)
FROM pages p LEFT JOIN offers o ON o.page_id = p.id
"""
# Nobody answered, or nobody was asked: what stood there is not known.
_SAYS_NOTHING = frozenset({"refused", "failed", "unreadable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One stored page. `product` is the key of the product that it shows, None when it shows none."""

    page_id: str
    url: str
    key: str
    seen_at: str
    at: datetime
    outcome: str
    reason: str | None
    product: str | None
    name: str | None


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Series of looks by address (`page_key`), each oldest first; looks after `until` are not in it."""

    since: datetime
    until: datetime
    series: Mapping[str, tuple[Look, ...]]
    claims: tuple[Claim, ...] = ()
    by_id: Mapping[str, Look] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, tuple[Look, ...]]]:
        return iter(self.series.items())

    @property
    def started(self) -> bool:
        return any(looks[0].at <= self.since for looks in self.series.values())

    def counts(self) -> dict[str, int]:
        """Looks `before` and `after` the moment."""
        before = sum(look.at <= self.since for looks in self.series.values() for look in looks)
        return {"before": before, "after": sum(map(len, self.series.values())) - before}

    def telling(self, looks: Iterable[Look]) -> tuple[list[Look], list[Look]]:
        """The looks before and after the moment, without those that say nothing of the page."""
        said = [look for look in looks if look.outcome not in _SAYS_NOTHING]
        return [look for look in said if look.at <= self.since], [look for look in said if look.at > self.since]

    @cached_property
    def _claims_by_key(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            for url in (claim.promo_url, *claim.official_urls):
                if url and claim.id not in found[page_key(url)]:
                    found[page_key(url)].append(claim.id)
        return found

    def claims_of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Ids of the claims that name one of these addresses, in the order of the watchlist."""
        return self._in_order({claim for key in keys for claim in self._claims_by_key.get(key, ())})

    def together(self, known: Change, other: Change) -> Change:
        """One product's pages that say the same are one change: the watched page, else the first, is its evidence."""
        best = other if bool(other.claims) > bool(known.claims) else known
        return replace(
            best,
            urls=tuple(dict.fromkeys((*best.urls, *known.urls, *other.urls))),
            claims=self._in_order({*known.claims, *other.claims}),
        )

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {claim.id: n for n, claim in enumerate(self.claims)}

    def _in_order(self, claims: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted((claim for claim in claims if claim in self._order), key=self._order.__getitem__))

    @cached_property
    def products(self) -> Mapping[str, str]:
        """The product that an address showed last, up to the moment if it showed one by then."""
        found: dict[str, str] = {}
        for key, looks in self.series.items():
            shown = [look for look in looks if look.product is not None]
            before = [look for look in shown if look.at <= self.since]
            for look in (before or shown)[-1:]:
                found[key] = look.product or key
        return found

    @cached_property
    def names(self) -> Mapping[str, str]:
        """By product the name that a page gave it first."""
        found: dict[str, tuple[datetime, str, str]] = {}
        for looks in self.series.values():
            for look in looks:
                if look.product and look.name:
                    known = found.get(look.product)
                    entry = (look.at, look.page_id, look.name)
                    found[look.product] = entry if known is None else min(known, entry)
        return {product: name for product, (_, _, name) in found.items()}


def read_looks(db: Database, since: str, until: str, claims: tuple[Claim, ...]) -> Looks:
    """Every look up to `until`, a UTC time; pages whose time cannot be read are left out."""
    series: dict[str, list[Look]] = defaultdict(list)
    by_id: dict[str, Look] = {}
    last = utc(until)
    for page_id, url, key, seen_at, outcome, reason, offer_url, sku, name, product in db.execute(_PAGES):
        try:
            at = utc(seen_at or "")
        except ValueError:
            continue
        if at > last:
            continue
        shown = product_key(offer_url or url, sku) if offer_url or sku else product
        look = Look(
            page_id=page_id,
            url=url,
            key=key or page_key(url),
            seen_at=seen_at,
            at=at,
            outcome=outcome,
            reason=reason,
            product=shown,
            name=name,
        )
        series[look.key].append(look)
        by_id[page_id] = look
    ordered = {key: tuple(sorted(series[key], key=lambda look: (look.at, look.page_id))) for key in sorted(series)}
    return Looks(since=utc(since), until=last, series=ordered, claims=claims, by_id=by_id)
