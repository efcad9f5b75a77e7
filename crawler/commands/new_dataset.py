"""`daihuo new-dataset`: a folder with its three files, filled from what is known, and the commands that come next.

With a page saved in a browser, product, brand, content, bar code, currency and address are read from it. The files are
checked before they take their place; nothing that exists is overwritten. Exit code 0; 2 when the folder is there, 3
when what was given makes no valid dataset.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rich.console import Console

from pipelines import dataset as folders
from pipelines.brands import is_marketplace
from pipelines.errors import DatasetInvalid, InputMissing
from pipelines.normalize.addresses import NOTHING, Allowed, refusal
from pipelines.normalize.urls import host_of
from pipelines.watchlist import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE_PROMOTED = "https://stream-shop.example/item/1"

MANIFEST = """\
# What this dataset is and how it is crawled. All keys: docs/datasets.md. `daihuo check {name}` finds every mistake.
title = {title}
licence = "CC-BY-4.0"               # of the dataset that you publish; the pages stay their shops'
description = ""
zone = "Asia/Shanghai"              # of broadcast times that name no zone

[crawl]
{contact}
delay = 1.0                         # seconds between two requests to one host
{allowed}
{shops}
# Where a brand sells by itself; `site` is searched for goods whose official page the watchlist does not name.
# [[brands]]
# name = "Rosy Cheeks"
# site = "https://rosycheeks.example"

# Prices closer than this share of the official price are called consistent.
# [rules.unit_price]
# tolerance = 0.01

# What `daihuo run` must have found; fewer is exit code 5.
# [expect]
# offers = {{ min = 2 }}
"""
_NO_CONTACT = '# contact = "you@newsroom.example"    # carried in the user agent'
_NO_SHOPS = """\
# [[shops]]
# name = "Rosy Cheeks official store"
# host = "rosycheeks.example"
# role = "official"
"""
LOOKUPS = """\
# Odd values of a source and what they mean, each with a note why. An entry looks like this:
#
# [[lookup]]
# field = "availability"
# value = "三分钟抢光"
# means = "out_of_stock"
# note = "What the shop writes on goods that were gone during the broadcast."
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the first claim; empty where nothing is. `unsaid_currency`: the saved page does not state its
    own.
    """

    streamer: str = ""
    platform: str = ""
    broadcast: str = ""
    product: str = ""
    brand: str = ""
    spec: str = ""
    gtin: str = ""
    claimed_price: str = ""
    currency: str = ""
    claim: str = ""
    promoted_url: str = ""
    official: tuple[str, ...] = ()
    note: str = ""
    unsaid_currency: bool = False


def run_new_dataset(name: str, console: Console, known: Known, *, saved: Path | None = None, contact: str = "") -> int:
    """Write the folder and say what comes next; 0. Raises `InputMissing` (2) and `DatasetInvalid` (3)."""
    folder = _folder(name)
    said: list[str] = []
    if saved is not None:
        known = _from_page(known, saved, said)
    known = _completed(known, said)
    files = {
        "dataset.toml": _manifest(folder.name, known, contact, said),
        "watchlist.csv": _watchlist(known),
        "lookups.toml": LOOKUPS,
    }
    _write(folder, files)
    for line in (f"{folder}: {', '.join(files)}", *said, *_next(folder, saved, known)):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _folder(name: str) -> Path:
    """`datasets/NAME` of the current folder or of daihuo's own, or the path that was given."""
    if not name.strip() or name.startswith("-"):
        raise InputMissing(f"expected a name such as lipsticks, or the path of a folder; found {name!r}")
    here = Path.cwd() if (Path.cwd() / "datasets").is_dir() else ROOT
    folder = Path(name).expanduser() if os.sep in name else here / "datasets" / name
    if folder.exists():
        raise InputMissing(f"{folder} exists already and stays as it is; take another name, or edit its files")
    return folder.resolve()


def _from_page(known: Known, saved: Path, said: list[str]) -> Known:
    """What the saved page says, where nothing else was given."""
    from crawler.commands.read_page import read_page_file

    page = read_page_file(saved, known.promoted_url or None)
    url = known.promoted_url or (page["url"] if str(page["url"]).startswith(("http://", "https://")) else "")
    if not url:
        raise InputMissing(f"{saved} does not say which address it was saved from: add --promoted-url ADDRESS")
    offer = page.get("offer") or {}
    if page["outcome"] != "ok" or not offer:
        why = f" ({page['wall']})" if page.get("wall") else ""
        said.append(f"{saved}: {page['outcome']}{why}, no product is in it; save the page when it shows one")
    else:
        price = f"{offer['price']} {offer['currency'] or ''}".strip() if offer["price"] else "no price for anyone"
        said.append(f"{saved}: {offer['name']} · {price}")
    read = {
        "product": offer.get("name"),
        "brand": offer.get("brand"),
        "gtin": offer.get("gtin"),
        "currency": offer.get("currency") if known.claimed_price else None,
    }
    found = {field: str(value) for field, value in read.items() if value}
    return replace(
        known,
        promoted_url=url,
        product=known.product or found.get("product", ""),
        brand=known.brand or found.get("brand", ""),
        gtin=known.gtin or found.get("gtin", ""),
        currency=known.currency or found.get("currency", ""),
        unsaid_currency=bool(offer.get("price")) and not offer.get("currency"),
    )


