"""`daihuo changes`: what is new since a time, printed and written."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from crawler.terminal import bars, print_json
from pipelines.changes.bulletin import bulletin
from pipelines.changes.change import Bulletin, Change, Side
from pipelines.dataset import load
from pipelines.export.changes_files import as_json, atom_text, json_text, write_text
from pipelines.export.changes_page import html_text
from pipelines.export.changes_words import change_words, headline, lead
from pipelines.export.words import Language

STDOUT = "-"


def run_changes(
    name: str,
    console: Console,
    *,
    since: str,
    until: str | None = None,
    html: Path | None = None,
    json: str | None = None,
    atom: Path | None = None,
    lang: Language = "zh",
) -> int:
    """Print the changes and write the files asked for; 0 whether or not there are any. `json` may be `-`.

    Raises `DatasetInvalid` (3), and `InputMissing` (2) without a database and for a time that is none.
    """
    dataset = load(name)
    with bars("changes") as said:
        found = bulletin(dataset, since, until, said)
    if html is not None:
        write_text(html, html_text(found, lang, dataset.zone))
    if atom is not None:
        write_text(atom, atom_text(found, lang))
    if json is not None and json != STDOUT:
        write_text(Path(json), json_text(found))
    if json == STDOUT:
        print_json(as_json(found))
    else:
        _print(found, console)
    return 0


def _print(found: Bulletin, console: Console) -> None:
    def say(text: str | Text) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    say(f"{found.dataset}: pages seen up to {found.since} beside those up to {found.until}")
    for kind, changes in groupby(found.changes, key=lambda change: change.kind):
        say(Text(str(change_words("en")["kind"][kind]), style="bold"))
        for change in changes:
            claims = f"{', '.join(change.claims)}  " if change.claims else ""
            say(f"  {claims}{headline(change, 'en')}")
            if change.why:
                say(f"    {change.why}")
            say(f"    {_pages(change)}")
    say(lead(found, "en"))


def _pages(change: Change) -> str:
    def told(side: Side) -> str:
        return f"{' '.join(side.page_ids) or '–'} ({side.seen_at or 'not seen'})"

    return f"page {told(change.old)} → {told(change.new)}"
