"""The report: one HTML file that asks nothing from outside, runs no script and can be printed.

Every text of a page, a watchlist or a review is escaped by the template engine and stands in its own `<bdi>`, so that
neither markup nor a change of writing direction leaves its place. A Content-Security-Policy allows one style sheet,
named by its hash, and pictures that the file itself holds.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipelines.complaints.rates import Rate, rates_of
from pipelines.database import Database
from pipelines.export.claims import VERDICT_ORDER, ClaimView, claim_views
from pipelines.export.complaints import TopicRates, complaint_topics
from pipelines.export.coverage import coverage
from pipelines.export.figures import Figures
from pipelines.export.filters import filters
from pipelines.export.overview import CLAIM_WORDS, overview
from pipelines.export.page import render_page
from pipelines.export.people import refuse_personal_data, scrubber
from pipelines.export.pictures import Pictures, Reader
from pipelines.export.price_history import PriceHistory, price_histories
from pipelines.export.reviews import ReviewChapter, review_chapter
from pipelines.export.words import Language, words
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

# A report is meant to be mailed. Pictures take what texts and charts leave of this.
MOST_BYTES = 14_500_000
# Of a longer watchlist, the claims after these are shown with their answer and reasons only.
MOST_DETAILED = 1_000
_PICTURES_NOTE = "<!--pictures-->"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """All that is read from the database. `claims` are in the order in which they are shown."""

    claims: list[ClaimView]
    histories: dict[str, PriceHistory]
    coverage: dict[str, Any]
    reviews: ReviewChapter
    topics: list[TopicRates]


def write_report(
    dataset: Dataset,
    to: Path | None = None,
    lang: Language = "zh",
    reader: Reader | None = None,
) -> Path:
    """Write the report to `to`, or `build/report.html`, and return its path.

    `reader` gives the archive's screenshots. Raises `InputMissing` when the dataset has no database yet, `LeakFound`
    when a secret or an author's name is in it.
    """
    target = to or dataset.build / "report.html"
    html = render(dataset, lang, reader)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(html, encoding="utf-8", newline="\n")
    try:
        refuse_personal_data(dataset, draft)
        return draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def render(dataset: Dataset, lang: Language, reader: Reader | None = None) -> str:
    """The whole file as text. The same database and archive give the same text."""
    db = open_read(dataset.database)
    try:
        read = _read(db, dataset)
    finally:
        db.close()
    said = words(lang)
    view = overview(read.claims)
    pictures = Pictures(reader)
    html = render_page(
        "report.html",
        filters(lang, dataset),
        w=said,
        dataset=dataset,
        claims=read.claims,
        verdicts=VERDICT_ORDER,
        claim_words=CLAIM_WORDS,
        view=view,
        answer=_answer(said, view.counts, len(read.claims)),
        coverage=read.coverage,
        reviews=read.reviews,
        topics=read.topics,
        most_detailed=MOST_DETAILED,
        figures=Figures(said, dataset.zone, read.histories),
        pictures=pictures,
        register=_register(read.claims),
    )
    filled = pictures.fill(html, MOST_BYTES)
    return filled.replace(_PICTURES_NOTE, _pictures_note(said, pictures))


def _pictures_note(said: dict[str, Any], pictures: Pictures) -> str:
    notes = [(said["file"]["pictures_left"], pictures.left_out), (said["file"]["pictures_broken"], pictures.broken)]
    return "".join(Markup('<p class="note">{}</p>').format(text.format(n=number)) for text, number in notes if number)


def _read(db: Database, dataset: Dataset) -> _Read:
    scrub = scrubber(dataset)
    claims = sorted(claim_views(db, dataset.decisions.values()), key=_weight)
    return _Read(
        claims=claims,
        histories=price_histories(db, claims),
        coverage=coverage(db, scrub),
        reviews=review_chapter(db, scrub),
        topics=complaint_topics(complaint_rates(db, dataset)),
    )


def complaint_rates(db: Database, dataset: Dataset) -> tuple[Rate, ...]:
    """The rates of complaints; none before `daihuo corpus` looked for any, because nobody looked is not zero."""
    looked = db.execute("SELECT 1 FROM corpus_versions LIMIT 1").fetchone()
    return rates_of(db, dataset) if looked else ()


def _weight(claim: ClaimView) -> tuple[int, Decimal]:
    """Dearest first, then other products, then cheaper; what could not be told comes last."""
    order = VERDICT_ORDER.index(claim.verdict) if claim.verdict in VERDICT_ORDER else len(VERDICT_ORDER)
    return order, -abs(claim.gap or Decimal(0))


def _answer(said: dict[str, Any], counts: Counter[str | None], total: int) -> str:
    named = [
        said["count_item"].format(n=counts[word], verdict=said["verdict"][word])
        for word in VERDICT_ORDER
        if counts[word]
    ]
    if counts[None]:
        named.append(f"{counts[None]} {said['not_compared']}")
    lead: str = said["answer_lead"]
    return lead.format(claims=total, counts=said["count_join"].join(named)) if total else str(said["no_claims"])


def _register(claims: list[ClaimView]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every page that a claim rests on, once, oldest first under its address; addresses in order of first mention.

    A page that only findings name is `brief`: its main record is shown, the others are in the table `evidence`.
    """
    pages = {page["id"]: {**page, "brief": True} for claim in claims for page in claim.further}
    pages |= {page["id"]: {**page, "brief": False} for claim in claims for page in claim.pages}
    found: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        for page in (*claim.pages, *claim.further):
            if page["id"] in pages:
                found.setdefault(page["url"], []).append(pages.pop(page["id"]))
    return [(url, sorted(looks, key=lambda page: page["fetched_at"] or "")) for url, looks in found.items()]
