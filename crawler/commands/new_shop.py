"""`daihuo new-shop`: the two things a new shop needs, a page object and a first fixture.

The page object is `crawler/pages/NAME.py`; it starts as the generic readers and says where to correct them. With a
saved page, `tests/fixtures/crawler.pages.NAME.CLASS/CASE/` is written too: the input, and what is read from it today
with the line `UNCONFIRMED` on top. No item has such a field, so the test fails until somebody has compared the rest
with the page and deleted the line. Nothing that exists is overwritten. Exit code 0, or 2 for an address that is none
and for a shop that has its file.
"""

from __future__ import annotations

import importlib.util
import json
import keyword
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from rich.console import Console
from web_poet import HttpResponse
from web_poet.testing import Fixture

from crawler.fetch.capture import Capture
from crawler.fetch.saved import captures
from pipelines.errors import DaihuoError, InputMissing
from pipelines.normalize.hosts import registrable_domain

UNCONFIRMED = "UNCONFIRMED"
ROOT = Path(__file__).resolve().parents[2]

PAGE = '''"""{host}: what its pages say, and where. Seen {date}."""

from __future__ import annotations

from dataclasses import replace

from web_poet import handle_urls

from crawler.pages.generic import GenericPage
from pipelines.items import Page


@handle_urls("{host}")
class {name}(GenericPage):
    """Its product pages. The generic readers do the work; what they get wrong here is corrected below."""

    def extract(self) -> Page:
        page = super().extract()
        if page.offer is None:
            return page
        # An example of a correction: the brand stands in a place of its own. Put the shop's own facts here, or delete
        # this method. Return the text as the page wrote it; what a price means is decided later, for all shops alike.
        brand = self.response.css(".product-brand::text").get()
        return replace(page, offer=replace(page.offer, brand=page.offer.brand or brand))
'''


class ShopFileExists(DaihuoError):
    """The shop has its page object already."""

    exit_code = 2


class HostNameInvalid(DaihuoError):
    """The argument is no host name and no URL with one."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a shop is called: its host, the module and the class."""

    host: str
    module: str
    page: str


def run_new_shop(host_or_url: str, console: Console, root: Path = ROOT, saved: Path | None = None) -> int:
    """Write the files and say what to do next. `saved` is a page saved from that shop."""
    names = names_of(host_or_url)
    path = root / "crawler" / "pages" / f"{names.module}.py"
    if path.exists():
        raise ShopFileExists(f"{path} exists: a shop has one file, extend it (or remove it first)")
    capture = None if saved is None else _capture(saved, names.host)
    path.write_text(PAGE.format(host=names.host, name=names.page, date=datetime.now(UTC).date()), "utf-8")
    _say(console, f"wrote {path}")
    folder = root / "tests" / "fixtures" / f"crawler.pages.{names.module}.{names.page}"
    if capture is None:
        _say(console, f"next: save a product page in a browser, then put it beside its reading under {folder}")
        _say(console, "      (docs/adding-a-shop.md says how; `daihuo new-shop HOST --from FILE` does it in one go)")
        return 0
    fixture = _write_fixture(folder, names, path, capture)
    _say(console, f"wrote {fixture}")
    _say(
        console,
        f"next: read {fixture / 'output.json'} against the page: it holds what is read today, not what is right;",
    )
    _say(
        console, f"      correct it by hand and delete its line {UNCONFIRMED!r}: the test fails as long as it is there;"
    )
    _say(console, f"      then change {path.name} until `pytest {folder}` passes")
    return 0


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def names_of(host_or_url: str) -> Names:
    """`https://www.rosy-cheeks.example/p/1` → host rosy-cheeks.example, module rosy_cheeks, class RosyCheeksPage.

    Raises HostNameInvalid for what is no host name.
    """
    text = host_or_url.strip()
    try:
        host = (urlsplit(text if "://" in text else f"//{text}").hostname or "").removeprefix("www.").rstrip(".")
        host = host.encode("idna").decode("ascii")
    except ValueError:
        host = ""
    if not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", host):
        raise HostNameInvalid(f"expected a shop's host name or URL such as shop.example.com, found {host_or_url!r}")
    domain = registrable_domain(host)
    before = host.removesuffix(domain).rstrip(".")
    words = re.findall(r"[a-z0-9]+", f"{before} {domain.split('.')[0]}".removeprefix("shop ").removeprefix("store "))
    module = "_".join(words)
    if not module.isidentifier() or keyword.iskeyword(module):
        module = f"shop_{module}"
    return Names(host=host, module=module, page="".join(word.capitalize() for word in module.split("_")) + "Page")


def _capture(saved: Path, host: str) -> Capture:
    """The first page of a saved file that belongs to the host; where none says so, the first of all."""
    if not saved.is_file():
        raise InputMissing(f"{saved}: no such file; name a page that a browser saved")
    found = list(captures(saved))
    if not found:
        raise InputMissing(f"{saved}: no page inside; save the page as HTML or MHTML")
    own = [capture for capture in found if registrable_domain(urlsplit(capture.url).netloc) == registrable_domain(host)]
    first = (own or found)[0]
    return first if own else replace(first, url=f"https://{host}/", final_url="")


def _write_fixture(folder: Path, names: Names, path: Path, capture: Capture) -> Path:
    page_class = getattr(_load(f"crawler.pages.{names.module}", path), names.page)
    headers = {name: value for name, value in capture.headers if name.lower() == "content-type"}
    headers.setdefault("Content-Type", capture.content_type or "text/html")
    response = HttpResponse(
        url=capture.final_url or capture.url, body=capture.body, status=capture.status or 200, headers=headers
    )
    inputs = [response, capture.captured]
    item = page_class(response=response, captured=capture.captured).extract()
    fixture = Fixture.save(folder, inputs=inputs, item=item, meta={"frozen_time": capture.fetched_at})
    read = json.loads(fixture.output_path.read_text("utf-8"))
    unconfirmed = {UNCONFIRMED: "compare every value below with the page, correct it, then delete this line"}
    fixture.output_path.write_text(json.dumps({**unconfirmed, **read}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return fixture.path


def _load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputMissing(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
