"""The settle policy and the passive capture, in a real Chromium."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.fetch.browser import Rendered, listen, settle, wanted
from crawler.fetch.chromium import find_chromium, launch_options
from pipelines.errors import BrowserMissing

PAGES = {
    "/late": """<h1>口红</h1><p id=p></p><script>setTimeout(async () => {
        const r = await fetch('/api/slow'); p.textContent = '¥' + (await r.json()).price }, 300)</script>""",
    "/restless": "<p>x</p><script>setInterval(() => document.body.append(Math.random() + ' '), 50)</script>",
    "/polling": "<p>¥5</p><script>setInterval(() => fetch('/api/ping'), 900)</script>",
    "/dialogs": "<p>¥7</p><script>for (let i = 0; i < 5; i++) alert(i)</script>",
    "/plain": "<p>¥9</p>",
}


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        if self.path == "/api/slow":
            time.sleep(0.8)
        body = f"<!doctype html><meta charset=utf-8>{page}" if page else json.dumps({"price": "199.00"})
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page else "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def render(url: str, cap: float) -> tuple[Rendered, str]:
    async def go() -> tuple[Rendered, str]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
            page = await browser.new_page()
            await listen(page, None)
            await page.goto(url, wait_until="domcontentloaded")
            rendered = await settle(page, cap)
            text = await page.inner_text("body")
            await browser.close()
            return rendered, text

    return asyncio.run(go())


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
class TestSettle:
    def test_price_that_arrives_late_is_waited_for_and_its_json_kept(self, shop: str) -> None:
        rendered, text = render(f"{shop}/late", 15)
        assert rendered.settled and "¥199.00" in text
        assert [(body.url, body.text) for body in rendered.captured] == [(f"{shop}/api/slow", '{"price": "199.00"}')]
        assert b"setTimeout" in rendered.document and rendered.screenshot.startswith(b"\x89PNG")

    def test_page_that_never_rests_ends_at_the_cap_and_says_so(self, shop: str) -> None:
        rendered, _ = render(f"{shop}/restless", 2)
        assert not rendered.settled and rendered.seconds < 6 and "not settled after 2 s" in rendered.note

    def test_polling_does_not_keep_a_page_from_settling(self, shop: str) -> None:
        rendered, text = render(f"{shop}/polling", 10)
        assert rendered.settled and "¥5" in text

    def test_dialogs_are_dismissed(self, shop: str) -> None:
        rendered, text = render(f"{shop}/dialogs", 10)
        assert rendered.settled and "¥7" in text


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("https://shop.example/a.png", "image", False),
        ("https://shop.example/f.woff2", "font", False),
        ("https://shop.example/v.mp4", "media", False),
        ("https://shop.example/api", "xhr", True),
        ("https://cdn.shop.example/app.js", "script", True),
        ("https://cdn.other.example/app.js", "script", True),
        ("https://hm.baidu.com/hm.js", "script", False),
        ("https://www.google-analytics.com/collect", "fetch", False),
        ("https://shop.example/analytics/price", "fetch", True),
    ],
)
def test_what_the_browser_may_load(url: str, kind: str, expected: bool) -> None:
    assert wanted(url, kind, "https://www.shop.example/item") is expected


def test_a_named_chromium_that_is_none_is_an_error_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIHUO_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BrowserMissing, match="DAIHUO_CHROMIUM"):
        find_chromium()


def test_no_chromium_at_all_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAIHUO_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrowserMissing, match="playwright install chromium"):
        find_chromium()
