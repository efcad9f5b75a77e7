"""The dataset folder: read as people save it, or all that is wrong said at once by file, row and column."""

from __future__ import annotations

import io
import re
import stat
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from crawler.commands.check import run_check
from pipelines import dataset, watchlist
from pipelines.dataset import Dataset
from pipelines.errors import DatasetInvalid, InputMissing, Problem
from pipelines.manifest import EXPECTABLE
from pipelines.store.schema import TABLES
from tests.spellings import ALL
from tests.spellings import SOUND as SOUND_URLS

MANIFEST = """\
title = "晨雾测试"
licence = "CC-BY-4.0"
"""
HEADER = ",".join(watchlist.COLUMNS)
SOUND = (
    "A1,云雀小姐,抖音,2026-11-11 20:00,晨雾精华,白鹭,30ml*2,9520000801014,599.00,CNY,全网最低,"
    "https://lark.example/item/1,https://egret.example/p/1,,"
)


def folder_of(tmp_path: Path, watched: str | bytes, manifest: str = MANIFEST, lookups: str | None = None) -> Path:
    folder = tmp_path / "autumn"
    folder.mkdir(exist_ok=True)
    (folder / "dataset.toml").write_text(manifest, encoding="utf-8")
    (folder / "watchlist.csv").write_bytes(watched.encode() if isinstance(watched, str) else watched)
    if lookups is not None:
        (folder / "lookups.toml").write_text(lookups, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Dataset:
    return dataset.load(str(folder))


def problems_of(folder: Path) -> list[Problem]:
    return dataset.check(str(folder))


def places(problems: list[Problem]) -> list[tuple[int | None, str | None]]:
    return [(problem.row, problem.column) for problem in problems]


def one(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def row(**cells: str) -> str:
    """The sound row with some cells changed."""
    values = dict(zip(watchlist.COLUMNS, SOUND.split(","), strict=True))
    return ",".join((values | cells)[name] for name in watchlist.COLUMNS)


def test_sound_row_becomes_a_claim(tmp_path: Path) -> None:
    claim = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n")).claims[0]
    assert claim.id == "A1"
    assert claim.platform == "douyin"
    assert claim.broadcast_at == "2026-11-11T12:00:00Z"
    assert claim.claimed_price == Decimal("599.00")
    assert claim.official_urls == ("https://egret.example/p/1",)
    assert claim.row == 2


def test_ten_mistakes_are_all_named(tmp_path: Path) -> None:
    rows = [
        row(id=""),
        row(id="A1"),
        row(id="a1"),
        row(id="A4", claimed_price="Mar-99"),
        row(id="A5", currency="RMB"),
        row(id="A6", broadcast_at="11/12/2026"),
        row(id="A7", gtin="6.90123E+12"),
        row(id="A8", promo_url="lark.example/item/1"),
        row(id="A9", official_urls="https://egret.example/p/1 ftp://egret.example/p/2"),
        row(id="A10", promo_url="https://egret.example/p/1?utm_source=live"),
        row(id="A11", platform="duoyin"),
        row(id="A12") + ",one too many",
        row(id="A13", claimed_price="1.299", broadcast_at="2026-02-30 20:00"),
    ]
    problems = problems_of(folder_of(tmp_path, "\n".join([HEADER, *rows]) + "\n"))
    assert places(problems) == [
        (2, "id"),
        (4, "id"),
        (5, "claimed_price"),
        (6, "currency"),
        (7, "broadcast_at"),
        (8, "gtin"),
        (9, "promo_url"),
        (10, "official_urls"),
        (11, "official_urls"),
        (12, "platform"),
        (13, None),
        (14, "claimed_price"),
        (14, "broadcast_at"),
    ]
    assert all(problem.file == "watchlist.csv" and problem.expected and problem.found for problem in problems)


def test_all_files_are_checked_at_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, f"{HEADER}\n{row(claimed_price='viele')}\n", 'title = "x"\n', "lookup = 1\n")
    assert {problem.file for problem in problems_of(folder)} == {"watchlist.csv", "dataset.toml", "lookups.toml"}
    with pytest.raises(DatasetInvalid) as invalid:
        dataset.load(str(folder))
    assert len(invalid.value.problems) == 3


def test_row_numbers_are_the_spreadsheets(tmp_path: Path) -> None:
    """A cell of three lines is one row; a blank line is a row of its own."""
    lines = [HEADER, row(claim='"全网\n最低\n价"'), "", row(id="A2", gtin="1")]
    assert places(problems_of(folder_of(tmp_path, "\n".join(lines)))) == [(4, "gtin")]


ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8 with mark, as Excel's 'CSV UTF-8'": "utf-8-sig",
    "gbk, as Excel's 'CSV' in China": "gbk",
    "gb18030": "gb18030",
    "utf-16, as Excel's 'Unicode text'": "utf-16",
}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_file_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str, separator: str, newline: str) -> None:
    text = newline.join([HEADER, SOUND, ""]).replace(",", separator)
    found = loaded(folder_of(tmp_path, text.encode(encoding)))
    assert found.claims[0].streamer == "云雀小姐"
    assert found.claims[0].claim == "全网最低"


