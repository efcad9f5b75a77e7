"""The report in a real Chromium: nothing runs, nothing is asked for, nothing overflows."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from pipelines.complaints.rates import Rate
from pipelines.export import report
from pipelines.export.report import write_report
from pipelines.export.words import Language

if TYPE_CHECKING:
    from conftest import SampleData

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
QUANTITY = json.dumps({"parts": [{"size": "30", "unit": "ml", "count": 2}], "gifts": [], "shade": None})

pytestmark = pytest.mark.browser


def watched(
    browser: Browser, path: Path, width: int, scheme: Literal["light", "dark"] = "light"
) -> tuple[Page, list[str]]:
    """The page opened, and a list that grows with all it does beside being shown."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    did: list[str] = []
    page.on("console", lambda message: did.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: did.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (did.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: _note(did, request.url, path.as_uri()))
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    return page, did


def _note(did: list[str], url: str, own: str) -> None:
    if url != own and not url.startswith("data:"):
        did.append(f"request: {url}")


def open_report(browser: Browser, path: Path, width: int = 1100) -> tuple[list[str], int]:
    """What the page did beside being shown, and how wide it is."""
    page, did = watched(browser, path, width)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return did, wide


def fill(sample: SampleData) -> None:
    """Everything that the report can show: history, reviews, alike texts, a refuted claim."""
    sample.review(1, "好" * 500)
    for n in (2, 3):
        sample.review(n, "一样的话", date=None if n == 2 else "2026-08-01")
        sample.signal(f"r{n:04d}", "near_duplicate", "2", {"cluster": "c"})
    for n in range(1, 6):
        url = f"https://{'tit' if n % 2 else 'egret'}.example/1"
        sample.page(f"h{n}", url, fetched_at=f"2026-11-0{n}T12:00:00Z")
        sample.add(
            "offers", page_id=f"h{n}", url=url, name="晨雾精华 30ml*2", availability="in_stock", currency="CNY",
            price=f"{150 + n}.00", quantity_json=QUANTITY, promotions_json="[]",
        )  # fmt: skip
    tested = [{"kind": "lowest_anywhere", "words": "全网最低价", "verdict": "contradicted", "why": "Seen."}]
    sample.change("verdicts", claim_verdict="contradicted", confidence="high", claim_tested_json=json.dumps(tested))


RATE = Rate(
    topic="refund", side="streamer", reviews=9, hits=1, per_1000=Decimal("111.1"), low=Decimal(20), high=Decimal(400)
)


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [
        *(("zh", width, scheme) for width in (1280, 768, 375) for scheme in ("light", "dark")),
        ("en", 1280, "light"),
        ("en", 375, "dark"),
    ],
)
def test_opens_without_an_error_fits_and_is_accessible(
    sample: SampleData,
    browser: Browser,
    lang: Language,
    width: int,
    scheme: Literal["light", "dark"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(sample)
    monkeypatch.setattr(report, "complaint_rates", lambda db, dataset: [RATE])
    path = write_report(sample.dataset, None, lang)
    page, did = watched(browser, path, width, scheme)
    assert page.locator("svg.chart").count() >= 4
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not did
    # axe is a script, which the report's own policy would refuse; what it reads is the page as it was drawn under it.
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    page.close()
    assert found["passes"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "canary.html"
    path.write_text("<html><p style='color:#ccc'>pale<img src='data:,'>", encoding="utf-8")
    page, _ = watched(browser, path, 375)
    page.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
    found = {each["id"] for each in page.evaluate("axe.run()")["violations"]}
    page.close()
    assert {"color-contrast", "image-alt", "html-has-lang"} <= found


def test_print_shows_what_is_folded(sample: SampleData, browser: Browser) -> None:
    fill(sample)
    page, _ = watched(browser, write_report(sample.dataset), 1280)
    folded = page.locator("table.history td").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    assert page.locator("details td >> visible=true").count() == page.locator("details td").count()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.set_viewport_size({"width": 690, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 690
    cut = (
        "[...document.querySelectorAll('.scroll, svg')].filter(each => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert page.evaluate(cut) == 0
    page.close()


def test_keys_reach_the_answer_and_open_what_is_folded(sample: SampleData, browser: Browser) -> None:
    fill(sample)
    page, _ = watched(browser, write_report(sample.dataset), 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#answer"
    page.locator("figure summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("table.history td").first.is_visible()
    page.close()


def test_the_canary_sings(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "canary.html"
    path.write_text("<script>alert(1)</script><img src=x onerror=console.log(2)>", encoding="utf-8")
    did, _ = open_report(browser, path)
    assert any(thing.startswith("dialog") for thing in did)
    assert any(thing.startswith("console") for thing in did)


@pytest.mark.shared
def test_payloads_do_not_run(
    sample: SampleData, browser: Browser, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpora = shared / "corpora"
    payloads = [case["payload"] for case in json.loads((corpora / "xss-payloads.json").read_text("utf-8"))]
    payloads += json.loads((corpora / "blns.json").read_text("utf-8"))
    payloads = [text.replace("\x00", "") for text in payloads]
    for n, text in enumerate(payloads):
        if not text:
            continue
        url = text if n % 2 else f"https://tit.example/x{n}"
        sample.add("claims", id=f"X{n}", product=text, claim=text, spec=text, note=text, streamer=text, promo_url=url)
        tested = [{"kind": text, "words": text, "verdict": "contradicted", "why": text}]
        sample.add(
            "verdicts", claim_id=f"X{n}", verdict="consistent" if n % 3 else "cannot_tell",
            claim_verdict="contradicted",
            reasons_json=json.dumps([text]), page_ids_json="[]", claim_tested_json=json.dumps(tested),
            promoted_price="2" if n < 20 else None, official_price="1", per=text,
        )  # fmt: skip
        sample.add("issues", page_id="p1", n=n, field=text, value=text, why=text)
        sample.page(f"X{n}", f"https://tit.example/x{n}", reason=text)
        sample.add(
            "offers", page_id=f"X{n}", url=f"https://tit.example/x{n}", name=text, shop=text, price="1", currency=text
        )
        sample.add("prices", page_id=f"X{n}", n=0, kind="coupon", amount="1", label=text, condition=text)
        sample.add(
            "findings", claim_id=f"X{n}", n=0, rule=text, answer=text, text=text, page_ids_json="[]",
            parameters_json=json.dumps({text: text}),
        )  # fmt: skip
        for copy in (0, 1):
            sample.review(2 * n + copy, text, product=text)
            sample.signal(f"r{2 * n + copy:04d}", "near_duplicate", text, {"cluster": str(n)})
    shops = [replace(shop, name=payloads[n]) for n, shop in enumerate(sample.dataset.shops)]
    dataset = replace(
        sample.dataset, shops=tuple(shops), title=payloads[3], description=payloads[4], licence=payloads[5]
    )
    rates = [replace(RATE, topic=text) for text in payloads[:40] if text]
    monkeypatch.setattr(report, "complaint_rates", lambda db, dataset: rates)
    path = write_report(dataset)
    did, wide = open_report(browser, path)
    assert not did
    assert wide == 1100
