"""A small loopback server whose pages do to a browser what broken and ill-meant pages do.

`with serve() as base:` gives its address; every path of `PAGES` and `ODD` is there, and `seen` on the server object
holds what was asked for.
"""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# A product with structured data, so that the page objects read an offer from what is rendered.
OFFER = """<script>const show = () => { document.body.innerHTML += `<div class="product"><h1>晨露口红 3g</h1>
<p class="price">¥89.00</p><button>加入购物车</button>
<p>云雀直播间的口红，三克装，一支。现货，四十八小时内发出，七天无理由退货。</p></div>` }</script>"""
FRAME = '<title>云雀</title><div id="app"></div>' + OFFER

PAGES = {
    "/plain": "<title>晨露</title><h1>晨露口红 3g</h1><p class=price>¥89.00</p>",
    "/visits": """<p id=p></p><script>const n = 1 + Number(localStorage.n || 0); localStorage.n = n;
        p.textContent = `This is visit ${n} of this browser context, counted by the storage of this page.`</script>""",
    # Content that comes late, and content that never comes.
    "/api-late": """<h1>口红</h1><p id=p></p><script>setTimeout(async () => {
        const r = await fetch('/api/slow'); p.textContent = '¥' + (await r.json()).price }, 300)</script>""",
    "/polling": "<p>¥5</p><script>setInterval(() => fetch('/api/ping'), 900)</script>",
    "/late300": FRAME + "<script>setTimeout(show, 300)</script>",
    "/late3000": FRAME + "<script>setTimeout(show, 3000)</script>",
    "/late3000-words": "<p>加载中…</p>" + FRAME + "<script>setTimeout(show, 3000)</script>",
    "/never": FRAME,
    "/never-fetches": FRAME + "<script>setInterval(() => fetch('/api/ping?' + Math.random()), 200)</script>",
    "/restless": "<p>¥5</p><script>setInterval(() => document.body.append(Math.random() + ' '), 50)</script>",
    # Windows, boxes, questions.
    "/alerts": "<p>¥7</p><script>for (let i = 0; i < 200; i++) alert(i)</script>",
    "/alerts-endless": "<p>¥7</p><script>setTimeout(() => { for (;;) alert(1) }, 200)</script>",
    "/beforeunload": """<p>¥7</p><script>addEventListener('beforeunload', e => { e.preventDefault(); return 'stay' });
        addEventListener('unload', () => alert('unload')); location.href = '/plain'</script>""",
    "/unload": "<p>¥7 七元</p><script>onunload = () => alert(1); onpagehide = () => { for (;;); }</script>",
    "/popups": "<p>¥7</p><script>for (let i = 0; i < 5; i++) window.open('/popup-target?' + i)</script>",
    "/popups-endless": "<p>¥7</p><script>setInterval(() => window.open('/popup-target'), 5)</script>",
    "/popup-target": "<p>a window nobody asked for</p>",
    "/close-self": "<p>¥7</p><script>setInterval(() => window.close(), 50)</script>",
    "/print": "<p>¥7</p><script>print(); setInterval(print, 50)</script>",
    "/debugger": "<p>¥7</p><script>debugger; setInterval(() => { debugger }, 20)</script>",
    "/permissions": """<p>¥7</p><script>navigator.geolocation.getCurrentPosition(() => {});
        Notification.requestPermission(); navigator.mediaDevices?.getUserMedia({audio: true, video: true})
        .catch(() => {}); navigator.clipboard?.readText().catch(() => {})</script>""",
    # Pages that go on and on.
    "/self": "<p>¥7</p><script>location.href = '/self?' + Math.random()</script>",
    "/reload": "<p>¥7</p><script>setInterval(() => location.reload(), 100)</script>",
    "/iframes": "<p>¥7</p><script>setInterval(() => { const f = document.createElement('iframe');"
    "f.src = '/plain?' + Math.random(); document.body.append(f) }, 5)</script>",
    "/requests": "<p>¥7</p><script>setInterval(() => { for (let i = 0; i < 50; i++)"
    " fetch('/api/ping?' + Math.random()) }, 50)</script>",
    "/busy": "<p>¥7</p><script>for (;;);</script>",
    "/busy-later": "<p>¥7 七元</p><script>setTimeout(() => { for (;;); }, 250)</script>",
    "/busy-always": "<p>¥7 七元</p><script>setInterval(() => { const t = Date.now();"
    " while (Date.now() - t < 1e6); }, 1)</script>",
    "/busy-frame": FRAME + "<script>setTimeout(() => { for (;;); }, 300)</script>",
    "/alerts-frame": FRAME + "<script>setTimeout(() => { for (;;) alert(1) }, 300)</script>",
    "/document-open": "<p>¥7</p><script>setInterval(() => { document.open(); document.write('<p>x') }, 1)</script>",
    "/document-write": "<p>¥7</p><script>setTimeout(() => { for (;;) document.write('<p>x</p>') }, 100)</script>",
    # Too much of it.
    "/growing": "<p>¥7</p><script>setInterval(() => { for (let i = 0; i < 5000; i++)"
    " document.body.append(document.createElement('div')) }, 1)</script>",
    "/growing-fast": "<p>¥7</p><script>const all = []; setInterval(() => { for (let i = 0; i < 40; i++)"
    " { const a = new Uint8Array(1 << 20); a.fill(i + 1); all.push(a) } }, 20)</script>",
    "/text100": "<p id=p>¥7</p><script>p.textContent = 'x'.repeat(100 * 1024 * 1024)</script>",
    "/deep": "<p>¥7</p><script>let at = document.body; for (let i = 0; i < 60000; i++)"
    " at = at.appendChild(document.createElement('div')); at.textContent = 'bottom'</script>",
    "/large": "<p>¥7</p><script>for (let i = 0; i < 18; i++) { const p = document.createElement('p');"
    " p.hidden = true; p.textContent = 'x'.repeat(1024 * 1024); document.body.append(p) }</script>",
    "/tall": "<p>¥7</p><div style='height: 60000px; background: linear-gradient(red, blue)'>tall</div>",
    "/captured-big": "<p id=p></p><script>fetch('/api/big').then(r => r.json()).then(d => p.textContent = '¥8 ' + d.n)"
    "</script>",
    "/captured-many": "<p id=p></p><script>(async () => { for (let i = 0; i < 12; i++) await (await "
    "fetch('/api/3mib?' + i)).json(); p.textContent = '¥8' })()</script>",
    "/surrogate": "<p id=p>¥7</p><script>p.textContent = 'a\\ud800b'</script>",
}
ODD = ("/endless", "/silent", "/evil-download", "/attachment.html", "/reset", "/empty", "/loop", "/garbage", "/cut")
JSON = "application/json"