def test_excels_separator_line_is_no_row(tmp_path: Path) -> None:
    text = f"sep=;\r\n{HEADER}\r\n{row(gtin='1')}\r\n".replace(",", ";")
    assert places(problems_of(folder_of(tmp_path, text))) == [(2, "gtin")]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (f"{HEADER}\n{row(product='Crème légère à la rosée')}\n".encode("latin-1", "replace"), "undecodable"),
        (
            f"{HEADER}\n{row(streamer='雲雀', product='晨霧保濕精華液', claim='全網最低價錢')}\n".encode(
                "big5", "replace"
            ),
            "undecodable",
        ),
        (HEADER.encode() + b"\n\xff\xff\xff\n", "undecodable"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "workbook"),
        (b"", "empty file"),
        (HEADER.encode(), "empty watchlist"),
        (HEADER.encode() + b"\n,,,,,,,,,,,,,\n", "empty watchlist"),
    ],
    ids=["latin-1", "big5", "binary", "xlsx", "xls", "empty", "header only", "blank rows"],
)
def test_file_that_is_no_watchlist_is_named(tmp_path: Path, raw: bytes, what: str) -> None:
    assert what in str(one(problems_of(folder_of(tmp_path, raw))))


@pytest.mark.parametrize("cell", ['"never closed', '"closed" too early', '"a" "b"'])
def test_quotation_mistake_does_not_hide_other_rows(tmp_path: Path, cell: str) -> None:
    rows = [
        HEADER,
        row(claim=cell),
        row(id="A2"),
        row(id="A3", gtin="1"),
        row(id="A4", note=cell),
        row(id="A5", gtin="1"),
    ]
    problems = problems_of(folder_of(tmp_path, "\n".join(rows) + "\n"))
    assert places(problems) == [(2, None), (5, None), (4, "gtin"), (6, "gtin")]


def test_nul_is_named_with_its_cell(tmp_path: Path) -> None:
    problem = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{row(note='a' + chr(0) + 'b')}\n")))
    assert (problem.row, problem.column, problem.what) == (2, "note", "a NUL character")


def test_header_mistakes_are_named(tmp_path: Path) -> None:
    header = HEADER.replace("brand", "brnad").replace("currency", "note").replace("gtin", "stars")
    problems = problems_of(folder_of(tmp_path, f"{header}\n{SOUND}\n"))
    assert [(problem.column, problem.what) for problem in problems] == [
        ("brnad", "unknown column"),
        ("stars", "unknown column"),
        ("note", "duplicate column"),
        ("currency", "missing column"),
    ]
    assert problems[0].hint == "did you mean brand?"
    assert {problem.row for problem in problems} == {1}


