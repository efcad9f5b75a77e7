"""JD comments in JSON.

Classic: `comments[]` of productPageComments (samples of 2022 and 2025), also saved as a bare list.
New: `commentInfoList[]` of getLegoWareDetailComment (described in public code of 2024-2026).
A merchant's reply carries an `ip`, a reviewer an avatar and a client type: none of them is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.pages.paths import at, flag, plain, rows, said, texts
from pipelines.items import Offer, Review, ReviewsListed

_DEFAULT_TEXTS = frozenset(
    {"此用户未填写评价内容", "此用户未填写评价内容。", "此用户没有填写评价。", "您没有填写内容，默认好评"}
)

_STARS = tuple((str(n), f"score{n}CountStr", f"score{n}Count") for n in range(5, 0, -1))
_CLASSIC = (
    *("id", "content", "score", "creationTime", "nickname", "productColor", "productSize", "referenceId"),
    *("referenceTime", "usefulVoteCount"),
)


def read_reviews(data: Any) -> list[Review]:
    """The reviews of one comment body of either shape, in its order."""
    bare = data if isinstance(data, list) else None
    classic = bare or at(data, "comments") or at(data, "result", "comments") or at(data, "data", "comments")
    place = "$" if bare else "$.comments"
    reviews = [_classic(row, f"{place}[{n}]") for n, row in enumerate(rows({"r": classic}, "r")) if "content" in row]
    new = (
        rows(data, "commentInfoList")
        or rows(data, "data", "commentInfoList")
        or rows(data, "result", "commentInfoList")
    )
    return reviews + [_new(row, f"$.commentInfoList[{n}]") for n, row in enumerate(new)]


def read_totals(data: Any) -> Offer | None:
    """What the platform says of all reviews: their rounded number (`1万+`) and the product they belong to."""
    summary = at(data, "productCommentSummary") or at(data, "result", "productCommentSummary")
    count = said(summary, "commentCountStr") or said(summary, "commentCount")
    count = count or said(data, "allCnt") or said(data, "data", "allCnt") or said(data, "result", "allCnt")
    return Offer(review_count=count, sku=said(summary, "skuId") or said(summary, "productId")) if count else None


def read_listed(data: Any) -> ReviewsListed | None:
    """What the platform counts by star (rounded), and how many pages it lists: those beyond are empty or repeat."""
    summary = at(data, "productCommentSummary") or at(data, "result", "productCommentSummary")
    found = ((star, said(summary, rounded) or said(summary, exact)) for star, rounded, exact in _STARS)
    stars = tuple((star, count) for star, count in found if count)
    pages = said(data, "maxPage") or said(data, "result", "maxPage") or said(data, "data", "maxPage")
    return ReviewsListed(stars=stars, most_pages=pages) if stars or pages else None


def _classic(row: Mapping[str, Any], path: str) -> Review:
    told = texts(row, _CLASSIC)
    text = plain(told["content"])
    # Datasets made of this shape keep the follow-up's text only.
    after = row.get("afterUserComment") or row.get("after")
    pictures = row["imageCount"] if "imageCount" in row else row.get("n_images")
    return Review(
        id=told["id"] or said(row, "guid"),
        rating=told["score"],
        rating_scale="5",
        date=told["creationTime"],
        text=text,
        author=told["nickname"],
        variant=" ".join(filter(None, (told["productColor"], told["productSize"]))) or None,
        bought=told["referenceTime"],
        verified=True if told["referenceTime"] else None,
        helpful=told["usefulVoteCount"],
        pictures=pictures if isinstance(pictures, int) else len(rows(row, "images")),
        reply=_reply(row) if row.get("replies") else None,
        follow_up_date=said(after, "created") if after else None,
        follow_up_text=_follow_up(after) if after else None,
        default_text=text in _DEFAULT_TEXTS,
        product_sku=told["referenceId"],
        path=path,
    )


def _follow_up(after: Any) -> str | None:
    text = after if isinstance(after, str) else said(after, "content") or said(after, "hAfterUserComment", "content")
    return plain(text)


def _reply(row: Mapping[str, Any]) -> str | None:
    """All that the merchant answers; other buyers, who may answer too, have no shop."""
    replies = rows(row, "replies")
    ours = [reply for reply in replies if isinstance(reply.get("venderShopInfo"), Mapping)] or replies[:1]
    return "\n".join(text for reply in ours if (text := plain(said(reply, "content")))) or None


def _new(row: Mapping[str, Any], path: str) -> Review:
    text = plain(said(row, "commentData"))
    attributes = row.get("wareAttribute")
    parts = [value for entry in attributes if (value := _attribute(entry))] if isinstance(attributes, list) else []
    count = said(row, "pictureCnt")
    return Review(
        id=said(row, "commentId") or said(row, "guid"),
        rating=said(row, "commentScore"),
        rating_scale="5",
        date=said(row, "commentDate"),
        text=text,
        author=said(row, "userNickName"),
        variant=" ".join(parts) or said(row, "wareAttribute"),
        verified=True if flag(row, "isBuy") else None,
        helpful=said(row, "praiseCnt"),
        pictures=int(count) if count and count.isdecimal() else None,
        default_text=text in _DEFAULT_TEXTS,
        product_sku=said(row, "skuId"),
        path=path,
    )


def _attribute(entry: Any) -> str | None:
    if isinstance(entry, str):
        return entry.strip() or None
    if isinstance(entry, Mapping):
        values = [text for value in entry.values() if isinstance(value, str) and (text := value.strip())]
        return ": ".join(values) or None
    return None
