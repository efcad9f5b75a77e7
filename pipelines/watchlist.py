"""`watchlist.csv`: one row for each claim of a streamer. All that is wrong is said at once, by row and column."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pipelines.brands import site_cell
from pipelines.cells import CellRefused, currency_cell, gtin_cell, plain, price_cell, time_cell, url_cell
from pipelines.csvfile import CsvFile, read_csv
from pipelines.errors import Problem
from pipelines.normalize.addresses import NOTHING, Allowed
from pipelines.normalize.urls import page_key

Value = TypeVar("Value")

COLUMNS = (
    "id",
    "streamer",
    "platform",
    "broadcast_at",
    "product",
    "brand",
    "spec",
    "gtin",
    "claimed_price",
    "currency",
    "claim",
    "promo_url",
    "official_urls",
    "official_site",
    "note",
)
# The header must have these; cells of the first four must not be empty.
_NEEDED = ("id", "streamer", "product", "promo_url", "platform", "claimed_price", "currency", "official_urls")
_FILLED = _NEEDED[:4]

PLATFORMS: dict[str, tuple[str, ...]] = {
    "taobao": ("淘宝", "淘宝直播", "点淘"),
    "tmall": ("天猫",),
    "jd": ("京东", "京东直播"),
    "pinduoduo": ("拼多多",),
    "douyin": ("抖音", "抖音电商"),
    "kuaishou": ("快手",),
    "xiaohongshu": ("小红书", "rednote"),
    "weixin": ("微信", "视频号", "微信视频号", "wechat"),
    "bilibili": ("b站", "哔哩哔哩"),
    "vipshop": ("唯品会",),
    "suning": ("苏宁", "苏宁易购"),
    "tiktok": (),
    "amazon": ("亚马逊",),
    "shopee": ("虾皮",),
    "lazada": (),
    "youtube": (),
    "instagram": (),
    "facebook": (),
    "twitch": (),
    "shopify": (),
    "woocommerce": (),
    "magento": (),
}
_PLATFORM_OF = {spoken: name for name, also in PLATFORMS.items() for spoken in (name, *also)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One row of the watchlist. `broadcast_at` is UTC ISO 8601, `row` the spreadsheet's row, absent texts are empty."""

    id: str
    streamer: str
    platform: str
    broadcast_at: str | None = None
    product: str
    brand: str = ""
    spec: str = ""
    gtin: str | None = None
    claimed_price: Decimal | None = None
    currency: str | None = None
    claim: str = ""
    promo_url: str
    official_urls: tuple[str, ...] = ()
    official_site: str | None = None
    note: str = ""
    row: int


def read_watchlist(path: Path, zone: str, problems: list[Problem], allowed: Allowed = NOTHING) -> tuple[Claim, ...]:
    """The claims of a file; what is wrong is appended to `problems`, and rows with a problem are left out.

    `allowed` are the dataset's `allow_addresses`: only those addresses need not be public.
    """
    table = read_csv(path, COLUMNS, problems)
    if table is None:
        return ()
    names = _header(path.name, table, problems)
    if not table.rows:
        problems.append(
            Problem(file=path.name, what="an empty watchlist", expected="at least one claim", found="only a header")
        )
    claims, first_rows = [], dict[str, int]()
    for number, cells in table.rows:
        row = _Row(path.name, number, problems, allowed)
        values = row.cells_of(names, cells)
        if values is None:
            continue
        row.unique_id(values.get("id", ""), first_rows)
        claim = row.claim(values, zone)
        if claim is not None:
            claims.append(claim)
    return tuple(claims)


def _header(file: str, table: CsvFile, problems: list[Problem]) -> list[str]:
    """Column names in their order; unknown, double and missing ones are problems."""
    names = [unicodedata.normalize("NFKC", name).strip().lower() for name in table.header]
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names):
        column = table.header[position] or f"column {position + 1}"
        if name not in COLUMNS:
            close = difflib.get_close_matches(name, [known for known in COLUMNS if known not in names], n=1, cutoff=0.6)
            hint = f"did you mean {close[0]}?" if close else f"the columns are {', '.join(COLUMNS)}"
            found = repr(table.header[position])
            problems.append(
                Problem(
                    file=file,
                    row=1,
                    column=column,
                    what="unknown column",
                    expected="a known name",
                    found=found,
                    hint=hint,
                )
            )
        elif name in names[:position]:
            problems.append(
                Problem(file=file, row=1, column=column, what="duplicate column", expected="once", found="twice")
            )
    for name in _NEEDED:
        if name not in names:
            problems.append(
                Problem(file=file, row=1, column=name, what="missing column", expected=name, found="no such column")
            )
    return names


