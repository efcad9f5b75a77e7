"""Amazon reviews as HTML: the layout of 2016 (`.review-byline`, `.review-text`) and of 2018-2026 (`data-hook`
attributes), from samples.

The same `data-hook`s serve item and review pages. Review lists ask for a login since late 2024; the item page still
shows some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector

from crawler.pages.assemble import attribute, paragraphs, words
from pipelines.items import Review

_TEXTS = (".review-text-content", "[data-hook=review-body]", ".review-text")
_STARS = re.compile(r"\ba-star-([1-5])\b")
_ASIN = re.compile(r"[?&]ASIN=([A-Z0-9]{10})")
# What stands before the date in the languages that Amazon's shops use.
_BEFORE_DATE = re.compile(r"(?:^|\s)(?:on|vom|am|le|il|el|em|op|den|dnia)\s+(\S.*\d{4}.*)$", re.DOTALL)
_CJK_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")


def read_reviews(selector: Selector, asin: str | None) -> Iterator[Review]:
    """Every review of the page once, those from other countries included."""
    seen: set[str] = set()
    for row in selector.css("[data-hook=review], #cm_cr-review_list > .review"):
        number = (attribute(row, "id") or "").removeprefix("customer_review_foreign-").removeprefix(
            "customer_review-"
        ) or None
        if number in seen:
            continue
        seen.add(number or "")
        yield _review(row, number, asin)


def _review(row: Selector, number: str | None, asin: str | None) -> Review:
    stars = row.css("[data-hook*=review-star-rating], .review-rating")
    score = _STARS.search(attribute(stars, "class") or "") if stars else None
    link = _ASIN.search(" ".join(row.css("a[href*='ASIN=']::attr(href)").getall()[:1]))
    votes = words(row.css("[data-hook=helpful-vote-statement]"))
    badge = row.css("[data-hook^=avp-badge]") or row.xpath(".//*[normalize-space(text())='Verified Purchase']")
    return Review(
        id=number,
        rating=score.group(1) if score else None,
        rating_scale="5" if score else None,
        date=_date(words(row.css("[data-hook=review-date], .review-date"))),
        title=_title(row),
        text=next((text for place in _TEXTS if (text := paragraphs(row.css(place)))), None),
        author=words(row.css(".a-profile-name")) or words(row.css(".author")),
        variant=_variant(row),
        verified=True if badge else None,
        helpful=_votes(votes),
        pictures=len(row.css("[data-hook=review-image-tile]")),
        product_sku=link.group(1) if link else asin,
        path=f"#{number}" if number else "[data-hook=review]",
    )


def _title(row: Selector) -> str | None:
    """The title without the hidden "5.0 out of 5 stars" that newer pages put inside the same link."""
    pieces = row.css("[data-hook=review-title], .review-title")[:1].xpath(".//text()[not(ancestor::i)]").getall()
    return " ".join("".join(pieces).split()) or None


def _variant(row: Selector) -> str | None:
    pieces = row.css("[data-hook^=format-strip]")[:1].xpath(".//text()").getall()
    return "; ".join(text for piece in pieces if (text := " ".join(piece.split()))) or None


def _votes(text: str | None) -> str | None:
    if not text:
        return None
    number = re.search(r"\d[\d.,]*", text)
    # "One person found this helpful" in any language has a word where larger numbers have digits.
    return number.group() if number else "1"


def _date(text: str | None) -> str | None:
    if not text:
        return None
    match = _CJK_DATE.search(text)
    if match:
        return match.group()
    match = _BEFORE_DATE.search(text)
    return match.group(1) if match else text
