"""The counts that a dataset's `[expect]` asserts."""

from __future__ import annotations

from rich.console import Console

from pipelines.dataset import load
from pipelines.errors import ExpectationsNotMet
from pipelines.store.read import counts
from pipelines.store.write import open_store


def run_expect(name: str, console: Console) -> int:
    """0 when every expected count is met; raises ExpectationsNotMet naming all that are not."""
    dataset = load(name)
    with open_store(dataset.database, dataset.secret, "expect") as store:
        found = counts(store.db)
    wrong = [
        f"{table}: expected {low or 0} to {'any' if high is None else high}, found {found[table]}"
        for table, (low, high) in dataset.expect.items()
        if (low is not None and found[table] < low) or (high is not None and found[table] > high)
    ]
    if wrong:
        raise ExpectationsNotMet("expectations of dataset.toml not met: " + "; ".join(wrong))
    if dataset.expect:
        console.print(f"{dataset.name}: all {len(dataset.expect)} expectations met", highlight=False)
    return 0
