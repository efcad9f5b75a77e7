"""`dataset.toml` and `lookups.toml`: its shops, the parameters of its rules, what its odd values mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pipelines.brands import BrandEntry, read_brands
from pipelines.cells import currency_cell, plain, url_cell
from pipelines.errors import Problem
from pipelines.normalize.addresses import Allowed
from pipelines.tomlfile import TomlFile

Scalar = Decimal | str | int | bool

# Tables of the database that `[expect]` may count; a test compares them with the schema.
EXPECTABLE = (
    "pages",
    "evidence",
    "links",
    "offers",
    "prices",
    "variants",
    "reviews",
    "review_pages",
    "review_versions",
    "review_history",
    "corpus_versions",
    "corpus_changes",
    "corpus_products",
    "corpus_reviews",
    "clusters",
    "listing_items",
    "issues",
    "claims",
    "matches",
    "findings",
    "verdicts",
    "signals",
    "complaints",
    "ledger",
    "official_candidates",
    "official_evidence",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopEntry:
    """A shop of the dataset: `host` is host or host:port as in its URLs; `listings` are pages that list its goods.

    licence   what the shop's terms say of its texts, for the dataset card; empty when nobody looked
    """

    name: str
    host: str
    role: Literal["official", "streamer"]
    brand: str | None = None
    currency: str | None = None
    zone: str | None = None
    listings: tuple[str, ...] = ()
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How politely and how far to crawl.

    contact          e-mail or URL that the user agent carries
    delay            seconds between two requests to one host
    concurrency      requests at once; `per_host` of them to one host
    allow_addresses  hosts, addresses or host:port that may be private: for tests and the demo only
    max_pages        pages of one spider; `max_depth` links from a watched page; `max_hours` in all
    browser_seconds  longest time that one page gets in the browser
    retry_pause      seconds before a page is asked for again after a failure; doubles each time
    robots_pause     seconds before a robots.txt that could not be had is asked for again; doubles each time
    longest_wait     the longest time that a host may ask us to wait, seconds; its pages fail when it asks for more
    max_body_mib     largest body, before and after unpacking, in MiB
    official_pages   pages asked of one official site or store to find watched goods there
    official_candidates  product pages of one claim that are then fetched as official offers
    recheck_reviews  read all pages of reviews again in a later crawl, also those that hold nothing new
    """

    contact: str = ""
    delay: float = 1.0
    concurrency: int = 8
    per_host: int = 2
    allow_addresses: tuple[str, ...] = ()
    max_pages: int = 10_000
    max_hours: float = 24.0
    max_depth: int = 200
    browser_seconds: float = 20.0
    retry_pause: float = 2.0
    robots_pause: float = 30.0
    longest_wait: float = 600.0
    max_body_mib: int = 16
    official_pages: int = 40
    official_candidates: int = 5
    recheck_reviews: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """Services that keep time, for `daihuo timestamp`: none unless the dataset names one.

    rfc3161         address of a time stamping authority; `rfc3161_roots` a file of the dataset with its certificates
    opentimestamps  addresses of calendars
    """

    rfc3161: str = ""
    rfc3161_roots: str = ""
    opentimestamps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`dataset.toml`, read. `expect` maps a table to its (minimum, maximum) number of rows."""

    title: str = ""
    licence: str = ""
    description: str = ""
    zone: str = "Asia/Shanghai"
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    shops: tuple[ShopEntry, ...] = ()
    brands: tuple[BrandEntry, ...] = ()
    rules: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    expect: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)


_CRAWL_LIMITS: dict[str, tuple[float, float]] = {
    "delay": (0, 3600),
    "concurrency": (1, 256),
    "per_host": (1, 64),
    "max_pages": (1, 10_000_000),
    "max_hours": (0.01, 1000),
    "max_depth": (0, 100_000),
    "browser_seconds": (1, 600),
    "retry_pause": (0, 3600),
    "robots_pause": (0, 3600),
    "longest_wait": (0, 86_400),
    "max_body_mib": (1, 64),
    "official_pages": (1, 10_000),
    "official_candidates": (1, 50),
}
_WHOLE = frozenset(
    {"concurrency", "per_host", "max_pages", "max_depth", "max_body_mib", "official_pages", "official_candidates"}
)
_KEYS = {
    "": (
        "title",
        "licence",
        "license",
        "description",
        "zone",
        "crawl",
        "shops",
        "brands",
        "rules",
        "expect",
        "evidence",
    ),
    "crawl": ("contact", "allow_addresses", "recheck_reviews", *_CRAWL_LIMITS),
    "shops": ("name", "host", "role", "brand", "currency", "zone", "listings", "licence"),
    "expect": ("min", "max"),
    "evidence": ("rfc3161", "rfc3161_roots", "opentimestamps"),
    "lookup": ("field", "value", "means", "note"),
}


def read_manifest(path: Path, problems: list[Problem]) -> Manifest:
    """Read `dataset.toml`; what is wrong is appended to `problems`, and has its default in the result."""
    toml = TomlFile.read(path, problems)
    if toml is None:
        return Manifest()
    toml.known_keys(toml.data, _KEYS[""], "")
    zone = toml.zone(toml.data) or Manifest().zone
    crawl = _crawl(toml)
    licence = "license" if "license" in toml.data else "licence"
    return Manifest(
        title=toml.text(toml.data, "title", needed=True),
        licence=toml.text(toml.data, licence, needed=True),
        description=toml.text(toml.data, "description"),
        zone=zone,
        crawl=crawl,
        evidence=_evidence(toml, Allowed(crawl.allow_addresses)),
        shops=_shops(toml, Allowed(crawl.allow_addresses)),
        brands=read_brands(toml, Allowed(crawl.allow_addresses)),
        rules=_rules(toml),
        expect=_expect(toml),
    )


def read_lookups(path: Path, problems: list[Problem]) -> dict[tuple[str, str], str]:
    """`(field, value) → meaning` of `lookups.toml`, by `lookup_key`; an absent file has none."""
    if not path.exists():
        return {}
    toml = TomlFile.read(path, problems)
    if toml is None:
        return {}
    for name in set(toml.data) - {"lookup"}:
        toml.wrong(name, "unknown key", "[[lookup]] tables", name)
    found: dict[tuple[str, str], str] = {}
    for n, entry in enumerate(toml.tables("lookup")):
        place = f"lookup[{n + 1}]"
        toml.known_keys(entry, _KEYS["lookup"], place)
        texts = {name: toml.text(entry, name, place, needed=True) for name in _KEYS["lookup"]}
        key = lookup_key(texts["field"], texts["value"])
        if all(key) and key in found:
            toml.wrong(f"{place}.value", "the same value twice", "one meaning", repr(texts["value"]))
        found[key] = texts["means"]
    return found


def lookup_key(field_name: str, value: str) -> tuple[str, str]:
    """Case, width and white space of a value make no difference."""
    return field_name, " ".join(plain(value).casefold().split())


def _crawl(toml: TomlFile) -> CrawlSettings:
    table = toml.table("crawl")
    toml.known_keys(table, _KEYS["crawl"], "crawl")
    given: dict[str, Any] = {}
    for name, (least, most) in _CRAWL_LIMITS.items():
        value = table.get(name)
        whole = name in _WHOLE
        if value is None:
            continue
        if (
            isinstance(value, bool)
            or not isinstance(value, int if whole else int | Decimal)
            or not least <= value <= most
        ):
            toml.wrong(
                f"crawl.{name}", "bad value", f"a {'whole ' if whole else ''}number from {least} to {most}", repr(value)
            )
        else:
            given[name] = value if whole else float(value)
    recheck = table.get("recheck_reviews", False)
    if isinstance(recheck, bool):
        given["recheck_reviews"] = recheck
    else:
        toml.wrong("crawl.recheck_reviews", "bad value", "true or false", repr(recheck))
    addresses = toml.texts(table, "allow_addresses", "crawl")
    for address in addresses:
        if not _HOST.fullmatch(address):
            toml.wrong("crawl.allow_addresses", "bad address", "host, address or host:port", repr(address))
    return CrawlSettings(contact=toml.text(table, "contact", "crawl"), allow_addresses=addresses, **given)


def _evidence(toml: TomlFile, allowed: Allowed) -> EvidenceSettings:
    table = toml.table("evidence")
    toml.known_keys(table, _KEYS["evidence"], "evidence")

    def address(text: str) -> str:
        return url_cell(text, allowed)

    return EvidenceSettings(
        rfc3161=toml.cell(table, "rfc3161", "evidence", address) or "",
        rfc3161_roots=toml.text(table, "rfc3161_roots", "evidence"),
        opentimestamps=tuple(
            toml.cell({"opentimestamps": url}, "opentimestamps", "evidence", address) or ""
            for url in toml.texts(table, "opentimestamps", "evidence")
        ),
    )


_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?")


def _shops(toml: TomlFile, allowed: Allowed) -> tuple[ShopEntry, ...]:
    shops: dict[str, ShopEntry] = {}
    for n, entry in enumerate(toml.tables("shops")):
        place = f"shops[{n + 1}]"
        toml.known_keys(entry, _KEYS["shops"], place)
        host = toml.text(entry, "host", place, needed=True).lower()
        if host and not _HOST.fullmatch(host):
            toml.wrong(f"{place}.host", "bad host", "host or host:port, without https:// and path", repr(host))
        if host in shops:
            toml.wrong(f"{place}.host", "duplicate host", "one entry a host", repr(host))
        role = toml.text(entry, "role", place, needed=True)
        if role not in ("", "official", "streamer"):
            toml.wrong(
                f"{place}.role", "bad role", "official or streamer", repr(role), _close(role, ("official", "streamer"))
            )
        shops[host] = ShopEntry(
            name=toml.text(entry, "name", place, needed=True),
            host=host,
            role="streamer" if role == "streamer" else "official",
            brand=toml.text(entry, "brand", place) or None,
            currency=toml.cell(entry, "currency", place, currency_cell),
            zone=toml.zone(entry, place),
            licence=toml.text(entry, "licence", place),
            listings=tuple(
                toml.cell({"listings": url}, "listings", place, lambda text: url_cell(text, allowed)) or ""
                for url in toml.texts(entry, "listings", place)
            ),
        )
    return tuple(shops.values())


def _rules(toml: TomlFile) -> dict[str, dict[str, Scalar]]:
    rules: dict[str, dict[str, Scalar]] = {}
    for name, parameters in toml.table("rules").items():
        if not isinstance(parameters, dict):
            toml.wrong(f"rules.{name}", "not a table", f"[rules.{name}] with its parameters", repr(parameters))
            continue
        rules[name] = {}
        for parameter, value in parameters.items():
            if isinstance(value, Decimal | str | int):
                rules[name][parameter] = value
            else:
                toml.wrong(f"rules.{name}.{parameter}", "bad parameter", "a number, a text, true or false", repr(value))
    return rules


def _expect(toml: TomlFile) -> dict[str, tuple[int | None, int | None]]:
    expect: dict[str, tuple[int | None, int | None]] = {}
    for table, bounds in toml.table("expect").items():
        place = f"expect.{table}"
        if table not in EXPECTABLE:
            toml.wrong(
                place,
                "unknown table",
                "a table of the database",
                table,
                _close(table, EXPECTABLE) or f"{table} = {{min = 1}}",
            )
            continue
        if not isinstance(bounds, dict):
            toml.wrong(place, "bad bounds", "{min = 1, max = 9}", repr(bounds))
            continue
        toml.known_keys(bounds, _KEYS["expect"], place)
        low, high = (bounds.get(name) for name in ("min", "max"))
        sound = all(value is None or (type(value) is int and value >= 0) for value in (low, high))
        if not sound or (low is not None and high is not None and low > high):
            toml.wrong(place, "bad bounds", "whole numbers, min not above max", f"min {low}, max {high}")
        else:
            expect[table] = (low, high)
    return expect


def _close(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""
