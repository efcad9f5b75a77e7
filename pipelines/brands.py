"""`[[brands]]` of `dataset.toml`: where a brand sells by itself, as the people who made the dataset know it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.cells import CellRefused, plain, url_cell
from pipelines.normalize.addresses import Allowed
from pipelines.normalize.hosts import registrable_domain
from pipelines.normalize.urls import host_of
from pipelines.tomlfile import TomlFile

KEYS = ("name", "aliases", "site", "stores")
# Many sellers share these hosts: a page there is not a brand's because of its address.
_MARKETPLACES = frozenset({
    "1688", "alibaba", "aliexpress", "amazon", "coupang", "dewu", "douyin", "ebay", "etsy", "flipkart", "jd",
    "jinritemai", "kaola", "kuaishou", "kwaixiaodian", "lazada", "mercadolibre", "ozon", "pinduoduo", "qoo10",
    "rakuten", "shopee", "suning", "taobao", "temu", "tiktok", "tmall", "trendyol", "vip", "walmart", "weidian",
    "wildberries", "xiaohongshu", "yahoo", "yangkeduo", "youzan", "zalando",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandEntry:
    """A brand: its own site, and its flagship or self-run stores (a list of goods, or a product page) elsewhere."""

    name: str
    aliases: tuple[str, ...] = ()
    site: str | None = None
    stores: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def brand_key(name: str) -> str:
    """Case, width and white space of a brand's name make no difference."""
    return " ".join(plain(name).casefold().split())


def is_marketplace(host: str) -> bool:
    """Whether many sellers share a host (`host` or `host:port`)."""
    return registrable_domain(host).partition(".")[0] in _MARKETPLACES


def site_cell(text: str, allowed: Allowed) -> str:
    """The address of a brand's own site. Raises `CellRefused`, also for a marketplace's."""
    url = url_cell(text, allowed)
    if is_marketplace(host_of(url)):
        raise CellRefused(
            "a marketplace, where others sell as well",
            "the brand's own site, such as https://rosycheeks.example",
            "name the brand's store there in `stores` of its [[brands]] in dataset.toml",
        )
    return url


def read_brands(toml: TomlFile, allowed: Allowed) -> tuple[BrandEntry, ...]:
    """The brands; what is wrong is noted by `toml`."""
    brands: list[BrandEntry] = []
    known: dict[str, int] = {}
    for n, entry in enumerate(toml.tables("brands")):
        place = f"brands[{n + 1}]"
        toml.known_keys(entry, KEYS, place)
        brand = BrandEntry(
            name=toml.text(entry, "name", place, needed=True),
            aliases=toml.texts(entry, "aliases", place),
            site=toml.cell(entry, "site", place, lambda text: site_cell(text, allowed)),
            stores=tuple(
                toml.cell({"stores": url}, "stores", place, lambda text: _store_cell(text, allowed)) or ""
                for url in toml.texts(entry, "stores", place)
            ),
        )
        for name in brand.names:
            key = brand_key(name)
            if not key and name is not brand.name:
                toml.wrong(f"{place}.aliases", "an empty alias", "another name of the brand", repr(name))
            elif key and known.setdefault(key, n) != n:
                column = f"{place}.{'name' if name == brand.name else 'aliases'}"
                toml.wrong(
                    column, "a name of two brands", "each name once", repr(name), f"see brands[{known[key] + 1}]"
                )
        if "site" not in entry and not brand.stores:
            toml.wrong(f"{place}.site", "a brand without a store", "a site, stores or both", "neither")
        brands.append(brand)
    return tuple(brands)


def _store_cell(text: str, allowed: Allowed) -> str:
    url = url_cell(text, allowed)
    parts = urlsplit(url)
    if is_marketplace(host_of(url)) and parts.hostname in _fronts(url) and parts.path in ("", "/"):
        raise CellRefused(
            "the front page of a marketplace",
            "the brand's store or one product page there",
            "open the store and copy its address",
        )
    return url


def _fronts(url: str) -> tuple[str, ...]:
    domain = registrable_domain(host_of(url))
    return domain, f"www.{domain}", f"m.{domain}"
