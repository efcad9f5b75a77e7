"""A review as said → a review as understood. A review is never dropped: what cannot be read is null, with an issue."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from pipelines.facts import ListedFacts, ListFact, ReviewFact
from pipelines.items import Issue, Review, ReviewsListed
from pipelines.normalize.dates import read_date, read_written
from pipelines.normalize.language import detect
from pipelines.normalize.text import clean
from pipelines.numbers import read_count, read_rating

# Sentences that a platform writes when a buyer wrote nothing.
_DEFAULT = re.compile(
    r"(?:此|该|本)(?:用户|买家|顾客|会员)(?:没有|未|还没有|暂未)(?:及时)?(?:填写|写下|留下|做出|发表"
    r"|给出)?(?:任何)?(?:评价|评论|文字)(?:内容)?"
    r"|(?:系统|默认)(?:自动)?(?:默认)?(?:给出|作出|做出)?(?:了)?(?:默认)?(?:好评|五星|评价)|评价方(?:未"
    r"|没有)(?:及时)?(?:做出|作出)评价"
    r"|(?:买家|用户|评价人|评价方|客户)(?:超时)?(?:未|没有)(?:及时|按时)?(?:做出|作出|填写|给出)?(?:评价"
    r"|评论)(?:内容)?(?:[,，]?\s*系统默认(?:给予?)?(?:好评|评价))?"
    r"|(?:用户|买家)未(?:及时)?评价[,，]?系统(?:自动)?默认好评|默认好评|默认五星好评|(?:用户|买家)(?:觉得"
    r"|认为)(?:商品|宝贝)?(?:很|非常|比较)?(?:好|不错)[,，]?(?:但)?没有(?:填写|写)(?:评价|内容)"
)
# Each of the sentences has one of these words.
_MAYBE_DEFAULT = re.compile("用户|买家|顾客|会员|客户|系统|默认|评价")
# Platforms that number all their reviews in one row: the same number is the same review on every page of any product.
# JD pools the reviews of a model's variants and shows each under all of them.
_ONE_ROW_OF_NUMBERS = frozenset({"jd", "taobao", "amazon"})
_EDGES = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def is_default_text(text: str | None) -> bool:
    """Whether the whole text is a sentence that the platform wrote, not the buyer."""
    if not text or len(text) > 60 or not _MAYBE_DEFAULT.search(text):
        return False
    parts = [part for part in re.split(r"[。！!；;]+", _EDGES.sub("", text)) if part.strip()]
    return bool(parts) and all(_DEFAULT.fullmatch(part) for part in parts)


def review_fact(
    review: Review,
    issues: list[Issue],
    *,
    now: datetime | None = None,
    zone: str | None = None,
    language: str | None = None,
    platform: str | None = None,
) -> ReviewFact:
    """One review, understood; never raises."""
    scope = platform if review.id and platform in _ONE_ROW_OF_NUMBERS else None
    try:
        return _fact(review, issues, now, zone, language, scope)
    except Exception as error:  # one odd review must not lose the others
        issues.append(
            Issue(field="review", value=(review.text or "")[:80], why=f"{type(error).__name__}: {error}"[:200])
        )
        return ReviewFact(
            id=review.id,
            text=review.text,
            title=review.title,
            author=review.author,
            date_said=review.date,
            scope=scope,
        )


def listed_facts(said: ReviewsListed, issues: list[Issue]) -> ListedFacts:
    """What a page says of its lists of reviews, counts read."""
    counted = ((stars, read_count(count, "reviews.stars", issues)) for stars, count in said.stars)
    return ListedFacts(
        stars=tuple((int(stars), count) for stars, count in counted if stars.isdecimal() and count is not None),
        most_pages=read_count(said.most_pages, "reviews.most_pages", issues),
        folded=read_count(said.folded, "reviews.folded", issues),
        lists=tuple(
            ListFact(
                url=each.url,
                filter=each.filter,
                sort=each.sort,
                count=read_count(each.count, "reviews.lists", issues),
            )
            for each in said.lists
        ),
    )


# Texts of a review that may hold markup.
_TEXTS = ("title", "text", "variant", "reply", "follow_up_text")
_texts_of = attrgetter(*_TEXTS)


def _fact(
    review: Review,
    issues: list[Issue],
    now: datetime | None,
    zone: str | None,
    language: str | None,
    scope: str | None,
) -> ReviewFact:
    raw = _texts_of(review)
    # Markup stands only in JSON; what was read off a page's own elements (a CSS path) is text already.
    texts = tuple(map(_plain, raw)) if not review.path or "$" in review.path else raw
    title, text, variant, reply, follow_up = texts
    own: list[Issue] = []
    rating, scale = read_rating(review.rating, review.rating_scale, own)
    if own:
        issues += [Issue(field="review.rating", value=issue.value, why=issue.why) for issue in own]
    said = detect(text or title or "")
    return ReviewFact(
        id=review.id,
        rating=rating,
        rating_scale=scale if rating is not None else _scale(review.rating_scale),
        date=_date(review.date, "review.date", issues, now, zone, language),
        date_said=review.date,
        title=title,
        text=text,
        author=review.author,
        variant=variant,
        bought_date=_date(review.bought, "review.bought", issues, now, zone, language),
        verified=review.verified,
        helpful=read_count(review.helpful, "review.helpful", issues),
        pictures=review.pictures,
        reply=reply,
        follow_up_date=_date(review.follow_up_date, "review.follow_up", issues, now, zone, language),
        follow_up_text=follow_up,
        default_text=review.default_text is True or is_default_text(text),
        language=said.language,
        language_confidence=said.confidence,
        language_method=said.method,
        product_sku=review.product_sku,
        scope=scope,
        said=() if texts == raw else _changed(raw, texts),
    )


def _scale(said: str | None) -> Decimal | None:
    return Decimal(said) if said and re.fullmatch(r"\d{1,3}", said) else None


def _plain(markup: str | None) -> str | None:
    """The text without markup; None when it was nothing but markup."""
    if markup is None or ("<" not in markup and "&" not in markup):
        return markup
    text = clean(markup)
    return text if text or text == markup else None


def _changed(raw: tuple[str | None, ...], texts: tuple[str | None, ...]) -> tuple[tuple[str, str], ...]:
    """The texts as the page wrote them that are not so any more."""
    return tuple((name, said) for name, said, text in zip(_TEXTS, raw, texts, strict=True) if said not in (None, text))


def _date(
    said: str | None, field: str, issues: list[Issue], now: datetime | None, zone: str | None, language: str | None
) -> str | None:
    if not said:
        return None
    if (written := read_written(said, zone)) is not None:
        return written
    reading = read_date(said, now=now, zone=zone, language=language)
    if reading.value is None:
        issues.append(Issue(field=field, value=said[:60], why=reading.why or "no date"))
    return reading.value
