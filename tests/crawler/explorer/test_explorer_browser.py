"""The explorer in a real Chromium, started as a user starts it: from a verdict to its evidence, and nothing runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from explorer_data import make
from playwright.sync_api import Browser, Page, expect

from crawler.explorer.cells import place

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def explorer(folder: Path) -> Iterator[str]:
    """The address of `daihuo explore` on a dataset."""
    command = [sys.executable, "-m", "crawler", "explore", str(folder), "--port", "0", "--no-browser", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            yield json.loads(line)["url"].rstrip("/")
        finally:
            process.terminate()


@contextmanager
def watched(browser: Browser, url: str, width: int = 1280) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what happened in it beside being shown."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    did: list[str] = []
    page.on("console", lambda message: did.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: did.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (did.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith(url) else did.append(f"request: {request.url}"))
    yield page, did
    page.close()


def test_from_a_verdict_to_its_evidence(browser: Browser, tmp_path: Path) -> None:
    make(tmp_path)
    with explorer(tmp_path) as url, watched(browser, url) as (page, did):
        page.goto(url)
        page.get_by_role("link", name="Dearest against official").click()
        page.get_by_role("cell", name="C1").get_by_role("link").click()
        expect(page.get_by_text("dearer_at_streamer")).to_be_visible(timeout=15_000)
        expect(page.locator("svg.chart")).to_be_visible(timeout=15_000)
        page.locator("#evidence + div").get_by_role("link", name="pb").click()
        expect(page.locator("#sha256")).to_have_text("b" * 64, timeout=15_000)
        row = page.get_by_role("row").filter(has_text="response")
        assert "a.warc.gz" in row.inner_text()
        assert "0b" * 32 in row.inner_text()
        page.get_by_role("link", name="C1").click()
        page.go_back()
        page.get_by_label("Search reviews").fill("假货")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("p.count")).to_contain_text("1 row", timeout=15_000)
        page.locator('tbody a[href^="/product/"]').click()
        expect(page.locator("svg.chart")).to_have_count(2, timeout=15_000)
        page.get_by_role("link", name="evidence").first.click()
        expect(page.get_by_role("heading", name="Evidence")).to_be_visible(timeout=15_000)
        page.goto(f"{url}/explorer/verdicts")
        page.locator("tbody").get_by_role("link", name="C1").click()
        page.get_by_role("link", name="All of it on one page").click()
        page.wait_for_url(f"{url}/claim/C1", timeout=15_000)
        assert not did


FACETED = (("claims", "product"), ("offers", "name"), ("findings", "rule"), ("reviewed_products", "name"))
PLACES = (
    "/",
    "/explorer",
    "/explorer/claims",
    "/claim/C1",
    "/page/pb",
    "/product/tit~2Eexample~2F1",
    "/explorer/reviews?_search=a",
)


def test_it_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    make(tmp_path)
    with explorer(tmp_path) as url, watched(browser, url, 375) as (page, did):
        for path in (*PLACES, "/explorer/what_could_not_be_told", "/explorer/claims/C1", "/nope"):
            page.goto(url + path)
            assert page.evaluate("document.documentElement.scrollWidth") == 375, path
        assert [thing for thing in did if "404" not in thing] == []


def test_the_canary_sings(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "canary.html"
    path.write_text("<script>alert(1)</script><img src=x onerror=console.log(2)>", encoding="utf-8")
    with watched(browser, "http://nowhere.example") as (page, did):
        page.goto(path.as_uri())
        page.wait_for_timeout(200)
    assert any(thing.startswith("dialog") for thing in did)


@pytest.mark.shared
def test_payloads_do_not_run(browser: Browser, tmp_path: Path, shared: Path) -> None:
    corpora = shared / "corpora"
    payloads = [case["payload"] for case in json.loads((corpora / "xss-payloads.json").read_text("utf-8"))]
    payloads += json.loads((corpora / "blns.json").read_text("utf-8"))
    payloads = [text for text in dict.fromkeys(text.replace("\x00", "") for text in payloads) if text.strip()]
    make(tmp_path, hostile=payloads)
    paths = ["/", "/explorer", "/explorer/what_could_not_be_told", "/explorer/same_text_under_several_products"]
    paths += [
        f"/explorer/{name}?_size={'max' if name == 'claims' else '100'}&_facet={column}" for name, column in FACETED
    ]
    for n in range(0, len(payloads), 60):
        paths += [place("claim", f"H{n}"), place("page", f"h{n}"), place("review", f"x{n}-0"), f"/explorer/claims/H{n}"]
    paths += [place("product", text) for text in payloads[::60]]
    with explorer(tmp_path) as url, watched(browser, url) as (page, did):
        shown = 0
        for path in paths:
            answer = page.goto(url + path)
            assert answer is not None
            assert answer.status == 200, path
            shown += "alert(" in page.content()
            assert page.locator("script, iframe, object, embed, main form[method=post]").count() == 0, path
        assert shown > 10
        assert not did