class Server(http.server.ThreadingHTTPServer):
    """Answers on a free port of loopback; `seen` are the paths asked for, `stopped` ends the endless ones."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hostile)
        self.seen: list[str] = []
        self.stopped = threading.Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A browser that is killed breaks its connections."""


class Hostile(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        path = self.path.partition("?")[0]
        odd = getattr(self, "odd_" + path.lstrip("/").replace("-", "_").replace(".", "_"), None)
        with suppress(OSError):
            if odd is not None:
                odd()
            elif path in PAGES:
                self.send("text/html; charset=utf-8", "<!doctype html><meta charset=utf-8>" + PAGES[path])
            elif path == "/api/slow":
                time.sleep(0.8)
                self.send(JSON, json.dumps({"price": "199.00"}))
            elif path == "/api/big":
                self.send(JSON, json.dumps({"n": 1, "filler": "x" * (5 * 1024 * 1024)}))
            elif path == "/api/3mib":
                self.send(JSON, json.dumps({"filler": "x" * (3 * 1024 * 1024)}))
            elif path.startswith("/api/"):
                self.send(JSON, json.dumps({"price": "199.00"}))
            else:
                self.send("text/html; charset=utf-8", "<h1>没有这个页面</h1>", 404)

    def send(self, kind: str, body: str, status: int = 200, **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def odd_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<!doctype html><meta charset=utf-8><p>¥7 七元</p>".encode())
        while not self.server.stopped.wait(0.05):
            self.wfile.write(b"<p>more</p>")
            self.wfile.flush()

    def odd_silent(self) -> None:
        self.server.stopped.wait(60)

    def odd_evil_download(self) -> None:
        name = 'attachment; filename="../../evil.sh"'
        self.send("application/x-sh", "#!/bin/sh\necho evil\n", Content_Disposition=name)

    def odd_evil_rendered(self) -> None:
        """A page for the plain fetch, a download for what comes after it."""
        if self.server.seen.count("/evil-rendered") < 2:
            self.send(
                "text/html; charset=utf-8", "<!doctype html><title>云雀</title><div id=app></div><script></script>"
            )
        else:
            self.odd_evil_download()

    def odd_attachment_html(self) -> None:
        self.send("text/html; charset=utf-8", "<p>¥7</p>", Content_Disposition='attachment; filename="a.html"')

    def odd_reset(self) -> None:
        import socket
        import struct

        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def odd_empty(self) -> None:
        self.close_connection = True

    def odd_loop(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/loop?" + str(time.monotonic_ns()))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def odd_garbage(self) -> None:
        self.wfile.write(b"\x00\x01\x02 this is no HTTP\r\n\r\n")
        self.close_connection = True

    def odd_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write("<!doctype html><meta charset=utf-8><p>¥7".encode())
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve() -> Iterator[Server]:
    """The server, running; stopped at the end."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
