"""What others' tools make of an export: Hugging Face datasets, frictionless and mlcroissant, each in a process of its
own that knows nothing of this checkout.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import corpus
from pipelines.dataset import Dataset
from pipelines.export.tables import EXPORTED, export_tables, read_csv, read_jsonl, read_parquet
from pipelines.facts import OfferFact, PageFacts, ReviewFact
from pipelines.store.write import PageRecord, open_store
from tests.pipelines.conftest import Small

PRODUCTS = 12
SHARED = "两个商品下面一字不差的同一段评价文字"
WORDS = re.findall("..", "云朵面霜滋润清爽瓶口漏液包装回购味道刺鼻快递客服赠品日期敏感保湿泛红退货价格直播")


def filled(small: Small) -> Dataset:
    """Twelve products of eight reviews: one text at two of them, and one more with a phone number and a formula."""
    small.claim("1")
    small.extra = "[rules.splits]\ntrain = 0.4\nvalidation = 0.2\ntest = 0.4\n"
    small.write()
    dice = Random(20261126)
    with open_store(small.path / "build" / "daihuo.sqlite", b"secret") as store:
        for product in range(PRODUCTS):
            reviews = tuple(
                ReviewFact(
                    id=f"{product}-{n}",
                    text=SHARED if (product, n) in ((3, 0), (7, 0)) else "，".join(dice.sample(WORDS, 7)),
                    rating=Decimal("4.5"),
                    rating_scale=Decimal(5),
                    date=f"2026-01-{n + 1:02d}",
                    language="zh-Hans",
                    author=f"买家{n}",
                )
                for n in range(8)
            )
            odd = ReviewFact(id="odd", text='=1+1 打 13800000000\n"引号", 换行', language="zh-Hans")
            url = f"https://streamer.example/item/{product}"
            facts = PageFacts(
                url=url,
                kind="product",
                outcome="ok",
                offer=OfferFact(sku=str(product)),
                reviews=(*reviews, *([odd] if product == 3 else [])),
            )
            store.write_page(PageRecord(url=url, fetched_at="2026-02-01T00:00:00Z", status=200, sha256=url), facts)
    dataset = small.dataset
    corpus.run(dataset, daihuo="1.2.3")
    return dataset


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One export for the tests that only read it."""
    small = Small(tmp_path_factory.mktemp("release") / "small")
    to = small.path / "build" / "export"
    export_tables(filled(small), to)
    return to


def asked(code: str, folder: Path, tmp_path: Path) -> object:
    """What a program prints as JSON, run in another folder with the export's path as its argument."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HF_"))}
    environment |= {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


BY_FILES = """
import json, sys
from pathlib import Path
from datasets import load_dataset
files = {path.stem.partition("-")[2]: str(path) for path in Path(sys.argv[1]).glob("reviews-*.parquet")}
found = load_dataset("parquet", data_files=files)
print(json.dumps({name: [row["id"] for row in split] for name, split in found.items()}))
"""
BY_FOLDER = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
names = get_dataset_config_names(sys.argv[1])
signals = load_dataset(sys.argv[1], "signals")["train"]
reviews = load_dataset(sys.argv[1])
print(json.dumps([names, {name: split.num_rows for name, split in reviews.items()}, signals.num_rows,
    {name: kind.dtype for name, kind in reviews["train"].features.items()}]))
"""


def test_hugging_face_datasets_loads_the_files(exported: Path, tmp_path: Path) -> None:
    found = asked(BY_FILES, exported, tmp_path)
    assert isinstance(found, dict)
    assert set(found) == {"train", "validation", "test"}
    assert sorted(one for split in found.values() for one in split) == [
        row["id"] for row in read_jsonl(exported / "reviews.jsonl")
    ]


def test_hugging_face_datasets_loads_the_folder_by_its_card(exported: Path, tmp_path: Path) -> None:
    found = asked(BY_FOLDER, exported, tmp_path)
    assert isinstance(found, list)
    names, reviews, signals, kinds = found
    assert set(names) == set(EXPORTED)
    by_split = dict.fromkeys(reviews, 0)
    for row in read_jsonl(exported / "reviews.jsonl"):
        by_split[row["split"]] += 1
    assert reviews == by_split
    assert signals == sum(1 for _ in read_jsonl(exported / "signals.jsonl"))
    assert (kinds["rating"], kinds["verified"], kinds["language_confidence"]) == ("string", "int64", "float64")


FRICTIONLESS = """
import json, sys
from frictionless import validate
report = validate(sys.argv[1] + "/datapackage.json")
print(json.dumps([report.valid, report.flatten(["name", "type", "note"]), len(report.tasks)]))
"""


