"""`daihuo run`: check, crawl, compare, corpus, report."""

from __future__ import annotations

from rich.console import Console

from crawler.commands.check import check_aloud
from crawler.commands.compare import run_compare
from crawler.commands.corpus import run_corpus
from crawler.commands.crawl import INTERRUPTED, run_crawl
from crawler.commands.expect import run_expect
from crawler.commands.report import run_report
from pipelines.dataset import find
from pipelines.store.presence import only_run


def run_dataset(name: str, console: Console, *, replay: bool = False, lang: str = "zh") -> int:
    """All steps in order. Refused or failed pages (4) do not stop the later steps; the worst code is returned.

    Raises `RunOverlaps` (9) while another run of the dataset is at work.
    """
    with only_run(find(name) / "build"):
        return _steps(name, console, replay=replay, lang=lang)


def _steps(name: str, console: Console, *, replay: bool, lang: str) -> int:
    invalid = check_aloud(name, console)
    if invalid:
        return invalid
    crawled = run_crawl(name, console, replay=replay)
    if crawled == INTERRUPTED:
        return crawled
    for step in (run_compare, run_corpus):
        code = step(name, console)
        if code:
            return code
    code = run_report(name, None, lang, console)
    return code or run_expect(name, console) or crawled
