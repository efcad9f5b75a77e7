"""What an answer rests on: how sure it is, how much was seen, and which archive record each number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal, cast

from pipelines.decisions import Decision
from pipelines.match import Match
from pipelines.match.evidence import Evidence, Points
from pipelines.observation import Article, MatchAnswer
from pipelines.rules.finding import Finding, Pair, Prices
from pipelines.rules.time_gap import hours_between
from pipelines.sightings import Sighting

Confidence = Literal["high", "medium", "low"]

DECISION = "decision"
_WORDS: dict[MatchAnswer, str] = {
    "same_variant": "The same variant",
    "other_variant": "Another variant of the same product",
    "different": "Not the same product",
    "unsure": "Not to be told",
}
_POINTS: dict[str, Points] = {
    "same_variant": "same_variant", "other_variant": "other_variant", "different": "different", "unsure": "caution",
}  # fmt: skip
_NUMBERS = ("gtin", "model", "registration")
# Brand and barcode on one page only say nothing about the variant.
_SILENT = ("title", "brand", "gtin", "registration", "model", "kind")
_ALIKE = 0.8
_FAR = Decimal(12)


def scale(weak_points: int) -> Confidence:
    """No weak point is high, one is medium, more are low. Words, because nothing here is a measured probability."""
    return "high" if weak_points == 0 else "medium" if weak_points == 1 else "low"


def decided(found: Match, decision: Decision, promoted: Article, official: Article) -> Match:
    """The match with the answer of a person; as it was, with a note, when the decision is about other titles."""
    about = decision.is_about(promoted, official)
    says = decision.cited if about else f"{decision.cited}; not used, since a title has changed since then"
    evidence = Evidence(
        field=DECISION,
        promoted="",
        official="",
        says=says,
        points_to=_POINTS[decision.decision] if about else "nothing",
    )
    with_note = replace(found, evidence=(evidence, *found.evidence))
    if not about:
        return with_note
    answer = cast(MatchAnswer, decision.decision)
    return replace(with_note, answer=answer, decided_by=(DECISION,), why=f"{_WORDS[answer]}, {decision.cited}.")


def same_number(found: Match) -> bool:
    """Both pages state the same barcode, model or registration number."""
    return any(each.field in _NUMBERS and each.points_to in ("same_variant", "same_product") for each in found.evidence)


def sure_variant(found: Match) -> bool:
    """The same variant beyond doubt: the same barcode, or nothing that tells variants apart is on one page only."""
    if found.answer != "same_variant":
        return False
    if found.decided_by == (DECISION,):
        return True
    if any(each.field == "gtin" and each.points_to == "same_variant" for each in found.evidence):
        return True
    one_sided = any(bool(each.promoted) != bool(each.official) for each in found.evidence if each.field not in _SILENT)
    return not one_sided and (same_number(found) or found.score >= _ALIKE)


def price_confidence(pair: Pair, found: Match, prices: Prices | None, disagree: bool) -> Confidence:
    """Of an answer about prices. `disagree`: the official offers do not all give it."""
    unknown = "unknown" in (pair.promoted.availability, pair.official.availability)
    return scale(
        sum(
            (
                not same_number(found),
                prices is not None and prices.per != "offer",
                unknown,
                hours_between(pair.promoted.seen_at, pair.official.seen_at) > _FAR,
                disagree,
            )
        )
    )


def product_confidence(found: Iterable[Match]) -> Confidence:
    """Of "not the same product": every official offer differs in one thing, or in several."""
    fewest = min((sum(each.points_to == "different" for each in match.evidence) for match in found), default=0)
    return "high" if fewest > 1 else "medium"


def fact(side: str, article: Article, sightings: Mapping[str, Sighting]) -> dict[str, Any]:
    """A price, the page that shows it and the record of the archive that holds the page."""
    return {
        "fact": f"{side} price",
        "from": f"variants.price {article.sku}" if article.options else "offers.price",
        "value": f"{article.price} {article.currency}",
        **_record(article.page_id, sightings),
    }


def chain(
    facts: Iterable[dict[str, Any]],
    seen: Iterable[str],
    findings: Iterable[Finding],
    sightings: Mapping[str, Sighting],
) -> tuple[dict[str, Any], ...]:
    """The facts, then each further page that was seen or that a finding rests on, once."""
    links = list(facts)
    known = {link["page_id"] for link in links}
    pages = [("page seen", page) for page in seen]
    pages += [(f"finding {finding.rule}", page) for finding in findings for page in finding.page_ids]
    for what, page in pages:
        if page not in known:
            known.add(page)
            links.append({"fact": what, **_record(page, sightings)})
    return tuple(links)


def _record(page_id: str, sightings: Mapping[str, Sighting]) -> dict[str, Any]:
    seen = sightings.get(page_id)
    if seen is None:
        return {"page_id": page_id}
    record = {"warc_file": seen.warc_file, "warc_offset": seen.warc_offset} if seen.warc_file else {}
    return {"page_id": page_id, "url": seen.url, "seen_at": seen.seen_at, **record}
