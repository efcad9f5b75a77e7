"""Where the official offers of a claim are looked for: the brand's own site, and its stores elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pipelines.brands import is_marketplace
from pipelines.dataset import Dataset
from pipelines.normalize.hosts import registrable_domain
from pipelines.normalize.urls import host_of, page_key
from pipelines.official.score import Wanted, wanted_of
from pipelines.watchlist import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One place to look. `id` names it in the ledger: a site's scheme and host, or a store's address."""

    id: str
    kind: Literal["site", "store"]
    url: str
    wanted: tuple[Wanted, ...]


def site_of(dataset: Dataset, claim: Claim) -> str | None:
    """The brand's own site: as the claim's row says, else as its brand's entry does."""
    brand = dataset.brand_of(claim)
    return claim.official_site or (brand.site if brand else None)


def starts_of(dataset: Dataset) -> tuple[Start, ...]:
    """All places to look, each once, with the claims they are for."""
    places: dict[tuple[Literal["site", "store"], str], str] = {}
    wanted: dict[tuple[str, str], dict[str, Wanted]] = {}
    for claim in dataset.claims:
        brand = dataset.brand_of(claim)
        looked_for = wanted_of(claim, brand.names if brand else ())
        site = site_of(dataset, claim)
        found: list[tuple[Literal["site", "store"], str, str]] = [("site", origin(site), site)] if site else []
        found += [("store", url, url) for url in (brand.stores if brand else ())]
        for kind, name, url in found:
            places.setdefault((kind, name), url)
            wanted.setdefault((kind, name), {})[claim.id] = looked_for
    return tuple(
        Start(id=key[1], kind=key[0], url=url, wanted=tuple(wanted[key].values())) for key, url in places.items()
    )


def origin(url: str) -> str:
    """`https://shop.example/cn/` → `https://shop.example`."""
    return f"{urlsplit(url).scheme}://{host_of(url)}"


def belongs(url: str, start: str, kind: str) -> bool:
    """Whether a page may be a start's: on a site's host or one below it; for a store, on a host of the same domain,
    because marketplaces show a store and its goods on different hosts.
    """
    host, home = host_of(url), host_of(start)
    if kind == "store":
        return registrable_domain(host) == registrable_domain(home)
    return below(host, home)


def below(host: str, home: str) -> bool:
    """Whether a host is another or stands below it; `www.` and `m.` make no difference."""
    for prefix in ("www.", "m."):
        host, home = host.removeprefix(prefix), home.removeprefix(prefix)
    return bool(home) and (host == home or host.endswith(f".{home}"))


def named_store(url: str, stores: Iterable[str]) -> str | None:
    """The store of the dataset that a page is, or on whose own host it stands. A marketplace's host is nobody's."""
    for store in stores:
        same_host = host_of(url) == host_of(store) and not is_marketplace(host_of(url))
        if same_host or page_key(url) == page_key(store):
            return store
    return None
