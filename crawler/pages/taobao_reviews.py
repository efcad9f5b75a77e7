"""Taobao and Tmall reviews in JSON, five shapes:

mtop.wdetail.getitemrates v3 (sample of 2019) and mtop.taobao.rate.detaillist.get v6 (public code of 2024-2026):
`data.rateList[].feedback`; mtop.alibaba.review.list.for.new.pc.detail: `data.module.reviewVOList[]`; rate.tmall.com
list_detail_rate (until about 2021): `rateDetail.rateList[].rateContent`; rate.taobao.com feedRateList:
`comments[].rateId`; the h5 page's own `rate.rateList[].content`. `rateType` and `rate` are a good/neutral/bad flag
and `userStar`/`creditLevel` rank the buyer: none of them is a star rating.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.pages.paths import at, plain, rows, said
from pipelines.items import Offer, Review, ReviewsListed

_DEFAULT_TEXTS = frozenset(
    {
        "此用户没有填写评价。",
        "此用户没有填写评价",
        "此用户没有填写评论!",
        "系统默认好评!",
        "系统默认好评",
        "评价方未及时做出评价,系统默认好评!",
    }
)
# Where each shape keeps its list, and the path as a reader of the archive finds it.
_LISTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("data", "rateList"), "$.data.rateList"),
    (("rateDetail", "rateList"), "$.rateDetail.rateList"),
    (("data", "module", "reviewVOList"), "$.data.module.reviewVOList"),
    (("module", "reviewVOList"), "$.module.reviewVOList"),
    (("rate", "rateList"), "$.rate.rateList"),
    (("data", "rate", "rateList"), "$.data.rate.rateList"),
    (("rateList",), "$.rateList"),
    (("comments",), "$.comments"),
)
_TEXTS = ("feedback", "rateContent", "content", "reviewWordContent", "reviewContent")
_DATES = ("feedbackDate", "rateDate", "date", "dateTime", "reviewDate", "createTime")
_AUTHORS = ("userNick", "reduceUserNick", "displayUserNick", "userName")
_VARIANTS = ("skuValueStr", "auctionSku", "skuInfo", "skuText")


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := said(row, name))), None)


def read_reviews(data: Any, product: str | None = None) -> list[Review]:
    """The reviews of one body of any of the shapes, in its order; none for other JSON."""
    for keys, path in _LISTS:
        found = rows(data, *keys)
        # `comments` is also JD's name for its list: only an entry with Taobao's own number counts here.
        if keys == ("comments",):
            found = [row for row in found if "rateId" in row]
        reviews = [_review(row, f"{path}[{n}]", product) for n, row in enumerate(found) if _first(row, _TEXTS)]
        if reviews:
            return reviews
    return []


def read_totals(data: Any) -> Offer | None:
    """The number of reviews as the platform states it (rounded, folded ones included) and the product."""
    inner = at(data, "data") if isinstance(at(data, "data"), dict) else data
    count = next((text for key in ("feedAllCount", "totalCount", "total") if (text := said(inner, key))), None)
    count = count or said(data, "rateDetail", "rateCount", "total") or said(data, "rate", "totalCount")
    first = at(inner, "rateList", 0) or at(data, "comments", 0)
    product = said(first, "auctionNumId") or said(first, "auction", "aucNumId")
    return Offer(review_count=count, sku=product, name=said(first, "auctionTitle")) if count or product else None


def read_listed(data: Any) -> ReviewsListed | None:
    """How many pages the platform lists at most, and how many reviews it folds away; it has no stars to count."""
    inner = at(data, "data") if isinstance(at(data, "data"), dict) else data
    pages = said(inner, "totalPage") or said(data, "rateDetail", "paginator", "lastPage")
    folded = said(inner, "foldCount")
    return ReviewsListed(most_pages=pages, folded=folded) if pages or folded not in (None, "0") else None


def _review(row: Mapping[str, Any], path: str, product: str | None) -> Review:
    text = plain(_first(row, _TEXTS))
    follow = at(row, "appendedFeed") or at(row, "append") or at(row, "appendComment") or at(row, "appendList", 0)
    return Review(
        id=said(row, "id") or said(row, "rateId") or said(row, "reviewId"),
        date=_first(row, _DATES),
        text=text,
        author=_first(row, _AUTHORS) or said(row, "user", "nick"),
        variant=plain(_variant(row)),
        bought=said(row, "tradeEndTime") or said(row, "tradeDate"),
        helpful=said(row, "interactInfo", "likeCount")
        or (None if isinstance(row.get("useful"), bool) else said(row, "useful")),
        pictures=_pictures(row),
        reply=plain(said(row, "reply") or said(row, "reply", "content")),
        follow_up_date=_first(follow, ("feedbackDate", "commentTime", "date")) if isinstance(follow, Mapping) else None,
        follow_up_text=plain(said(follow, "appendedFeedback") or said(follow, "feedback") or said(follow, "content")),
        default_text=text in _DEFAULT_TEXTS,
        product_sku=said(row, "auctionNumId") or said(row, "auction", "aucNumId") or product,
        path=path,
    )


def _variant(row: Mapping[str, Any]) -> str | None:
    known = _first(row, _VARIANTS) or said(row, "auction", "sku")
    options = row.get("skuMap")
    if known or not isinstance(options, Mapping):
        return known
    return ";".join(f"{name}:{value}" for name, value in options.items() if isinstance(value, str)) or None


def _pictures(row: Mapping[str, Any]) -> int | None:
    for name in ("feedPicPathList", "feedPicList", "pics", "photos", "images", "reviewPicPathList"):
        if isinstance(row.get(name), list):
            return len(row[name])
    return None
