"""Files of several JSON bodies: one a line (https://jsonlines.org), or the elements of one array.

A scraper's output is such a file, each line what one call of a list of reviews was answered. A file whose lines are
single reviews is one body.
"""

from __future__ import annotations

import json
from typing import Any

# Where a body keeps its list of reviews, on its surface or one level below.
_LISTS = frozenset({
    "comments", "commentInfoList", "rateList", "reviewVOList", "reviews", "reviewList", "commodityReviews", "Comments",
    "commentList", "review_info_list",
})  # fmt: skip
_BELOW = ("data", "result", "rateDetail", "module", "rate", "productCommentSummary")


def bodies_in(body: bytes) -> list[bytes]:
    """The bodies of such a file, as they stand in it (an array's elements written anew); none for any other file."""
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        return _elements(head)
    if not head.startswith(b"{") or not head.rstrip().count(b"\n"):
        return []
    lines = [line.strip() for line in head.splitlines()]
    first = _parsed(lines[0])
    if not _holds_reviews(first):
        return []
    return [line for line in lines if line]


def _elements(body: bytes) -> list[bytes]:
    found = _parsed(body) if any(b'"%b"' % name.encode() in body for name in _LISTS) else None
    if not isinstance(found, list) or len(found) < 2 or not all(map(_holds_reviews, found)):
        return []
    return [json.dumps(each, ensure_ascii=False).encode("utf-8", "surrogatepass") for each in found]


def _holds_reviews(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    below = [value, *(value[name] for name in _BELOW if isinstance(value.get(name), dict))]
    return any(
        isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        for layer in below
        for name, rows in layer.items()
        if name in _LISTS
    )


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
