"""What becomes of pages in a real Chromium: ordinary ones, late ones, and those that mean harm."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from crawler.fetch.browser import Rendered, wanted
from crawler.fetch.chromium import find_chromium
from crawler.fetch.listener import ALL_BYTES
from crawler.fetch.pool import Limits
from crawler.fetch.screenshot import HEIGHT_LIMIT, texts
from crawler.fetch.tab import KEEP_SECONDS, NAVIGATIONS
from pipelines.errors import BrowserMissing
from tests.crawler.fetch.hostile import Server, serve
from tests.crawler.fetch.rendering import Results, render

CAP = 5.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture(scope="module")
def rendered(chromium: str, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All pages that end within their time, rendered once for all tests below."""
    paths = [
        "/plain", "/api-late", "/late300", "/late3000", "/late3000-words", "/never", "/never-fetches", "/polling",
        "/alerts", "/beforeunload", "/unload", "/popups", "/print", "/debugger", "/permissions", "/self", "/reload",
        "/document-open", "/document-write", "/tall", "/cut", "/surrogate", "/silent", "/evil-download",
        "/attachment.html", "/reset", "/empty", "/loop", "/garbage", "/gone",
    ]  # fmt: skip
    # These take a core or much memory for themselves: a page beside them may find no time to end in.
    greedy = [
        "/restless", "/popups-endless", "/busy", "/busy-later", "/busy-always", "/growing", "/deep", "/captured-big",
        "/captured-many", "/endless", "/large",
    ]  # fmt: skip
    return render([server.base + path for path in paths], CAP, then=[server.base + path for path in greedy])


