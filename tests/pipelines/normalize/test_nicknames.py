from __future__ import annotations

import pytest

from pipelines.normalize.nicknames import nickname, tells_apart


@pytest.mark.parametrize(
    "said",
    [
        *("j***n", "小***n", "_***_", "王**", "匿名", "匿名用户", "京东用户"),
        *("Amazon Customer", "A Google User", "Anonymous"),
        *("哈哈哈", "喵", "", "  ", "…", "~~", "phone", "Verified Buyer"),
    ],
)  # fmt: skip
def test_names_that_point_to_nobody_are_not_kept(said: str) -> None:
    assert nickname(said) is None


@pytest.mark.parametrize(
    ("said", "name"), [(" 快乐的\n小鱼 ", "快乐的 小鱼"), ("Anna", "Anna"), ("用户7382910", "用户7382910")]
)
def test_other_names_are_kept_in_one_line(said: str, name: str) -> None:
    assert nickname(said) == name


@pytest.mark.parametrize(
    "name",
    [
        *("快乐的小鱼", "小鹿爱买买", "一颗小星星", "阳光下的猫", "王小明", "刘志强", "陈大文"),
        *("吃货小王", "小鹿2021", "用户7382910"),
        *("tb_8837261", "jd_135", "happycat88", "xiaoluaimai", "John_Smith", "John Smith", "Priya Sharma", "J. Müller"),
        *("김철수", "13800000000"),
    ],
)  # fmt: skip
def test_names_that_no_text_holds_by_chance(name: str) -> None:
    assert tells_apart(name)


@pytest.mark.parametrize(
    "name",
    [
        *("小鹿", "物美价廉", "非常满意", "很好用", "五星好评", "质量很好", "开心就好"),
        *("性价比高", "送货很快", "回头客", "宝妈", "老客户"),
        *("Anna", "Tiffany", "Lucky", "momo", "iphone13", "RTX3060", "K380", "500ml", "2斤装", "20210101", "12345678"),
        *("Great Product", "New York", "good stuff", "anna k", "さくら"),
    ],
)  # fmt: skip
def test_names_that_are_also_ordinary_words(name: str) -> None:
    assert not tells_apart(name)
