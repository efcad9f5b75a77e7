"""The goods and reviews of the demo shops, read from `catalogue.toml` and `reviews.jsonl` beside this file."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def catalogue() -> dict[str, Any]:
    """The whole file: `streamer`, `official` and the pairs in `item`."""
    return tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))


@cache
def a_week_later() -> dict[str, Any]:
    """What is not as it was: `price` (shop, item, price), `vanished` (reviews), `wall` (items of the store)."""
    return tomllib.loads((HERE / "later.toml").read_text(encoding="utf-8"))


@cache
def goods(shop: str, later: bool = False) -> dict[str, dict[str, Any]]:
    """The goods of one shop ("streamer" or "official") by their id or slug, in the order of the file."""
    key = "id" if shop == "streamer" else "slug"
    found = {pair[shop][key]: pair[shop] for pair in catalogue()["item"]}
    for new in a_week_later()["price"] if later else ():
        if new["shop"] == shop:
            found[new["item"]] = found[new["item"]] | {"price": new["price"]}
    return found


@cache
def reviews(item: str, later: bool = False) -> tuple[dict[str, Any], ...]:
    """The reviews of one item, oldest first."""
    lines = (HERE / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    gone = a_week_later()["vanished"] if later else ()
    return tuple(row for row in map(json.loads, lines) if row["item"] == item and row["id"] not in gone)


def walled(item: str, later: bool) -> bool:
    """Whether a page of the official store is behind a wall."""
    return later and item in a_week_later()["wall"]


def web_file(name: str) -> str:
    """One file of the folder `web`."""
    return (HERE / "web" / name).read_text(encoding="utf-8")
