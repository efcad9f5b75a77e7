"""Versions of the corpus: what makes a new one, what is told of it, and what a stopped run leaves."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from crawler.commands.corpus import run_corpus
from pipelines import corpus
from pipelines.corpus import reading, versions
from pipelines.dataset import Dataset
from pipelines.errors import DatasetInvalid
from pipelines.facts import PageFacts, ReviewFact
from pipelines.signals import SIGNALS
from pipelines.store.corpus_rows import CorpusRows
from pipelines.store.read import open_read
from pipelines.store.write import PageRecord, open_store
from tests.pipelines.conftest import Small

TEXTS = {
    "a": ("云朵面霜抹开以后很滋润", "瓶口漏了一半，客服不理人", "第三次回购，日期新鲜"),
    "b": ("颜色比图片深一些，不卡粉", "快递放在门口被雨淋湿了"),
    "c": ("给妈妈买的，她说味道好闻", "尺码偏小，换了一次才合适"),
}


def put(dataset: Dataset, product: str, texts: tuple[str, ...], rating: str = "5") -> None:
    """The reviews of one product's page; a second time they replace those that it showed before."""
    reviews = tuple(
        ReviewFact(id=f"{product}{n}", text=text, rating=Decimal(rating), rating_scale=Decimal(5), author=f"买家{n}")
        for n, text in enumerate(texts)
    )
    url = f"https://shop.example/{product}"
    with open_store(dataset.database, b"secret") as store:
        facts = PageFacts(url=url, kind="reviews", outcome="ok", reviews=reviews)
        store.write_page(PageRecord(url=url, fetched_at="2026-02-01T00:00:00Z", sha256=product), facts)


@pytest.fixture
def dataset(small: Small) -> Dataset:
    small.claim("1")
    small.write()
    for product, texts in TEXTS.items():
        put(small.dataset, product, texts)
    return small.dataset


def rows(dataset: Dataset, query: str) -> list[tuple[object, ...]]:
    db = open_read(dataset.database)
    try:
        return db.conn.execute(query).fetchall()
    finally:
        db.close()


def test_the_first_version_and_none_when_nothing_changed(dataset: Dataset) -> None:
    first = corpus.run(dataset, daihuo="1.2.3").version
    assert first is not None
    assert (first.number, first.new, first.changes) == (1, True, None)
    before = rows(dataset, "SELECT * FROM corpus_versions")
    seals = rows(dataset, "SELECT COUNT(*) FROM seals")
    again = corpus.run(dataset, daihuo="9.9.9").version
    assert again is not None
    assert (again.number, again.new, again.sha256) == (1, False, first.sha256)
    assert rows(dataset, "SELECT * FROM corpus_versions") == before
    assert rows(dataset, "SELECT COUNT(*) FROM seals") == seals
    assert rows(dataset, "SELECT * FROM corpus_changes") == []


def test_what_changed_is_counted_and_stored(dataset: Dataset) -> None:
    corpus.run(dataset)
    put(dataset, "b", ("颜色比图片深一些，但是会卡粉",))
    put(dataset, "d", ("一条全新的评价，从前没有",))
    version = corpus.run(dataset).version
    assert version is not None
    assert (version.number, version.new) == (2, True)
    assert version.changes == {"added": 1, "removed": 1, "changed": 1, "moved": 0, "signals": 1}
    found = rows(
        dataset,
        "SELECT c.change, r.text, c.before IS NULL, c.after IS NULL FROM corpus_changes c"
        " LEFT JOIN reviews r ON r.id = c.review ORDER BY c.change",
    )
    assert found == [
        ("added", "一条全新的评价，从前没有", 1, 0),
        ("changed", "颜色比图片深一些，但是会卡粉", 0, 0),
        ("removed", None, 0, 1),
        ("signals", "颜色比图片深一些，但是会卡粉", 0, 0),
    ]
    assert rows(dataset, "SELECT COUNT(*) FROM corpus_reviews") == rows(dataset, "SELECT COUNT(*) FROM reviews")
    assert rows(dataset, "SELECT COUNT(*) FROM signals") == [(7 * len(SIGNALS),)]


def test_products_that_come_to_share_a_text_move_together(dataset: Dataset, small: Small) -> None:
    small.extra = "[rules.splits]\ntrain = 0.5\ntest = 0.5\n"
    dataset = small.dataset
    corpus.run(dataset)
    splits = dict(rows(dataset, "SELECT product, split FROM corpus_products"))
    assert set(splits.values()) == {"train", "test"}
    one = next(product for product in sorted(splits) if splits[product] == "train")
    other = next(product for product in sorted(splits) if splits[product] == "test")
    for product in (one, other):
        name = str(product)[-1]
        put(dataset, name, (*TEXTS[name], "这一段评价在两个商品下面都出现过"))
    version = corpus.run(dataset).version
    assert version is not None
    assert version.changes is not None
    now = dict(rows(dataset, "SELECT product, split FROM corpus_products"))
    assert now[one] == now[other] == "train"
    assert version.changes["moved"] == len(TEXTS[str(other)[-1]])
    moved = rows(dataset, "SELECT DISTINCT before, after FROM corpus_changes WHERE change = 'moved'")
    assert moved == [("test", "train")]


