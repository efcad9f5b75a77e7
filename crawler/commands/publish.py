"""`daihuo publish`: a folder to hand on, or the reason why not."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from crawler.commands.expect import refuse_unmet
from crawler.commands.report import archive_reader
from crawler.evidence.verification import verify
from crawler.evidence.wacz import write_wacz
from crawler.terminal import print_json
from pipelines.dataset import Dataset, load
from pipelines.errors import EvidenceBroken
from pipelines.export.publish import publish
from pipelines.store.read import open_read

_NAMED = 3


def run_publish(name: str, to: Path, console: Console, *, evidence: bool = False, as_json: bool = False) -> int:
    """Check, write and say what was written; 0 then.

    Raises `ExpectationsNotMet` (5), `EvidenceBroken` (7), `LeakFound` (8), `InputMissing` (2) without a database or
    with a folder that holds something else, `PackageMissing` (2) without the package that makes a WACZ.
    """
    dataset = load(name)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        task = progress.add_task("counting")
        refuse_unmet(dataset)
        progress.update(task, description="verifying every record and row")
        _refuse_broken(dataset)
        progress.update(task, description="writing tables, explorer, reports")
        written = publish(
            dataset,
            to.resolve(),
            (lambda folder: _write_archive(dataset, folder)) if evidence else None,
            archive_reader(dataset),
        )
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


def _refuse_broken(dataset: Dataset) -> None:
    roots = dataset.path / dataset.evidence.rfc3161_roots if dataset.evidence.rfc3161_roots else None
    found = verify(dataset.database, dataset.archive, lambda *_: None, roots)
    if found.problems:
        first = "; ".join(str(problem) for problem in found.problems[:_NAMED])
        raise EvidenceBroken(
            f"{len(found.problems)} broken, nothing was published: {first}. All of it: daihuo verify {dataset.name}"
        )


def _write_archive(dataset: Dataset, folder: Path) -> None:
    db = open_read(dataset.database)
    try:
        write_wacz(db.conn, dataset.archive, folder / f"{dataset.name}.wacz", dataset.title, dataset.description)
    finally:
        db.close()