def test_optional_columns_may_be_absent(tmp_path: Path) -> None:
    text = "id,streamer,platform,product,claimed_price,currency,promo_url,official_urls\nA1,云雀,jd,精华,,,https://lark.example/1,\n"
    claim = loaded(folder_of(tmp_path, text)).claims[0]
    assert (claim.claimed_price, claim.currency, claim.gtin, claim.official_urls) == (None, None, None, ())


@pytest.mark.parametrize("name", ["id", "streamer", "product", "promo_url"])
def test_cell_that_must_be_filled(tmp_path: Path, name: str) -> None:
    assert places(problems_of(folder_of(tmp_path, f"{HEADER}\n{row(**{name: ' '})}\n"))) == [(2, name)]


def test_price_needs_its_currency(tmp_path: Path) -> None:
    assert places(problems_of(folder_of(tmp_path, f"{HEADER}\n{row(currency='')}\n"))) == [(2, "currency")]


@pytest.mark.parametrize(
    "cell",
    [
        "https://a.example/1 https://b.example/2",
        "https://a.example/1|https://b.example/2",
        "https://a.example/1；https://b.example/2",
        '"https://a.example/1\nhttps://b.example/2\n"',
        '"https://a.example/1, https://b.example/2"',
        "https://a.example/1; https://b.example/2;",
        "https://a.example/1 https://b.example/2 https://www.a.example/1?utm_medium=x",
    ],
)
def test_several_official_urls(tmp_path: Path, cell: str) -> None:
    found = loaded(folder_of(tmp_path, f"{HEADER}\n{row(official_urls=cell)}\n"))
    assert found.claims[0].official_urls == ("https://a.example/1", "https://b.example/2")


def test_platform_of_its_own_is_welcome(tmp_path: Path) -> None:
    assert loaded(folder_of(tmp_path, f"{HEADER}\n{row(platform='Nook Market')}\n")).claims[0].platform == "nook market"


def test_zone_of_the_dataset_is_that_of_broadcasts(tmp_path: Path) -> None:
    found = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", MANIFEST + 'zone = "America/New_York"\n'))
    assert found.claims[0].broadcast_at == "2026-11-12T01:00:00Z"


FULL_MANIFEST = (
    MANIFEST
    + """
description = "x"
[crawl]
contact = "desk@example.com"
delay = 0.5
per_host = 1
allow_addresses = ["127.0.0.1:8871"]
[[shops]]
name = "云雀"
host = "lark.example:8080"
role = "streamer"
[[shops]]
name = "白鹭"
host = "www.egret.example"
role = "official"
currency = "cny"
listings = ["https://egret.example/all"]
[rules.tolerance]
percent = 1.5
days = 3
strict = true
[expect]
pages = {min = 3, max = 9}
verdicts = {min = 1}
"""
)


