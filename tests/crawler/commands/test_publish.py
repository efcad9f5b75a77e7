"""A publication is whole and checked, or there is none."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from frictionless import Package

from crawler.cli import main
from pipelines.dataset import load
from pipelines.errors import LeakFound
from pipelines.export import leaks
from pipelines.export import publish as publishing
from pipelines.export.publish import SUMS, checksums, citation
from pipelines.export.scrub import Scrubber

WATCHLIST = (
    "id,streamer,platform,broadcast_at,product,brand,spec,gtin,claimed_price,currency,claim,promo_url,official_urls,note\n"
    "c1,主播,other,2026-11-11 20:00,云雀口红 1,云雀,,,199.00,CNY,最低,https://shop.example/p/1,https://shop.example/p/2,{note}\n"
)
TOML = """title = "口红 & <lipstick>"
licence = "CC-BY-4.0"
description = "Made up: \\"quoted\\" and {{braces}}"
[[shops]]
name = "云雀"
host = "shop.example"
role = "official"
[expect]
offers = {{ min = 2 }}
reviews = {{ min = {least} }}
"""
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>云雀口红 {n}</title>
<link rel="canonical" href="https://shop.example/p/{n}"><script type="application/ld+json">{said}</script>
<h1>云雀口红 {n}</h1><p class="price">¥{price}.00</p><button>加入购物车</button></html>"""


