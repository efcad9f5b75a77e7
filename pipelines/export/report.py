"""The report: one HTML file that asks nothing from outside, runs no script and can be printed.

Every text of a page, a watchlist or a review is escaped by the template engine and stands in its own `<bdi>`, so that
neither markup nor a change of writing direction leaves its place. A Content-Security-Policy allows one style sheet,
named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipelines.export.claims import VERDICT_ORDER, ClaimView, claim_views
from pipelines.export.coverage import coverage
from pipelines.export.people import refuse_personal_data, scrubber
from pipelines.export.reviews import review_chapter
from pipelines.export.sentences import translated
from pipelines.export.words import Language, words
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

# Control characters are no text in HTML; the report shows that one was there.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# A page may call itself anything, at any length; the tables hold all of it.
_LONGEST = 4_000
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def write_report(dataset: Dataset, to: Path | None = None, lang: Language = "zh") -> Path:
    """Write the report to `to`, or `build/report.html`, and return its path.

    Raises `InputMissing` when the dataset has no database yet, `LeakFound` when a secret or an author's name is in it.
    """
    target = to or dataset.build / "report.html"
    html = render(dataset, lang)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(html, encoding="utf-8", newline="\n")
    try:
        refuse_personal_data(dataset, draft)
        return draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def render(dataset: Dataset, lang: Language) -> str:
    """The whole file as text. The same database gives the same text."""
    said = words(lang)
    scrub = scrubber(dataset)
    db = open_read(dataset.database)
    try:
        claims = claim_views(db)
        seen = coverage(db, scrub)
        chapter = review_chapter(db, scrub)
    finally:
        db.close()
    counts = Counter(claim.verdict for claim in claims)
    css = (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    return (
        _environment(lang, dataset)
        .get_template("report.html")
        .render(
            w=said,
            dataset=dataset,
            claims=claims,
            ranked=sorted(claims, key=_weight),
            counts=counts,
            verdicts=VERDICT_ORDER,
            answer=_answer(said, counts, len(claims)),
            coverage=seen,
            reviews=chapter,
            register=_register(claims),
            css=Markup(css),  # noqa: S704 - the project's own file, not a page's text
            style_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        )
    )


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


def _register(claims: list[ClaimView]) -> list[dict[str, Any]]:
    """Every page a claim rests on, once, in order of first mention."""
    found: dict[str, dict[str, Any]] = {}
    for claim in claims:
        for page in claim.pages:
            found.setdefault(page["id"], page)
    return list(found.values())


def _environment(lang: Language, dataset: Dataset) -> Environment:
    made = Environment(
        loader=PackageLoader("pipelines.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = words(lang)
    made.filters |= {
        "said": _said,
        "sentence": lambda text: _sentence(text, lang),
        "link": _link,
        "money": _money,
        "percent": lambda gap: f"{abs(gap) * 100:.1f}%",
        "moment": lambda text: _moment(text, dataset.zone),
        "day": lambda text: (text or "")[:10],
        "word": lambda key, table: said[table].get(key, key or ""),
        "content": lambda parts: _content(parts, said),
        "shop": lambda url: getattr(dataset.shop_of(url), "name", ""),
    }
    return made


def _clean(text: object) -> str:
    return _CONTROL.sub("\ufffd", str(text))


def _said(text: object) -> Markup:
    """A text from outside: escaped, control characters made visible, its writing direction kept to itself."""
    clean = _clean(text)
    return Markup("<bdi>{}</bdi>").format(clean if len(clean) <= _LONGEST else clean[:_LONGEST].rstrip() + "…")


def _sentence(text: str, lang: Language) -> Markup:
    """A rule's sentence in the report's language, its own words as the title; marked as English where it stays so."""
    said = translated(text, lang)
    if lang == "en":
        return _said(text)
    if said is None:
        return Markup('<bdi lang="en">{}</bdi>').format(_clean(text))
    return Markup('<bdi title="{}">{}</bdi>').format(_clean(text), _clean(said))


def _link(url: object) -> Markup:
    """A link for http and https addresses, plain text for everything else."""
    text = _clean(url)
    try:
        safe = urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).netloc) and not re.search(r"\s", text)
    except ValueError:
        safe = False
    if not safe:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<a class="out" href="{}" rel="noopener noreferrer"><bdi>{}</bdi></a>').format(text, text)


def _money(amount: str | Decimal | None, currency: str | None = None, most: str | None = None) -> Markup:
    """`¥129.00`, `129.00 CHF`, `¥99.00–129.00`; an en dash without an amount."""
    if amount in (None, ""):
        return Markup("–")
    said = f"{amount}" + (f"–{most}" if most and most != amount else "")
    sign = _SIGNS.get(currency or "")
    text = f"{sign}{said}" if sign else f"{said} {currency or ''}".strip()
    return escape(text)


def _moment(text: str | None, zone: str) -> str:
    """A UTC time in the dataset's zone, `2026-11-20 20:05 +08:00`; what is no time stays as it is."""
    try:
        given = datetime.fromisoformat(text or "")
    except ValueError:
        return text or ""
    local = (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def _content(parts: Any, said: dict[str, Any]) -> str:
    """`30 ml × 2 + 5 g`."""
    named = []
    for part in parts:
        size = f"{format(part.size.normalize(), 'f')} {said['unit'][part.unit]}"
        named.append(size if part.count == 1 else f"{size} × {part.count}")
    return " + ".join(named)
