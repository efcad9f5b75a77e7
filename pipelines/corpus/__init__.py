"""The review corpus of a dataset: signals, complaints, clusters, splits, and versions that say what is new.

Reviews are read twice: once for their texts, which are all compared with each other, then batch by batch, product by
product, for all else. What is held of the whole is what comparing texts needs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from pipelines.complained import complaint_rows
from pipelines.corpus.reading import Batch, batches, products_of, texts
from pipelines.corpus.splits import SPLITS, components, read_shares, split_of
from pipelines.corpus.summary import ProductSummary, cluster_of, summaries
from pipelines.corpus.versions import Comparison, counted, parameters_of, signals_cell
from pipelines.coverage import ReviewCoverage, coverage
from pipelines.dataset import Dataset
from pipelines.review_history import note_history
from pipelines.signals import SIGNALS, Goods, Observer
from pipelines.stated_goods import goods_of
from pipelines.store.corpus_rows import CorpusRows
from pipelines.store.sql import Row, json_cell
from pipelines.store.write import Store, open_store

# Told what is done: its name, how many, and of how many.
Said = Callable[[str, int, int], None]
# Written together: ids lie anywhere in the index, so that each transaction writes most of its pages once.
BATCHES = 8

__all__ = ["CorpusSummary", "ProductSummary", "Version", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the corpus. `changes` counts reviews by kind of change; None for the first version.

    new     whether this run made it
    splits  split → reviews
    """

    number: int
    sha256: str
    new: bool
    splits: dict[str, int]
    changes: dict[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSummary:
    """All products, by name of product key, the totals, and the version that this is; None where there is no review."""

    products: tuple[ProductSummary, ...]
    reviews: int
    signals: int
    clusters: int
    version: Version | None
    complaints: int = 0
    coverage: tuple[ReviewCoverage, ...] = ()


@dataclass(slots=True)
class _Written:
    """What one transaction writes: rows of `corpus_reviews`, their signals, and by review the rows of `complaints`."""

    reviews: list[Row] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    complaints: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


def run(dataset: Dataset, said: Said | None = None, *, daihuo: str = "") -> CorpusSummary:
    """Bring signals, clusters, splits and versions up to date; the same reviews give the same rows and no new version.

    `said` is told ("signals", done, total) while it works; `daihuo` is the version of the program.
    Raises `DatasetInvalid` for bad shares of the splits.
    """
    shares = read_shares(dataset.rules.get("splits", {}))
    with open_store(dataset.database, dataset.secret, "corpus") as store:
        note_history(store)
        covered = coverage(store.db)
        goods = goods_of(store.db, {one.product: one.reachable for one in covered})
        observer = Observer(dataset.rules)
        for found in texts(store.connection):
            observer.add(found)
        observer.settle()
        counts = products_of(store.connection)
        linked = [cluster.names for cluster in observer.clusters.found if len(cluster.names) > 1]
        groups = components(counts, linked)
        splits = {product: split_of(group, shares) for product, group in groups.items()}
        rows = CorpusRows(store)
        comparison = Comparison(rows, rows.newest())
        parameters = parameters_of(shares, observer.parameters)
        clusters: list[Row] = [
            (one.id, one.reviews, one.texts, len(one.names), one.accounts) for one in observer.clusters.found
        ]
        comparison.begin(
            parameters, [(name, groups[name], splits[name], count) for name, count in counts.items()], clusters
        )
        products: list[ProductSummary] = []
        done = complaints = 0
        waiting = batches(store.connection, counts, goods)
        while some := list(islice(waiting, BATCHES)):
            written = _Written()
            for batch in some:
                products += _observe(comparison, observer, batch, goods, splits, written)
                done += len(batch.reviews)
                if said is not None:
                    said("signals", done * len(SIGNALS), sum(counts.values()) * len(SIGNALS))
            with store.transaction():
                comparison.write(written.reviews, written.signals, written.complaints)
            complaints += sum(map(len, written.complaints.values()))
        of_products: list[Row] = [
            (one.product, groups[one.product], one.split, one.collected, one.clustered) for one in products
        ]
        version = _finish(store, comparison, clusters, of_products, parameters, daihuo)
        store.publish("corpus")
    products += [
        ProductSummary(product=key, name=one.name, claimed=one.claimed, collected=0)
        for key, one in goods.items()
        if one.claimed and key not in counts
    ]
    total = sum(counts.values())
    return CorpusSummary(
        products=tuple(sorted(products, key=lambda one: one.product)),
        reviews=total,
        signals=total * len(SIGNALS),
        clusters=len(clusters),
        version=version,
        complaints=complaints,
        coverage=covered,
    )


def _observe(
    comparison: Comparison,
    observer: Observer,
    batch: Batch,
    goods: Mapping[str, Goods],
    splits: Mapping[str, str],
    written: _Written,
) -> list[ProductSummary]:
    """Look at one batch: its rows are added to those that are written together."""
    observed = observer.observe(batch.reviews)
    names = sorted(observed)
    answers = zip(*(observed[name] for name in names), strict=True)
    made: list[Row] = []
    for row in complaint_rows(batch.reviews, observed["default_text"]):
        written.complaints[str(row[0])].append(row)
    for review, content, found, alike in zip(
        batch.reviews, batch.contents, answers, observed["near_duplicate"], strict=True
    ):
        signals, digits = signals_cell(dict(zip(names, found, strict=True)), written.complaints.get(review.id, ()))
        written.signals.append(signals)
        made.append((review.id, splits[review.product], cluster_of(alike), content, digits))
    comparison.batch(made)
    written.reviews += made
    return summaries(batch.reviews, observed, goods, splits)


def _finish(
    store: Store,
    comparison: Comparison,
    clusters: list[Row],
    products: list[Row],
    parameters: Mapping[str, object],
    daihuo: str,
) -> Version | None:
    """Note the version, unless all is as it was; None for a corpus that never had a review."""
    counts: Counter[str] = Counter()
    for _, _, split, reviews, _ in products:
        counts[str(split)] += int(reviews or 0)
    splits = {name: counts[name] for name in SPLITS}
    sha256, newest = str(comparison.digest.hexdigest()), comparison.newest
    if newest is None and not products:
        return None
    with store.transaction():
        comparison.forget()
        new = newest is None or newest[1] != sha256
        number = comparison.number if new else comparison.number - 1
        changes = counted(comparison.rows.changes(number)) if newest is not None and new else None
        if new or comparison.written:
            total = counts.total()
            row: Row = (
                *(number, sha256, total, len(products), len(clusters), total * len(SIGNALS)),
                *(json_cell(splits), json_cell(parameters), json_cell(changes) if changes else None),
                *(datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), daihuo),
            )
            comparison.rows.finish(row, clusters, products)
    return Version(number=number, sha256=sha256, new=new, splits=splits, changes=changes)
