"""`daihuo doctor`: what this machine has of what daihuo needs, and how to get the rest.

Each check is one line, `ok`, `missing` (a verb will fail without it) or `advice` (all works, something is worse).
Exit code 0 when nothing is missing, 2 otherwise.
"""

from __future__ import annotations

import importlib.util
import locale
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.markers import Marker
from rich.console import Console
from rich.text import Text

from crawler.fetch.chromium import find_chromium, launch_options
from crawler.terminal import print_json
from pipelines.errors import BrowserMissing

ROOT = Path(__file__).resolve().parents[2]
FREE_BYTES = 2 * 1024**3
OPEN_FILES = 1024
EXTRAS = ("wacz", "rfc3161_client", "opentimestamps")
# UPSERT with RETURNING, and dropping columns in a migration.
SQLITE_NEEDED = (3, 35, 0)

State = Literal["ok", "missing", "advice"]
STYLES: dict[State, str] = {"ok": "green", "missing": "bold red", "advice": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One check: what was looked at, what was found, and what to do where it is not ok."""

    state: State
    name: str
    found: str
    remedy: str = ""


def run_doctor(console: Console, *, as_json: bool = False) -> int:
    """Print one line a check; 0 when nothing is missing, else 2."""
    lines = []
    for check in CHECKS:
        lines.append(check())
        if not as_json:
            _print(console, lines[-1])
    missing = sum(line.state == "missing" for line in lines)
    if as_json:
        told = [asdict(line) | ({"remedy": ""} if line.state == "ok" else {}) for line in lines]
        print_json({"ok": not missing, "checks": told})
        return 2 if missing else 0
    if missing:
        console.print(f"\n{missing} missing; `make setup` gets most of it", highlight=False)
        return 2
    console.print("\nnothing is missing", highlight=False)
    return 0


def _print(console: Console, line: Line) -> None:
    text = Text.assemble((f"{line.state:<8}", STYLES[line.state]), f"{line.name:<10}", line.found)
    if line.remedy and line.state != "ok":
        text.append(f"\n{'':18}→ {line.remedy}")
    console.print(text, soft_wrap=True)


def check_python() -> Line:
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info >= (3, 11)
    remedy = "install Python 3.11 or newer and run `make setup PYTHON=/path/to/python3`"
    return Line(state="ok" if good else "missing", name="python", found=f"{version} ({sys.executable})", remedy=remedy)


def locked_versions(text: str) -> dict[str, str]:
    """Package to version of a lock file's `name==version ; marker` lines, those meant for this machine."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; (.*?))?(?: \\)?$", text, flags=re.MULTILINE)
    return {name: version for name, version, marker in lines if not marker or Marker(marker).evaluate()}


def check_packages() -> Line:
    """Are the packages of requirements.lock here, in its versions?"""
    lock = ROOT / "requirements.lock"
    if not lock.is_file():
        return Line(state="advice", name="packages", found="no requirements.lock here to compare with")
    wanted = locked_versions(lock.read_text("utf-8"))
    absent, other = [], []
    for name, version in wanted.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            absent.append(name)
            continue
        if installed != version:
            other.append(f"{name} {installed}, locked {version}")
    if absent:
        return Line(state="missing", name="packages", found=f"not installed: {', '.join(absent)}", remedy="make setup")
    if other:
        found = f"other versions than locked: {'; '.join(other)}"
        return Line(state="advice", name="packages", found=found, remedy="rm -rf .venv && make setup")
    return Line(state="ok", name="packages", found=f"all {len(wanted)} of requirements.lock")


def check_shadowing() -> Line:
    """A package of somebody else named like one of ours would be imported instead of it."""
    for name in ("pipelines", "crawler"):
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if origin is None or origin.parent.parent != ROOT:
            found = f"`{name}` comes from {origin or 'nowhere'}, not from {ROOT}"
            remedy = f"pip uninstall the package that brings {origin}, or run daihuo from its own .venv"
            return Line(state="missing", name="modules", found=found, remedy=remedy)
    return Line(state="ok", name="modules", found=f"crawler and pipelines of {ROOT}")


def start_chromium() -> str:
    """Start the Chromium that a crawl would use, open about:blank, and return its version.

    Raises BrowserMissing when there is none or when it does not start; the message says why.
    """
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options(), timeout=60_000)  # type: ignore[arg-type]
            try:
                browser.new_page().goto("about:blank")
                return browser.version
            finally:
                browser.close()
    except Error as error:
        first = next((line for line in error.message.splitlines() if line.strip()), "no reason given")
        raise BrowserMissing(f"Chromium does not start: {first}") from error


def check_chromium() -> Line:
    remedy = "make setup, or `apt-get install chromium` as root, or DAIHUO_CHROMIUM=/path/to/chrome"
    try:
        chromium = find_chromium()
        version = start_chromium()
    except BrowserMissing as error:
        return Line(state="missing", name="chromium", found=str(error), remedy=remedy)
    return Line(state="ok", name="chromium", found=f"{version} at {chromium.path} ({chromium.source})")


