"""The manual as a site: built without a warning, links that lead somewhere, nothing from outside, small screens."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from lxml import html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, TimeoutError

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
CONFIG = DOCS / "site" / "mkdocs.yml"
PAGES = sorted(path.stem for path in DOCS.glob("*.md"))
# A page's structure. Where two readers of Markdown differ, one of them did not see a list or a table.
STRUCTURE = ("h1", "h2", "h3", "h4", "ul", "ol", "li", "tr", "td", "pre", "blockquote", "img")


def build(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(root / "scripts" / "docs.sh"), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual") / "site"
    done = build("--site-dir", str(folder))
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout
    return folder


def page(site: Path, name: str) -> HtmlElement:
    return html.fromstring((site / f"{name}.html").read_text("utf-8"))


@pytest.mark.parametrize(
    "wrong", ["[there](nowhere.md)", "[there](verdicts.md#nowhere)", "[there](#nowhere)", "![there](pictures/none.png)"]
)
def test_a_dead_link_stops_the_build(wrong: str, tmp_path: Path) -> None:
    done = build(root=copied(tmp_path, wrong))
    assert done.returncode != 0
    assert "faults.md" in done.stdout


def copied(tmp_path: Path, more: str) -> Path:
    """A copy of what the manual is built from, with more text at the end of one page."""
    for name in ("docs", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    with (tmp_path / "docs" / "faults.md").open("a", encoding="utf-8") as text:
        text.write(f"\n{more}\n")
    return tmp_path


def test_a_link_to_a_file_of_the_repository_is_text_on_the_site(tmp_path: Path) -> None:
    done = build(root=copied(tmp_path, "See [the scripts](../scripts/docs.sh)."))
    assert done.returncode == 0, done.stdout
    built = (tmp_path / "build" / "site" / "faults.html").read_text("utf-8")
    assert "See the scripts." in built
    assert "docs.sh" not in built


def test_every_page_has_its_place() -> None:
    told = re.findall(r"^ +- (?:[^:]+: )?([\w-]+)\.md$", CONFIG.read_text("utf-8").partition("\nnav:")[2], re.MULTILINE)
    assert sorted(told) == PAGES, "each page of docs/ has one line under `nav` of docs/site/mkdocs.yml"


@pytest.mark.parametrize("name", PAGES)
def test_links_and_anchors_lead_somewhere(name: str, site: Path) -> None:
    dead = []
    for element in page(site, name).xpath("//*[@href or @src]"):
        address, anchor = urldefrag(element.get("href") or element.get("src"))
        if urlsplit(address).scheme or address.startswith("//"):
            continue
        target = site / unquote(address) if address else site / f"{name}.html"
        if not target.exists():
            dead.append(address)
        elif anchor and target.suffix == ".html":
            there = html.fromstring(target.read_text("utf-8"))
            if not there.xpath("//*[@id=$anchor or @name=$anchor]", anchor=unquote(anchor)):
                dead.append(f"{address}#{anchor}")
    assert dead == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_other_readers_of_markdown_see(name: str, site: Path) -> None:
    """Lists and tables that begin without an empty line are text to one reader and lists to another."""
    ours = page(site, name).cssselect("article")[0]
    for element in ours.cssselect("a.headerlink, nav, form, .md-footer"):
        element.drop_tree()
    theirs = html.fromstring(
        f"<div>{MarkdownIt('commonmark').enable('table').render((DOCS / f'{name}.md').read_text('utf-8'))}</div>"
    )
    counts = [{tag: len(tree.findall(f".//{tag}")) for tag in STRUCTURE} for tree in (ours, theirs)]
    assert counts[0] == counts[1]


def test_what_is_for_building_is_not_published(site: Path) -> None:
    assert not (site / "site").exists()
    assert (site / "pictures" / "verdict.png").stat().st_size < 100_000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")])
def test_pages_fit_ask_nothing_from_outside_and_say_no_error(
    width: int, scheme: str, served: str, browser: Browser
) -> None:
    outside: list[str] = []
    errors: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        tab = context.new_page()
        tab.on("request", lambda request: outside.append(request.url) if not request.url.startswith(served) else None)
        tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        wide = []
        for name in PAGES:
            tab.goto(f"{served}/{name}.html")
            tab.wait_for_function("document.body.dataset.mdColorScheme !== undefined")
            assert tab.evaluate("document.body.dataset.mdColorScheme") == ("slate" if scheme == "dark" else "default")
            if tab.evaluate("document.scrollingElement.scrollWidth") > width:
                wide.append(name)
    finally:
        context.close()
    assert (outside, errors, wide) == ([], [], [])


@pytest.mark.browser
@pytest.mark.parametrize(("words", "found"), [("到手价", "prices.html"), ("robots", "law.html")])
def test_the_search_finds_words_in_both_scripts(words: str, found: str, served: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        tab = context.new_page()
        # What is typed before the search listens is lost; one whose index did not come never answers.
        for _ in range(8):
            tab.goto(f"{served}/index.html", wait_until="networkidle")
            tab.locator(".md-search__input").fill(words)
            with contextlib.suppress(TimeoutError):
                tab.wait_for_selector(f".md-search-result__link[href*='{found}']", state="attached", timeout=10_000)
                break
        assert tab.locator(f".md-search-result__link[href*='{found}']").count()
    finally:
        context.close()
