"""Which Chromium this machine has, and how it is started."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from crawler.fetch.proxy import BrowserProxy
from pipelines.errors import BrowserMissing

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# Without these, Chromium looks up its maker's hosts at every start: requests that no page asked for.
QUIET_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
)

# Everything goes through the proxy, loopback too, or not at all: no name is looked up by Chromium itself, and nothing
# is sent by UDP. Playwright hands over the proxy's password, which no switch of Chromium can.
ENCLOSING_ARGUMENTS = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromium:
    """An executable and where it was found: `DAIHUO_CHROMIUM`, `playwright` or `system`."""

    path: str
    source: str


def find_chromium() -> Chromium:
    """The first Chromium of: the environment's `DAIHUO_CHROMIUM`, Playwright's own, a system one.

    Raises BrowserMissing with the ways to get one.
    """
    named = os.environ.get("DAIHUO_CHROMIUM")
    if named:
        if os.access(named, os.X_OK):
            return Chromium(path=named, source="DAIHUO_CHROMIUM")
        raise BrowserMissing(f"DAIHUO_CHROMIUM names {named}, which is not an executable file; correct or unset it")
    own = _playwrights_own()
    if own is not None:
        return Chromium(path=own, source="playwright")
    for name in SYSTEM_NAMES:
        path = shutil.which(name)
        if path:
            return Chromium(path=path, source="system")
    raise BrowserMissing(
        "no Chromium found: run `playwright install chromium`, or install your system's chromium package, "
        "or set DAIHUO_CHROMIUM to an executable"
    )


def _playwrights_own() -> str | None:
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(root) if root and root != "0" else Path.home() / ".cache" / "ms-playwright"
    for pattern in (
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
        "chromium-*/chrome-win*/chrome.exe",
    ):
        for path in sorted(folder.glob(pattern), reverse=True):
            if os.access(path, os.X_OK):
                return str(path)
    return None


def launch_options(proxy: BrowserProxy | None = None) -> dict[str, object]:
    """Playwright launch options: the found executable, quiet and headless, with `proxy` as its only way out.

    Chromium's own sandbox cannot start as root; only then is it switched off. Playwright would let pages open windows
    and would end the browser by itself at Ctrl-C, before the crawl has said that its pages are unfinished.
    """
    arguments = list(QUIET_ARGUMENTS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    options: dict[str, object] = {
        "executable_path": find_chromium().path,
        "headless": True,
        "args": arguments,
        "ignore_default_args": ["--disable-popup-blocking"],
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }
    if proxy is not None:
        arguments += ENCLOSING_ARGUMENTS
        options["proxy"] = {"server": proxy.server, "username": proxy.username, "password": proxy.password}
    return options
