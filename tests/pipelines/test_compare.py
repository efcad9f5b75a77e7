# ruff: noqa: E501 - a row of a table is one line
"""From stored pages to verdicts: small worlds with one right answer each."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from crawler.commands.compare import run_compare
from pipelines import compare
from pipelines.facts import PriceFact, VariantFact
from pipelines.normalize.quantity import read_quantity
from pipelines.store.read import open_read, verdict_rows
from pipelines.verdict import VERDICTS, Verdict
from tests.pipelines.conftest import Small

S, O = "https://streamer.example/item/1", "https://official.example/p/1"  # noqa: E741


def judge(small: Small, **claim: str) -> Verdict:
    small.claim("1", **claim)
    rows = compare.run(small.dataset)
    assert len(rows) == 1
    return rows[0].verdict


def coupon(amount: str) -> PriceFact:
    return PriceFact(kind="coupon", amount=Decimal(amount), currency="CNY", label="领券", found_in="xhr")


def variant(sku: str, price: str, option: str, name: str = "规格", **has: str) -> VariantFact:
    return VariantFact(
        sku=sku,
        options=((name, option),),
        price=Decimal(price),
        quantity=read_quantity(option),
        availability="in_stock",
        **has,  # type: ignore[arg-type]
    )


def test_consistent(small: Small) -> None:
    small.page(S, price="268")
    small.page(O, price="268.00")
    found = judge(small)
    assert found.word == "consistent"
    assert (found.promoted_price, found.official_price, found.per) == (Decimal("268.00"), Decimal("268.00"), "offer")
    assert len(found.page_ids) == 2


def test_cheaper_bundle_with_gifts(small: Small) -> None:
    small.page(S, name="晨雾保湿精华液 30ml*2 赠7ml*3", price="598")
    small.page(O, name="晨雾保湿精华液 30ml", price="399")
    found = judge(small)
    assert found.word == "cheaper_at_streamer"
    assert (found.promoted_price, found.official_price, found.per) == (Decimal("996.67"), Decimal("1330.00"), "100 ml")
    assert any("Gifts" in reason for reason in found.reasons)
    assert any("30 ml × 2" in reason for reason in found.reasons)


def test_dearer_smaller_tube(small: Small) -> None:
    small.page(S, name="山茶护手霜 40ml", price="69")
    small.page(O, name="山茶护手霜 60ml", price="89")
    found = judge(small)
    assert found.word == "dearer_at_streamer"
    assert "172.50 CNY" in found.text


def test_different_shade(small: Small) -> None:
    small.page(S, name="丝绒口红 3.2g #316", price="129")
    small.page(O, name="丝绒口红 3.2g #208", price="159")
    found = judge(small)
    assert found.word == "different_product"
    assert found.promoted_price is None
    assert "316" in found.text


CANNOT: list[tuple[str, dict[str, object] | None, dict[str, object] | None, str]] = [
    ("promoted never stored", None, {"price": "1"}, "was never stored"),
    ("official never stored", {"price": "1"}, None, "was never stored"),
    ("promoted blocked", {"outcome": "blocked"}, {"price": "1"}, "was blocked"),
    ("official gone", {"price": "1"}, {"outcome": "not_found"}, "does not exist any more"),
    ("official sold out", {"price": "149"}, {"price": "178", "availability": "out_of_stock"}, "sold out"),
    ("promoted sold out", {"price": "149", "availability": "out_of_stock"}, {"price": "178"}, "sold out"),
    ("no promoted price", {"availability": "in_stock"}, {"price": "178"}, "does not say a price"),
    ("no believable price", {"price": "1764000000000"}, {"price": "178", "list_price": "9" * 38}, "does not say a price"),
    ("a range", {"price": "99", "price_max": "199"}, {"price": "178"}, "99 to 199"),
    ("other currency", {"price": "20", "currency": "USD"}, {"price": "178"}, "different currencies"),
    ("no currency", {"price": "20", "currency": None}, {"price": "178"}, "not stated"),
    ("one side silent about content", {"price": "20", "name": "云朵修护面霜"}, {"price": "178"}, "only one page states"),
    ("too far apart", {"price": "20", "seen_at": "2026-03-09T12:00:00Z"}, {"price": "178"}, "hours apart"),
    ("coupon decides", {"price": "129", "prices": (coupon("109"),)}, {"price": "129"}, "109.00 CNY"),
    ("promotion decides", {"price": "129", "promotions": ("第二件半价",)}, {"price": "129"}, "第二件半价"),
    ("official coupon decides", {"price": "129"}, {"price": "129", "prices": (coupon("99"),)}, "99.00 CNY"),
    ("nickname", {"price": "20", "name": "小红瓶 50g"}, {"price": "178"}, "Nothing shows"),
    ("several things at once", {"price": "20", "name": "白鹭 水150ml+乳100ml"}, {"price": "9", "name": "白鹭 水150ml"}, "several"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "promoted", "official", "words"), CANNOT, ids=[row[0] for row in CANNOT])
def test_cannot_tell(
    small: Small, why: str, promoted: dict[str, object] | None, official: dict[str, object] | None, words: str
) -> None:
    for url, said in ((S, promoted), (O, official)):
        if said is not None:
            small.page(url, **said)  # type: ignore[arg-type]
    found = judge(small)
    assert found.word == "cannot_tell"
    assert any(words in reason for reason in found.reasons), found.reasons
    assert found.promoted_price is None
    assert found.text.startswith(VERDICTS["cannot_tell"])


def test_the_look_nearest_to_the_broadcast_counts(small: Small) -> None:
    for day, price in (("01", "100"), ("10", "130"), ("20", "200")):
        small.page(S, seen_at=f"2026-03-{day}T12:00:00Z", price=price)
        small.page(O, seen_at=f"2026-03-{day}T13:00:00Z", price="130")
    assert judge(small, broadcast_at="2026-03-11 08:00").word == "consistent"


def test_without_a_broadcast_the_newest_look_counts(small: Small) -> None:
    small.page(S, seen_at="2026-03-01T12:00:00Z", price="130")
    small.page(S, seen_at="2026-03-20T12:00:00Z", price="200")
    small.page(O, seen_at="2026-03-20T12:00:00Z", price="130")
    found = judge(small)
    assert found.word == "dearer_at_streamer"
    assert found.compared_at == "2026-03-20T12:00:00Z"


def test_a_later_block_does_not_hide_an_earlier_price(small: Small) -> None:
    small.page(S, price="130")
    small.page(S, seen_at="2026-03-02T12:00:00Z", outcome="blocked")
    small.page(O, price="130")
    assert judge(small).word == "consistent"


def test_the_lowest_official_offer_decides(small: Small) -> None:
    small.page(S, price="100")
    small.page(O, price="120")
    small.page("https://official.example/p/2", price="90")
    found = judge(small, official_urls=f"{O} https://official.example/p/2 https://official.example/p/3")
    assert found.word == "dearer_at_streamer"
    assert found.official_price == Decimal("90.00")
    assert any("2 of 3" in reason for reason in found.reasons)


def test_an_open_condition_at_one_store_stops_an_all_clear(small: Small) -> None:
    small.page(S, price="100")
    small.page(O, price="100")
    small.page("https://official.example/p/2", price="110", prices=(coupon("80"),))
    assert judge(small, official_urls=f"{O} https://official.example/p/2").word == "cannot_tell"


def test_a_different_page_among_the_official_ones_is_left_aside(small: Small) -> None:
    small.page(S, price="100")
    small.page(O, price="100")
    small.page("https://official.example/p/2", name="云朵修护面霜 替换装 50g", price="80")
    assert judge(small, official_urls=f"{O} https://official.example/p/2").word == "consistent"


def test_the_official_variant_that_fits_is_taken(small: Small) -> None:
    small.page(S, name="云朵修护面霜 50g", price="268")
    variants = (variant("a", "168", "30g"), variant("b", "268", "50g"))
    small.page(O, name="云朵修护面霜", price="168", price_max="268", variants=variants)
    found = judge(small)
    assert (found.word, found.per) == ("consistent", "offer")


def test_promoted_variants_need_a_word_from_the_watchlist(small: Small) -> None:
    variants = (variant("a", "168", "30g"), variant("b", "268", "50g"))
    small.page(S, name="云朵修护面霜", price="168", price_max="268", variants=variants)
    small.page(O, price="268")
    assert judge(small).word == "cannot_tell"
    small.rows.clear()
    assert judge(small, spec="50g").word == "consistent"
    small.rows.clear()
    small.page(f"{S}?sku=b", name="云朵修护面霜", price="168", price_max="268", variants=variants)
    assert judge(small, promo_url=f"{S}?sku=b").word == "consistent"


def test_equal_official_variants_at_different_prices_are_no_answer(small: Small) -> None:
    small.page(S, name="丝绒哑光口红 3.2g", price="129")
    variants = (variant("a", "129", "枫叶", "颜色"), variant("b", "99", "豆沙", "颜色"))
    small.page(O, name="丝绒哑光口红 3.2g", price="99", price_max="129", variants=variants)
    found = judge(small)
    assert found.word == "cannot_tell"
    assert "2 variants" in found.text


def test_parameters_of_the_dataset_are_used_and_stored(small: Small) -> None:
    small.extra = "[rules.unit_price]\ntolerance = 0.2\n"
    small.page(S, price="110")
    small.page(O, price="100")
    small.claim("1")
    dataset = small.dataset
    assert compare.run(dataset)[0].verdict.word == "consistent"
    db = open_read(dataset.database)
    stored = db.execute("SELECT parameters_json FROM findings WHERE rule = 'unit_price'").fetchone()[0]
    assert stored == '{"tolerance": "0.2"}'
    db.close()


def test_brand_lookup_joins_two_spellings(small: Small) -> None:
    small.lookups = '[[lookup]]\nfield = "brand"\nvalue = "Egret"\nmeans = "白鹭"\nnote = "the same brand"\n'
    small.page(S, name="Egret 云朵修护面霜 50g", brand="Egret", price="268")
    small.page(O, name="白鹭 云朵修护面霜 50g", brand="白鹭", price="268")
    assert judge(small).word == "consistent"


def test_a_brand_in_one_title_only_does_not_tell_products_apart(small: Small) -> None:
    small.page(S, name="白鹭研究所 月光卸妆油 200ml", price="159")
    small.page(O, name="月光卸妆油 200ml", brand="白鹭研究所", price="139")
    assert judge(small).word == "dearer_at_streamer"


def test_twice_gives_the_same_rows(small: Small) -> None:
    small.page(S, name="晨雾保湿精华液 30ml*2 赠7ml*3", price="598", list_price="1198")
    small.page(O, name="晨雾保湿精华液 30ml", price="399")
    small.claim("1", broadcast_at="2026-03-01 20:00", claimed_price="598", spec="30ml*2 赠7ml*3")
    small.claim("2")
    dataset = small.dataset
    tables = []
    for _ in range(2):
        compare.run(dataset)
        db = open_read(dataset.database)
        tables.append([list(db.execute(f"SELECT * FROM {name}")) for name in ("matches", "findings", "verdicts")])
        db.close()
    assert tables[0] == tables[1]
    assert [len(rows) for rows in tables[0]] == [1, 11, 2]


def test_other_shops_are_shops_and_not_pages_of_those_that_are_known(small: Small) -> None:
    gtin = "9520000100018"
    small.page(S, price="100", gtin=gtin)
    small.page(O, price="100", gtin=gtin)
    for url in (f"{S}?reviews=2", f"{O}?page=2", f"{O}?page=3"):
        small.page(url, price="90", gtin=gtin)
    small.page("https://third.example/a", price="95", gtin=gtin)
    small.page("https://third.example/a?page=2", price="95", gtin=gtin)
    small.claim("1", claim="全网最低价", broadcast_at="2026-03-01 20:00")
    answer = compare.run(small.dataset)[0].answer
    assert answer.word == "contradicted"
    assert "2 of 2 other shops" in answer.text
    assert "asked 95.00 CNY" in answer.text


def test_no_official_url(small: Small) -> None:
    small.page(S, price="1")
    assert "names no official offer" in judge(small, official_urls="").text


def test_printed_at_80_columns_with_whole_words(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    small.page(S, name="晨雾保湿精华液 30ml*2 赠7ml*3", price="598")
    small.page(O, name="晨雾保湿精华液 30ml", price="399")
    small.claim("1", product="一个名字很长很长很长很长很长很长很长很长很长的商品")
    small.claim("2")
    small.write()
    for terminal, width in ((False, 80), (True, 80), (True, 200)):
        out = io.StringIO()
        console = Console(file=out, width=width, force_terminal=terminal, color_system=None, soft_wrap=not terminal)
        assert run_compare(str(small.path), console) == 0
        printed = out.getvalue()
        assert "cheaper_at_streamer" in printed
        assert "cannot_tell" in printed
        assert "2 claims: cheaper_at_streamer 1 · cannot_tell 1" in printed


def test_verdict_rows_are_read_back(small: Small) -> None:
    small.page(S, price="268")
    small.page(O, price="268")
    small.claim("1")
    dataset = small.dataset
    compare.run(dataset)
    db = open_read(dataset.database)
    row = verdict_rows(db)[0]
    db.close()
    assert (row["verdict"], row["promoted_price"], row["compared_at"]) == (
        "consistent",
        "268.00",
        "2026-03-01T12:00:00Z",
    )