def test_other_parameters_make_a_version_of_the_same_reviews(dataset: Dataset, small: Small) -> None:
    corpus.run(dataset)
    small.extra = "[rules.near_duplicate]\njaccard = 0.8\n"
    version = corpus.run(small.dataset).version
    assert version is not None
    assert (version.number, set((version.changes or {}).values())) == (2, {0})


def test_a_run_that_was_stopped_is_made_good_by_the_next(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.run(dataset)
    put(dataset, "a", ("云朵面霜抹开以后很滋润", "换了一句话", "第三次回购，日期新鲜"))
    put(dataset, "c", ("给妈妈买的，她说味道好闻",))
    monkeypatch.setattr(reading, "BATCH", 1)
    monkeypatch.setattr(corpus, "BATCHES", 1)
    whole = versions.Comparison.write
    calls = []

    def stops(self: versions.Comparison, *given: object) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(self, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as stopped:
        stopped.setattr(versions.Comparison, "write", stops)
        with pytest.raises(KeyboardInterrupt):
            corpus.run(dataset)
    assert rows(dataset, "SELECT MAX(version) FROM corpus_versions") == [(1,)]
    version = corpus.run(dataset).version
    assert version is not None
    assert version.number == 2
    assert version.changes == {"added": 0, "removed": 1, "changed": 1, "moved": 0, "signals": 2}


def test_a_review_that_went_and_came_again_has_its_signals(dataset: Dataset) -> None:
    corpus.run(dataset)
    put(dataset, "b", TEXTS["b"][:1])
    put(dataset, "b", TEXTS["b"])
    assert rows(dataset, "SELECT COUNT(*) FROM signals") == [(6 * len(SIGNALS),)]
    version = corpus.run(dataset).version
    assert version is not None
    assert not version.new
    assert rows(dataset, "SELECT COUNT(*) FROM signals") == [(7 * len(SIGNALS),)]


def test_batches_of_any_size_give_the_same_rows(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    put(dataset, "d", ("这一段评价在两个商品下面都出现过",))
    put(dataset, "e", ("这一段评价，在两个商品下面都出现过！",))
    corpus.run(dataset)
    tables = ("signals", "clusters", "corpus_reviews", "corpus_products")
    once = [rows(dataset, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    assert len(once[1]) == 1
    with open_store(dataset.database, b"secret") as store, store.transaction():
        for table in ("corpus_versions", *tables[1:]):
            store.connection.execute(f"DELETE FROM {table}")
    monkeypatch.setattr(reading, "BATCH", 1)
    corpus.run(dataset)
    assert [rows(dataset, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == once


def test_signals_of_an_older_daihuo_are_replaced(dataset: Dataset) -> None:
    with open_store(dataset.database, b"secret") as store, store.transaction():
        store.connection.execute(
            'INSERT INTO corpus_reviews (review, signals_json) SELECT id, \'{"gone": ["1", {}]}\' FROM reviews'
        )
    corpus.run(dataset)
    assert {name for (name,) in rows(dataset, "SELECT DISTINCT signal FROM signals")} == set(SIGNALS)


def test_printed(dataset: Dataset, small: Small) -> None:
    out = io.StringIO()
    for _ in range(2):
        run_corpus(str(small.path), Console(file=out, width=200))
    put(dataset, "d", ("一条全新的评价，从前没有",))
    run_corpus(str(small.path), Console(file=out, width=200))
    printed = out.getvalue()
    assert "corpus version 1 (" in printed
    assert "· the first one" in printed
    assert "nothing changed, no new version" in printed
    assert "against version 1: 1 reviews added · 0 removed" in printed


@pytest.mark.parametrize(
    "wrong", ["train = 0.9", "train = 1.2\ntest = -0.2", "train = 0.5\nexam = 0.5", 'train = "many"']
)
def test_bad_shares_are_a_problem_of_the_dataset(dataset: Dataset, small: Small, wrong: str) -> None:
    small.extra = f"[rules.splits]\n{wrong}\n"
    with pytest.raises(DatasetInvalid, match=r"rules\.splits: bad shares"):
        corpus.run(small.dataset)


def test_rows_are_asked_for_only_where_there_are_some(dataset: Dataset) -> None:
    with open_store(dataset.database, b"secret") as store:
        assert CorpusRows(store).newest() is None
        assert CorpusRows(store).gone() == []


def test_a_batch_is_no_larger_than_asked_for_and_cuts_no_product(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        put(dataset, f"p{n:02d}", tuple(f"第{n}个商品的第{k}条评价，各不相同" for k in range(5)))
    monkeypatch.setattr(reading, "BATCH", 12)
    with open_store(dataset.database, b"secret") as store:
        products = reading.products_of(store.connection)
        found = list(reading.batches(store.connection, products, {}))
        assert max(len(batch.reviews) for batch in found) < 12 + 5
        assert max(len(batch) for batch in reading.texts(store.connection)) <= 12
    seen = [{review.product for review in batch.reviews} for batch in found]
    assert sum(map(len, seen)) == len(products)
    assert sum(len(batch.reviews) for batch in found) == 107