def check_font() -> Line:
    """Without a CJK font screenshots show boxes; the text that is read from pages is the same."""
    remedy = "apt-get install fonts-noto-cjk (Debian, Ubuntu)"
    if sys.platform in ("darwin", "win32"):
        return Line(state="ok", name="font", found="the system's own")
    program = shutil.which("fc-list")
    if program is None:
        return Line(state="advice", name="font", found="cannot tell, fontconfig is not installed", remedy=remedy)
    answer = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    families = sorted({line.split(",")[0].strip() for line in answer.stdout.splitlines() if line.strip()})
    if not families:
        found = "none for Chinese text, screenshots will show boxes"
        return Line(state="advice", name="font", found=found, remedy=remedy)
    return Line(state="ok", name="font", found=families[0])


def check_sqlite() -> Line:
    remedy = "use a Python built with a newer SQLite"
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < SQLITE_NEEDED:
        return Line(state="missing", name="sqlite", found=f"{version}, 3.35 is needed", remedy=remedy)
    try:
        mode = _journal_mode()
    except (OSError, sqlite3.Error) as error:
        found = f"{version}, but nothing can be written in {ROOT}: {error}"
        return Line(state="missing", name="sqlite", found=found, remedy="make the checkout writable")
    if mode != "wal":
        found = f"{version}, but this disk allows no write-ahead log (it gave {mode})"
        return Line(state="missing", name="sqlite", found=found, remedy="move the checkout to a local disk")
    return Line(state="ok", name="sqlite", found=f"{version}, write-ahead log works")


def _journal_mode() -> str:
    """What a new database in the checkout answers when asked for a write-ahead log; datasets are on that disk."""
    folder = ROOT / ".setup"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        database = sqlite3.connect(Path(inside) / "probe.db")
        try:
            return str(database.execute("pragma journal_mode = wal").fetchone()[0])
        finally:
            database.close()


def check_disk() -> Line:
    free = shutil.disk_usage(ROOT).free
    found = f"{free / 1024**3:.1f} GiB free in {ROOT}"
    remedy = "archives take about 1 MB a rendered page; a full disk ends a crawl with exit code 6"
    return Line(state="ok" if free >= FREE_BYTES else "advice", name="disk", found=found, remedy=remedy)


def check_datasets() -> Line:
    """Can a new dataset be written where `daihuo new-dataset` puts it?"""
    folder = (Path.cwd() if (Path.cwd() / "datasets").is_dir() else ROOT) / "datasets"
    good = os.access(folder if folder.is_dir() else folder.parent, os.W_OK)
    found = f"{folder} {'can' if good else 'cannot'} be written to"
    remedy = "change its permissions, or give the path of a folder elsewhere: daihuo new-dataset ~/mine"
    return Line(state="ok" if good else "advice", name="datasets", found=found, remedy=remedy)


def check_zones() -> Line:
    """Broadcast times without an offset are in the dataset's zone, so zones must be known here."""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        remedy = "pip install tzdata, or apt-get install tzdata"
        return Line(state="missing", name="zones", found="no time zone data on this machine", remedy=remedy)
    return Line(state="ok", name="zones", found="time zones are known")


def check_files() -> Line:
    """A crawl holds sockets, archive files and pipes to Chromium and the page readers open at once."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    few = limit != resource.RLIM_INFINITY and limit < OPEN_FILES
    found = f"{'any number' if limit == resource.RLIM_INFINITY else limit} may be open at once"
    return Line(state="advice" if few else "ok", name="files", found=found, remedy=f"ulimit -n {OPEN_FILES}")


def check_extras() -> Line:
    """What only some verbs need: `export --evidence` and `timestamp`."""
    absent = [name for name in EXTRAS if importlib.util.find_spec(name) is None]
    if absent:
        found = f"not installed: {', '.join(absent)}; `export --evidence` or `timestamp` will ask for them"
        return Line(state="advice", name="extras", found=found, remedy='pip install "daihuo[evidence]", or make setup')
    return Line(state="ok", name="extras", found="export --evidence and timestamp have what they need")


def check_terminal() -> Line:
    encoding = (sys.stdout.encoding or locale.getpreferredencoding(do_setlocale=False)).lower().replace("_", "-")
    good = encoding in ("utf-8", "utf8")
    remedy = "export LC_ALL=C.UTF-8, or PYTHONUTF8=1"
    return Line(state="ok" if good else "advice", name="terminal", found=f"writes {encoding}", remedy=remedy)


CHECKS: tuple[Callable[[], Line], ...] = (
    check_python,
    check_packages,
    check_shadowing,
    check_chromium,
    check_font,
    check_sqlite,
    check_disk,
    check_datasets,
    check_zones,
    check_files,
    check_extras,
    check_terminal,
)