def _completed(known: Known, said: list[str]) -> Known:
    """The cells that a claim cannot be without, with a word where something was made up."""
    product, promoted, note = known.product, known.promoted_url, known.note
    if not product and known.official:
        product = _words_of(known.official[0])
        said.append(f"product: {product!r} is guessed from the address; write its name in watchlist.csv")
    if not promoted:
        promoted, note = EXAMPLE_PROMOTED, note or "an example: write the promoted page and what was said of it"
        said.append("watchlist.csv: promo_url is an example; write the address of the page that was promoted")
    return replace(
        known,
        product=product or "an example",
        streamer=known.streamer or "unknown streamer",
        promoted_url=promoted,
        note=note,
        currency=known.currency or ("CNY" if known.claimed_price else ""),
    )


def _words_of(url: str) -> str:
    last = [part for part in unquote(urlsplit(url).path).split("/") if part][-1:] or [host_of(url)]
    return " ".join(re.split(r"[-_+.\s]+", last[0].removesuffix(".html"))).strip() or host_of(url)


def _manifest(name: str, known: Known, contact: str, said: list[str]) -> str:
    urls = [known.promoted_url, *known.official]
    private = sorted({host_of(url) for url in urls if _private(url)})
    if private:
        said.append(
            f"dataset.toml: {', '.join(private)} on this machine or network: `allow_addresses` lets it be asked"
        )
    if not contact:
        said.append("dataset.toml: write your e-mail address as `contact`, so that a shop can write to you")
    named = f"contact = {_toml(contact)}" if contact else _NO_CONTACT
    allowed = f"allow_addresses = {json.dumps(private)}  # for tests on this machine only\n" if private else ""
    if known.unsaid_currency:
        taken = f"its prices are taken as {known.currency}" if known.currency else "give --currency, such as CNY"
        said.append(f"dataset.toml: {host_of(known.promoted_url)} does not state its currency; {taken}")
    return MANIFEST.format(name=name, title=_toml(name), contact=named, allowed=allowed, shops=_shops(known))


def _shops(known: Known) -> str:
    """One entry a host; many sellers share a marketplace's, so that it is nobody's."""
    roles: dict[str, str] = {}
    for url, role in [*((url, "official") for url in known.official), (known.promoted_url, "streamer")]:
        host = host_of(url)
        if host and url != EXAMPLE_PROMOTED and not is_marketplace(host):
            roles.setdefault(host, role)
    shown = []
    for host, role in roles.items():
        lines = ["[[shops]]", f"name = {_toml(host)}", f"host = {_toml(host)}", f"role = {_toml(role)}"]
        if role == "official" and known.brand:
            lines.append(f"brand = {_toml(known.brand)}")
        if role == "streamer" and known.unsaid_currency and known.currency:
            lines.append(f"currency = {_toml(known.currency)}    # its pages do not state it")
        shown.append("\n".join(lines) + "\n")
    return "\n".join(shown) or _NO_SHOPS


def _private(url: str) -> bool:
    """Whether only a word of the dataset lets this address be asked."""
    return refusal(url, NOTHING) is not None and refusal(url, Allowed((host_of(url),))) is None


def _toml(text: str) -> str:
    return json.dumps(" ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split()), ensure_ascii=False)


def _watchlist(known: Known) -> str:
    cells = {
        "id": "L01",
        "streamer": known.streamer,
        "platform": known.platform,
        "broadcast_at": known.broadcast,
        "product": known.product,
        "brand": known.brand,
        "spec": known.spec,
        "gtin": known.gtin,
        "claimed_price": known.claimed_price,
        "currency": known.currency,
        "claim": known.claim,
        "promo_url": known.promoted_url,
        "official_urls": " ".join(known.official),
        "note": known.note,
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [name for name in COLUMNS if name in cells]
    writer.writerow(columns)
    # A spreadsheet runs a cell that begins so; no name of a product needs it.
    writer.writerow([" ".join(cells[name].split()).lstrip("=+-@") for name in columns])
    return out.getvalue()


def _write(folder: Path, files: dict[str, str]) -> None:
    """Checked aside, then moved to its place: a folder is there whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-dataset-", dir=folder.parent) as aside:
        draft = Path(aside) / folder.name
        draft.mkdir()
        for file, text in files.items():
            (draft / file).write_text(text, encoding="utf-8", newline="\n")
        problems = folders.check(str(draft))
        if problems:
            # What is wrong was given on the command line: the columns are named as its options.
            raise DatasetInvalid(problems)
        shutil.move(draft, folder)


def _next(folder: Path, saved: Path | None, known: Known) -> list[str]:
    program = "daihuo" if shutil.which("daihuo") else os.path.relpath(Path(sys.executable).with_name("daihuo"))
    shown = shlex.quote(folder.name if folder.parent.name == "datasets" else str(folder))
    url = f" --url {shlex.quote(known.promoted_url)}" if saved is not None and saved.suffix.lower() in _BARE else ""
    example = known.promoted_url == EXAMPLE_PROMOTED
    written = shlex.quote(os.path.relpath(folder / "watchlist.csv"))
    steps = [
        (f"check {shown}", "every mistake at once"),
        *([(f"ingest {shown} {shlex.quote(str(saved))}{url}", "the page that you saved")] if saved else []),
        (f"crawl {shown}", "the pages that anyone may see"),
        (f"compare {shown}", "the verdict"),
        (f"report {shown} --lang en", "one HTML file"),
    ]
    width = max(len(step) for step, _ in steps)
    first = [f"  open {written} in a spreadsheet or an editor, and fill in its row"] if example else []
    return ["Next:", *first, *(f"  {program} {step.ljust(width)}   # {what}" for step, what in steps)]


# A browser's "web page, complete" does not always say where it came from.
_BARE = (".html", ".htm", ".json", ".txt")
