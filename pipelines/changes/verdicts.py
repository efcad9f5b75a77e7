"""Answers that changed: the same watchlist and rules on the pages seen until then and on those seen until now.

So a change of an answer is a change of the pages, never one of the watchlist or of a rule in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines import compare
from pipelines.changes.change import Change, Side
from pipelines.changes.looks import Looks
from pipelines.compare import Said, VerdictRow
from pipelines.dataset import Dataset


def verdict_changes(dataset: Dataset, looks: Looks, since: str, until: str, said: Said | None = None) -> list[Change]:
    """`verdict_changed` (part `verdict` or `words`) and `raised_before_broadcast`."""
    before = {row.claim.id: row for row in compare.run(dataset, since, said)}
    found: list[Change] = []
    for row in compare.run(dataset, until, said):
        old = before[row.claim.id]
        if old.verdict.page_ids:
            found += _answers(old, row)
        found += _raised(looks, old, row)
    return found


def _answers(old: VerdictRow, new: VerdictRow) -> Iterator[Change]:
    # A page that was not there before is no other answer: what was not known then is known now.
    if old.verdict.word != new.verdict.word:
        yield _changed("verdict", old, new, old.verdict.word, new.verdict.word, new.verdict.text)
    if old.answer.word != new.answer.word:
        yield _changed("words", old, new, old.answer.word, new.answer.word, new.answer.text)


def _changed(part: str, old: VerdictRow, new: VerdictRow, was: str, now: str, why: str) -> Change:
    claim = new.claim
    return Change(
        kind="verdict_changed",
        subject=claim.id,
        part=part,
        name=claim.product,
        old=Side(value=was, page_ids=_pages(old, part), seen_at=old.verdict.compared_at),
        new=Side(value=now, page_ids=_pages(new, part), seen_at=new.verdict.compared_at),
        urls=tuple(url for url in (claim.promo_url, *claim.official_urls) if url),
        claims=(claim.id,),
        why=why,
    )


def _pages(row: VerdictRow, part: str) -> tuple[str, ...]:
    if part == "verdict":
        return row.verdict.page_ids
    tested = dict.fromkeys(page for each in row.answer.tested for page in each.page_ids)
    return tuple(tested) or row.verdict.page_ids


def _raised(looks: Looks, old: VerdictRow, new: VerdictRow) -> Iterator[Change]:
    """The rule `raised_before` tells a rise now and told none, or another, before."""
    if not new.claim.broadcast_at:
        return
    was, now = (_rise(row) for row in (old, new))
    if not now or now == was:
        return
    low, high = (looks.by_id.get(page) for page in now)
    text = next(finding.text for finding in new.findings if finding.rule == "raised_before")
    promoted = new.verdict.chosen.pair.promoted if new.verdict.chosen else None
    yield Change(
        kind="raised_before_broadcast",
        subject=new.claim.id,
        name=new.claim.product,
        currency=promoted.currency if promoted else None,
        old=Side(value=None, page_ids=(now[0],), seen_at=low.seen_at if low else None),
        new=Side(value=None, page_ids=(now[1],), seen_at=high.seen_at if high else None),
        urls=(new.claim.promo_url,),
        claims=(new.claim.id,),
        why=text,
    )


def _rise(row: VerdictRow) -> Sequence[str]:
    found = next((each for each in row.findings if each.rule == "raised_before" and each.answer == "differs"), None)
    return found.page_ids if found else ()