@pytest.mark.browser
class TestPages:
    def page(self, rendered: Results, server: Server, path: str) -> Rendered:
        return rendered.pages[server.base + path]

    def failure(self, rendered: Results, server: Server, path: str) -> str:
        return str(rendered.errors[server.base + path])

    @pytest.mark.parametrize("path", ["/plain", "/late300", "/api-late", "/polling"])
    def test_ordinary_page_settles_and_says_nothing(self, rendered: Results, server: Server, path: str) -> None:
        page = self.page(rendered, server, path)
        assert page.settled and page.note == "" and "¥" in page.html.decode() and page.status == 200

    def test_price_that_arrives_late_is_waited_for_and_its_json_kept(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/api-late")
        assert "¥199.00" in page.html.decode() and page.document is not None and b"setTimeout" in page.document
        assert [(body.url, body.text) for body in page.captured] == [(f"{server.base}/api/slow", '{"price": "199.00"}')]

    @pytest.mark.parametrize("path", ["/late3000", "/late3000-words"])
    def test_content_after_three_seconds_is_there_or_missed_aloud(
        self, rendered: Results, server: Server, path: str
    ) -> None:
        page = self.page(rendered, server, path)
        assert "¥89.00</p>" in page.html.decode() or page.note.startswith("not settled")

    @pytest.mark.parametrize("path", ["/never", "/never-fetches"])
    def test_page_that_stays_empty_is_not_settled(self, rendered: Results, server: Server, path: str) -> None:
        page = self.page(rendered, server, path)
        assert not page.settled and re.match(r"not settled after \d+ s: no text", page.note)

    @pytest.mark.parametrize("path", ["/restless", "/busy", "/busy-later", "/busy-always", "/growing"])
    def test_page_that_never_rests_is_kept_as_it_was(self, rendered: Results, server: Server, path: str) -> None:
        page = self.page(rendered, server, path)
        assert not page.settled and page.note.startswith("not settled after") and page.html and page.screenshot

    @pytest.mark.parametrize("path", ["/alerts", "/beforeunload", "/popups", "/popups-endless", "/print", "/debugger"])
    def test_boxes_and_windows_stop_nothing(self, rendered: Results, server: Server, path: str) -> None:
        assert "¥" in self.page(rendered, server, path).html.decode()

    def test_no_window_was_opened(self, rendered: Results, server: Server) -> None:
        assert rendered.pages and not [path for path in server.seen if path.startswith("/popup-target")]

    @pytest.mark.parametrize("path", ["/self", "/reload"])
    def test_page_that_navigates_on_and_on_is_stopped(self, rendered: Results, server: Server, path: str) -> None:
        asked = len([seen for seen in server.seen if seen.partition("?")[0] == path])
        assert 1 < asked <= NAVIGATIONS + 1
        assert asked < NAVIGATIONS or "navigates on and on" in self.page(rendered, server, path).note

    @pytest.mark.parametrize("path", ["/evil-download", "/attachment.html"])
    def test_download_is_said_and_not_taken(self, rendered: Results, server: Server, path: str) -> None:
        assert self.failure(rendered, server, path) == "download: the address sends a file, not a page"

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [
            ("/silent", "no answer in time"),
            ("/loop", "redirects lead in circles"),
            ("/garbage", "the answer is no HTTP"),
            ("/large", "the body is larger than allowed"),
            ("/deep", "the page crashed in Chromium"),
        ],
    )
    def test_failure_is_a_sentence(self, rendered: Results, server: Server, path: str, sentence: str) -> None:
        assert self.failure(rendered, server, path) == sentence

    @pytest.mark.parametrize("path", ["/empty", "/reset"])
    def test_broken_connection_is_said(self, rendered: Results, server: Server, path: str) -> None:
        # Which of the two Chromium says depends on how the proxy's end of the connection falls.
        said = self.failure(rendered, server, path)
        assert said in ("ERR_CONNECTION_RESET", "the host closed the connection without an answer")

    def test_error_page_keeps_its_status(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/gone")
        assert page.status == 404 and page.document is not None and "没有这个页面" in page.document.decode()

    def test_cut_body_is_said(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/cut")
        assert "the body ended early" in page.note and page.document is None

    def test_endless_body_is_kept_as_far_as_it_came(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/endless")
        assert page.note.startswith("not settled") and b"more" in page.html and page.document is None

    def test_captured_bodies_are_bounded(self, rendered: Results, server: Server) -> None:
        big, many = self.page(rendered, server, "/captured-big"), self.page(rendered, server, "/captured-many")
        assert big.captured == [] and "1 JSON bodies left out" in big.note
        assert 0 < sum(len(body.text) for body in many.captured) <= ALL_BYTES
        # On a busy machine its time is over before it has loaded so much.
        assert not many.settled or f"{12 - len(many.captured)} JSON bodies left out" in many.note

    def test_lone_surrogate_does_not_lose_the_page(self, rendered: Results, server: Server) -> None:
        assert "a\ufffdb" in self.page(rendered, server, "/surrogate").html.decode("utf-8")

    def test_no_page_takes_longer_than_its_time(self, rendered: Results) -> None:
        # Twice what is promised: the machine of a test is slow, an endless page would take minutes.
        late = {url: took for url, took in rendered.seconds.items() if took > 2 * (CAP + KEEP_SECONDS)}
        assert not late and len(rendered.seconds) == 41

    def test_screenshot_says_url_time_and_hash_of_the_dom(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/late300")
        said = texts(page.screenshot)
        assert said["URL"] == f"{server.base}/late300" and said["Creation Time"] == page.taken_at
        assert said["DOM-SHA-256"] == hashlib.sha256(page.html).hexdigest()

    def test_tall_page_is_cut(self, rendered: Results, server: Server) -> None:
        page = self.page(rendered, server, "/tall")
        assert texts(page.screenshot)["Comment"].startswith("cut: the page is 60")
        assert HEIGHT_LIMIT < Image.open(io.BytesIO(page.screenshot)).height < HEIGHT_LIMIT + 200


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_pages_that_load_on_and_on_end_and_the_next_page_is_well(server: Server) -> None:
    floods = [server.base + path for path in ("/requests", "/iframes", "/alerts-endless")]
    plain = server.base + "/plain"
    results = render([*floods, plain], CAP, Limits(tabs=1))
    said = {url: results.pages[url].note if url in results.pages else str(results.errors[url]) for url in floods}
    assert all(re.search("loads on and on|not settled|hangs", note) for note in said.values())
    assert "¥89.00" in results.pages[plain].html.decode() and results.pages[plain].settled


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
