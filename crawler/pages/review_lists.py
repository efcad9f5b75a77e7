"""The lists of reviews that a page links: of one star, with pictures, newest first, in one language.

Only links: what a script would ask for when a button is pressed is not known from outside. A list is told by the words
of its link or by its parameters, and leads to the same page or to one about reviews, so that a category's own filters
and a shop's languages are none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from lxml import etree

from crawler.pages.document import Document, squeeze, text_in
from crawler.pages.review_blocks import review_name
from pipelines.items import ReviewList, ReviewsListed

MOST_LISTS = 40
_LONGEST_LABEL = 48
_LEVELS = 6
_COUNT = re.compile(r"[(（\[·:：]?\s*(\d[\d.,]*\s*[万wk千]?\+?)\s*(?:条|reviews?|ratings?)?\s*[)）\]]?$", re.I)
_WORD_STARS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_STARS = frozenset("12345")
_NUMBER = "|".join(("[1-5]", *_WORD_STARS))
_STAR = re.compile(
    rf"^({_NUMBER})\s*[- ]?\s*(?:stars?|星级?|颗星|★|⭐|sterne?|étoiles?|estrellas?|stelle|sterren|つ星)"
    r"(?:\s*(?:only|reviews?|评价|好评))?$",
    re.I,
)
_GLYPHS = re.compile(r"^(?:★|⭐️?){1,5}(?=☆*$)")
_FILTERS = {
    "all": (
        r"(?:(?:see|show|view|read) )?(?:all|more)(?: (?:of )?(?:the|our))?(?: \d[\d.,]*)?(?: customer)? reviews?",
        r"(?:查看|阅读|浏览)?(?:全部|所有|更多)\s*(?:\d[\d.,]*万?\+?\s*条?)?(?:商品|用户|买家|顾客)?(?:评价|评论|点评)",
        r"alle(?: \d[\d.,]*)? (?:kunden)?(?:bewertungen|rezensionen)(?: anzeigen| lesen)?",
        r"(?:voir )?tous les avis(?: clients)?|(?:ver )?todas las (?:reseñas|opiniones)",
        r"(?:すべて|全て)の(?:レビュー|クチコミ)(?:を見る)?",
    ),
    "pictures": (
        r"有图|晒图|带图|有圖|图片(?:评价|评论)?|画像(?:付き|あり)",
        r"(?:with|mit|avec|con|met) (?:photos?|pictures?|images?|bildern?|fotos?|imágenes)",
        r"(?:photo|picture|image)s? only|customer (?:photos|images)",
    ),
    "video": (r"(?:有)?视频(?:评价|晒单)?|(?:with )?videos?(?: reviews?)?|动画付き",),
    "follow_up": (r"追评|有追评|追加(?:评价|评论)?|follow[- ]?ups?",),
    "verified": (r"verified (?:purchases?|buyers?|owners?)(?: only)?|已购(?:评价|用户)?|verifizierte käufe",),
    "positive": (r"好评|positive(?: reviews?)?|favou?rable",),
    "neutral": (r"中评|neutral(?: reviews?)?",),
    "negative": (r"差评|负面|negative(?: reviews?)?|critical(?: reviews?)?",),
}
_SORTS = {
    "newest": (
        r"最新(?:评价|评论|优先)?|按?时间(?:排序)?|时间(?:最新|倒序|降序)|新着順|新しい順",
        r"(?:sort by )?(?:newest|most recent|latest|recent)(?: first| reviews?)?|neueste(?: zuerst)?",
        r"(?:les )?plus récents?|más recientes|nieuwste|più recenti",
    ),
    "oldest": (r"最早|(?:sort by )?oldest(?: first)?|älteste(?: zuerst)?|古い順",),
    "helpful": (
        r"最有用|最有帮助|按?有用|(?:sort by )?(?:most helpful|helpfulness|top reviews)",
        r"hilfreichste|plus utiles|más útiles",
    ),
}
_LABELS = tuple(
    (kind, name, re.compile(rf"^(?:{'|'.join(patterns)})$", re.I))
    for kind, names in (("filter", _FILTERS), ("sort", _SORTS))
    for name, patterns in names.items()
)
_LANGUAGE = re.compile(
    r"^(?:reviews? in )?(中文|英文|日文|english|german|french|spanish|japanese|chinese|deutsche?|français|español)"
    r"\s*(?:评价|评论|reviews?|bewertungen|avis|reseñas)?$",
    re.I,
)
_LANGUAGES = {
    "中文": "zh", "chinese": "zh", "英文": "en", "english": "en", "日文": "ja", "japanese": "ja", "german": "de",
    "deutsch": "de", "deutsche": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
}  # fmt: skip
# Nearly all links of a page match none of them.
_ANY_LABEL = re.compile(
    "|".join(each.pattern for each in (_STAR, _GLYPHS, *(pattern for _, _, pattern in _LABELS), _LANGUAGE)), re.I
)
_ABOUT_REVIEWS = re.compile(r"review|comment|rating|pinglun|pingjia|bewertung|avis|feedback", re.I)
_STAR_NAME = re.compile(r"^(?:filter_?by_?)?(?:stars?|ratings?|score|filterByStar)$", re.I)
_SORT_NAME = re.compile(r"^(?:(?:review|comment|rating)s?[-_]?)?(?:sort|order)(?:[-_]?(?:by|type|order))?$", re.I)
_SORT_VALUES = (
    ("helpful", re.compile(r"helpful|useful|votes")),
    ("oldest", re.compile(r"oldest|(?:date|time).*asc|asc.*(?:date|time)")),
    ("newest", re.compile(r"newest|recent|latest|date|time")),
)
_DIGITS = re.compile(r"\d+")
# What names a page of a list, not the list.
_PAGING = re.compile(r"^(?:p|page|pageno|page_?num(?:ber)?|current_?page|cpage|paged|review_?page|offset|start)$", re.I)


def read_review_lists(document: Document) -> ReviewsListed | None:
    """What the page says of its lists of reviews; None where it links none."""
    if document.tree is None:
        return None
    found: dict[str, ReviewList] = {}
    for link in document.tree.iter("a"):
        listed = _list_of(document, link)
        if listed is not None and len(found) < MOST_LISTS:
            known = found.get(listed.url)
            if known is None or (known.count is None and listed.count is not None):
                found[listed.url] = listed
    if not found:
        return None
    lists = tuple(found.values())
    stars = {
        each.filter[-1]: each.count
        for each in reversed(lists)
        if each.filter.startswith("star_") and each.sort == "default" and each.count
    }
    return ReviewsListed(stars=tuple(sorted(stars.items(), reverse=True)), lists=lists)


def _list_of(document: Document, link: etree._Element) -> ReviewList | None:
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    # Most links hold one text and no element.
    own = text_in(link, _LONGEST_LABEL + 1) if len(link) else squeeze(link.text or "")
    text = own or (link.get("title") or link.get("aria-label") or "").strip()
    if not text or len(text) > _LONGEST_LABEL:
        return None
    kind, count = _by_label(text), None
    if kind is None and _DIGITS.search(text) and (count := _COUNT.search(text)) and count.start():
        kind = _by_label(text[: count.start()].strip(" ·:：(（"))
    # Most links of a page end here: what is asked of their surroundings comes after.
    if kind is None or any(_in_review(above) for above in islice(link.iterancestors(), _LEVELS)):
        return None
    url = _same_reviews(document, href)
    if url is None:
        return None
    by_url = by_parameters(url)
    filter_, sort = (kind[1], by_url[1]) if kind[0] == "filter" else (by_url[0], kind[1])
    return ReviewList(url=url, filter=filter_, sort=sort, count=count.group(1) if count else None)


def _in_review(element: etree._Element) -> bool:
    """Whether an element is a review: "Five stars" is what some buyers call theirs."""
    return element.get("data-hook") == "review" or review_name(element.get("class") or "") is not None


@lru_cache(maxsize=4096)
def _by_label(words: str) -> tuple[str, str] | None:
    if not _ANY_LABEL.match(words):
        return None
    if star := _STAR.match(words):
        said = star.group(1).lower()
        return "filter", f"star_{_WORD_STARS.get(said, said)}"
    if glyphs := _GLYPHS.match(words):
        return "filter", f"star_{glyphs.group().count('★') or glyphs.group().count('⭐')}"
    for kind, name, pattern in _LABELS:
        if pattern.match(words):
            return kind, name
    language = _LANGUAGE.match(words)
    # "English" alone is the shop's language, "English reviews" a list.
    if language and language.group(1).lower() != words.lower():
        return "filter", f"language_{_LANGUAGES[language.group(1).lower()]}"
    return None


def by_parameters(url: str) -> tuple[str, str]:
    """(filter, sort) as the parameters of an address say them; all and default where they say nothing."""
    filter_, sort = "all", "default"
    for name, value in parse_qsl(urlsplit(url).query):
        said = value.strip().lower().replace("-", "_")
        if _STAR_NAME.match(name):
            stars = said.removesuffix("_star").removesuffix("_stars")
            number = str(_WORD_STARS.get(stars, stars))
            filter_ = f"star_{number}" if number in _STARS else filter_
        elif _SORT_NAME.match(name):
            sort = next((name for name, pattern in _SORT_VALUES if pattern.search(said)), sort)
    return filter_, sort


def _same_reviews(document: Document, href: str) -> str | None:
    """The address where it is this page's with other parameters, or on this host and about reviews."""
    try:
        url = urljoin(document.base, href)
        here, there = urlsplit(document.url), urlsplit(url)
    except ValueError:
        return None
    if not url.startswith(("http://", "https://")) or here.netloc != there.netloc:
        return None
    if there.path.rstrip("/") == here.path.rstrip("/"):
        if _named(there.query) == _named(here.query):
            return None
    elif not _ABOUT_REVIEWS.search(there.path) or not _one_product(here, there):
        return None
    return url.partition("#")[0]


def _one_product(here: SplitResult, there: SplitResult) -> bool:
    """Whether two addresses name the same product: by the last part of the path that is no word for reviews, or by a
    number. The stars beside another product may lead to that one's reviews.
    """
    parts = [part.partition(".")[0] for part in here.path.split("/")]
    own = next((part for part in reversed(parts) if part and not _ABOUT_REVIEWS.search(part)), None)
    if own is not None and own in [part.partition(".")[0] for part in there.path.split("/")]:
        return True
    return bool(_numbers(here) & _numbers(there))


def _numbers(address: SplitResult) -> set[str]:
    said = [address.path, *(value for _, value in _named(address.query))]
    return {number for text in said for number in _DIGITS.findall(text)}


def _named(query: str) -> list[tuple[str, str]]:
    return sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if not _PAGING.match(pair[0]))
