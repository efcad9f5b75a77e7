"""The counts that a dataset's `[expect]` asserts."""

from __future__ import annotations

from rich.console import Console

from pipelines.dataset import Dataset, load
from pipelines.errors import ExpectationsNotMet
from pipelines.store.read import counts, open_read
from pipelines.store.write import open_store


def run_expect(name: str, console: Console) -> int:
    """0 when every expected count is met; raises ExpectationsNotMet naming all that are not."""
    dataset = load(name)
    with open_store(dataset.database, dataset.secret, "expect") as store:
        _compare(dataset, counts(store.db))
    if dataset.expect:
        console.print(f"{dataset.name}: all {len(dataset.expect)} expectations met", highlight=False)
    return 0


def refuse_unmet(dataset: Dataset) -> None:
    """The same without writing. Raises ExpectationsNotMet, InputMissing without a database."""
    db = open_read(dataset.database)
    try:
        _compare(dataset, counts(db))
    finally:
        db.close()


def _compare(dataset: Dataset, found: dict[str, int]) -> None:
    wrong = [
        f"{table}: expected {low or 0} to {'any' if high is None else high}, found {found[table]}"
        for table, (low, high) in dataset.expect.items()
        if (low is not None and found[table] < low) or (high is not None and found[table] > high)
    ]
    if wrong:
        raise ExpectationsNotMet("expectations of dataset.toml not met: " + "; ".join(wrong))
