"""Chromium behind its proxy: whatever a page does, in whatever spelling, nothing inside hears of it.

The pages here run without any other rule (no route, no list of what is loaded), so that the proxy alone holds them.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from crawler.fetch.chromium import launch_options
from crawler.fetch.gate import Gate
from crawler.fetch.proxy import BrowserProxy
from tests.crawler.fetch.canary import Canary, PageServer, canary, pages, redirect
from tests.spellings import ALL

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

# What a page can do with an address `u`, the `i`-th of its list.
WAYS = {
    "img": "new Image().src = u",
    "script": "add('script', {src: u})",
    "module": "add('script', {src: u, type: 'module'})",
    "style": "add('link', {rel: 'stylesheet', href: u})",
    "css-image": "add('div', {}).style.backgroundImage = 'url(' + JSON.stringify(u) + ')'",
    "css-import": "add('style', {textContent: '@import url(' + JSON.stringify(u) + ');'})",
    "font": "new FontFace('f' + i, 'url(' + JSON.stringify(u) + ')').load().catch(() => 0)",
    "iframe": "add('iframe', {src: u})",
    "object": "add('object', {data: u})",
    "embed": "add('embed', {src: u})",
    "video": "add('video', {src: u, preload: 'auto'})",
    "fetch": "fetch(u, {mode: 'no-cors'}).catch(() => 0)",
    "fetch-post": "fetch(u, {mode: 'no-cors', method: 'POST', body: 'x'}).catch(() => 0)",
    "fetch-keepalive": "fetch(u, {mode: 'no-cors', keepalive: true}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', u); x.send()",
    "beacon": "navigator.sendBeacon(u, 'x')",
    "eventsource": "new EventSource(u)",
    "websocket": "new WebSocket(u.replace(/^http/i, 'ws'))",
    "preload": "add('link', {rel: 'preload', as: 'fetch', href: u})",
    "modulepreload": "add('link', {rel: 'modulepreload', href: u})",
    "prefetch": "add('link', {rel: 'prefetch', href: u})",
    "preconnect": "add('link', {rel: 'preconnect', href: u})",
    "dns-prefetch": "add('link', {rel: 'dns-prefetch', href: u})",
    "form": "add('iframe', {name: 'f' + i}); add('form', {action: u, method: 'post', target: 'f' + i}).submit()",
    "meta-refresh": "add('iframe', {srcdoc: '<meta http-equiv=refresh content=\"0;url=' + u + '\">'})",
    "frame-location": "const f = add('iframe', {}); f.contentWindow.location = u",
    "worker": "work('importScripts(' + JSON.stringify(u) + ')')",
    "worker-fetch": "work('fetch(' + JSON.stringify(u) + ', {mode: `no-cors`})')",
    "redirect-img": "new Image().src = to(i)",
    "redirect-fetch": "fetch(to(i), {mode: 'no-cors'}).catch(() => 0)",
    "redirect-script": "add('script', {src: to(i)})",
    "redirect-iframe": "add('iframe', {src: to(i)})",
}  # fmt: skip
# These are tried with every spelling; frames, which are slow, share them; the others get some.
EVERY = ("img", "script", "fetch", "websocket", "preconnect", "redirect-img", "redirect-fetch")
FRAMES = ("iframe", "form", "meta-refresh", "redirect-iframe", "frame-location")
# Done once in a page.
ONCE = {
    "service-worker": "navigator.serviceWorker.register('/sw.js')",
    "webrtc-stun": "rtc([{urls: 'stun:127.0.0.2:' + port}])",
    "webrtc-turn": "rtc([{urls: 'turn:127.0.0.2:' + port + '?transport=tcp', username: 'u', credential: 'c'}])",
    "webtransport": "new WebTransport('https://127.0.0.2:' + port + '/').ready.catch(() => 0)",
}
# These look up a name, use UDP only, or are made without the proxy's password and get no further than that.
SILENT = {"dns-prefetch", "preconnect", "webtransport", "webrtc-stun"}
DOCUMENT = """<!doctype html><meta charset=utf-8><body><script>
const port = %d;
const to = i => '/to/' + i;
const add = (name, given) => document.body.appendChild(Object.assign(document.createElement(name), given));
const work = code => new Worker(URL.createObjectURL(new Blob([code])));
const rtc = servers => { const c = new RTCPeerConnection({iceServers: servers}); c.createDataChannel('x');
  c.createOffer().then(offer => c.setLocalDescription(offer)); };
