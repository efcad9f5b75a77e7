"""The streamer's shop: every page is the same empty frame, prices and reviews exist only behind `/api/`."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.demo.catalogue import catalogue, goods, reviews, web_file
from crawler.demo.served import NOT_FOUND, Served

PAGE_SIZE = 5


def answer(target: str, base: str, later: bool = False) -> Served:  # noqa: ARG001 - both shops answer one call
    """The response to one request target such as `/item/1001?review_page=2`."""
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/robots.txt":
        return Served(body="User-agent: *\nDisallow: /cart\nCrawl-delay: 0\n", content_type="text/plain")
    if parts.path in ("/static/streamer.js", "/static/streamer.css"):
        kind = "text/javascript" if parts.path.endswith("js") else "text/css"
        return Served(body=web_file(parts.path.rsplit("/", 1)[1]), content_type=kind)
    if parts.path == "/" or re.fullmatch(r"/item/\w+", parts.path):
        return Served(body=web_file("streamer.html"))
    if parts.path.startswith("/api/"):
        return _api(parts.path, query, later)
    return NOT_FOUND


def _api(path: str, query: dict[str, str], later: bool) -> Served:
    if path == "/api/items":
        shown = [_brief(item) for item in goods("streamer", later).values() if not item.get("gone")]
        return _json({"code": 0, "data": {"list": shown}})
    item = goods("streamer", later).get(query.get("id", ""))
    if item is None or item.get("gone"):
        return _json({"code": 40401, "message": "商品已下架", "data": None})
    if path == "/api/item":
        return _json({"code": 0, "data": _detail(item, later)})
    if path == "/api/reviews":
        return _json({"code": 0, "data": _reviews(item["id"], query.get("page", "1"), later)})
    return NOT_FOUND


def _brief(item: dict[str, Any]) -> dict[str, Any]:
    return {"id": item["id"], "title": item["title"], "price": item["price"]}


def _detail(item: dict[str, Any], later: bool) -> dict[str, Any]:
    return {
        **_brief(item),
        "brand": catalogue()["official"]["brand"],
        "barcode": item.get("gtin"),
        "currency": "CNY",
        "originalPrice": item.get("list"),
        "couponPrice": item.get("coupon"),
        "couponRule": item.get("coupon_rule"),
        "spec": item["spec"],
        "stock": 0 if item.get("stock") == "out" else 999,
        "notes": item.get("notes", []),
        "image": f"/img/{item['id']}.jpg",
        "reviewCount": len(reviews(item["id"], later)),
        "shop": {"name": catalogue()["streamer"]["name"]},
    }


def _reviews(item: str, page: str, later: bool) -> dict[str, Any]:
    rows = reviews(item, later)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, int(page) if page.isdecimal() else 1), pages)
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return {"total": len(rows), "page": number, "pages": pages, "list": [_review(row) for row in shown]}


def _review(row: dict[str, Any]) -> dict[str, Any]:
    follow_up = row.get("append")
    return {
        "id": row["id"],
        "nickname": row["author"],
        "star": row["star"],
        "content": row["text"],
        "createTime": row["date"],
        "sku": row.get("sku", ""),
        "likes": row.get("helpful", 0),
        "pictureCount": row.get("pictures", 0),
        "reply": row.get("reply"),
        "append": follow_up and {"createTime": follow_up["date"], "content": follow_up["text"]},
    }


def _json(value: dict[str, Any]) -> Served:
    # The pause is what a visitor of a real shop waits: a reader that does not wait for the page sees an empty frame.
    return Served(body=json.dumps(value, ensure_ascii=False), content_type="application/json", pause=0.15)
