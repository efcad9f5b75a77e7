"""The report in a real Chromium: nothing runs, nothing is asked for, nothing overflows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from pipelines.export.report import write_report

if TYPE_CHECKING:
    from conftest import SampleData

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield made
        made.close()


def open_report(browser: Browser, path: Path, width: int = 1100) -> tuple[list[str], int]:
    """What the page did beside being shown, and how wide it is."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    did: list[str] = []
    page.on("console", lambda message: did.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: did.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (did.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if request.url == path.as_uri() else did.append(f"request: {request.url}"))
    page.goto(path.as_uri())
    page.wait_for_timeout(300)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return [thing for thing in did if thing != "request: data:,"], wide


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1100])
def test_opens_without_an_error_and_fits(sample: SampleData, browser: Browser, lang: str, width: int) -> None:
    sample.review(1, "好" * 500)
    path = write_report(sample.dataset, None, "en" if lang == "en" else "zh")
    did, wide = open_report(browser, path, width)
    assert not did
    assert wide == width


def test_the_canary_sings(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "canary.html"
    path.write_text("<script>alert(1)</script><img src=x onerror=console.log(2)>", encoding="utf-8")
    did, _ = open_report(browser, path)
    assert any(thing.startswith("dialog") for thing in did)
    assert any(thing.startswith("console") for thing in did)


@pytest.mark.shared
def test_payloads_do_not_run(sample: SampleData, browser: Browser, shared: Path) -> None:
    corpora = shared / "corpora"
    payloads = [case["payload"] for case in json.loads((corpora / "xss-payloads.json").read_text("utf-8"))]
    payloads += json.loads((corpora / "blns.json").read_text("utf-8"))
    payloads = [text.replace("\x00", "") for text in payloads]
    for n, text in enumerate(payloads):
        if not text:
            continue
        sample.add("claims", id=f"X{n}", product=text, claim=text, spec=text, note=text, streamer=text, promo_url=text)
        reasons = json.dumps([text])
        sample.add("verdicts", claim_id=f"X{n}", verdict="cannot_tell", reasons_json=reasons, page_ids_json="[]")
        sample.add("issues", page_id="p1", n=n, field=text, value=text, why=text)
        for copy in (0, 1):
            sample.review(2 * n + copy, text, product=text)
            evidence = json.dumps({"cluster": str(n)})
            sample.add(
                "signals", review=f"r{2 * n + copy:04d}", signal="near_duplicate", value=text, evidence_json=evidence
            )
    path = write_report(sample.dataset)
    did, wide = open_report(browser, path)
    assert not did
    assert wide == 1100
