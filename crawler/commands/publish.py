"""`daihuo publish`: a folder to hand on, or the reason why not."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from crawler.commands.expect import refuse_unmet
from crawler.commands.export import write_archive
from crawler.commands.report import archive_reader
from crawler.commands.verify import verify_dataset
from crawler.terminal import Said, bars, print_json
from pipelines.dataset import Dataset, load
from pipelines.errors import EvidenceBroken
from pipelines.export.publish import publish

_NAMED = 3


def run_publish(name: str, to: Path, console: Console, *, evidence: bool = False, as_json: bool = False) -> int:
    """Check, write and say what was written; 0 then.

    Raises `ExpectationsNotMet` (5), `EvidenceBroken` (7), `LeakFound` (8), `InputMissing` (2) without a database or
    with a folder that holds something else, `PackageMissing` (2) without the package that makes a WACZ.
    """
    dataset = load(name)

    def archived(folder: Path) -> None:
        write_archive(dataset, folder)

    with bars("publish") as said_so_far:
        refuse_unmet(dataset)
        _refuse_broken(dataset, said_so_far)
        said_so_far("tables, explorer, reports", 0, 1)
        written = publish(dataset, to.resolve(), archived if evidence else None, archive_reader(dataset))
    if as_json:
        told = {"folder": str(written.folder), "changed": written.changed, "sha256": written.sums}
        print_json({"dataset": dataset.name, **told})
        return 0
    said = f"{dataset.name}: {len(written.sums)} files in {to}" + ("" if written.changed else ", as they were")
    console.print(said, highlight=False, soft_wrap=True)
    if evidence:
        console.print(
            "evidence/ holds what the pages showed, names of buyers included: read it before you hand it on.",
            highlight=False,
            soft_wrap=True,
        )
    return 0


def _refuse_broken(dataset: Dataset, said: Said) -> None:
    found = verify_dataset(dataset, said)
    if found.problems:
        first = "; ".join(str(problem) for problem in found.problems[:_NAMED])
        raise EvidenceBroken(
            f"{len(found.problems)} broken, nothing was published: {first}. All of it: daihuo verify {dataset.name}"
        )
