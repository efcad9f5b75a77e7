"""A small dataset on disk, and pages put into its store by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines import dataset as datasets
from pipelines.dataset import Dataset
from pipelines.facts import OfferFact, PageFacts
from pipelines.normalize.quantity import read_quantity
from pipelines.store.write import PageRecord, open_store

_FIRST = "id,streamer,platform,broadcast_at,product,brand,spec,gtin"
HEADER = f"{_FIRST},claimed_price,currency,claim,promo_url,official_urls,note"
MANIFEST = """
title = "Test"
description = "Invented shops."
license = "CC0-1.0"
[crawl]
contact = "test@example.com"
[[shops]]
name = "云雀小店"
host = "streamer.example"
role = "streamer"
[[shops]]
name = "白鹭官方"
host = "official.example"
role = "official"
"""


class Small:
    """`claim` adds a watchlist row, `page` stores a page; `dataset` reads the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[str] = []
        self.extra = ""
        self.lookups = ""
        (path / "build").mkdir(parents=True)

    def claim(self, number: str, **said: str) -> None:
        values = {
            "id": number,
            "streamer": "云雀小姐",
            "platform": "jd",
            "product": "云朵修护面霜",
            "currency": "CNY",
            "promo_url": f"https://streamer.example/item/{number}",
            "official_urls": f"https://official.example/p/{number}",
            **said,
        }
        self.rows.append(",".join(values.get(name, "") for name in HEADER.split(",")))

    def write(self) -> None:
        (self.path / "dataset.toml").write_text(MANIFEST + self.extra, encoding="utf-8")
        (self.path / "watchlist.csv").write_text("\n".join([HEADER, *self.rows]) + "\n", encoding="utf-8")
        (self.path / "lookups.toml").write_text(self.lookups, encoding="utf-8")

    @property
    def dataset(self) -> Dataset:
        self.write()
        return datasets.load(str(self.path))

    def page(self, url: str, seen_at: str = "2026-03-01T12:00:00Z", outcome: str = "ok", **offer: Any) -> str:
        """Store one look; prices as text, `name` also states the quantity, other keys as in OfferFact."""
        self.write()
        facts = PageFacts(url=url, kind="product", outcome=outcome, offer=offer_of(**offer) if offer else None)  # type: ignore[arg-type]
        with open_store(self.path / "build" / "daihuo.sqlite", b"secret") as store:
            return store.write_page(PageRecord(url=url, fetched_at=seen_at, status=200, sha256=seen_at + url), facts)


def offer_of(**said: Any) -> OfferFact:
    for name in ("price", "price_max", "list_price"):
        if name in said:
            said[name] = Decimal(said[name])
    name = said.get("name", "云朵修护面霜 50g")
    values = {"currency": "CNY", "availability": "in_stock", "quantity": read_quantity(name), **said, "name": name}
    return OfferFact(**values)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """An empty dataset folder `small`."""
    return Small(tmp_path / "small")
