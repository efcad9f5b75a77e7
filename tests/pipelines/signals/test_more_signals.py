"""Signals that look at products and purchases: examples where they speak, and where they must not. All invented."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from pipelines.numbers import read_sold
from pipelines.signals import SIGNALS, Goods, ReviewText, Signal
from pipelines.signals.template_phrases import gather

CREAM = Goods(name="云朵修护面霜 50g")


def review(number: int = 1, text: str = "", **has: object) -> ReviewText:
    return ReviewText(id=f"r{number:04d}", product=str(has.pop("product", "shop.example/1")), text=text, **has)  # type: ignore[arg-type]


def ask(name: str, reviews: Sequence[ReviewText], **parameters: object) -> list[Signal]:
    module = SIGNALS[name]
    return list(module.observe(reviews, {**module.DEFAULTS, **parameters}))


@pytest.mark.parametrize(
    ("bought", "date", "value", "because"),
    [
        ("2026-03-01T23:59:00Z", "2026-03-02T00:01:00Z", "1", None),
        ("2026-03-01", "2026-03-01T20:00:00Z", "0", None),
        ("2026-03-05", "2026-03-01", None, "dated 2026-03-01, before the purchase on 2026-03-05"),
        (None, "2026-03-01", None, "the platform states no day of purchase"),
        ("2026-03-01", None, None, "the review has no date"),
        ("last week", "2026-03-01", None, "no two dates: last week, 2026-03-01"),
    ],
)
def test_purchase_gap(bought: str | None, date: str | None, value: str | None, because: str | None) -> None:
    found = ask("purchase_gap", [review(bought_date=bought, date=date)])[0]
    assert (found.value, found.evidence.get("because")) == (value, because)
    assert found.evidence.get("same_day") == (True if value == "0" else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("这款手机壳很好看", "1"),
        ("手机壳收到了，颜色不错", "1"),
        ("This phone case fits well", "1"),
        ("bought this mug for work", "1"),
        ("面霜很好，比之前那个手机壳值", "0"),
        ("送的牙刷很好用", "0"),
        ("用手机看着视频涂的", "0"),
        ("涂完喝杯咖啡", "0"),
        ("和洗发水一起买的", "0"),
        ("很滋润，会回购", None),
        ("此用户未填写评价内容", None),
        ("", None),
        ("\ud800手机壳很好", "1"),
    ],
)
def test_other_goods(text: str, value: str | None) -> None:
    found = ask("other_goods", [review(text=text, goods=CREAM)])[0]
    assert found.value == value
    assert ("because" in found.evidence) == (value is None)


def test_other_goods_counts_how_many_say_so() -> None:
    texts = ["这款手机壳很好"] * 4 + ["面霜很润"] * 3 + ["耳机不错"]
    found = ask("other_goods", [review(n, text, goods=CREAM) for n, text in enumerate(texts)])
    assert [signal.value for signal in found] == ["1"] * 4 + ["0"] * 3 + ["1"]
    assert (found[0].evidence["reviews_of_product"], found[0].evidence["reviews_of_other"]) == (3, 4)
    assert (found[-1].evidence["kind"], found[-1].evidence["reviews_of_other"]) == ("headphones", 1)


@pytest.mark.parametrize("goods", [None, Goods(name="礼盒 A3"), Goods()])
def test_other_goods_needs_a_kind_in_the_name(goods: Goods | None) -> None:
    found = ask("other_goods", [review(text="这款手机壳很好", goods=goods)])[0]
    assert found.value is None


@pytest.mark.parametrize(
    ("text", "number", "rounded"),
    [
        ("已售1.2万+件", 12_000, True),
        ("月销 2000", 2_000, False),
        ("销量：3千多", 3_000, True),
        ("300人付款", 300, False),
        ("1,204 sold", 1_204, False),
        ("面霜 50g 已售 88 件 满199减20", 88, False),
        ("¥199 已售罄", None, False),
        ("sold out", None, False),
        ("5 sold out", None, False),
        ("2件8折", None, False),
        ("共1万+评价", None, False),
        ("", None, False),
        ("1" * 5000, None, False),
    ],
)
def test_read_sold(text: str, number: int | None, rounded: bool) -> None:
    found = read_sold(text)
    assert (found.number if found else None, found.rounded if found else False) == (number, rounded)


def test_sold_against_reviews_takes_what_was_collected_where_no_page_counts() -> None:
    goods = Goods(sold=12_000, sold_said="已售1.2万+", sold_rounded=True, collected=300)
    found = ask("sold_against_reviews", [review(goods=goods)])[0]
    assert found.value == "0.03"
    assert found.evidence == {
        "sold": 12_000,
        "said": "已售1.2万+",
        "reviews": 300,
        "counted": "collected",
        "rounded": True,
    }
    assert ask("sold_against_reviews", [review()])[0].value is None
    assert ask("sold_against_reviews", [review(goods=Goods(sold=5))])[0].value is None


SCRIPT = "妈妈用了一周皮肤又嫩又滑整个人都年轻了"


def words(n: int) -> str:
    """Twenty characters that share no run with another number's."""
    return "".join(chr(0x4E00 + (n * 131 + at * (n + 7)) % 20_000) for at in range(20))