%s
</script>"""
WORKER = "self.addEventListener('install', () => %s.forEach(u => fetch(u, {mode: 'no-cors'}).catch(() => 0)))"


def doing(name: str, urls: dict[int, str]) -> str:
    """A script that does one thing with addresses, given with their places in the list of redirects."""
    if name in ONCE:
        return f"try {{ const urls = {json.dumps(list(urls.values()))}; {ONCE[name]} }} catch {{ }}"
    entries = json.dumps(list(urls.items()))
    return f"for (const [i, u] of {entries}) {{ try {{ {WAYS[name]} }} catch {{ }} }}"


@pytest.fixture(scope="module")
def bird() -> Iterator[Canary]:
    with canary() as sitting:
        yield sitting


def site(scripts: dict[str, str], urls: list[str], port: int) -> Callable[[str], str | bytes | None]:
    """Answers a name with a page that runs its script, `/to/N` with a redirect to the N-th address.

    The service worker asks for the last address.
    """

    def answer(path: str) -> str | bytes | None:
        if path.startswith("/to/"):
            return redirect(urls[int(path[4:])].replace("\n", "").replace("\x00", ""))
        if path == "/sw.js":
            return WORKER % json.dumps(urls[-1:])
        script = scripts.get(path[1:])
        return None if script is None else DOCUMENT % (port, script)

    return answer


def in_chromium(gate: Gate, work: Callable[[Browser, BrowserProxy], Awaitable[Any]], cap: int = 2**24) -> Any:
    async def go() -> Any:
        proxy = BrowserProxy(gate, cap)
        await proxy.start()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options(proxy))  # type: ignore[arg-type]
            try:
                return await work(browser, proxy)
            finally:
                await browser.close()
                await proxy.stop()

    return asyncio.run(go())


async def visit(browser: Browser, url: str, seconds: float) -> None:
    page = await browser.new_page()
    await page.goto(url, wait_until="commit")
    await asyncio.sleep(seconds)
    await page.close()


@pytest.mark.slow
def test_nothing_a_page_does_reaches_inside(bird: Canary) -> None:
    # To Chromium, this is the plain spelling of a public address.
    urls = [spelling.format(port=bird.port) for spelling in ALL if spelling != "http://8.8.8/"]
    numbered = list(enumerate(urls))
    scripts = {name: doing(name, dict(numbered)) for name in EVERY}
    scripts |= {name: doing(name, dict(numbered[n :: len(FRAMES)])) for n, name in enumerate(FRAMES)}
    rest = [name for name in (*WAYS, *ONCE) if name not in scripts]
    scripts["rest"] = "\n".join(doing(name, dict(numbered[n::12])) for n, name in enumerate(rest))

    async def work(browser: Browser, proxy: BrowserProxy) -> int:
        async def quiet() -> None:
            said, since = None, 0
            # Some ways ask again and again, every few seconds.
            for _ in range(30):
                now = (proxy.asked, len(server.seen))
                said, since = now, since + 1 if now == said else 0
                if since == 2:
                    break
                await asyncio.sleep(1)

        for n in range(0, len(scripts), 4):
            opened = [await browser.new_page() for _ in list(scripts)[n : n + 4]]
            going = zip(opened, list(scripts)[n:], strict=False)
            await asyncio.gather(*[page.goto(f"{server.base}/{name}", wait_until="commit") for page, name in going])
            await quiet()
            for page in opened:
                await page.close()
        return proxy.refused

    with pages(site(scripts, urls, bird.port)) as server:
        refused = in_chromium(Gate([f"127.0.0.1:{server.server_port}"]), work)
    assert bird.heard == []
    assert refused > 300
    assert {f"/to/{n}" for n in range(len(urls))} <= set(server.seen)


def test_the_canary_would_have_heard_each(bird: Canary) -> None:
    """The same where 127.0.0.2 is allowed: each way makes itself heard, at an address of its own."""
    names = [name for name in (*WAYS, *reversed(ONCE)) if name not in SILENT]
    urls = [f"http://127.0.0.2:{bird.port}/{name}" for name in names]
    script = "\n".join(doing(name, {n: urls[n]}) for n, name in enumerate(names))
    assert names[-1] == "service-worker"
    before = len(bird.lines())

    def unheard() -> set[str]:
        said = bird.lines()[before:]
        # TURN (RFC 8656) has no path: its first request is Allocate, 0x0003.
        heard = {name for name in names if any(f"/{name} ".encode() in line for line in said)}
        return set(names) - heard - ({"webrtc-turn"} if any(line[:2] == b"\x00\x03" for line in said) else set())

    async def work(browser: Browser, proxy: BrowserProxy) -> None:
        page = await browser.new_page()
        await page.goto(f"{server.base}/all", wait_until="commit")
        for _ in range(400):
            if not unheard():
                break
            await asyncio.sleep(0.05)

    with pages(site({"all": script}, urls, bird.port)) as server:
        in_chromium(Gate(["127.0.0.1", "127.0.0.2"]), work)
    assert unheard() == set()


def test_without_the_enclosing_flags_webrtc_would_have_been_heard(bird: Canary) -> None:
    async def go() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
            await visit(browser, f"{server.base}/stun", 2)
            await browser.close()

    before = len(bird.heard)
    with pages(site({"stun": ONCE["webrtc-stun"]}, [], bird.port)) as server:
        asyncio.run(go())
    assert "udp 127.0.0.2" in [place for place, _ in bird.heard[before:]]


def failure(browser_says: PlaywrightError) -> str:
    return browser_says.message.splitlines()[0]


def test_main_document_is_not_led_inside(bird: Canary) -> None:
    """Every hop is asked, and what the browser shows then is its own error page, never an answer of the proxy."""
    urls = [spelling.format(port=bird.port) for spelling in ALL[:90:9]]

    async def work(browser: Browser, proxy: BrowserProxy) -> list[str]:
        said = []
        page = await browser.new_page()
        for n in range(len(urls)):
            with pytest.raises(PlaywrightError) as raised:
                await page.goto(f"{server.base}/to/{n}", timeout=5_000)
            said.append(failure(raised.value))
            assert page.url.startswith(("chrome-error:", "about:")), page.url
        return said

    before = len(bird.heard)
    with pages(site({}, urls, bird.port)) as server:
        said = in_chromium(Gate([f"127.0.0.1:{server.server_port}"]), work)
    assert len(said) == len(urls) and all("net::ERR_" in each for each in said), said
    assert len(bird.heard) == before


def test_the_environment_names_no_other_proxy(bird: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.2:{bird.port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost,*")
    before = len(bird.heard)

    async def work(browser: Browser, proxy: BrowserProxy) -> BrowserProxy:
        await visit(browser, f"{server.base}/plain", 0)
        return proxy

    with pages(site({"plain": ""}, [], bird.port)) as server:
        # Chromium may ask for the icon after the page was left.
        proxy = in_chromium(Gate([f"127.0.0.1:{server.server_port}"]), work)
        assert proxy.connected == len(server.seen) > 0
    assert len(bird.heard) == before


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_https_goes_through_a_tunnel_and_is_verified_by_chromium(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = PageServer(lambda path: "<title>x</title>")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_port}/"

    async def work(browser: Browser, proxy: BrowserProxy) -> tuple[str, str | None, int]:
        page = await browser.new_page()
        with pytest.raises(PlaywrightError) as raised:
            await page.goto(url)
        trusting = await browser.new_page(ignore_https_errors=True)
        answer = await trusting.goto(url)
        assert answer is not None and answer.status == 200
        return failure(raised.value), await trusting.title(), proxy.connected

    try:
        said, title, connected = in_chromium(Gate(["127.0.0.1"]), work)
    finally:
        server.shutdown()
        server.server_close()
    assert "ERR_CERT_AUTHORITY_INVALID" in said and title == "x" and connected >= 2


def test_body_over_the_cap_gives_no_page(bird: Canary) -> None:
    big = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000

    async def work(browser: Browser, proxy: BrowserProxy) -> str:
        page = await browser.new_page()
        with pytest.raises(PlaywrightError) as raised:
            await page.goto(f"{server.base}/big")
        await visit(browser, f"{server.base}/plain", 0)
        return failure(raised.value)

    small = site({"plain": ""}, [], bird.port)
    with pages(lambda path: big if path == "/big" else small(path)) as server:
        assert "net::ERR_" in in_chromium(Gate(["127.0.0.1"]), work, cap=100_000)
