"""Which links of a page are lists of its reviews, and which only look like one."""

from __future__ import annotations

import pytest

from crawler.pages.document import Document
from crawler.pages.review_lists import by_parameters, read_review_lists
from pipelines.items import ReviewList

HERE = "https://egret.example/p/7/reviews?page=2"


def lists(links: str, url: str = HERE) -> list[ReviewList]:
    found = read_review_lists(Document(url, f"<!doctype html><title>x</title><h1>Mist</h1>{links}"))
    return list(found.lists) if found else []


LISTS = [
    # words of the link, its address, filter, sort, count
    ("5 stars", "?star=5", "star_5", "default", None),
    ("4 Stars (1,204)", "?star=4", "star_4", "default", "1,204"),
    ("three star only", "?filterByStar=three_star", "star_3", "default", None),
    ("★★☆☆☆", "?s=2", "star_2", "default", None),
    ("一星(32)", "?s=1", "star_1", "default", "32"),
    ("2 étoiles", "?note=2", "star_2", "default", None),
    ("好评(1.2万+)", "?type=3", "positive", "default", "1.2万+"),
    ("差评 17条", "?type=1", "negative", "default", "17"),
    ("有图(98)", "?pic=1", "pictures", "default", "98"),
    ("With photos", "?media=1", "pictures", "default", None),
    ("视频晒单", "?video=1", "video", "default", None),
    ("追评(6)", "?after=1", "follow_up", "default", "6"),
    ("Verified purchase only", "?avp=1", "verified", "default", None),
    ("最新", "?o=2", "all", "newest", None),
    ("Newest first", "?sort=newest", "all", "newest", None),
    ("Most recent", "?star=5&sort=recent", "star_5", "newest", None),
    ("Plus utiles", "?tri=1", "all", "helpful", None),
    ("5 stars", "?star=5&sortBy=most_recent", "star_5", "newest", None),
    ("English reviews (12)", "?lang=en", "language_en", "default", "12"),
    ("See all 40 reviews", "/p/7/all-reviews", "all", "default", None),
    ("Alle Bewertungen", "/reviews/7", "all", "default", None),
    ("查看全部评价", "/pinglun/7.html", "all", "default", None),
]


@pytest.mark.parametrize(("words", "href", "filter_", "sort", "count"), LISTS)
def test_lists(words: str, href: str, filter_: str, sort: str, count: str | None) -> None:
    (found,) = lists(f'<nav><a href="{href}">{words}</a></nav>')
    assert (found.filter, found.sort, found.count) == (filter_, sort, count)
    assert found.url.startswith("https://egret.example/")


NO_LISTS = [
    '<a href="/category/lips?stars=4">4 stars &amp; up</a>',
    '<a href="/category/lips?stars=4">4 stars</a>',
    '<a href="?lang=en">English</a>',
    '<a href="#newest">Newest</a>',
    '<a href="javascript:sort(1)">Newest</a>',
    '<a href="https://other.example/p/7/reviews?star=5">5 stars</a>',
    '<a href="?page=3">Newest</a>',
    '<a href="/p/8">Newest</a>',
    '<div class="review-item"><p><a href="/p/7/reviews/R1">Five stars</a></p></div>',
    '<div data-hook="review"><a href="/p/7/reviews/R1">Five stars</a></div>',
    '<a href="/p/8/reviews">★★★★★ (12)</a>',
    '<a href="/p/8/reviews">See all reviews</a>',
    '<a href="?q=1">The newest lipstick of the season has come</a>',
    '<a href="http://[::1/reviews">5 stars</a>',
    '<button data-sort="newest">Newest</button>',
]


@pytest.mark.parametrize("links", NO_LISTS)
def test_no_lists(links: str) -> None:
    assert lists(links) == []


def test_each_list_once_and_not_without_end() -> None:
    links = "".join(f'<a href="?star=5">5 stars</a><a href="?v={n}&star=5">5 stars ({n})</a>' for n in range(90))
    assert len(lists(links)) == 40
    assert len(lists('<a href="?star=5">5 stars</a><a href="?star=5">5 stars (3)</a>')) == 1
    assert lists('<a href="?star=5">5 stars</a><a href="?star=5">5 stars (3)</a>')[0].count == "3"


def test_stars_are_counted_by_the_lists() -> None:
    links = '<a href="?star=5">5 stars (30)</a><a href="?star=1">1 star (2)</a><a href="?star=4">4 stars</a>'
    found = read_review_lists(Document(HERE, f"<title>x</title><h1>Mist</h1>{links}"))
    assert found is not None and found.stars == (("5", "30"), ("1", "2"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("star=5", ("star_5", "default")),
        ("rating=two&sort=date", ("star_2", "newest")),
        ("filterByStar=one_star", ("star_1", "default")),
        ("sortBy=bySubmissionDateDescending", ("all", "newest")),
        ("sort=date-asc", ("all", "oldest")),
        ("sort=most_helpful", ("all", "helpful")),
        ("score=0&sortType=5", ("all", "default")),
        ("rating=&sort=", ("all", "default")),
        ("score=45&stars=12", ("all", "default")),
        ("color=5", ("all", "default")),
    ],
)
def test_parameters(query: str, said: tuple[str, str]) -> None:
    assert by_parameters(f"https://egret.example/reviews?{query}") == said
