"""`daihuo check DATASET`: all problems of a dataset folder at once, one a line."""

from __future__ import annotations

from typing import TextIO

from pipelines import dataset as folders
from pipelines.errors import DatasetInvalid


def run_check(dataset: str, out: TextIO) -> int:
    """Print `file:row:column: what, expected …, found … (hint)` for each problem, then a summary.

    Returns 0 when there is none, else 3. Raises `InputMissing` when there is no such dataset.
    """
    try:
        found = folders.load(dataset)
    except DatasetInvalid as invalid:
        for problem in invalid.problems:
            print(problem, file=out)
        count = len(invalid.problems)
        print(f"{folders.find(dataset).name}: {count} problem{'s' if count > 1 else ''}", file=out)
        return invalid.exit_code
    print(f"{found.name}: {len(found.claims)} claims, {len(found.shops)} shops, no problem", file=out)
    return 0