def daihuo(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.output


def page(number: int) -> str:
    review = {"@type": "Review", "author": {"name": "小一"}, "reviewBody": "颜色很正，打我电话 138 0000 0000 退款"}
    said = {
        "@type": "Product",
        "name": f"云雀口红 {number}",
        "sku": f"YQ-{number}",
        "offers": {"@type": "Offer", "price": f"{198 + number}.00", "priceCurrency": "CNY"},
        "review": [review],
    }
    return PAGE.format(n=number, price=198 + number, said=json.dumps(said, ensure_ascii=False))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two ingested pages with a review each, compared."""
    folder = tmp_path_factory.mktemp("publish") / "口红"
    folder.mkdir()
    (folder / "dataset.toml").write_text(TOML.format(least=2), "utf-8")
    (folder / "watchlist.csv").write_text(WATCHLIST.format(note=""), "utf-8")
    saved = folder.parent / "saved"
    saved.mkdir()
    for number in (1, 2):
        (saved / f"{number}.html").write_text(page(number), "utf-8")
        # A saved file has the time of its file; without one the day of publication would be today's.
        os.utime(saved / f"{number}.html", (1_795_000_000, 1_795_000_000))
    daihuo("ingest", folder, saved)
    daihuo("compare", folder)
    daihuo("corpus", folder)
    return folder


@pytest.fixture
def dataset(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "口红")
    return tmp_path / "口红"


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_of_it_is_there_and_the_checksums_match(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "published"
    assert "files in" in daihuo("publish", dataset, "--to", out)
    names = set(everything(out))
    assert {"README.md", "CITATION.cff", SUMS, "report.zh.html", "report.en.html"} <= names
    assert {"explorer.sqlite", "explorer.metadata.json", "data/datapackage.json", "data/reviews.csv"} <= names
    lines = (out / SUMS).read_text("utf-8").splitlines()
    said = {line[66:]: line[:64] for line in lines}
    assert said == {name: hashlib.sha256(raw).hexdigest() for name, raw in everything(out).items() if name != SUMS}
    assert list(said) == sorted(said)
    assert [path.name for path in out.parent.iterdir()] == ["published"]
    with closing(sqlite3.connect(out / "explorer.sqlite")) as connection:
        texts = {row[0] for row in connection.execute("SELECT text FROM reviews")}
    assert texts == {"颜色很正，打我电话 [phone] 退款"}
    secret = (dataset / "build" / "secret.key").read_bytes()
    for name, raw in everything(out).items():
        for hidden in (b"138 0000 0000", "小一".encode(), secret, secret.hex().encode(), str(tmp_path).encode()):
            assert hidden not in raw, name
    for link in ("report.zh.html", "explorer.sqlite", "data/datapackage.json", "CITATION.cff", SUMS):
        assert f"({link})" in (out / "README.md").read_text("utf-8")


def test_the_data_package_is_valid(dataset: Path, tmp_path: Path) -> None:
    daihuo("publish", dataset, "--to", tmp_path / "out")
    data = tmp_path / "out" / "data"
    report = Package(str(data / "datapackage.json")).validate()
    assert report.errors == []
    # frictionless cannot read a JSON Lines file without lines, which is what a table without rows is.
    wrong = [task for task in report.tasks if not task.valid and (data / str(task.place)).stat().st_size]
    assert not wrong, [task.errors for task in wrong]


def test_it_can_be_cited(dataset: Path, tmp_path: Path) -> None:
    daihuo("publish", dataset, "--to", tmp_path / "out")
    found = yaml.safe_load((tmp_path / "out" / "CITATION.cff").read_text("utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "dataset"
    assert found["title"] == "口红 & <lipstick>"
    assert found["abstract"] == 'Made up: "quoted" and {braces}'
    assert found["license"] == "CC-BY-4.0"
    assert found["date-released"] == "2026-11-18"
    assert [set(author) for author in found["authors"]] == [{"name"}]
    assert isinstance(found["message"], str)


@pytest.mark.parametrize(
    ("licence", "said"),
    [("CC0-1.0", "CC0-1.0"), ("cc-by-4.0", "CC-BY-4.0"), ("free for all", None), ("MIT OR CC0-1.0", None), ("", None)],
)
def test_a_licence_is_named_where_it_has_a_name(made: Path, licence: str, said: str | None) -> None:
    from dataclasses import replace

    found = yaml.safe_load(citation(replace(load(str(made)), licence=licence, title='a: "b"\n- c\x85'), ("", "")))
    assert found.get("license") == said
    assert found["title"] == 'a: "b" - c'
    assert "date-released" not in found


def test_again_is_the_same(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    daihuo("publish", dataset, "--to", out)
    before = everything(out)
    assert "as they were" in daihuo("publish", dataset, "--to", out)
    assert everything(out) == before
    (out / "README.md").write_text("changed", "utf-8")
    assert "as they were" not in daihuo("publish", dataset, "--to", out)
    assert everything(out) == before
    told = json.loads(daihuo("publish", dataset, "--to", out, "--json", "--quiet"))
    assert told["changed"] is False
    assert told["sha256"] == checksums(out)


def test_with_the_archive(dataset: Path, tmp_path: Path) -> None:
    told = daihuo("publish", dataset, "--to", tmp_path / "out", "--evidence")
    assert "names of buyers included" in told
    found = everything(tmp_path / "out")
    assert found["evidence/口红.wacz"].startswith(b"PK")
    assert b"evidence/" in found["README.md"]


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def plant_note(folder: Path) -> None:
    (folder / "watchlist.csv").write_text(WATCHLIST.format(note="问客服 13800000000"), "utf-8")
    daihuo("compare", folder)


def plant_title(folder: Path) -> None:
    path = folder / "dataset.toml"
    path.write_text(path.read_text("utf-8").replace("Made up", "Made up, call 13800000000"), "utf-8")


def plant_shop(folder: Path) -> None:
    path = folder / "dataset.toml"
    path.write_text(path.read_text("utf-8").replace('"云雀"', '"云雀 a@b.com"'), "utf-8")


def plant_name(folder: Path) -> None:
    saved = folder.parent / "more.html"
    saved.write_text(page(3).replace("云雀口红 3", "云雀口红 加13800000000"), "utf-8")
    daihuo("ingest", folder, saved)


def too_few(folder: Path) -> None:
    (folder / "dataset.toml").write_text(TOML.format(least=3), "utf-8")


def flip_archive(folder: Path) -> None:
    flip(next((folder / "build" / "archive").glob("*.warc.gz")))


def edit_price(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "build" / "daihuo.sqlite")) as connection, connection:
        connection.execute("UPDATE prices SET amount = '1.00'")


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (too_few, 5, "reviews: expected 3 to any, found 2"),
        (flip_archive, 7, "changed after it was sealed"),
        (edit_price, 7, "table prices"),
        (plant_note, 8, "phone number"),
        (plant_title, 8, "dataset.toml, description: phone number"),
        (plant_shop, 8, "dataset.toml, shops[1].name: e-mail address"),
        (plant_name, 8, "phone number"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_does_not_hold_is_not_published(
    dataset: Path, tmp_path: Path, spoil: Callable[[Path], None], code: int, words: str
) -> None:
    out = tmp_path / "out" / "published"
    daihuo("publish", dataset, "--to", out)
    before = everything(out)
    spoil(dataset)
    assert words in daihuo("publish", dataset, "--to", out, code=code)
    assert everything(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["published"]
    daihuo("publish", dataset, "--to", tmp_path / "out" / "new", code=code)
    assert [path.name for path in out.parent.iterdir()] == ["published"]


def test_what_masking_misses_stops_it(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scrubber, "mask", lambda scrubber, text: text)
    assert "phone number" in daihuo("publish", dataset, "--to", tmp_path / "out", code=8)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", [bytes, bytes.hex, base64.b64encode])
def test_the_secret_stops_it_wherever_it_is(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Callable[[bytes], bytes | str]
) -> None:
    secret = form((dataset / "build" / "secret.key").read_bytes())
    raw = secret if isinstance(secret, bytes) else secret.encode()
    monkeypatch.setattr(leaks, "_CHUNK", 7)

    def evidence(folder: Path) -> None:
        (folder / "x.wacz").write_bytes(b"before" + raw + b"after")

    with pytest.raises(LeakFound, match=r"evidence/x\.wacz: the dataset's secret"):
        publishing.publish(load(str(dataset)), tmp_path / "out", evidence)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_bytes(b"mine")
    assert "no publication" in daihuo("publish", dataset, "--to", out, code=2)
    assert everything(out) == {"thesis.docx": b"mine"}
    assert "is a file" in daihuo("publish", dataset, "--to", out / "thesis.docx", code=2)


def test_a_failure_at_the_last_step_leaves_what_was_there(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "published"
    daihuo("publish", dataset, "--to", out)
    before = everything(out)
    (out / "README.md").write_text("changed", "utf-8")
    real, seen = Path.replace, []

    def replace(path: Path, target: Path) -> Path:
        seen.append(path.name)
        if ".draft." in path.name and target == out:
            raise OSError("no such luck")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="no such luck"):
        publishing.publish(load(str(dataset)), out)
    assert any(".draft." in name for name in seen)
    assert set(everything(out)) == set(before)
    assert [path.name for path in out.parent.iterdir()] == ["published"]


def test_what_a_killed_process_left_is_cleared(dataset: Path, tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    house = tmp_path / "out"
    for name in (f".published.draft.{gone.pid}", f".published.draft.{os.getppid()}", f".other.draft.{gone.pid}"):
        (house / name).mkdir(parents=True)
    daihuo("publish", dataset, "--to", house / "published")
    left = {f".published.draft.{os.getppid()}", f".other.draft.{gone.pid}", "published"}
    assert {path.name for path in house.iterdir()} == left
    before = everything(house / "published")
    (house / "published").rename(house / f".published.old.{gone.pid}")
    assert "as they were" in daihuo("publish", dataset, "--to", house / "published")
    assert everything(house / "published") == before
    assert {path.name for path in house.iterdir()} == left


def test_without_a_database_it_says_so(dataset: Path, tmp_path: Path) -> None:
    shutil.rmtree(dataset / "build")
    assert "no database" in daihuo("publish", dataset, "--to", tmp_path / "out", code=2)
