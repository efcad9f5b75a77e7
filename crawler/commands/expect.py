"""The counts that a dataset's `[expect]` asserts."""

from __future__ import annotations

from rich.console import Console

from pipelines.dataset import Dataset, load
from pipelines.errors import ExpectationsNotMet
from pipelines.store.read import counts, open_read


def run_expect(name: str, console: Console) -> int:
    """0 when every expected count is met; raises what `refuse_unmet` raises."""
    dataset = load(name)
    refuse_unmet(dataset)
    if dataset.expect:
        console.print(f"{dataset.name}: all {len(dataset.expect)} expectations met", highlight=False)
    return 0


def refuse_unmet(dataset: Dataset) -> None:
    """Raises ExpectationsNotMet naming all counts that are not met, InputMissing without a database."""
    db = open_read(dataset.database)
    try:
        found = counts(db)
    finally:
        db.close()
    wrong = [
        f"{table}: expected {low or 0} to {'any' if high is None else high}, found {found[table]}"
        for table, (low, high) in dataset.expect.items()
        if (low is not None and found[table] < low) or (high is not None and found[table] > high)
    ]
    if wrong:
        raise ExpectationsNotMet("expectations of dataset.toml not met: " + "; ".join(wrong))