class _Row:
    """One row while it is read: says what is wrong, with file and row."""

    def __init__(self, file: str, number: int, problems: list[Problem], allowed: Allowed) -> None:
        self.file, self.number, self.problems, self.allowed = file, number, problems, allowed
        self.sound = True

    def wrong(self, column: str | None, what: str, expected: str, found: str, hint: str = "") -> None:
        self.sound = False
        shown = found if len(found) <= 120 else found[:119] + "…"
        self.problems.append(
            Problem(
                file=self.file, row=self.number, column=column, what=what, expected=expected, found=shown, hint=hint
            )
        )

    def cells_of(self, names: list[str], cells: tuple[str, ...]) -> dict[str, str] | None:
        extra = [cell for cell in cells[len(names) :] if cell.strip()]
        if len(cells) < len(names) or extra:
            hint = (
                "a separator inside a cell needs quotation marks around the cell"
                if extra
                else "some separators are missing"
            )
            self.wrong(None, "wrong number of cells", f"{len(names)} cells", f"{len(cells)} cells", hint)
            return None
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        for name, cell in values.items():
            if "\x00" in cell or "\ufffd" in cell:
                what = (
                    "a NUL character"
                    if "\x00" in cell
                    else "a character that was lost in an earlier conversion (U+FFFD)"
                )
                self.wrong(name, what, "text", ascii(cell), "type the cell again")
        return values

    def unique_id(self, text: str, first_rows: dict[str, int]) -> None:
        key = plain(text).casefold()
        if key and first_rows.setdefault(key, self.number) != self.number:
            self.wrong("id", "duplicate id", "an id of its own", repr(text), f"row {first_rows[key]} has it, too")

    def claim(self, values: Mapping[str, str], zone: str) -> Claim | None:
        """The claim of this row, or None when something in it is wrong."""
        for name in _FILLED:
            if name in values and not values[name]:
                self.wrong(name, "an empty cell", f"the {name} of the claim", "nothing")
        currency = self.read("currency", values, currency_cell)
        price = self.read("claimed_price", values, lambda text: price_cell(text, currency))
        if price is not None and "currency" in values and not values["currency"]:
            self.wrong("currency", "a price without its currency", "an ISO 4217 code such as CNY", "nothing")
        promo = self.read("promo_url", values, self.url)
        claim = Claim(
            id=values.get("id", ""),
            streamer=values.get("streamer", ""),
            platform=self.platform(values.get("platform", "")),
            broadcast_at=self.read("broadcast_at", values, lambda text: time_cell(text, zone)),
            product=values.get("product", ""),
            brand=values.get("brand", ""),
            spec=values.get("spec", ""),
            gtin=self.read("gtin", values, gtin_cell),
            claimed_price=price,
            currency=currency,
            claim=values.get("claim", ""),
            promo_url=promo or "",
            official_urls=self.official_urls(values.get("official_urls", ""), promo),
            official_site=self.read("official_site", values, lambda text: site_cell(text, self.allowed)),
            note=values.get("note", ""),
            row=self.number,
        )
        return claim if self.sound else None

    def read(self, column: str, values: Mapping[str, str], reader: Callable[[str], Value]) -> Value | None:
        """The value of a cell; None for an empty one, and for a wrong one after saying so."""
        text = values.get(column, "")
        if not text:
            return None
        try:
            return reader(text)
        except CellRefused as refused:
            self.wrong(column, refused.what, refused.expected, repr(text), refused.hint)
            return None

    def url(self, text: str) -> str:
        return url_cell(text, self.allowed)

    def platform(self, text: str) -> str:
        """The platform's usual name. A platform of its own is welcome; a near miss of a known one is not."""
        name = plain(text).casefold()
        if not name or name in _PLATFORM_OF:
            return _PLATFORM_OF.get(name, "")
        close = difflib.get_close_matches(name, _PLATFORM_OF, n=1, cutoff=0.75) if len(name) > 3 else []
        if close:
            self.wrong("platform", "unknown platform", "a platform's name", repr(text), f"did you mean {close[0]}?")
        return name

    def official_urls(self, text: str, promo: str | None) -> tuple[str, ...]:
        """Addresses, separated by white space, `|`, `；` or, before another address, a comma or semicolon."""
        urls = dict[str, str]()
        for part in re.split(r"[\s|；，、]+|[;,](?=\s*https?://|\s*$)", text):
            url = self.read("official_urls", {"official_urls": part or ""}, self.url)
            if url is None:
                continue
            if promo is not None and page_key(url) == page_key(promo):
                expected = "pages of the official stores"
                hint = "an offer is not compared with itself"
                self.wrong("official_urls", "the promoted page is listed as official", expected, repr(part), hint)
            urls.setdefault(page_key(url), url)
        return tuple(urls.values())
