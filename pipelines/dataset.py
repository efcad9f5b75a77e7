"""A dataset folder: `dataset.toml`, `watchlist.csv`, `lookups.toml`, and `build/` for all that is made from them.

`find` names the folder, `check` lists all that is wrong in it, `load` returns it when nothing is.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.brands import BrandEntry, brand_key
from pipelines.decisions import Decision, Key, read_decisions
from pipelines.errors import DatasetInvalid, InputMissing, Problem
from pipelines.manifest import (
    CrawlSettings,
    EvidenceSettings,
    Manifest,
    Scalar,
    ShopEntry,
    lookup_key,
    read_lookups,
    read_manifest,
)
from pipelines.normalize.addresses import Allowed
from pipelines.normalize.urls import host_of
from pipelines.watchlist import Claim, read_watchlist

__all__ = ["BrandEntry", "Claim", "CrawlSettings", "Dataset", "ShopEntry", "check", "find", "load"]

# In `build`, beside the database.
NAMES = "names.txt"
_FILES = ("dataset.toml", "watchlist.csv", "lookups.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset folder without problems.

    zone     time zone of broadcast times that name none
    rules    parameters by rule; expect: (minimum, maximum) number of rows by table
    lookups  meaning by (field, value), see `lookup`
    decisions  what people decided about pairs of offers
    """

    path: Path
    name: str
    title: str
    licence: str
    description: str
    zone: str
    shops: tuple[ShopEntry, ...]
    claims: tuple[Claim, ...]
    crawl: CrawlSettings
    evidence: EvidenceSettings
    rules: Mapping[str, Mapping[str, Scalar]]
    expect: Mapping[str, tuple[int | None, int | None]]
    lookups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    decisions: Mapping[Key, Decision] = field(default_factory=dict)
    brands: tuple[BrandEntry, ...] = ()

    @property
    def build(self) -> Path:
        """Where everything goes that is made from this dataset; never in version control."""
        return self.path / "build"

    @property
    def database(self) -> Path:
        return self.build / "daihuo.sqlite"

    @property
    def archive(self) -> Path:
        return self.build / "archive"

    @property
    def secret(self) -> bytes:
        """The key of the authors' hashes: 32 random bytes, made on first use, readable by the owner only."""
        return _secret(self.secret_file)

    @property
    def secret_file(self) -> Path:
        return self.build / "secret.key"

    @property
    def names_file(self) -> Path:
        """The authors' plain names (see `pipelines.store.author_names`); as private as the secret."""
        return self.build / NAMES

    def shop_of(self, url: str) -> ShopEntry | None:
        """The shop that a URL belongs to: by host and port, then by host alone; `www.` and `m.` make no difference."""
        host = host_of(url)
        for wanted in (host, host.partition(":")[0]):
            for shop in self.shops:
                if _bare(shop.host) == _bare(wanted):
                    return shop
        return None

    def brand_of(self, claim: Claim) -> BrandEntry | None:
        """The entry of a claim's brand, by name or alias, or by what `lookups.toml` says the name means."""
        said = {brand_key(name) for name in (claim.brand, self.lookup("brand", claim.brand) or "") if name}
        return next((brand for brand in self.brands if said.intersection(map(brand_key, brand.names))), None)

    def zone_and_currency(self, url: str) -> tuple[str, str | None]:
        """What is known of a page before it is read: the time zone of its shop (else of the dataset), the currency."""
        shop = self.shop_of(url)
        if shop is None:
            return self.zone, None
        return shop.zone or self.zone, shop.currency

    def lookup(self, kind: str, value: str) -> str | None:
        """What an odd value of a field means, if `lookups.toml` says so."""
        return self.lookups.get(lookup_key(kind, value))


def find(name_or_path: str, root: Path | None = None) -> Path:
    """The folder that is meant: a path, or a name under `datasets/` of `root` (the current folder unless given).

    Raises `InputMissing`, naming the datasets that exist.
    """
    given = Path(name_or_path).expanduser()
    if given.name in _FILES and given.is_file():
        given = given.parent
    houses = [root] if root is not None else [Path.cwd(), Path(__file__).resolve().parents[1]]
    named = [house / "datasets" / name_or_path for house in houses]
    for folder in (given, *named):
        if (folder / _FILES[0]).is_file():
            return folder.resolve()
    for folder in (given, *named):
        if name_or_path and folder.is_dir():
            return folder.resolve()
    there = sorted({file.parent.name for house in houses for file in (house / "datasets").glob("*/dataset.toml")})
    close = difflib.get_close_matches(name_or_path, there, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise InputMissing(
        f"no dataset {name_or_path!r}: expected a folder with dataset.toml, or one of these names: "
        f"{', '.join(there) or '(none under datasets/)'}. {hint}".rstrip()
    )


def check(name_or_path: str) -> list[Problem]:
    """All that is wrong in the folder's files; empty when it can be used."""
    return _read(find(name_or_path))[1]


def load(name_or_path: str) -> Dataset:
    """The dataset. Raises `DatasetInvalid` with all problems, `InputMissing` when there is no such folder."""
    dataset, problems = _read(find(name_or_path))
    if problems:
        raise DatasetInvalid(problems)
    return dataset


def _read(folder: Path) -> tuple[Dataset, list[Problem]]:
    problems: list[Problem] = []
    manifest: Manifest = read_manifest(folder / "dataset.toml", problems)
    allowed = Allowed(manifest.crawl.allow_addresses)
    claims = read_watchlist(folder / "watchlist.csv", manifest.zone, problems, allowed)
    dataset = Dataset(
        path=folder,
        name=folder.name,
        title=manifest.title,
        licence=manifest.licence,
        description=manifest.description,
        zone=manifest.zone,
        shops=manifest.shops,
        claims=claims,
        crawl=manifest.crawl,
        evidence=manifest.evidence,
        rules=manifest.rules,
        expect=manifest.expect,
        brands=manifest.brands,
        lookups=read_lookups(folder / "lookups.toml", problems),
        decisions=read_decisions(folder / "decisions.csv", problems),
    )
    return dataset, problems


def _bare(host: str) -> str:
    for prefix in ("www.", "m."):
        host = host.removeprefix(prefix)
    return host


def _secret(path: Path) -> bytes:
    """Two processes may come first at once: the key is written aside and linked into place, the first link wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_bytes()