def corpus_with(own: Sequence[str], goods: Goods | None = None, elsewhere: int = 250) -> list[ReviewText]:
    texts = [*own, *(words(n) for n in range(20))]
    mine = [review(n, text, goods=goods) for n, text in enumerate(texts)]
    others = (words(100 + n) for n in range(elsewhere))
    return mine + [review(1000 + n, text, product=f"shop.example/{n + 2}") for n, text in enumerate(others)]


def test_template_phrases_are_shared_here_and_not_elsewhere() -> None:
    reviews = corpus_with([f"{SCRIPT}第{n}瓶" for n in range(6)])
    found = ask("template_phrases", reviews)
    assert [signal.value for signal in found[:6]] == ["0.91"] * 6
    assert found[0].evidence["texts"] == 6
    # "第3瓶": what is left of the phrase's last run.
    assert str(found[0].evidence["phrase"]).startswith(SCRIPT)
    assert {signal.value for signal in found[6:26]} == {"0.00"}
    assert {signal.evidence["because"] for signal in found[26:]} == {"only 1 different texts of this product"}


def test_what_is_said_everywhere_is_no_template() -> None:
    reviews = corpus_with([f"{SCRIPT}第{n}瓶" for n in range(6)])
    reviews += [review(2000 + n, f"{SCRIPT}第{n}瓶", product=f"else.example/{n}") for n in range(40)]
    assert ask("template_phrases", reviews)[0].value == "0.00"


def test_copies_count_once_and_names_not_at_all() -> None:
    assert ask("template_phrases", corpus_with([SCRIPT] * 9))[0].value == "0.00"
    named = Goods(name=f"旗舰 {SCRIPT} 面霜")
    assert ask("template_phrases", corpus_with([f"{SCRIPT}第{n}瓶" for n in range(6)], named))[0].value == "0.00"


def test_template_phrases_without_enough_to_compare() -> None:
    scripts = [f"{SCRIPT}第{n}瓶" for n in range(6)]
    alone = ask("template_phrases", corpus_with(scripts, elsewhere=150))
    assert alone[0].evidence == {"because": "only 150 reviews of other products to compare with"}
    few = [review(n, text) for n, text in enumerate(scripts)]
    assert ask("template_phrases", few)[0].evidence == {"because": "only 6 different texts of this product"}
    odd = ask("template_phrases", [review(1, "好"), review(2, "此用户未填写评价内容"), review(3, "\ud800\x00")])
    assert [signal.evidence["because"] for signal in odd] == [
        "fewer than 10 letters",
        "the platform wrote the text",
        "fewer than 28 letters",
    ]


def test_template_phrases_batch_by_batch_are_the_same_as_at_once() -> None:
    reviews = corpus_with([f"{SCRIPT}，第{n}瓶！" for n in range(6)])
    phrases = gather(SIGNALS["template_phrases"].DEFAULTS)
    for batch in (reviews[:5], reviews[5:100], reviews[100:]):
        phrases.add(batch)
    phrases.settle()
    assert [*phrases.observe(reviews[:26]), *phrases.observe(reviews[26:])] == ask("template_phrases", reviews)


@pytest.mark.parametrize(
    ("goods", "coverage"),
    [
        (None, {}),
        (Goods(), {}),
        (Goods(claimed=20), {"collected": 20, "claimed": 20, "capped": False}),
        (Goods(claimed=900), {"collected": 20, "claimed": 900, "capped": True}),
        (
            Goods(claimed=30, collected=30, reachable=10),
            {"collected": 30, "claimed": 30, "reachable": 10, "capped": True},
        ),
        (Goods(reachable=1000), {"collected": 20, "reachable": 1000, "capped": False}),
    ],
)
def test_a_burst_says_how_much_it_saw(goods: Goods | None, coverage: dict[str, object]) -> None:
    reviews = [review(n, date=f"2026-01-{n + 1:02d}", goods=goods) for n in range(20)]
    evidence = ask("burst", reviews, least_reviews=10)[0].evidence
    assert {key: value for key, value in evidence.items() if key not in ("day", "on_day", "usual", "burst")} == coverage


@pytest.mark.parametrize(
    ("text", "rating", "later", "value", "because"),
    [
        ("此用户未填写评价内容", "5", "遥控器太垃圾了，失望", "worse", None),
        ("", "1", "换了新的，很满意", "better", None),
        ("", "3", "失望", "same", None),
        ("很好用，喜欢，就是有点难闻", "5", "一周就坏了，后悔", "worse", None),
        ("很好用", "5", "坏了，客服换了新的，很满意，推荐", "same", None),
        ("很好用", "5", "此用户未填写评价内容", None, "the platform wrote the follow-up"),
        ("昨天到的", None, "坏了", None, "no word of praise or complaint was found"),
    ],
)
def test_follow_up_weighs_praise_against_complaint(
    text: str, rating: str | None, later: str, value: str | None, because: str | None
) -> None:
    given = review(text=text, rating=Decimal(rating) if rating else None, follow_up_text=later)
    found = ask("follow_up", [given])[0]
    assert (found.value, found.evidence.get("because")) == (value, because)


def test_stars_that_stood_in_are_evidence() -> None:
    found = ask("follow_up", [review(rating=Decimal(5), follow_up_text="失望")])[0]
    assert found.evidence["rating"] == "5"


@pytest.mark.parametrize("text", ["您没有填写评价内容", "此用户觉得商品不错", "THIS USER did not leave a review"])
def test_more_default_texts(text: str) -> None:
    assert ask("default_text", [review(text=text)])[0].value == "1"
