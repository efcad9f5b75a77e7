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
def goods(shop: str) -> dict[str, dict[str, Any]]:
    """The goods of one shop ("streamer" or "official") by their id or slug, in the order of the file."""
    key = "id" if shop == "streamer" else "slug"
    return {pair[shop][key]: pair[shop] for pair in catalogue()["item"]}


@cache
def reviews(item: str) -> tuple[dict[str, Any], ...]:
    """The reviews of one item, oldest first."""
    lines = (HERE / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(row for row in map(json.loads, lines) if row["item"] == item)


def web_file(name: str) -> str:
    """One file of the folder `web`."""
    return (HERE / "web" / name).read_text(encoding="utf-8")
