"""Whole crawls of pages that lead inside: each ends as refused with its reason, and nobody inside hears of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetch.canary import Canary, canary, pages, redirect
from loopback import crawl, ledger, make
from test_crawl import FRAME, ROOT, daihuo, product, rows

from crawler.fetch.archive import records
from tests.spellings import ALL

# A header cannot hold these.
LINE_ENDS = "\r\n\x00"
SPELLINGS = [spelling for spelling in ALL if not any(character in spelling for character in LINE_ENDS)]
# The page says that it is busy until each of its four tries has ended: a request that is still on its way when a page
# is kept is in nobody's count.
INNER = """<!doctype html><meta charset=utf-8><title>云雀</title><body aria-busy=true><div id=app></div><script>
const inside = '%s';
let left = 4;
const ended = () => --left || document.body.removeAttribute('aria-busy');
app.innerHTML = '<h1>口红</h1><p class=price>¥89.00</p><button>加入购物车</button>';
const frame = document.createElement('iframe');
frame.onload = ended;
frame.src = inside;
app.append(frame);
fetch(inside + 'a').catch(ended);
fetch('/to/inside').catch(ended);
new WebSocket(inside.replace('http', 'ws')).onerror = ended;
</script>"""
REFRESH = "<!doctype html><div id=app></div><script></script><meta http-equiv=refresh content='0;url=%s'>"
LEADS = """<!doctype html><meta charset=utf-8><title>云雀</title><div id=app></div><script>
location = '%s';
</script>"""


@pytest.fixture
def bird() -> Iterator[Canary]:
    with canary() as sitting:
        yield sitting


def allow(dataset: Path, *places: str) -> Path:
    """The dataset with other `allow_addresses`."""
    manifest = dataset / "dataset.toml"
    lines = manifest.read_text("utf-8").splitlines()
    allowed = [line for line in lines if line.startswith("allow_addresses")]
    assert len(allowed) == 1
    manifest.write_text("\n".join(f"allow_addresses = {list(places)!r}" if line in allowed else line for line in lines))
    return dataset


def reasons(dataset: Path) -> dict[str, tuple[object, ...]]:
    found = ledger(dataset)
    outcomes = rows(dataset, "SELECT DISTINCT outcome FROM pages")
    assert outcomes == [("refused",)]
    return found


def test_no_redirect_leads_inside_however_it_is_spelled(tmp_path: Path, bird: Canary) -> None:
    def answer(path: str) -> str | bytes | None:
        if path.startswith("/to/"):
            return redirect(SPELLINGS[int(path[4:])].format(port=bird.port))
        return None

    with pages(answer) as shop:
        dataset = make(tmp_path / "d", [f"{shop.base}/to/{n}" for n in range(len(SPELLINGS))])
        crawl(dataset, 4)
    found = reasons(dataset)
    assert len(found) == len(SPELLINGS) > 150
    for path, (state, reason) in found.items():
        assert state == "refused" and str(reason).startswith("address not allowed: "), (
            SPELLINGS[int(path[4:])],
            reason,
        )
    assert bird.heard == []
    # The redirects themselves are evidence.
    archived = [record for path in (dataset / "build" / "archive").glob("*.warc.gz") for record in records(path)]
    assert sum(record.type == "response" and "/to/" in record.url for record in archived) == len(SPELLINGS)


def test_a_redirect_to_an_allowed_place_is_followed(tmp_path: Path, bird: Canary) -> None:
    with pages(lambda path: redirect(f"http://127.0.0.2:{bird.port}/") if path == "/to" else None) as shop:
        dataset = make(tmp_path / "d", [f"{shop.base}/to"], "browser_seconds = 2")
        allow(dataset, "127.0.0.1", "127.0.0.2")
        daihuo("crawl", str(dataset))
    assert b"GET / HTTP/1.1" in bird.lines() and {place for place, _ in bird.heard} == {"127.0.0.2"}


def changing(after: int, dataset: Path, *more: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "http_proxy": "http://127.0.0.2:9", "https_proxy": "x"}
    script = [sys.executable, str(Path(__file__).with_name("rebinding.py")), str(after)]
    command = [*script, "scrapy", "crawl", "offers", "-a", f"dataset={dataset}", *more]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize("after", [0, 1])
def test_a_name_that_changes_between_gate_and_connection_is_refused(tmp_path: Path, bird: Canary, after: int) -> None:
    dataset = make(tmp_path / "d", [f"http://changing.example:{bird.port}/p"])
    allow(dataset)
    changing(after, dataset, "-s", "ROBOTSTXT_OBEY=False")
    state, reason = reasons(dataset)["/p"]
    assert (state, reason) == (
        "refused",
        "address not allowed: changing.example is 127.0.0.2, not a public address",
    )
    assert bird.heard == []


def test_scrapys_own_resolver_would_have_connected(tmp_path: Path, bird: Canary) -> None:
    dataset = make(tmp_path / "d", [f"http://changing.example:{bird.port}/p"], "browser_seconds = 2")
    allow(dataset)
    own = "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver"
    changing(1, dataset, "-s", "ROBOTSTXT_OBEY=False", "-s", own)
    assert bird.lines()[:1] == [b"GET /p HTTP/1.1"]


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_in_the_browser_a_name_that_changes_is_refused_as_well(tmp_path: Path, bird: Canary) -> None:
    place = f"changing.example:{bird.port}"
    with pages(lambda path: INNER % f"http://{place}/" if path == "/p" else None) as shop:
        dataset = make(tmp_path / "d", [f"{shop.base}/p"], "browser_seconds = 6")
        allow(dataset, "127.0.0.1")
        changing(1, dataset, "-s", "ROBOTSTXT_OBEY=False")
    assert ledger(dataset)["/p"] == ("done", None)
    ((note,),) = rows(dataset, "SELECT reason FROM pages")
    # The first answer was public: page and gate had it, the connection did not.
    assert "changing.example is 127.0.0.2, not a public address" in str(note)
    assert bird.heard == []


def test_a_name_that_changes_is_heard_where_it_is_allowed(tmp_path: Path, bird: Canary) -> None:
    dataset = make(tmp_path / "d", [f"http://changing.example:{bird.port}/p"], "browser_seconds = 2")
    changing(0, dataset, "-s", "ROBOTSTXT_OBEY=False")
    assert bird.lines()[:1] == [b"GET /p HTTP/1.1"]


def test_a_host_that_is_not_found_is_refused_with_that_reason(tmp_path: Path) -> None:
    dataset = make(tmp_path / "d", ["http://no-such-host.invalid/p"])
    crawl(dataset, 4)
    state, reason = reasons(dataset)["/p"]
    assert state == "refused" and str(reason).startswith("host not found: no-such-host.invalid")


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_in_the_browser_a_page_that_leads_inside_is_refused_and_lost_parts_are_noted(
    tmp_path: Path, bird: Canary
) -> None:
    inside = f"http://127.0.0.2:{bird.port}/"

    def answer(path: str) -> str | bytes | None:
        if path == "/robots.txt":
            return None
        if path == "/to/inside":
            return redirect(inside)
        if path == "/to/file":
            return redirect("file:///etc/passwd")
        # Plain, a frame; in the browser, a hop that leads on.
        if path.startswith("/hop/") and shop.seen.count(path) > 1:
            return redirect("/to/" + path[5:])
        return {
            "/parts": INNER % inside,
            "/leads": LEADS % inside,
            "/leads-by-hops": LEADS % "/to/inside",
            "/hop/inside": FRAME,
            "/hop/file": FRAME,
            "/refresh": REFRESH % inside,
            "/sound": product("口红", "199.00"),
        }.get(path)

    with pages(answer) as shop:
        paths = ("/parts", "/leads", "/leads-by-hops", "/hop/inside", "/hop/file", "/refresh", "/sound")
        dataset = make(tmp_path / "d", [shop.base + path for path in paths], "browser_seconds = 6")
        crawl(dataset, 4)
    found = ledger(dataset)
    assert bird.heard == []
    assert found["/sound"] == ("done", None) and found["/parts"] == ("done", None)
    for path in ("/leads", "/leads-by-hops", "/hop/inside", "/refresh"):
        assert found[path] == ("refused", "address not allowed: 127.0.0.2 is not a public address"), path
    state, reason = found["/hop/file"]
    assert state == "refused" and str(reason).startswith("address not allowed: the page led to an address that is not")
    ((note,),) = rows(dataset, "SELECT reason FROM pages WHERE url LIKE '%/parts'")
    assert str(note).endswith("4 sub-requests refused: address not allowed: 127.0.0.2 is not a public address"), note
    assert rows(dataset, "SELECT price FROM offers JOIN pages ON page_id = id WHERE pages.url LIKE '%/parts'") == [
        ("89.00",)
    ]
