from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from pipelines.complaints.rates import Rate
from pipelines.complaints.sides import Side
from pipelines.decisions import Decision
from pipelines.errors import InputMissing
from pipelines.export import filters, report
from pipelines.export.overview import CLAIM_WORDS
from pipelines.export.report import render, write_report
from pipelines.export.reviews import STAR_GROUPS
from pipelines.export.words import Language, words
from pipelines.rules import CASE_RULES, RULES

if TYPE_CHECKING:
    from conftest import SampleData

CSS = (Path(report.__file__).parent / "templates" / "report.css").read_text("utf-8")


def text_of(page: str) -> str:
    return " ".join(html.document_fromstring(page).body.text_content().split())


def test_opens_with_the_answer(sample: SampleData) -> None:
    page = render(sample.dataset, "zh")
    said = text_of(page)
    assert '<html lang="zh-Hans">' in page
    assert said.index("共 1 条说法：1 条主播价更高。") < said.index("逐条核对")
    for wanted in (
        "全网最低价",
        "¥159.00",
        "¥139.00",
        "高 14.4%",
        "用券后",
        "¥129.00",
        "tolerance = 0.01",
        "2026-11-20 20:05",
    ):
        assert wanted in said, wanted


def test_every_cited_page_is_in_the_register(sample: SampleData) -> None:
    tree = html.document_fromstring(render(sample.dataset, "en"))
    for page_id in ("p1", "p2"):
        (entry,) = tree.xpath(f"//li[@id='page-{page_id}']")
        assert page_id * 8 in entry.text_content()
        assert "a.warc.gz @ 7" in " ".join(entry.text_content().split())
    links = {link for link in tree.xpath("//a/@href") if link.startswith("#")}
    assert links <= {f"#{anchor}" for anchor in tree.xpath("//@id")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_asks_nothing_from_outside(sample: SampleData, lang: Language) -> None:
    tree = html.document_fromstring(render(sample.dataset, lang))
    assert not tree.xpath("//script | //iframe | //img | //object | //link[not(@href='data:,')]")
    assert not tree.xpath("//@src | //@style | //@onclick | //@onload")
    for link in tree.xpath("//a[not(starts-with(@href, '#'))]"):
        assert link.get("href").startswith("https://")
        assert link.get("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http:alert(1)",
        "https://x.example/ a",
        "file:///etc",
        "//x",
        "http://[",
    ],
)
def test_no_link_but_http(url: str) -> None:
    assert "href" not in filters.link(url)


def test_texts_are_escaped(sample: SampleData) -> None:
    sample.page("p3", "javascript:alert(1)")
    sample.add(
        "issues", page_id="p1", n=0, field="<img src=x onerror=alert(1)>", value="", why="</style><script>alert(1)"
    )
    sample.review(1, "<script>alert(1)</script>" * 2)
    for n in (2, 3):
        sample.review(n, "<svg onload=alert(1)>一样的话")
        evidence = json.dumps({"cluster": "c"})
        sample.signal(f"r{n:04d}", "near_duplicate", "2", evidence)
    page = render(sample.dataset, "zh")
    tree = html.document_fromstring(page)
    assert "<svg onload=alert(1)>一样的话" in text_of(page)
    assert not tree.xpath("//script | //@onload | //@onerror")


def test_quoted_reviews_are_masked(sample: SampleData) -> None:
    for n in (1, 2):
        sample.review(n, "打我电话 138 0000 0000 领红包")
        evidence = json.dumps({"cluster": "c"})
        sample.signal(f"r{n:04d}", "near_duplicate", "2", evidence)
    page = render(sample.dataset, "zh")
    assert "打我电话 [phone] 领红包" in page
    assert "138 0000" not in page


def test_reviews_are_counted(sample: SampleData) -> None:
    for n, (rating, date, language) in enumerate(
        [("5", "2026-08-01", "zh-Hans"), ("4.6", "2026-10-01", "en"), ("1", "2026-10-02", "en"), (None, None, "und")]
    ):
        sample.review(n, f"文字 {n}", rating=rating, date=date, language=language)
    sample.review(9, "此用户未填写评价内容。", default_text=1, rating="10", rating_scale="10", date="2026-10-03")
    tree = html.document_fromstring(render(sample.dataset, "en"))
    (product,) = tree.xpath("//article[@class='product']")
    said = " ".join(product.text_content().split())
    assert "5 reviews · mean rating 3.9 · 1 are texts the platform wrote" in said
    stars = {
        row.xpath("string(th)"): row.xpath("string(td[2])") for row in product.xpath(".//table[@class='bars'][1]//tr")
    }
    assert (stars["★★★★★"], stars["★"], stars["no rating"]) == ("3", "1", "1")
    months = [(row.xpath("string(th)"), row.xpath("string(td)")) for row in product.xpath(".//details//tbody/tr")]
    assert months == [("2026-08", "1"), ("2026-09", "0"), ("2026-10", "3"), ("no date", "1")]


