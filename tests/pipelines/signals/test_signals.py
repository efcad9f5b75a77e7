"""One table of examples for each review signal. All texts are invented."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations

import pytest

from pipelines.signals import SIGNALS, Observer, ReviewText, Signal
from pipelines.signals.alike import alike_pairs


def review(number: int = 1, text: str = "", **has: object) -> ReviewText:
    return ReviewText(id=f"r{number:04d}", product=str(has.pop("product", "shop.example/1")), text=text, **has)  # type: ignore[arg-type]


def ask(name: str, reviews: Sequence[ReviewText], **parameters: object) -> list[Signal]:
    module = SIGNALS[name]
    return list(module.observe(reviews, {**module.DEFAULTS, **parameters}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("此用户没有填写评价。", "1"),
        ("此用户未填写评价内容", "1"),
        ("此用户未及时填写评价内容！", "1"),
        ("该买家未及时做出评价，系统默认好评！", "1"),
        ("评价方未及时做出评价,系统默认好评!", "1"),
        ("系统默认好评", "1"),
        ("用戶沒有填寫評價內容", "1"),
        ("This user did not leave a comment.", "1"),
        ("The customer didn't write a review", "1"),
        ("该用户觉得商品非常好，给出5星好评", "1"),
        ("该用户觉得商品不错", "1"),
        ("好评", "0"),
        ("我没有填写评价的习惯，但这个面霜真的好用", "0"),
        ("系统默认好评太烦了，我要自己写", "0"),
        ("", "0"),
        ("👍👍👍", "0"),
    ],
)
def test_default_text(text: str, value: str) -> None:
    assert ask("default_text", [review(text=text)])[0].value == value


def test_default_text_marked_by_the_page() -> None:
    found = ask("default_text", [review(text="还行", default_text=True)])[0]
    assert (found.value, found.evidence) == ("1", {"marked_by": "page"})


@pytest.mark.parametrize(
    ("text", "value", "variety"),
    [("很好很好", "4", 0.5), ("Good!!!", "4", 0.75), ("", "0", 0.0), ("…？！", "0", 0.0), ("１２３ ABC", "6", 1.0)],
)
def test_length_variety(text: str, value: str, variety: float) -> None:
    found = ask("length_variety", [review(text=text)])[0]
    assert (found.value, found.evidence["variety"]) == (value, variety)


@pytest.mark.parametrize(
    ("text", "value", "denied"),
    [
        ("好评返现五块，刚到账", "1", False),
        ("盒子里有张卡，晒图返红包", "1", False),
        ("五星好评领红包，客服很热情", "1", False),
        ("商家让我给五星好评", "1", False),
        ("里面有好评返现卡", "1", False),
        ("返现3元要求全五星", "1", False),
        ("They offered a $5 gift card in exchange for a 5 star review", "1", False),
        ("Seller sent a cash back card", "1", False),
        ("没有好评返现，就是单纯觉得好用", "0", True),
        ("不是为了好评返现才写的", "0", True),
        ("好评，会回购", "0", False),
        ("用几天再来追评，赠品小了点", "0", False),
        ("红包抵扣以后很划算", "0", False),
        ("买了送赠品，不错", "0", False),
        ("Gift card arrived late", "0", False),
    ],
)
def test_incentive(text: str, value: str, denied: bool) -> None:
    found = ask("incentive", [review(text=text)])[0]
    assert (found.value, "denied" in found.evidence) == (value, denied)
    assert ("words" in found.evidence) == (value == "1")


def test_incentive_reads_the_follow_up() -> None:
    assert ask("incentive", [review(text="不错", follow_up_text="追评：晒图返现已到账")])[0].value == "1"


@pytest.mark.parametrize(
    ("text", "rating", "value"),
    [
        ("质量差，太失望了，要退货", "5", "high_rating_negative_text"),
        ("很好用，推荐", "5", "0"),
        ("很好用，推荐，满意", "1", "low_rating_positive_text"),
        ("不好用，后悔", "1", "0"),
        ("不错", "5", "0"),
        ("没有破损，没有掉色", "5", None),
        ("效果好，就是包装破损", "5", "0"),
        ("terrible, it broke after a day", "5", "high_rating_negative_text"),
        ("not good", "5", "high_rating_negative_text"),
        ("昨天到的", "5", None),
        ("很好用", None, None),
        ("此用户未填写评价内容", "5", None),
    ],
)
def test_rating_text_gap(text: str, rating: str | None, value: str | None) -> None:
    found = ask("rating_text_gap", [review(text=text, rating=None if rating is None else Decimal(rating))])[0]
    assert found.value == value
    assert ("because" in found.evidence) == (value is None)


@pytest.mark.parametrize(
    ("text", "later", "value"),
    [
        ("很好用，推荐", "用了一周坏了，失望", "worse"),
        ("失望，很难用", "客服换了新的，很满意", "better"),
        ("很好用", "还是很满意", "same"),
        ("很好用", None, None),
        ("很好用", "  ", None),
        ("昨天到的", "今天用了", None),
    ],
)
def test_follow_up(text: str, later: str | None, value: str | None) -> None:
    given = review(text=text, follow_up_text=later, date="2026-01-01", follow_up_date="2026-01-15T08:00:00Z")
    found = ask("follow_up", [given])[0]
    assert found.value == value
    if value:
        assert found.evidence["days"] == 14


def test_rating_deviation() -> None:
    rated = [review(number, rating=Decimal(stars)) for number, stars in enumerate((5, 5, 5, 5, 1))]
    found = ask("rating_deviation", [*rated, review(9)])
    assert [signal.value for signal in found] == ["0.80", "0.80", "0.80", "0.80", "-3.20", None]
    assert found[0].evidence == {"mean": "4.20", "reviews": 5}
    assert ask("rating_deviation", rated[:4])[0].value is None


def test_burst() -> None:
    quiet = [review(day, date=f"2026-01-{day:02d}T08:00:00Z") for day in range(1, 21)]
    loud = [review(100 + number, date="2026-02-01") for number in range(15)]
    found = ask("burst", [*quiet, *loud, review(999)])
    assert found[0].value == "1.00"
    assert (found[20].value, found[20].evidence["burst"]) == ("15.00", True)
    assert found[-1].evidence == {"because": "the review has no date"}
    assert ask("burst", quiet)[0].evidence == {"because": "only 20 dated reviews on 20 days"}


BASE = "面霜很滋润，用了两周皮肤不干了，会再来买的"


@pytest.mark.parametrize(
    ("other", "size"),
    [
        (BASE, "2"),
        ("面霜很滋润！用了两周 皮肤不干了。会再来买的😊", "2"),
        ("面霜很滋润，用了三周皮肤不干了，会再来买的", "2"),
        ("面霜很滋润，用了两周皮肤不干了，会再来买的，顺丰快", "2"),
        ("洗面奶泡沫多，洗完不紧绷，下次还选这家店", "1"),
    ],
)
def test_near_duplicate(other: str, size: str) -> None:
    found = ask(
        "near_duplicate", [review(1, BASE, author_key="a"), review(2, other, author_key="b", product="other.example/2")]
    )
    assert [signal.value for signal in found] == [size, size]
    if size == "2":
        assert found[0].evidence["products"] == 2
        assert found[0].evidence["accounts"] == 2
        assert found[0].evidence["cluster"] == found[1].evidence["cluster"]


def test_near_duplicate_leaves_out_platform_and_short_texts() -> None:
    found = ask(
        "near_duplicate",
        [review(1, "此用户未填写评价内容"), review(2, "此用户未填写评价内容"), review(3, "很好"), review(4, "很好")],
    )
    assert [signal.value for signal in found] == [None] * 4
    assert found[0].evidence == {"because": "the platform wrote the text"}


def made_up(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    pieces = [
        "面霜",
        "很滋润",
        "包装",
        "破了",
        "客服",
        "态度好",
        "味道",
        "清淡",
        "两周",
        "皮肤",
        "不干",
        "会回购",
        "快递",
        "第二天",
        "到",
        "朋友",
        "推荐",
        "妈妈",
        "喜欢",
        "有点",
        "油",
        "价格",
        "划算",
    ]
    texts = ["".join(chance.choices(pieces, k=chance.randint(4, 9))) for _ in range(count)]
    return texts + [text[: len(text) // 2] + chance.choice("好的呀吧") + text[len(text) // 2 :] for text in texts[::4]]


def long_english(count: int, seed: int) -> list[str]:
    """Stories of the same words: nearly all pairs agree in a band, few are alike."""
    chance = random.Random(seed)
    words = re.findall(
        r"\w+",
        """the room was clean and staff friendly breakfast cold but view great we will come again soon hotel booked
        quick lobby smelled pool heated every evening quiet street noise window towels fresh bathroom large shower weak
        kids loved concierge helpful parking expensive downtown walk museum dinner tasty wine overpriced""",
    )
    told = ["".join(chance.choices(words, k=90)) for _ in range(count)]
    return told + [text[:200] + chance.choice("xyz") * chance.randint(1, 90) + text[200:] for text in told[::3]]


@pytest.mark.parametrize("ratio", [0, 101])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("made", [made_up, long_english])
def test_no_pair_at_the_threshold_is_missed_and_none_is_invented(
    made: Callable[[int, int], list[str]], seed: int, ratio: int
) -> None:
    texts = sorted({*made(200, seed), "好", "𠮷", "𠮷\ud800"})
    grams = [{text[at : at + 2] for at in range(max(1, len(text) - 1))} for text in texts]
    exact = {
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if 10 * len(grams[one] & grams[other]) >= 7 * len(grams[one] | grams[other])
    }
    assert len(exact) > 20
    assert set(alike_pairs(texts, 0.7, ratio)) == exact


def test_clusters_do_not_depend_on_the_order() -> None:
    reviews = [review(number, text) for number, text in enumerate(made_up(120, 7))]
    shuffled = list(reviews)
    random.Random(3).shuffle(shuffled)
    clusters = [
        {
            review.id: (signal.value, signal.evidence.get("cluster"))
            for review, signal in zip(given, ask("near_duplicate", given), strict=True)
        }
        for given in (reviews, shuffled)
    ]
    assert clusters[0] == clusters[1]
    assert any(value and int(value) > 1 for value, _ in clusters[0].values())


def test_every_signal_answers_for_every_review_in_order() -> None:
    reviews = [
        review(1, BASE, rating=Decimal(5), date="2026-01-01"),
        review(2),
        review(3, "𠮷\ud800\x00", title="<script>"),
    ]
    observer = Observer({"near_duplicate": {"least_letters": 2}})
    observer.add(reviews)
    observer.settle()
    answers = observer.observe(reviews)
    assert {name: len(said) for name, said in answers.items()} == dict.fromkeys(SIGNALS, len(reviews))
    found = [signal for said in answers.values() for signal in said]
    assert all(signal.value is not None or "because" in signal.evidence for signal in found)
    said = " ".join(f"{signal.value} {signal.evidence}" for signal in found)
    assert not re.search("fake|fraud|造假|水军|刷单", said)
