"""The notebooks of docs/notebooks redraw figures of the report from an export: run here, and their numbers checked."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import nbformat
import pytest
from nbclient import NotebookClient

from crawler.cli import main
from crawler.demo import official

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
FORMAT = next(option for option in main.commands["export"].params if option.name == "formats").type
# The notebooks open these two; JSON Lines is for programs.
OPENED = [kind for kind in ("csv", "parquet") if isinstance(FORMAT, click.Choice) and kind in FORMAT.choices]

SHOPS = ("http://stream.example", "http://brand.example")
# Page of the demo's official store, its price there, the price on the promoted page.
GOODS = (
    ("moonlight-cleansing-oil-200ml", "139.00", "159.00"),
    ("cloud-repair-cream-50g", "268.00", "268.00"),
    ("yuzu-toner-150ml", "129.00", "99.00"),
)
DIFFERENCES = {"N1": Decimal("14.4"), "N2": Decimal("0.0"), "N3": Decimal("-23.3")}
MANIFEST = (
    'title = "Notebooks"\nlicence = "CC0-1.0"\n[[shops]]\nname = "Brand"\nhost = "brand.example"\nrole = "official"\n'
)
HEADER = "id,streamer,platform,broadcast_at,product,brand,claimed_price,currency,claim,promo_url,official_urls\n"


def saved_traffic() -> dict[str, Any]:
    """What a browser would have recorded at both shops: the demo's official pages, at two hosts and prices."""
    entries = []
    for slug, theirs, ours in GOODS:
        body = official.answer(f"/products/{slug}", SHOPS[1]).body
        for shop, price in zip(SHOPS, (ours, theirs), strict=True):
            text = body.replace(SHOPS[1], shop).replace(theirs, price)
            content = {"mimeType": "text/html", "text": text}
            entries.append(
                {
                    "startedDateTime": "2026-11-20T12:10:00.000Z",
                    "request": {"url": f"{shop}/products/{slug}"},
                    "response": {"status": 200, "content": content},
                }
            )
    return {"log": {"entries": entries}}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    rows = [
        f"N{n},somebody,demo,2026-11-20 20:05,{slug},白鹭研究所,{ours},CNY,,"
        f"{SHOPS[0]}/products/{slug},{SHOPS[1]}/products/{slug}\n"
        for n, (slug, _, ours) in enumerate(GOODS, 1)
    ]
    # Nobody looked at these pages: a claim that cannot be told.
    rows.append(f"N4,somebody,demo,,nothing,,,,,{SHOPS[0]}/products/none,{SHOPS[1]}/products/none\n")
    (folder / "dataset.toml").write_text(MANIFEST, "utf-8")
    (folder / "watchlist.csv").write_text(HEADER + "".join(rows), "utf-8")
    (folder / "saved.har").write_text(json.dumps(saved_traffic(), ensure_ascii=False), "utf-8")
    for verb in (("ingest", folder, folder / "saved.har"), ("compare", folder), ("corpus", folder)):
        daihuo(*map(str, verb))
    return folder


def daihuo(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module", params=OPENED)
def export(request: pytest.FixtureRequest, dataset: Path) -> Path:
    folder = dataset / f"export-{request.param}"
    daihuo("export", str(dataset), "--to", str(folder), "--format", request.param)
    return folder


def run(name: str, export: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> Any:
    """Run a notebook on an export; the JSON that the expression `last` gives after it."""
    monkeypatch.setenv("DAIHUO_EXPORT", str(export))
    book = nbformat.read(ROOT / "docs" / "notebooks" / f"{name}.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(f"print({last})"))
    NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(export)}}).execute()
    return json.loads(book.cells[-1].outputs[0].text)


def data_of(chart: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = chart["datasets"][chart["data"]["name"]]
    return rows


def test_prices(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chart = run("prices", export, monkeypatch, "chart.to_json()")
    assert {row["claim_id"]: Decimal(str(row["difference"])) for row in data_of(chart)} == DIFFERENCES
    assert chart["title"] == "3 of 4 claims could be compared"


def test_reviews(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = data_of(run("reviews", export, monkeypatch, "chart.to_json()"))
    written = [json.loads(line) for line in (export.parent / "jsonl" / "reviews.jsonl").read_text("utf-8").splitlines()]
    assert sum(row["reviews"] for row in rows) == len(written) > 10
    assert {row["product"] for row in rows} == {row["product"] for row in written}
    five = sum(row["reviews"] for row in rows if row["stars"] == 5)
    assert five == sum(row["rating"] == "5" for row in written)


@pytest.fixture(scope="module", autouse=True)
def written_reviews(dataset: Path) -> None:
    daihuo("export", str(dataset), "--to", str(dataset / "jsonl"), "--format", "jsonl")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert cells
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}


def test_every_notebook_is_run_and_named() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["prices", "reviews"]
    text = (ROOT / "docs" / "using-an-export.md").read_text("utf-8")
    assert all(f"notebooks/{path.name}" in text for path in NOTEBOOKS)
