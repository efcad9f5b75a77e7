"""What shows that a shop is a brand's official one, and what only says so.

dataset_site     the page stands on a site that `[[brands]]` or the watchlist names as the brand's own
dataset_store    the page is a store that `[[brands]]` or `[[shops]]` names, or stands on such a store's own host
is_self          the platform sells it by itself: `isSelf`, 自营
flagship_mark    a platform that gives the name 旗舰店 to a brand's store only calls the shop so
self_described   the page's own words; anyone can write them, so they prove nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.brands import is_marketplace
from pipelines.dataset import Dataset
from pipelines.facts import PageFacts
from pipelines.normalize.hosts import registrable_domain
from pipelines.normalize.urls import host_of
from pipelines.official.starts import below, named_store

PROOF = ("dataset_site", "dataset_store", "is_self", "flagship_mark")
# They check a trade mark before a shop may be called 旗舰店.
_CHECKED = frozenset({"tmall", "taobao", "jd", "suning", "vip", "douyin", "jinritemai", "pinduoduo", "yangkeduo"})
_FLAGSHIP = "旗舰店"
_OFFICIAL = re.compile(r"官方|旗舰|\bofficial\b|\bflagship\b|公式|공식", re.IGNORECASE)


def official_evidence(dataset: Dataset, url: str, final_url: str, facts: PageFacts | None) -> list[dict[str, object]]:
    """Rows of `official_evidence` for one page, without its id; one a shop and kind."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for shop, kind, value in (*_by_dataset(dataset, url, final_url), *_by_page(final_url, facts)):
        found.setdefault((shop, kind), {"shop": shop, "kind": kind, "value": value})
    return list(found.values())


def _by_dataset(dataset: Dataset, url: str, final_url: str) -> Iterator[tuple[str, str, str]]:
    host = host_of(final_url)
    for brand in dataset.brands:
        if brand.site and below(host, host_of(brand.site)):
            yield host, "dataset_site", f"dataset.toml: [[brands]] {brand.name}, site {brand.site}"
        # A page that leads elsewhere is not the store that was named.
        store = named_store(final_url, brand.stores) or (host == host_of(url) and named_store(url, brand.stores))
        if store:
            yield host, "dataset_store", f"dataset.toml: [[brands]] {brand.name}, store {store}"
    for claim in dataset.claims:
        if claim.official_site and below(host, host_of(claim.official_site)):
            yield host, "dataset_site", f"watchlist.csv: official_site {claim.official_site}, row {claim.row}"
    entry = dataset.shop_of(final_url)
    if entry is not None and entry.role == "official" and not is_marketplace(host):
        yield host, "dataset_store", f"dataset.toml: [[shops]] {entry.name}, role official"


def _by_page(final_url: str, facts: PageFacts | None) -> Iterator[tuple[str, str, str]]:
    if facts is None:
        return
    host, name = host_of(final_url), facts.shop_name or ""
    shop = f"{host} {name}".strip()
    called = _FLAGSHIP in name and registrable_domain(host).partition(".")[0] in _CHECKED
    if called:
        yield shop, "flagship_mark", name
    if facts.shop_official and _FLAGSHIP not in facts.shop_evidence:
        yield shop, "is_self", facts.shop_evidence
    if not called and _OFFICIAL.search(name):
        yield shop, "self_described", name
