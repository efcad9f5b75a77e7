"""The prices of a text, each with its label, count and unit."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from pipelines.items import PriceKind
from pipelines.normalize.amounts import Money, find_han_money, find_money
from pipelines.normalize.counts import COUNT_BEFORE, FOREIGN_PIECE, NUMBER_OF, PIECE, SHARE, count_of, per_of
from pipelines.normalize.labels import Label, Standing, find_labels, label_after
from pipelines.normalize.marks import ALL_MARKS
from pipelines.normalize.noise import without_noise
from pipelines.normalize.numerals import small_count
from pipelines.normalize.promotions import PlacedRule, Rule, find_rules


class Found(NamedTuple):
    """A price of the text. `mainland`: its label is one of mainland China. `share`: said to divide another price."""

    money: Money
    kind: PriceKind | None = None
    standing: Standing = "plain"
    label: str = ""
    # The number of pieces hides the method of tuples, which nobody needs here.
    count: int = 1  # type: ignore[assignment]
    per: str | None = None
    mainland: bool = False
    share: bool = False


# -¥20 is a saving; a dash after a word or a price parts or joins.
_NEGATIVE = re.compile(r"(?:^|[(\x00])\s?-$|(?<=[^\d\s]\s)-$|(?<=\d\s)-$|[¥$€£]-$")
# 옵션가 +3,000원: what an option adds.
_ADDED = re.compile(r"(?:^|[\s(])\+\s?$")
# What stands before an arrow was the price.
_ARROW = re.compile("[→➡⇒▶►]|[-=]>")
_MEASURES = re.compile(
    r"\d|片|抽|粒|枚|颗|斤|克|升|kg|^g|mg|ml|^l$|cl|oz|lb|count|ct|sheet|ft|load|wash|^m|平米|次", re.IGNORECASE
)
_NOT_MONEY_AFTER = re.compile(
    rf"\s?(?:(?:ml|g|kg|l|litres?|liters?|cm|mm|m|oz|lbs?|gb|tb|count|ct|days?|years?|colou?rs?|sizes?|ways?)\b|"
    rf"[片抽粒枚颗卷层级岁分秒日月年号码寸点巻錠缶袋歳台人名回]|{PIECE}|{FOREIGN_PIECE}|[折倍期层款种位色]|x\d|"
    rf"\*\s?\d|-[\w\x00])|[A-Za-z\x00]",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"[\s:：=>(\[【「,，.*'\"|-]*(?:低至|约|约为|仅|只要|只需|仅需|为|是|才|只|不到|only|just|is|at|of|von|de|"
    r"price|preis|now|for|from|"
    r"ab|under|up to|to|¥|最低|共|卖|可|to pay)?[\s:：(\[*-]*(?:€|\$)?",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[。;；!！|\x00]")
_MAINLAND = re.compile("[\u4e00-\u9fff]")


def _blanked(text: str, placed: list[PlacedRule]) -> str:
    for one in placed:
        # 包邮 and the like hold no number and part nothing.
        said = text[one.start : one.end]
        if (
            said.endswith(("价值", "價值"))
            or text.startswith((":", "："), one.end)
            or (one.rule.type == "nth_item" and one.rule.nth == 1)
        ):
            continue
        mark = "\x00" if any(character.isdigit() for character in said) else " "
        text = text[: one.start] + mark * (one.end - one.start) + text[one.end :]
    return text


_FARTHEST = 24
_NARROWING: tuple[Standing, ...] = ("none", "part", "condition", "member", "other")


def _label_before(text: str, money: Money, floor: int, labels: list[Label], starts: list[int]) -> Label | None:
    """The nearest label between the last price and this one, with nothing but fillers or a count between.

    Of labels that touch (Used from, 直播间 券后价) one that narrows wins over one that names the price of the moment.
    """
    index = bisect_left(starts, money.start) - 1
    best: Label | None = None
    edge = money.start
    while index >= 0 and labels[index].start >= floor:
        label = labels[index]
        index -= 1
        if label.end > money.start:
            continue
        gap = text[label.end : edge]
        if best is None:
            if len(gap) > _FARTHEST or _BREAK.search(gap):
                return None
        elif len(gap) > 3 or _BREAK.search(gap):
            break
        if (
            best is None
            or (best.kind is None and best.standing != "none" and label.kind is not None)
            or (label.standing in _NARROWING and best.standing not in _NARROWING)
        ):
            best = label
        elif label.kind == best.kind == "instalment":
            best = best._replace(text=f"{label.text} {best.text}")
        edge = label.start
    return best


def _settle(
    folded: str, text: str, money: Money, label: Label | None, after: Label | None, floor: int, labels: list[Label]
) -> Found:
    per = per_of(folded, money)
    share = per is not None and SHARE.search(text, max(0, money.start - 8), money.start) is not None
    count = count_of(text, money, floor, labels) if per is None else 1
    kind: PriceKind | None = label.kind if label else None
    standing: Standing = label.standing if label else "plain"
    words = label.text if label else ""
    if after is not None and (label is None or label.kind is None or after.standing in ("condition", "part", "none")):
        kind, standing = after.kind, after.standing
        words = f"{words} {after.text}".strip()
    if after is not None and after.kind == "from" and kind is None:
        kind = "from"
    if per is not None and kind in (None, "sale", "from") and standing != "none":
        kind, standing = "unit", "other" if share or _MEASURES.search(per) else "plain"
    if "+" in text[max(0, money.start - 2) : money.start] and _ADDED.search(text, max(0, money.start - 3), money.start):
        standing = "none"
    if text[max(0, money.start - 2) : money.start + 1].find("-") >= 0 and _NEGATIVE.search(
        text, max(0, money.start - 4), money.start
    ):
        standing = "none"
    return Found(
        money=money, kind=kind, standing=standing, label=words, count=count, per=per, share=share,
        mainland=bool(words and _MAINLAND.search(words) and not re.search("[\u3040-\u30ff]", words)),
    )  # fmt: skip


_LONGEST_FIELD = 40
_PRICED = re.compile(r"[.,]\s?\d{2}$|[., ']\d{3}")
# Seven digits and more without mark or grouping are an article number.
_LONGEST_PLAIN = 6


def _unmarked_ok(text: str, found: Found, money: Money) -> bool:
    """Whether an unmarked number may be a price because of the label right before it."""
    token = money.token
    if not found.label or _NOT_MONEY_AFTER.match(text, money.end) or (token.isdigit() and len(token) > _LONGEST_PLAIN):
        return False
    # In a sentence "from 4 to 10" and "only 2" are no prices; 到手价 and 定金 are said of nothing else.
    return not found.label.isascii() or len(text) <= _LONGEST_FIELD or _PRICED.search(token) is not None


_NO_WORDS = re.compile(r"[\d .,'*:-]+")
_LONGEST_MARKS = 20


def _is_plain(text: str) -> bool:
    """Whether a text is numbers and currency marks, with no words that could be labels, counts or rules."""
    words = _NO_WORDS.sub(" ", text)
    if len(words) > _LONGEST_MARKS:
        return False
    return ALL_MARKS.keys() >= set(words.split())


def _plain_prices(text: str) -> list[Found]:
    dated = _DATE.search(text) is not None
    if dated:
        text = _DATE.sub(lambda match: "\x00" * len(match.group()), text)
    moneys = [
        money
        for money in find_money(text)
        if not _NOT_MONEY_AFTER.match(text, money.end) and not ("-" in text and _NEGATIVE.search(text, 0, money.start))
    ]
    marked = [Found(money=money) for money in moneys if money.marks]
    return marked or ([] if dated else [Found(money=money) for money in moneys[:1]])


def find_prices(folded: str) -> tuple[list[Found], tuple[Rule, ...]]:
    """All prices of a folded text in order, and its promotion rules.

    Numbers with a currency mark are prices. A number without one is a price when a price label stands before it; when
    a text has neither, a number that stands almost alone is.
    """
    if _is_plain(folded):
        return _plain_prices(folded), ()
    placed = sorted(find_rules(folded), key=lambda one: one.start)
    rules = tuple(one.rule for one in placed)
    text = without_noise(_blanked(folded, placed))
    labels = find_labels(text)
    starts = [label.start for label in labels]
    moneys = list(find_money(text))
    taken = [(money.start, money.end) for money in moneys if money.marks]
    if not text.isascii():
        moneys += [m for m in find_han_money(text) if not any(s < m.end and m.start < e for s, e in taken)]
        moneys.sort(key=lambda money: money.start)
    found: list[Found] = []
    bare: list[Money] = []
    floor = 0
    for money in moneys:
        if money.start < floor:
            continue
        label = _label_before(text, money, floor, labels, starts)
        after = label_after(text, money.end)
        price = _settle(folded, text, money, label, after, floor, labels)
        if money.marks or (
            label is not None
            and label.standing != "none"
            and _GAP.fullmatch(text[label.end : money.start])
            and _unmarked_ok(text, price, money)
        ):
            if found and found[-1].kind is None and _ARROW.search(text[found[-1].money.end : money.start][:12]):
                found[-1] = found[-1]._replace(kind="list", standing="list")
            found.append(price)
            floor = after.end if after is not None else money.end
        else:
            bare.append(money)
    if not found and bare:
        found = _by_count(text, bare) or _lonely(folded, text, bare)
    elif not found and HAN_FIELD.fullmatch(folded.strip()):
        found = [Found(money=money) for money in find_han_money(folded.strip() + "元")]
        found = [price._replace(money=price.money._replace(marks=())) for price in found]
    return [price for price in found if price.standing != "none"], rules


# 一件59 两件99: a text of nothing but counts, each with its price.
_BY_COUNT = re.compile(rf"(?:{NUMBER_OF}\s?{PIECE}\s?[:：=]?\s?(\d{{1,5}}(?:\.\d{{1,2}})?)(?:[\s,，、;；/]+|$))+")
HAN = re.compile("[\u4e00-\u9fff]")
HAN_FIELD = re.compile(r"[一二三四五六七八九两]{1,2}[百千万][一二三四五六七八九两百千万十零]{1,8}")


def _by_count(text: str, bare: list[Money]) -> list[Found]:
    if not _BY_COUNT.fullmatch(text.strip()):
        return []
    found, floor = [], 0
    for money in bare:
        count = COUNT_BEFORE.search(text[floor : money.start])
        if count is not None:
            number = next(group for group in count.groups() if group)
            found.append(Found(money=money, count=small_count(number) or 1, mainland=True))
            floor = money.end
    return found


_DATE = re.compile(r"(?<![\d-])\d{1,2}-0\d(?![\d.,-])|(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)|\d:\d\d|\d-\d{3,}-\d")
_QUIET = re.compile(r"[^\W\d_]+", re.UNICODE)


def _lonely(folded: str, text: str, bare: list[Money]) -> list[Found]:
    """The first number of a text without any mark or label, when the text looks like a price field.

    Beside other words a number counts only at the start of a short text and when it is written like a price: "148.50
    inc. tax" is one, the 3.60 of a processor's name is not.
    """
    for money in bare:
        words = _QUIET.search(text[: money.start] + text[money.end :])
        priced = _PRICED.search(money.token) is not None
        if _NOT_MONEY_AFTER.match(text, money.end) and not priced:
            continue
        twice = len(bare) == 2 and bare[0].value == bare[1].value
        short = len(text) <= (2 * _LONGEST_FIELD if twice else _LONGEST_FIELD)
        if words and not (priced and short and not text[: money.start].strip()):
            continue
        after = label_after(text, money.end)
        beside = text[: money.start] + text[after.end if after is not None and after.kind == "from" else money.end :]
        if words and len(HAN.findall(beside)) > 1:
            # 10.24 程序员节: a number among Chinese words is a price only with a mark or a label.
            continue
        if re.match(r"[A-Za-z]", text[money.end : money.end + 1]):
            continue
        return [_settle(folded, text, money, None, after, 0, [])]
    return []
