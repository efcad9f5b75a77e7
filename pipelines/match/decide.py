"""From evidence to one of four answers: hard evidence first, conflicts are never outvoted, doubt stays doubt."""

from __future__ import annotations

from pipelines.match import (
    brand,
    content,
    edition,
    gtin,
    kind,
    likeness,
    model,
    number,
    option,
    registration,
    shade,
    title,
)
from pipelines.match.evidence import Evidence, Match
from pipelines.match.record import Record
from pipelines.observation import MatchAnswer


def match(promoted: Record, official: Record) -> Match:
    """Is the promoted article the same thing as the official one? Prices take no part."""
    looks = [look(promoted, official) for look in (gtin.look, model.look, registration.look, brand.look)]
    looks.append(kind.compare(promoted.kinds, official.kinds))
    looks.extend(edition.compare(promoted.editions, official.editions))
    looks.extend(look(promoted, official) for look in (number.look, shade.look, option.look, content.look))
    alike = title.score(promoted, official)
    evidence = (
        *(found for found in looks if found is not None),
        Evidence(
            field="title",
            promoted=promoted.article.title,
            official=official.article.title,
            says=alike.says,
            points_to="same_product" if alike.alike else "nothing",
        ),
    )
    answer, deciding, why = _decide(evidence, alike)
    if answer == "unsure" and not any(found.points_to in _SPEAKS for found in evidence):
        learned = likeness.look(promoted, official)
        evidence = evidence if learned is None else (*evidence, learned)
    return Match(
        answer=answer,
        evidence=evidence,
        score=alike.value,
        decided_by=tuple(found.field for found in deciding),
        why=why,
    )


# With one of these the answer has its own reason, and a score would add nothing.
_SPEAKS = ("same_variant", "same_product", "different")
_Decision = tuple[MatchAnswer, list[Evidence], str]


def _decide(evidence: tuple[Evidence, ...], alike: title.TitleScore) -> _Decision:
    same = [found for found in evidence if found.points_to in ("same_variant", "same_product")]
    hard = [found for found in same if found.field != "title"]
    different = [found for found in evidence if found.points_to == "different"]
    if different:
        return _conflict(different, hard, alike)
    if any(found.field == "gtin" and found.points_to == "same_variant" for found in evidence):
        return _same_number(evidence, hard)
    cautions = [found for found in evidence if found.points_to == "caution"]
    variants = [found for found in evidence if found.points_to == "other_variant"]
    if not same:
        return _nothing_says_same(cautions, alike)
    if variants:
        # Every pack size has its own barcode number.
        cautions = [found for found in cautions if found.field != "gtin"]
    if cautions:
        return "unsure", cautions, f"The offers look alike, but {_phrases(cautions)}."
    if variants:
        return "other_variant", [*same[:1], *variants], f"Same product, but {_phrases(variants)}."
    return "same_variant", same, f"Same product: {_phrases(same)}."


def _conflict(different: list[Evidence], hard: list[Evidence], alike: title.TitleScore) -> _Decision:
    if hard:
        both = [*hard, *different]
        return "unsure", both, f"The evidence conflicts: {_phrases(hard)}, yet {_phrases(different)}."
    if [found.field for found in different] == ["kind"] and alike.alike:
        return "unsure", different, "The titles are alike, yet they name different kinds of goods."
    return "different", different, f"Not the same product: {_phrases(different)}."


def _same_number(evidence: tuple[Evidence, ...], hard: list[Evidence]) -> _Decision:
    """An equal barcode settles wording; a shop that prints the single item's barcode on a pack still sells a pack."""
    found = next((found for found in evidence if found.field == "content"), None)
    if found is None or found.points_to == "nothing":
        return "same_variant", hard, "Same product: both pages state the same barcode number."
    if found.points_to == "other_variant":
        return "other_variant", [*hard, found], f"Same barcode number, but {_phrases([found])}."
    return "unsure", [*hard, found], f"Same barcode number, but {_phrases([found])}."


def _nothing_says_same(cautions: list[Evidence], alike: title.TitleScore) -> _Decision:
    if cautions:
        return "unsure", cautions, f"Nothing shows that it is the same product, and {_phrases(cautions)}."
    return "unsure", [], f"Nothing shows that it is the same product: {alike.says}."


def _phrases(found: list[Evidence]) -> str:
    return "; ".join(_phrase(item) for item in found)


def _phrase(item: Evidence) -> str:
    if item.field == "title" or (not item.promoted and not item.official):
        return item.says
    return f"{item.says} ({item.promoted or 'not stated'} / {item.official or 'not stated'})"