def test_frictionless_validates_it_and_sees_a_changed_cell(exported: Path, tmp_path: Path) -> None:
    valid, errors, tasks = asked(FRICTIONLESS, exported, tmp_path)  # type: ignore[misc]
    assert (valid, errors) == (True, [])
    assert tasks == 2 * len(EXPORTED) + len(list(exported.glob("*.parquet")))
    copied = tmp_path / "copy"
    copied.mkdir()
    for path in exported.iterdir():
        (copied / path.name).write_bytes(
            path.read_bytes().replace(b"4.5", b"4.4") if path.name == "reviews.csv" else path.read_bytes()
        )
    valid, errors, _ = asked(FRICTIONLESS, copied, tmp_path)  # type: ignore[misc]
    assert not valid
    assert [kind for _, kind, _ in errors] == ["hash-count"]


CROISSANT = """
import json, sys
import mlcroissant
dataset = mlcroissant.Dataset(sys.argv[1] + "/croissant.json")
issues = dataset.metadata.issues
counts = {name: sum(1 for _ in dataset.records(name)) for name in ("reviews", "signals")}
first = min(row["reviews/id"].decode() for row in dataset.records("reviews"))
print(json.dumps([sorted(issues.errors), sorted(issues.warnings), counts, first, len(dataset.metadata.record_sets)]))
"""


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_mlcroissant_validates_and_reads_it(exported: Path, tmp_path: Path, kind: str) -> None:
    folder = exported
    if kind != "parquet":
        folder = tmp_path / "small" / "build" / "export"
        export_tables(filled(Small(tmp_path / "small")), folder, [kind])
    errors, warnings, counts, first, sets = asked(CROISSANT, folder, tmp_path)  # type: ignore[misc]
    assert errors == []
    assert warnings == []
    assert sets == len(EXPORTED)
    rows = list(read_jsonl(exported / "reviews.jsonl"))
    assert counts["reviews"] == len(rows)
    assert first == rows[0]["id"]


def test_three_formats_say_the_same(exported: Path) -> None:
    for table in EXPORTED:
        said = list(read_jsonl(exported / f"{table}.jsonl"))
        parts = sorted(exported.glob(f"{table}-*.parquet") if table == "reviews" else [exported / f"{table}.parquet"])
        rows = [row for part in parts for row in read_parquet(part)]
        key = list(said[0]) if said else []
        assert sorted(rows, key=str) == sorted(said, key=str)
        cells = [{name: "" if value is None else str(value) for name, value in row.items()} for row in said]
        assert list(read_csv(exported / f"{table}.csv")) == cells, key
        assert all(pq.read_schema(part) == pq.read_schema(parts[0]) for part in parts)
    assert pq.read_schema(exported / "reviews-train.parquet").field("rating").type == pa.string()


def test_no_cluster_is_in_two_splits_and_all_of_a_product_is_in_one(exported: Path) -> None:
    splits: dict[str, set[str]] = {}
    for row in read_jsonl(exported / "reviews.jsonl"):
        splits.setdefault(f"product {row['product']}", set()).add(row["split"])
        if row["cluster"]:
            splits.setdefault(row["cluster"], set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())
    shared = [row for row in read_jsonl(exported / "reviews.jsonl") if row["text"] == SHARED]
    assert [row["cluster"] for row in shared] == 2 * [shared[0]["cluster"]]


def test_a_second_export_has_the_same_bytes_after_another_corpus(small: Small, tmp_path: Path) -> None:
    dataset = filled(small)
    export_tables(dataset, tmp_path / "a")
    corpus.run(dataset, daihuo="1.2.3")
    export_tables(dataset, tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_two_corpora_of_one_database_differ_in_the_stated_time_only(small: Small, tmp_path: Path) -> None:
    dataset = filled(small)
    export_tables(dataset, tmp_path / "a")
    with open_store(dataset.database, b"secret") as store, store.transaction():
        for table in ("corpus_versions", "corpus_reviews", "corpus_products", "clusters"):
            store.connection.execute(f"DELETE FROM {table}")
    corpus.run(dataset, daihuo="1.2.3")
    with open_store(dataset.database, b"secret") as store, store.transaction():
        store.connection.execute("UPDATE corpus_versions SET made_at = '2031-01-01T00:00:00Z'")
    export_tables(dataset, tmp_path / "b")
    for path in sorted((tmp_path / "a").iterdir()):
        one, other = path.read_bytes(), (tmp_path / "b" / path.name).read_bytes()
        if path.name == "README.md":
            assert one != other
            when = "| made at | "
            now = (
                next(line for line in one.decode().splitlines() if line.startswith(when))
                .split("| ")[2]
                .partition(",")[0]
            )
            one = one.replace(now.encode(), b"2031-01-01T00:00:00Z").replace(now[:10].encode(), b"2031-01-01")
        if path.name == "croissant.json":
            one, other = (
                json.dumps({**json.loads(text), "datePublished": "", "citeAs": ""}).encode() for text in (one, other)
            )
        assert one == other, path.name
