"""A new dataset is valid whatever it was made from, or is not made at all."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from pipelines import dataset as datasets
from tests.crawler.test_crawl import product

OFFICIAL = "https://rosycheeks.example/products/silk-scarf_90.html"
PROMOTED = "https://stream-shop.example/item/7"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "datasets").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*words: str) -> Result:
    return CliRunner().invoke(main, ["new-dataset", *words])


def row_of(folder: Path) -> dict[str, str]:
    with (folder / "watchlist.csv").open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    return row


def test_with_nothing_known_it_is_an_example_that_is_valid(house: Path) -> None:
    done = new("mine")
    assert done.exit_code == 0, done.output
    assert datasets.check(str(house / "datasets" / "mine")) == []
    assert "promo_url is an example" in done.output and "fill in its row" in done.output
    assert row_of(house / "datasets" / "mine")["promo_url"].endswith(".example/item/1")


def test_all_that_is_known_is_in_it(house: Path) -> None:
    said = {
        "--streamer": "A “B”, C", "--platform": "抖音", "--broadcast": "2026-11-20 20:05", "--product": "丝巾",
        "--brand": "胭脂云", "--spec": "90cm*2", "--claimed-price": "1,118.00", "--claim": "全网最低价",
        "--contact": "desk@paper.example", "--promoted-url": PROMOTED, "--official": OFFICIAL,
    }  # fmt: skip
    done = new("scarf", *(word for pair in said.items() for word in pair))
    assert done.exit_code == 0, done.output
    dataset = datasets.load(str(house / "datasets" / "scarf"))
    (claim,) = dataset.claims
    assert (claim.streamer, claim.platform, str(claim.claimed_price), claim.currency) == (
        "A “B”, C", "douyin", "1118.00", "CNY",
    )  # fmt: skip
    assert (claim.broadcast_at, claim.official_urls) == ("2026-11-20T12:05:00Z", (OFFICIAL,))
    assert dataset.crawl.contact == "desk@paper.example"
    roles = {shop.host: (shop.role, shop.brand) for shop in dataset.shops}
    assert roles == {
        "rosycheeks.example": ("official", "胭脂云"),
        "stream-shop.example": ("streamer", None),
    }
    assert "ingest" not in done.output


def test_a_saved_page_says_what_it_is(house: Path) -> None:
    saved = house / "saved page.html"
    mark = f"<!-- saved from url=({len(PROMOTED):04})" + PROMOTED + " -->"
    page = product("云雀 丝巾 90cm", "118.00").replace("<html", f"{mark}<html", 1)
    saved.write_text(page, encoding="utf-8")
    done = new("scarf", "--official", OFFICIAL, "--saved", "saved page.html", "--claimed-price", "118")
    assert done.exit_code == 0, done.output
    row = row_of(house / "datasets" / "scarf")
    assert (row["product"], row["currency"], row["promo_url"]) == ("云雀 丝巾 90cm", "CNY", PROMOTED)
    assert "云雀 丝巾 90cm · 118.00 CNY" in done.output
    assert f"ingest scarf 'saved page.html' --url {PROMOTED}" in done.output


def test_a_saved_page_without_an_address_is_asked_for_it(house: Path) -> None:
    (house / "saved.html").write_text(product("丝巾", "118.00"), encoding="utf-8")
    done = new("scarf", "--saved", "saved.html")
    assert done.exit_code == 2 and "add --promoted-url" in done.output
    assert new("scarf", "--saved", "saved.html", "--promoted-url", PROMOTED).exit_code == 0


def test_a_saved_page_that_shows_nothing_is_said(house: Path) -> None:
    (house / "wall.html").write_text("<title>安全验证</title><p>请完成安全验证</p>", encoding="utf-8")
    done = new("scarf", "--saved", "wall.html", "--promoted-url", PROMOTED, "--official", OFFICIAL)
    assert done.exit_code == 0 and "captcha" in done.output and "no product is in it" in done.output
    assert row_of(house / "datasets" / "scarf")["product"] == "silk scarf 90"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("x", "--official", "rosycheeks.example/a"), 3, "write https://rosycheeks.example/a"),
        (("x", "--claimed-price", "12起"), 3, "claimed_price"),
        (("x", "--promoted-url", OFFICIAL, "--official", OFFICIAL), 3, "listed as official"),
        (("x", "--broadcast", "tonight"), 3, "broadcast_at"),
        ((" ",), 2, "expected a name"),
        (("demo",), 2, "exists already"),
    ],
)
def test_what_makes_no_valid_dataset_is_not_written(house: Path, words: tuple[str, ...], code: int, said: str) -> None:
    (house / "datasets" / "demo").mkdir()
    done = new(*words)
    assert done.exit_code == code and said in done.output, done.output
    assert [path.name for path in (house / "datasets").iterdir()] == ["demo"]


@pytest.mark.parametrize("nasty", ["=cmd|'/c calc'!A1", '"]\nrole = "x"\n[[shops', "+1", "长" * 200, "a\tb\x1b[2J"])
def test_no_text_leaves_its_place(house: Path, nasty: str) -> None:
    done = new("x", "--product", f"{nasty}p", "--brand", nasty, "--claim", nasty, "--official", OFFICIAL)
    assert done.exit_code == 0, done.output
    dataset = datasets.load(str(house / "datasets" / "x"))
    assert len(dataset.claims) == 1 and [shop.role for shop in dataset.shops] == ["official"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row_of(dataset.path).values())


def test_a_marketplace_is_nobodys_shop_and_a_private_address_is_allowed(house: Path) -> None:
    done = new("x", "--official", "https://detail.tmall.com/item.htm?id=1", "--promoted-url", "http://127.0.0.1:9/a")
    assert done.exit_code == 0, done.output
    dataset = datasets.load(str(house / "datasets" / "x"))
    assert [shop.host for shop in dataset.shops] == ["127.0.0.1:9"]
    assert dataset.crawl.allow_addresses == ("127.0.0.1:9",) and "127.0.0.1:9 on this machine" in done.output


def test_a_path_is_taken_as_it_is(house: Path) -> None:
    done = new(str(house / "else where" / "mine"))
    assert done.exit_code == 0 and datasets.check(str(house / "else where" / "mine")) == []
    assert f"check '{house / 'else where' / 'mine'}'" in done.output


@pytest.mark.parametrize(
    ("given", "wanted", "said"),
    [
        (("--claimed-price", "118"), "CNY", "its prices are taken as CNY"),
        (("--currency", "JPY"), "JPY", "its prices are taken as JPY"),
        ((), None, "give --currency"),
    ],
)
def test_a_page_without_a_currency(house: Path, given: tuple[str, ...], wanted: str | None, said: str) -> None:
    page = '<title>丝巾</title><h1>丝巾 90cm</h1><p class="price">¥118.00</p><button>加入购物车</button>'
    (house / "saved.html").write_text(page, encoding="utf-8")
    done = new("x", "--saved", "saved.html", "--promoted-url", PROMOTED, *given)
    assert done.exit_code == 0 and said in done.output, done.output
    (shop,) = datasets.load(str(house / "datasets" / "x")).shops
    assert shop.currency == wanted
