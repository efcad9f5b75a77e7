"""The brand's official store: server-rendered pages with JSON-LD, paged reviews, robots.txt and a sitemap."""

from __future__ import annotations

import json
from html import escape
from string import Template
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.demo.catalogue import catalogue, goods, reviews, walled, web_file
from crawler.demo.served import NOT_FOUND, Served

PAGE_SIZE = 4


def answer(target: str, base: str, later: bool = False) -> Served:
    """The response to one request target; `base` is the shop's own address, e.g. `http://127.0.0.1:8872`."""
    parts = urlsplit(target)
    if parts.path == "/robots.txt":
        text = f"User-agent: *\nDisallow: /account\nCrawl-delay: 0\nSitemap: {base}/sitemap.xml\n"
        return Served(body=text, content_type="text/plain")
    if parts.path == "/sitemap.xml":
        return Served(body=_sitemap(base), content_type="application/xml")
    if parts.path == "/static/official.css":
        return Served(body=web_file("official.css"), content_type="text/css")
    if parts.path == "/":
        return Served(body=_frame("全部商品", f"{base}/", "", _shelf(later)))
    item = goods("official", later).get(parts.path.removeprefix("/products/"))
    if item is None:
        return NOT_FOUND
    if walled(item["slug"], later):
        return Served(body=web_file("wall.html"), status=403)
    page = parse_qs(parts.query).get("page", ["1"])[0]
    return Served(body=_product(item, base, int(page) if page.isdecimal() else 1, later))


def _frame(title: str, canonical: str, structured: str, body: str) -> str:
    frame = Template(web_file("official.html"))
    return frame.substitute(title=escape(title), canonical=escape(canonical), structured=structured, body=body)


def _sitemap(base: str) -> str:
    urls = "".join(f"<url><loc>{base}/products/{slug}</loc></url>" for slug in goods("official"))
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _shelf(later: bool) -> str:
    rows = (
        f'<li class="product-card"><a href="/products/{slug}">{escape(item["title"])}</a>'
        f' <span class="price">¥{item["price"]}</span></li>'
        for slug, item in goods("official", later).items()
    )
    return f'<h1>全部商品</h1><ul class="products">{"".join(rows)}</ul>'


def _product(item: dict[str, Any], base: str, page: int, later: bool) -> str:
    url = f"{base}/products/{item['slug']}"
    rows = reviews(item["slug"], later)
    struck = f' <del class="list-price">¥{item["list"]}</del>' if "list" in item else ""
    stock = "已售罄" if item.get("stock") == "out" else "有货"
    facts = (
        f'<p class="stock">{stock}</p><p class="spec">净含量：{escape(item["spec"])}</p><p>{escape(item["text"])}</p>'
    )
    body = f'<h1>{escape(item["title"])}</h1><p><span class="price">¥{item["price"]}</span>{struck}</p>{facts}'
    # `<` is escaped so that no text can close the script element.
    data = json.dumps(_structured(item, url, rows), ensure_ascii=False, indent=1).replace("<", "\\u003c")
    head = f'<script type="application/ld+json">\n{data}\n</script>'
    return _frame(item["title"], url, head, body + _review_list(rows, url, page))


def _structured(item: dict[str, Any], url: str, rows: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": item["title"],
        "brand": {"@type": "Brand", "name": catalogue()["official"]["brand"]},
        "sku": item["sku"],
        "gtin13": item["gtin"],
        "description": item["text"],
        "url": url,
        "offers": {
            "@type": "Offer",
            "price": item["price"],
            "priceCurrency": "CNY",
            "availability": "https://schema.org/" + ("SoldOut" if item.get("stock") == "out" else "InStock"),
            "itemCondition": "https://schema.org/NewCondition",
            "url": url,
            "seller": {"@type": "Organization", "name": catalogue()["official"]["name"]},
        },
    }
    if rows:
        mean = sum(row["star"] for row in rows) / len(rows)
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": f"{mean:.1f}",
            "bestRating": "5",
            "reviewCount": len(rows),
        }
    return data


def _review_list(rows: tuple[dict[str, Any], ...], url: str, page: int) -> str:
    if not rows:
        return '<section class="reviews"><h2>顾客评价</h2><p>还没有评价。</p></section>'
    pages = -(-len(rows) // PAGE_SIZE)
    number = min(max(1, page), pages)
    shown = "".join(_review(row) for row in rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    following = f'<a rel="next" class="next" href="{url}?page={number + 1}">下一页</a>' if number < pages else ""
    paging = f'<nav class="pagination">第 {number} 页，共 {pages} 页 {following}</nav>'
    return f'<section class="reviews" id="reviews"><h2>顾客评价（{len(rows)}）</h2>{shown}{paging}</section>'


def _review(row: dict[str, Any]) -> str:
    stars = f'<span class="rating" title="{row["star"]}/5">{"★" * row["star"]}{"☆" * (5 - row["star"])}</span>'
    reply = f'<div class="reply">商家回复：{escape(row["reply"])}</div>' if "reply" in row else ""
    helpful = f'<span class="helpful">{row["helpful"]} 人觉得有用</span>' if "helpful" in row else ""
    return (
        f'<article class="review" id="review-{row["id"]}" data-review-id="{row["id"]}">'
        f'<h3 class="review-title">{escape(row["title"])}</h3>'
        f'<p>{stars} <span class="author">{escape(row["author"])}</span>'
        f' <time class="date" datetime="{row["date"]}">{row["date"]}</time> {helpful}</p>'
        f'<p class="review-text">{escape(row["text"])}</p>{reply}</article>'
    )