def test_a_missing_page_is_said(sample: SampleData) -> None:
    sample.add(
        "claims",
        id="C2",
        product="护手霜",
        promo_url="https://tit.example/2",
        official_urls_json='["https://egret.example/2"]',
    )
    sample.page("p4", "https://tit.example/2", outcome="not_found", kind="unknown")
    reason = "The promoted page https://tit.example/2 does not exist any more (status 404), seen 2026-11-20T13:00:00Z."
    sample.add(
        "verdicts", claim_id="C2", verdict="cannot_tell", reasons_json=json.dumps([reason]), page_ids_json='["p4"]'
    )
    said = text_of(render(sample.dataset, "zh"))
    assert "已不存在（状态码 404）" in said
    assert "没有抓到这个报价的页面。" in said
    assert "共 2 条说法：1 条主播价更高，1 条无法判断。" in said


def test_an_empty_dataset_has_a_report(empty: SampleData) -> None:
    for lang in ("zh", "en"):
        assert words(lang)["no_claims"] in text_of(render(empty.dataset, lang))


def test_the_same_database_gives_the_same_report(sample: SampleData, tmp_path: Path) -> None:
    first = write_report(sample.dataset, tmp_path / "a.html").read_bytes()
    assert write_report(sample.dataset, tmp_path / "b.html").read_bytes() == first
    assert write_report(sample.dataset) == sample.dataset.build / "report.html"


def test_without_a_database(sample: SampleData) -> None:
    sample.dataset.database.unlink()
    with pytest.raises(InputMissing):
        write_report(sample.dataset)


def test_both_languages_have_the_same_words() -> None:
    def keys(value: Any, place: str = "") -> set[str]:
        if not isinstance(value, dict) or place in (".field",):
            return {place}
        return {key for name, inner in value.items() for key in keys(inner, f"{place}.{name}")}

    assert keys(words("zh")) == keys(words("en"))


def test_every_rule_and_star_group_has_a_name() -> None:
    assert set(words("en")["rule"]) == {*RULES, *CASE_RULES}
    assert set(words("en")["star_group"]) == set(STAR_GROUPS)
    assert set(words("en")["claim_word"]) == set(CLAIM_WORDS)


def test_what_was_said_stands_beside_what_was_seen(sample: SampleData) -> None:
    tested = [
        {
            "kind": "lowest_anywhere",
            "words": "全网最低价",
            "verdict": "contradicted",
            "why": "The lowest asked 139.00 CNY.",
        },
        {"kind": "genuine", "words": "正品", "verdict": "not_testable", "why": "No page can show it."},
    ]
    sample.change(
        "verdicts", claim_verdict="contradicted", claim_text="x", claim_confidence="high", confidence="medium",
        claim_tested_json=json.dumps(tested),
        coverage_json='{"named": 2, "seen": 1, "compared": 1, "hours_apart": "0.5"}',
    )  # fmt: skip
    tree = html.document_fromstring(render(sample.dataset, "en"))
    (claim,) = tree.xpath("//article[@id='claim-C1']")
    said = [" ".join(item.text_content().split()) for item in claim.xpath(".//ul[@class='tested']/li")]
    assert said == [
        "contradicted 全网最低价 The lowest asked 139.00 CNY.",
        "not testable 正品 No page can show it.",
        "The words: confidence: high",
    ]
    assert "confidence: medium" in claim.text_content()
    assert "2 named, 1 seen, 1 compared. At most 0.5 hours" in claim.text_content()
    (point,) = tree.xpath("//ul[@class='points']/li")
    assert point.get("class") == "p-contradicted"
    assert "Contradicted by what was seen: “全网最低价”" in " ".join(point.text_content().split())
    assert point.xpath(".//a/@href") == ["#claim-C1"]
    assert "1 contradicted" in tree.xpath("string(//p[@class='words'])")


