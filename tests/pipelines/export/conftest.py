"""A small dataset with one claim, two pages and a few reviews, written straight into the tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.dataset import Dataset, load
from pipelines.store.schema import TABLES
from pipelines.store.write import open_store

MANIFEST = """
title = "山雀小店 与 白鹭研究所"
licence = "CC0-1.0"
[[shops]]
name = "山雀小店"
host = "tit.example"
role = "streamer"
[[shops]]
name = "白鹭研究所"
host = "egret.example"
role = "official"
"""
COLUMNS = (
    "id streamer platform broadcast_at product brand spec gtin claimed_price currency claim promo_url official_urls"
)
ROW = "C1,山雀,demo,2026-11-20 20:05,晨雾精华,白鹭,30ml,,159.00,CNY,全网最低价,https://tit.example/1,https://egret.example/1"
QUANTITY = json.dumps({"parts": [{"size": "30", "unit": "ml", "count": 2}], "gifts": [], "shade": None})
Add = Callable[..., None]


class SampleData:
    """A dataset folder whose tables a test fills row by row; a column that is not named is NULL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "dataset.toml").write_text(MANIFEST, encoding="utf-8")
        (folder / "watchlist.csv").write_text(f"{COLUMNS.replace(' ', ',')},note\n{ROW},\n", encoding="utf-8")
        self.dataset: Dataset = load(str(folder))
        open_store(self.dataset.database, b"k").close()

    def signal(self, review: str, signal: str, value: str | None = None, evidence: object = None) -> None:
        """One more signal of a review; evidence is a text of JSON or what becomes one."""
        said = evidence if isinstance(evidence, str) else json.dumps(evidence)
        with closing(sqlite3.connect(self.dataset.database)) as connection, connection:
            connection.execute(
                """INSERT INTO corpus_reviews (review, signals_json)
                   VALUES (:review, json_object(:signal, json_array(:value, json(:said))))
                   ON CONFLICT (review) DO UPDATE SET signals_json = json_patch(signals_json, excluded.signals_json)""",
                {"review": review, "signal": signal, "value": value, "said": said},
            )

    def add(self, table: str, **values: Any) -> None:
        names = list(TABLES[table].columns)
        assert set(values) <= set(names), set(values) - set(names)
        with closing(sqlite3.connect(self.dataset.database)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            marks = ", ".join("?" * len(names))
            connection.execute(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [values.get(name) for name in names]
            )

    def change(self, table: str, **values: Any) -> None:
        """Set columns of all rows of a table."""
        with closing(sqlite3.connect(self.dataset.database)) as connection, connection:
            named = ", ".join(f"{name} = ?" for name in values)
            connection.execute(f"UPDATE {table} SET {named}", list(values.values()))

    def page(self, page_id: str, url: str, **values: Any) -> None:
        known = {"fetched_at": "2026-11-20T13:00:00Z", "sha256": page_id * 8, "outcome": "ok", "status": 200}
        known |= {"warc_file": "a.warc.gz", "warc_offset": 7, "renderer": "static", "kind": "product"}
        self.add("pages", id=page_id, url=url, final_url=url, url_key=url.partition("//")[2], **(known | values))

    def review(self, number: int, text: str | None, **values: Any) -> None:
        known = {"page_id": "p1", "product": "tit.example/1", "rating": "5", "rating_scale": "5", "language": "zh-Hans"}
        known |= {"date": "2026-10-02T10:00:00Z", "author_key": f"{number:064x}", "default_text": 0}
        self.add("reviews", id=f"r{number:04d}", text=text, **(known | values))


@pytest.fixture(scope="session")
def make_sample() -> Callable[[Path], SampleData]:
    """Makes a dataset without pages in a folder."""
    return SampleData


@pytest.fixture
def empty(tmp_path: Path) -> SampleData:
    """A dataset without pages."""
    return SampleData(tmp_path)


@pytest.fixture
def sample(tmp_path: Path) -> SampleData:
    """One claim that came out dearer, with both offers and their prices."""
    made = SampleData(tmp_path)
    made.add(
        "claims",
        id="C1",
        streamer="山雀",
        broadcast_at="2026-11-20T12:05:00Z",
        product="晨雾精华",
        claim="全网最低价",
        claimed_price="159.00",
        currency="CNY",
        promo_url="https://tit.example/1",
        official_urls_json='["https://egret.example/1"]',
    )
    for page_id, host, price in (("p1", "tit.example", "159.00"), ("p2", "egret.example", "139.00")):
        made.page(page_id, f"https://{host}/1")
        made.add(
            "offers",
            page_id=page_id,
            url=f"https://{host}/1",
            name="晨雾精华 30ml*2",
            availability="in_stock",
            currency="CNY",
            price=price,
            list_price="299.00" if page_id == "p1" else None,
            quantity_json=QUANTITY,
            promotions_json="[]",
        )
    for n, (kind, amount, chosen) in enumerate((("sale", "159.00", "price"), ("list", "299.00", "list_price"))):
        made.add("prices", page_id="p1", n=n, kind=kind, amount=amount, currency="CNY", chosen=chosen)
    made.add(
        "prices", page_id="p1", n=2, kind="coupon", amount="129.00", currency="CNY", label="券后", condition="领券"
    )
    made.add(
        "verdicts",
        claim_id="C1",
        verdict="dearer_at_streamer",
        text="The promoted offer is dearer.",
        reasons_json=json.dumps(["Promoted 159.00 CNY, official 139.00 CNY for the whole offer: 14.4% dearer."]),
        promoted_price="159.00",
        official_price="139.00",
        currency="CNY",
        per="offer",
        page_ids_json='["p1", "p2"]',
    )
    made.add(
        "findings",
        claim_id="C1",
        n=0,
        rule="unit_price",
        answer="dearer",
        text="Promoted 159.00 CNY, official 139.00 CNY for the whole offer: 14.4% dearer.",
        parameters_json='{"tolerance": "0.01"}',
        page_ids_json='["p1", "p2"]',
    )
    return made
