"""`daihuo compare`: the verdict for every claim, as a table."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.terminal import bars, many, print_json
from pipelines import compare
from pipelines.cells import CellRefused, time_cell
from pipelines.claimed import CLAIM_WORDS
from pipelines.compare import VerdictRow
from pipelines.compared_rows import verdict_row
from pipelines.dataset import load
from pipelines.errors import InputMissing
from pipelines.verdict import VerdictWord

_STYLES: dict[VerdictWord, str] = {
    "consistent": "green",
    "cheaper_at_streamer": "cyan",
    "dearer_at_streamer": "red",
    "different_product": "magenta",
    "cannot_tell": "yellow",
}
_NARROW = 140


def run_compare(name: str, console: Console, *, as_of: str | None = None, as_json: bool = False) -> int:
    """Compare, store and print; 0 when done. Raises `DatasetInvalid` (exit 3) and `InputMissing` (exit 2).

    With `as_of`, a time as in the watchlist, the answer of that moment is printed and nothing is stored.
    """
    dataset = load(name)
    moment = _moment(as_of, dataset.zone) if as_of else None
    with bars("compare") as progress:
        rows = compare.run(dataset, moment, progress)
    if as_json:
        print_json({"dataset": dataset.name, "as_of": moment, "claims": [_as_json(row) for row in rows]})
        return 0
    if console.is_terminal and console.width >= _NARROW:
        console.print(_table(rows))
    else:
        for row in rows:
            _print_plain(row, console)
    counts = Counter(row.verdict.word for row in rows)
    said = " · ".join(f"{word} {counts[word]}" for word in _STYLES if counts[word])
    console.print(
        Text(f"{many(len(rows), 'claim')}: {said}" if rows else "0 claims: the watchlist is empty"), soft_wrap=True
    )
    words = Counter(row.answer.word for row in rows)
    told = " · ".join(f"{word} {words[word]}" for word in CLAIM_WORDS if words[word])
    if rows:
        console.print(Text(f"their words: {told}"), soft_wrap=True)
    if moment:
        console.print(Text(f"as of {moment}, with pages seen until then; nothing was stored"), soft_wrap=True)
    return 0


def _moment(text: str, zone: str) -> str:
    try:
        return time_cell(text, zone)
    except CellRefused as refused:
        hint = f" ({refused.hint})" if refused.hint else ""
        raise InputMissing(f"--as-of: {refused.what}: expected {refused.expected}, found {text!r}{hint}") from None


def _as_json(row: VerdictRow) -> dict[str, Any]:
    """The columns of `claims` that name it, and those of `verdicts`; amounts are decimal strings."""
    claim, found = row.claim, verdict_row(row)
    named = {"id": claim.id, "streamer": claim.streamer, "product": claim.product, "claim": claim.claim}
    plain = {name.removesuffix("_json"): value for name, value in found.items() if name != "claim_id"}
    return named | {name: str(value) if isinstance(value, Decimal) else value for name, value in plain.items()}


def _table(rows: list[VerdictRow]) -> Table:
    table = Table(title="Verdicts", title_justify="left")
    for column in ("Claim", "Streamer", "Product"):
        table.add_column(column, overflow="fold")
    table.add_column("Promoted", justify="right", no_wrap=True)
    table.add_column("Official", justify="right", no_wrap=True)
    table.add_column("Per", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Words", no_wrap=True)
    table.add_column("Why", overflow="fold", ratio=1)
    for row in rows:
        word = row.verdict.word
        cells = [Text(cell) for cell in _cells(row)]
        table.add_row(*cells, Text(word, style=_STYLES[word]), row.answer.word, Text(row.verdict.reasons[0]))
    return table


def _print_plain(row: VerdictRow, console: Console) -> None:
    """A claim a paragraph: nothing is cut at any width, and a pipe gets one line for the answer and one a reason."""
    claim, streamer, product, promoted, official, per = _cells(row)
    word = row.verdict.word
    prices = f"promoted {promoted}, official {official}, per {per}" if per else "no prices compared"
    head = Text.assemble(f"{claim}  ", (word, f"bold {_STYLES[word]}"), f"  {streamer} · {product} · {prices}")
    console.print(head, soft_wrap=True)
    for reason in row.verdict.reasons:
        console.print(Text(f"    {reason}"), soft_wrap=True)
    if row.claim.claim:
        console.print(Text(f"    “{row.claim.claim}”: {row.answer.word}. {row.answer.text}"), soft_wrap=True)


def _cells(row: VerdictRow) -> tuple[str, str, str, str, str, str]:
    verdict, claim = row.verdict, row.claim

    def price(amount: Decimal | None) -> str:
        return "–" if amount is None else f"{amount} {verdict.currency or ''}".strip()

    return (
        claim.id,
        claim.streamer,
        claim.product,
        price(verdict.promoted_price),
        price(verdict.official_price),
        verdict.per or "",
    )
