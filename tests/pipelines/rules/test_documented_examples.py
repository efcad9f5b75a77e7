"""The tables of examples in docs/verdicts.md, run as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.claimed import TESTED_BY
from pipelines.facts import PriceFact
from pipelines.history import History, Look, history
from pipelines.match import match, prepare
from pipelines.normalize.claim_words import read_statements
from pipelines.normalize.quantity import read_quantity
from pipelines.observation import Article, Promise, parameters_of
from pipelines.rules import CASE_RULES, RULES, Case, Difference, Finding, Pair, Store
from pipelines.rules.unit_price import compared

TEXT = (Path(__file__).parents[3] / "docs" / "verdicts.md").read_text(encoding="utf-8")
SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
Row = list[str]


def rows(heading: str) -> Iterator[Row]:
    part = TEXT[TEXT.index(heading) :].partition("\n\n|")[2].partition("\n\n")[0]
    for line in part.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def article(page: str, said: str) -> Article:
    """`129 coupon 109 50ml sold out [满300减50] +60 h` as an article."""
    values: dict[str, Any] = {"availability": "in_stock", "currency": "CNY"}
    late = re.search(r"\+(\d+) h", said)
    seen = SEEN + timedelta(hours=int(late[1])) if late else SEEN
    said = said.replace(late[0], "") if late else said
    promotions = tuple(re.findall(r"\[([^]]+)\]", said))
    said = re.sub(r"\[[^]]+\]", "", said)
    if "sold out" in said:
        values["availability"] = "out_of_stock"
    if "USD" in said:
        values["currency"] = "USD"
    layers = []
    for kind in ("list", "coupon", "member"):
        if found := re.search(rf"{kind} (\d+)", said):
            said = said.replace(found[0], "")
            if kind == "list":
                values["list_price"] = Decimal(found[1])
            else:
                amount = Decimal(found[1])
                layers.append(PriceFact(kind=kind, amount=amount, currency="CNY", label=kind, found_in="xhr"))  # type: ignore[arg-type]
    price = re.match(r"(\d+)\b", said.strip())
    values["price"] = Decimal(price[1]) if price else None
    content = said.strip()[len(price[1]) :] if price else ""
    content = re.sub(r"sold out|USD|no price", "", content).strip()
    return Article(
        page_id=page,
        url=f"https://{page}.example/1",
        seen_at=seen.isoformat().replace("+00:00", "Z"),
        title=f"白鹭 云朵 {content}",
        quantity=read_quantity(content),
        layers=tuple(layers),
        promotions=promotions,
        **values,
    )


def promise(said: str) -> tuple[Promise, str]:
    """`5折 for 99, said -30 h`: what was promised, and the words."""
    values: dict[str, Any] = {}
    if found := re.search(r",? ?said (-?\d+) h", said):
        values["said_at"] = (SEEN + timedelta(hours=int(found[1]))).isoformat()
        said = said.replace(found[0], "")
    if found := re.search(r" for (\d+)$", said):
        values |= {"price": Decimal(found[1]), "currency": "CNY"}
        said = said.replace(found[0], "")
    return Promise(**values), said


def past(said: str) -> History:
    before, _, after = said.partition("then")
    looks: list[Look] = []
    spans = [span.strip() for span in before.split(",") if span.strip()]
    counts = [int(re.match(r"\d+", span)[0]) for span in spans]  # type: ignore[index]
    at = SEEN - timedelta(days=sum(counts))
    for direction in (spans, [span.strip() for span in after.split(",") if span.strip()]):
        if direction is not spans or not spans:
            at = SEEN + timedelta(hours=6)
        for span in direction:
            for _ in range(int(re.match(r"\d+", span)[0])):  # type: ignore[index]
                asked = re.search(r"× (\d+)", span)
                if asked:
                    looks.append(Look(page_id=f"p{len(looks)}", at=at, state="priced", price=Decimal(asked[1])))
                elif "blocked" in span:
                    looks.append(Look(page_id=f"p{len(looks)}", at=at, state="not_seen", why="blocked"))
                at += timedelta(days=1) if at < SEEN else timedelta(hours=6)
        if direction is spans and not after:
            break
    return history(looks)


def check(found: Finding | None, answer: str, says: str) -> None:
    assert (found.answer if found else "–") == answer, found
    if found:
        assert says in found.text, found.text
        assert found.text.endswith(".")
        assert found.parameters is not None


@pytest.mark.parametrize("row", rows("### Two offers"), ids=lambda row: f"{row[0]}: {row[1]} / {row[2]}")
def test_two_offers(row: Row) -> None:
    rule, promoted, official, same, said, answer, says = row
    left, right = article("promoted", promoted), article("official", official)
    told, rest = promise(said)
    price = Decimal(rest) if rest.isdecimal() else None
    told = Promise(said_at=told.said_at, price=price, currency="CNY" if price else None, spec="" if price else rest)
    differences = tuple(
        Difference(field=each.field, promoted=each.promoted, official=each.official, says=each.says, sure=True)
        for each in match(prepare(left), prepare(right)).evidence
        if each.points_to in ("different", "other_variant")
    )
    pair = Pair(promoted=left, official=right, promise=told, same=same, differences=differences)  # type: ignore[arg-type]
    check(RULES[rule].find(pair, parameters_of(RULES[rule].DEFAULTS, {})), answer, says)


def store(said: str, promoted: Article) -> Store:
    name, rest = said[:1], said[1:].strip()
    if rest == "unseen":
        return Store(url=name, official=True)
    offered = article(name, rest)
    prices = compared(Pair(promoted=promoted, official=offered))
    assert prices is not None
    answer = prices.answer(Decimal("0.01"))
    return Store(
        url=name,
        official=True,
        answer=answer,
        same="same_variant",
        sure=True,
        number=True,
        article=offered,
        prices=prices,
    )


@pytest.mark.parametrize(
    "row", rows("### The promoted offer"), ids=lambda row: f"{row[0]}: {row[1]} / {row[2]} / {row[4]}"
)
def test_the_promoted_offer(row: Row) -> None:
    rule, before, promoted, stores, said, answer, says = row
    left = article("promoted", promoted)
    told, words = promise(said)
    case = Case(
        promoted=left,
        promise=told,
        statements=read_statements(words),
        history=past(before),
        stores=tuple(store(each.strip(), left) for each in stores.split(",") if each.strip()),
    )
    check(CASE_RULES[rule].find(case, parameters_of(CASE_RULES[rule].DEFAULTS, {})), answer, says)


def test_every_rule_has_an_example() -> None:
    shown = {row[0] for heading in ("### Two offers", "### The promoted offer") for row in rows(heading)}
    assert shown == RULES.keys() | CASE_RULES.keys()


@pytest.mark.parametrize("row", rows("## The words of a claim"), ids=lambda row: row[0])
def test_words(row: Row) -> None:
    kind = row[0].strip("`")
    assert re.findall(r"`(\w+)`", row[2]) == list(TESTED_BY[kind])  # type: ignore[index]
    for words in row[1].split(", "):
        assert [statement.kind for statement in read_statements(words)] == [kind], words


def test_every_kind_of_statement_is_documented() -> None:
    assert {row[0].strip("`") for row in rows("## The words of a claim")} == TESTED_BY.keys()


@pytest.mark.parametrize(
    "words",
    [
        "不敢说全网最低",
        "全网最低吗",
        "全网最低之一",
        "低至5折",
        "第二件半价",
        "8折起",
        "接近史低",
        "新人5折",
        "满300打5折",
        "almost the lowest price online",
        "not the lowest price anywhere",
    ],
)
def test_what_is_no_statement(words: str) -> None:
    assert read_statements(words) == ()