def test_manifest_is_read_whole(tmp_path: Path) -> None:
    found = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", FULL_MANIFEST))
    assert (found.crawl.delay, found.crawl.per_host, found.crawl.concurrency) == (0.5, 1, 8)
    assert found.rules == {"tolerance": {"percent": Decimal("1.5"), "days": 3, "strict": True}}
    assert found.expect == {"pages": (3, 9), "verdicts": (1, None)}
    assert found.shops[1].currency == "CNY"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://egret.example/p/1", "白鹭"),
        ("http://m.egret.example/p/1", "白鹭"),
        ("https://www.egret.example:8443/p/1", "白鹭"),
        ("http://lark.example:8080/item/1", "云雀"),
        ("http://lark.example/item/1", None),
        ("https://shop.egret.example/p/1", None),
        ("https://egret.example.evil.example/p/1", None),
        ("not an address", None),
    ],
)
def test_shop_of_a_url(tmp_path: Path, url: str, name: str | None) -> None:
    shop = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", FULL_MANIFEST)).shop_of(url)
    assert (shop.name if shop else None) == name


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [
        ('titel = "x"', "titel", "did you mean title?"),
        ('zone = "Asia/Atlantis"', "zone", "unknown time zone"),
        ("[crawl]\ndelay = -1", "crawl.delay", "from 0 to"),
        ("[crawl]\nconcurrency = 1.5", "crawl.concurrency", "whole number"),
        ("[crawl]\ndelay = true", "crawl.delay", "a number"),
        ("[crawl]\ndealy = 1", "crawl.dealy", "did you mean delay?"),
        ('[crawl]\nallow_addresses = ["http://x/"]', "crawl.allow_addresses", "bad address"),
        ('[[shops]]\nname = "a"\nhost = "https://a.example/"\nrole = "official"', "shops[1].host", "without https://"),
        ('[[shops]]\nname = "a"\nhost = "a.example"\nrole = "offical"', "shops[1].role", "did you mean official?"),
        ('[[shops]]\nhost = "a.example"\nrole = "official"', "shops[1].name", "missing"),
        ("[rules]\nx = 1", "rules.x", "not a table"),
        ("[rules.x]\nlist = [1]", "rules.x.list", "bad parameter"),
        ("[expect]\npagse = {min = 1}", "expect.pagse", "did you mean pages?"),
        ("[expect]\npages = {min = 9, max = 1}", "expect.pages", "bad bounds"),
        ("[expect]\npages = {min = true}", "expect.pages", "bad bounds"),
        ("[expect]\npages = 3", "expect.pages", "bad bounds"),
        ("shops = 3", "shops", "not a list"),
        ("crawl = 3", "crawl", "not a table"),
        ("description = 3", "description", "a text in quotation marks"),
    ],
)
def test_manifest_mistake_is_named_with_its_line(tmp_path: Path, line: str, column: str, what: str) -> None:
    problem = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", MANIFEST + line + "\n")))
    assert (problem.file, problem.column) == ("dataset.toml", column)
    assert what in str(problem)
    assert problem.row is not None
    assert problem.row >= 3


def test_toml_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    problem = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", MANIFEST + "a = \n")))
    assert (problem.file, problem.row, problem.what) == ("dataset.toml", 3, "not TOML")


def test_tables_that_can_be_expected_are_tables() -> None:
    assert set(EXPECTABLE) == set(TABLES) - {"runs", "crawls", "shown", "render_decisions", "seals"}


LOOKUP = '[[lookup]]\nfield = "unit"\nvalue = "Ｐcs  装"\nmeans = "pcs"\nnote = "the shop\'s own word"\n'


def test_lookup_ignores_case_width_and_space(tmp_path: Path) -> None:
    found = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", lookups=LOOKUP))
    assert found.lookup("unit", " pCS 装") == "pcs"
    assert found.lookup("unit", "box") is None
    assert found.lookup("brand", "pcs 装") is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (LOOKUP.replace("note", "nota"), "did you mean note?"),
        (LOOKUP.partition("note")[0], "lookup[1].note: missing"),
        (LOOKUP + LOOKUP.replace("Ｐcs  装", "pcs 装"), "lookup[2].value: the same value twice"),
    ],
)
def test_lookup_mistake_is_named(tmp_path: Path, text: str, what: str) -> None:
    problems = problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", lookups=text))
    assert what in "\n".join(map(str, problems))


def test_find_takes_a_name_a_folder_or_one_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "datasets").mkdir()
    folder = folder_of(tmp_path / "datasets", f"{HEADER}\n{SOUND}\n")
    for given in ("autumn", str(folder), str(folder / "dataset.toml"), str(folder / "watchlist.csv")):
        assert dataset.find(given, tmp_path) == folder
    monkeypatch.chdir(tmp_path)
    assert dataset.find("autumn") == folder


