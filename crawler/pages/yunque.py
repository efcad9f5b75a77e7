"""云雀直播间小店, the invented streamer's shop of the demo: a worked example of a page object for one shop.

The generic readers already read its product and the texts of its reviews. This file adds what they cannot know:
follow-up reviews, merchant replies, votes and pictures, which stand in the JSON that the page loads from `/api/reviews`
(shape of 2026-11): `{data: {list: [{id, nickname, star, content, createTime, sku, likes, pictureCount, reply,
append: {createTime, content}}]}}`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar

from web_poet import handle_urls

from crawler.pages.base import ShopPage
from crawler.pages.document import Document
from crawler.pages.generic import read_generic
from pipelines.items import Page, Review, ShopSaid

_SHOP = "云雀直播间小店"


@handle_urls("yunque.example")
class YunquePage(ShopPage):
    """A product page with one page of its reviews."""

    platform: ClassVar[str | None] = "yunque"
    marks = ("/static/streamer.js",)

    @classmethod
    def recognizes(cls, url: str, body: str) -> bool:
        return _SHOP in body and "/static/streamer.js" in body

    def extract(self) -> Page:
        page = read_generic(Document.of(self.response), self.captured)
        shop = ShopSaid(name=_SHOP)
        return replace(page, platform=self.platform, shop=shop, reviews=self._reviews() or page.reviews)

    def _reviews(self) -> tuple[Review, ...]:
        for body in self.captured.bodies:
            if "/api/reviews" in body.url:
                return tuple(_review(row, n) for n, row in enumerate(_rows(body.text)))
        return ()


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text)["data"]["list"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _review(row: dict[str, Any], n: int) -> Review:
    said = row.get("append")
    follow_up: dict[str, Any] = said if isinstance(said, dict) else {}
    return Review(
        id=_text(row.get("id")),
        rating=_text(row.get("star")),
        rating_scale="5",
        date=_text(row.get("createTime")),
        text=_text(row.get("content")),
        author=_text(row.get("nickname")),
        variant=_text(row.get("sku")),
        helpful=_text(row.get("likes")),
        pictures=row["pictureCount"] if isinstance(row.get("pictureCount"), int) else None,
        reply=_text(row.get("reply")),
        follow_up_date=_text(follow_up.get("createTime")),
        follow_up_text=_text(follow_up.get("content")),
        path=f"$.data.list[{n}]",
    )


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