def test_layers_have_prices_per_unit_and_gifts_stand_apart(sample: SampleData) -> None:
    sample.add("prices", page_id="p1", n=3, kind="deposit", amount="20.00", currency="CNY")
    tree = html.document_fromstring(render(sample.dataset, "zh"))
    rows = {
        row.xpath("string(th)"): " ".join(row.xpath("string(td[1])").split())
        for row in tree.xpath("//table[@class='offers']//tr")
    }
    assert rows["任何人现在可付的价"] == "¥159.00 ¥265.00 / 100 毫升"
    assert rows["标价或划线价"] == "¥299.00 ¥498.33 / 100 毫升"
    assert rows["用券后"].startswith("¥129.00 ¥215.00 / 100 毫升")
    assert rows["定金"] == "¥20.00"


@pytest.mark.parametrize(("says", "used"), [("decided by 李四 on 2026-11-02: 看过", True), ("", False)])
def test_decisions_of_people_are_shown(sample: SampleData, says: str, used: bool) -> None:
    decision = Decision(
        promoted_url="http://www.tit.example/1/", promoted_title="", official_url="https://egret.example/1",
        official_title="", decision="same_variant", decided_by="李四", decided_on="2026-11-02", note="看过",
    )  # fmt: skip
    evidence = json.dumps([{"field": "decision", "promoted": "", "official": "", "says": says}])
    sample.add(
        "matches",
        claim_id="C1",
        promoted_page_id="p1",
        official_page_id="p2",
        answer="same_variant",
        evidence_json=evidence,
    )
    tree = html.document_fromstring(render(replace(sample.dataset, decisions={decision.key: decision}), "en"))
    (item,) = tree.xpath("//ul[@class='decisions']/li")
    said = " ".join(item.text_content().split())
    assert said.startswith("same product, same variant decided by 李四 · 2026-11-02 · 看过")
    assert ("not used here" not in said) == used


def test_complaint_rates_are_shown_when_there_are_some(sample: SampleData, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.review(1, "好")
    sides: tuple[tuple[Side, int], ...] = (("streamer", 10), ("official", 3))
    rates = [
        Rate(
            topic="refund", side=side, reviews=500, hits=n, per_1000=Decimal(2 * n), low=Decimal(n), high=Decimal(4 * n)
        )
        for side, n in sides
    ]
    assert words("en")["complaint"]["title"] not in render(sample.dataset, "en")
    monkeypatch.setattr(report, "complaint_rates", lambda db, dataset: rates)
    tree = html.document_fromstring(render(sample.dataset, "en"))
    (table,) = tree.xpath(f"//div[@aria-label='{words('en')['complaint']['title']}']/table")
    (row,) = [" ".join(row.text_content().split()) for row in table.xpath("./tbody/tr")]
    assert row == "refund and return20.0 (10.0–40.0)10 of 5006.0 (3.0–12.0)3 of 500"


def test_a_long_watchlist_has_indexes_and_shorter_claims(sample: SampleData, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(70):
        sample.add("claims", id=f"L{n}", product=f"商品{n}", streamer=f"主播{n % 3}", promo_url="https://tit.example/1")
        sample.add("verdicts", claim_id=f"L{n}", verdict="cannot_tell", reasons_json=f'["Seen {n} times."]')
    monkeypatch.setattr(report, "MOST_DETAILED", 1)
    tree = html.document_fromstring(render(sample.dataset, "en"))
    assert [
        summary.text_content().split(" ")[0] for summary in tree.xpath("//section[.//h2[@id='glance']]//summary")
    ] == ["dearer", "cannot"]
    index = tree.xpath("//dl[@class='index']/dt")
    assert next(" ".join(item.text_content().split()) for item in index) == "主播0 24 claims"
    assert len(tree.xpath("//article[contains(@class, 'claim')]")) == 71
    assert len(tree.xpath("//table[@class='offers']")) == 1
    assert "the last 70 claims are shown with their answer and reasons only" in tree.text_content()
    (reason,) = tree.xpath("//dl[@class='untold']/dt")
    assert "and 69 more for the same reason" in reason.text_content()
    links = {link for link in tree.xpath("//a/@href") if link.startswith("#")}
    assert links <= {f"#{anchor}" for anchor in tree.xpath("//@id")}


def _colors(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", block))


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast_is_at_least_aa(theme: int) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text."""
    colors = _colors(re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[theme])
    for ground in ("paper", "card"):
        for ink in ("ink", "soft", "link", "consistent", "cheaper", "dearer", "different", "untold"):
            light, dark = sorted((_luminance(colors[ground]), _luminance(colors[ink])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, ink)