def test_find_names_the_datasets_that_exist(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    folder_of(tmp_path / "datasets", HEADER)
    with pytest.raises(InputMissing, match=r"autumn.*did you mean autumn"):
        dataset.find("autum", tmp_path)


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    found = loaded(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n"))
    secrets: list[bytes] = []
    threads = [threading.Thread(target=lambda: secrets.append(found.secret)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
    assert [path.name for path in found.build.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((found.build / "secret.key").stat().st_mode) == 0o600


def test_check_prints_every_problem_and_a_summary(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, f"{HEADER}\n{row(gtin='1', currency='RMB')}\n")
    out = io.StringIO()
    assert run_check(str(folder), out) == 3
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("watchlist.csv:2:currency: unknown currency, expected an ISO 4217 code")
    assert lines[0].endswith("found 'RMB' (write CNY)")
    assert lines[1].startswith("watchlist.csv:2:gtin: ")
    assert lines[2] == "autumn: 2 problems"


def test_check_of_a_sound_dataset(tmp_path: Path) -> None:
    out = io.StringIO()
    assert run_check(str(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n")), out) == 0
    assert out.getvalue() == "autumn: 1 claim, 0 shops, no problem\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[rules.time_gpa]\nhours = 3\n", "dataset.toml:rules.time_gpa: unknown rule"),
        ("[rules.claimed_price]\ntolerence = 0.1\n", "dataset.toml:rules.claimed_price.tolerence: unknown parameter"),
    ],
)
def test_check_knows_the_rules_and_their_parameters(tmp_path: Path, text: str, line: str) -> None:
    out = io.StringIO()
    assert run_check(str(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", MANIFEST + text)), out) == 3
    assert out.getvalue().startswith(line)
    assert "did you mean" in out.getvalue()


def test_manual_is_true(tmp_path: Path) -> None:
    """The examples of docs/datasets.md are sound, and its table has every column of the watchlist."""
    manual = (Path(__file__).resolve().parents[2] / "docs" / "datasets.md").read_text(encoding="utf-8")
    manifest, lookups = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    out = io.StringIO()
    assert run_check(str(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", manifest, lookups)), out) == 0, out.getvalue()
    assert tuple(re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE)) == watchlist.COLUMNS


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def test_every_address_that_must_not_be_asked_is_named_before_any_crawl(tmp_path: Path) -> None:
    spellings = [spelling.format(port=8080) for spelling in ALL if "\x00" not in spelling and "\n" not in spelling]
    rows = [row(id=f"A{n}", promo_url=quoted(url)) for n, url in enumerate(spellings)]
    problems = problems_of(folder_of(tmp_path, "\n".join([HEADER, *rows]) + "\n"))
    assert places(problems) == [(n + 2, "promo_url") for n in range(len(spellings))]
    assert len(spellings) > 150


def test_sound_addresses_of_every_kind_are_taken(tmp_path: Path) -> None:
    rows = [row(id=f"A{n}", promo_url=quoted(url)) for n, url in enumerate(SOUND_URLS)]
    assert [claim.promo_url for claim in loaded(folder_of(tmp_path, "\n".join([HEADER, *rows]))).claims] == [
        *SOUND_URLS
    ]


def test_addresses_of_listings_and_of_official_shops_are_checked_as_well(tmp_path: Path) -> None:
    shop = '[[shops]]\nname = "a"\nhost = "a.example"\nrole = "official"\nlistings = ["http://127.1/"]\n'
    watched = f"{HEADER}\n{row(official_urls='http://10.0.0.1/ http://egret.example/')}\n"
    problems = problems_of(folder_of(tmp_path, watched, MANIFEST + shop))
    assert places(problems) == [(7, "shops[1].listings"), (2, "official_urls")]
    assert all("address not allowed" in str(problem) for problem in problems)


def test_addresses_that_the_dataset_allows_are_taken(tmp_path: Path) -> None:
    watched = f"{HEADER}\n{row(promo_url='http://127.0.0.1:8871/a')}\n"
    allow = MANIFEST + '[crawl]\nallow_addresses = ["127.0.0.1:{}"]\n'
    assert places(problems_of(folder_of(tmp_path, watched, allow.format(8872)))) == [(2, "promo_url")]
    assert problems_of(folder_of(tmp_path, watched, allow.format(8871))) == []


BRANDS = """
[[brands]]
name = "Egret"
aliases = ["白鹭"]
site = "https://egret.example"
stores = ["https://mall.example/egret/all"]
"""


def test_a_brand_is_found_by_name_alias_and_lookup(tmp_path: Path) -> None:
    lookups = '[[lookup]]\nfield = "brand"\nvalue = "鹭"\nmeans = "白鹭"\nnote = "As streamers say it."\n'
    rows = [row(id="A1"), row(id="A2", brand="ＥＧＲＥＴ"), row(id="A3", brand="鹭"), row(id="A4", brand="别的")]
    read = loaded(folder_of(tmp_path, "\n".join([HEADER, *rows]) + "\n", MANIFEST + BRANDS, lookups))
    found = [read.brand_of(claim) for claim in read.claims]
    assert [brand and brand.site for brand in found] == ["https://egret.example"] * 3 + [None]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name = "Heron"\nsite = "heron.example"\n', "dataset.toml:6:brands[2].site: "),
        ('name = "Heron"\n', "dataset.toml:4:brands[2].site: a brand without a store, expected a site, stores or both"),
        (
            'name = "Heron"\nsite = "https://heron.tmall.com"\n',
            "brands[2].site: a marketplace, where others sell as well",
        ),
        ('name = "Heron"\nstores = ["https://www.jd.com/"]\n', "brands[2].stores: the front page of a marketplace"),
        ('name = "Heron"\nstores = ["http://10.0.0.1/"]\n', "brands[2].stores: "),
        (
            'name = "Heron"\naliases = ["ｅｇｒｅｔ"]\nsite = "https://heron.example"\n',
            "brands[2].aliases: a name of two",
        ),
        ('name = "Heron"\nsites = "https://heron.example"\nstores = ["https://a.example/"]\n', "did you mean site?"),
        ('site = "https://heron.example"\n', "brands[2].name: missing"),
    ],
)
def test_check_names_what_is_wrong_with_a_brand(tmp_path: Path, text: str, line: str) -> None:
    known = '[[brands]]\nname = "Egret"\nsite = "https://egret.example"\n'
    manifest = f'title = "晨雾测试"\nlicence = "CC0-1.0"\n{known}[[brands]]\n{text}'.replace("\n[[", "\n[[")
    problem = str(one(problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", manifest))))
    assert "expected" in problem and "found" in problem
    assert line.replace("dataset.toml:6:", "").replace("dataset.toml:4:", "") in problem, problem
    assert re.match(r"dataset\.toml:\d+:brands\[2\]\.", problem), problem


@pytest.mark.parametrize(
    ("site", "what"),
    [
        ("egret.example", "https://"),
        ("https://www.jd.com", "a marketplace, where others sell as well"),
        ("http://192.168.0.1/", "address not allowed"),
    ],
)
def test_check_names_a_wrong_official_site(tmp_path: Path, site: str, what: str) -> None:
    problem = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{row(official_site=site)}\n")))
    assert (problem.row, problem.column) == (2, "official_site") and what in str(problem), str(problem)


def test_check_names_a_recheck_that_is_no_truth_value(tmp_path: Path) -> None:
    told = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", f"{MANIFEST}[crawl]\nrecheck_reviews = 1\n")))
    assert told.row == 4 and "true or false" in str(told), str(told)


@pytest.mark.parametrize("text", ["official_pages = 0", "official_candidates = 1.5", 'official_pages = "many"'])
def test_check_names_wrong_caps_of_the_official_side(tmp_path: Path, text: str) -> None:
    problem = one(problems_of(folder_of(tmp_path, f"{HEADER}\n{SOUND}\n", f"{MANIFEST}[crawl]\n{text}\n")))
    assert problem.row == 4 and "a whole number from 1 to" in str(problem), str(problem)
