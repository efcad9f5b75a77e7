"""The verdicts as rows of the tables `matches`, `findings` and `verdicts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.claimed import ClaimAnswer
from pipelines.grounds import chain, fact
from pipelines.rules import Finding
from pipelines.sightings import Sighting
from pipelines.verdict import Compared, Verdict
from pipelines.watchlist import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One claim with its verdict and what it rests on, as stored.

    answer    what became of the words of the claim
    compared  every official offer beside the promoted one; `findings` are those of the case
    """

    claim: Claim
    verdict: Verdict
    answer: ClaimAnswer
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...] = ()
    chain: tuple[dict[str, Any], ...] = ()


def chained(row: VerdictRow, sightings: Mapping[str, Sighting]) -> tuple[dict[str, Any], ...]:
    """From the numbers of an answer to pages and archive records: the prices first, then the pages of its findings."""
    chosen = row.verdict.chosen
    facts = []
    if chosen is not None:
        for side, article in (("promoted", chosen.pair.promoted), ("official", chosen.pair.official)):
            facts.append(fact(side, article, sightings))
    rules = {name for tested in row.answer.tested for name in tested.rules}
    said = [finding for finding in row.findings if finding.rule in rules]
    found = [*(chosen.findings if chosen else ()), *said]
    return chain(facts, row.verdict.page_ids, found, sightings)


def match_rows(row: VerdictRow) -> list[dict[str, Any]]:
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for each in row.compared:
        pages = (each.pair.promoted.page_id, each.pair.official.page_id)
        evidence = [
            {"field": item.field, "promoted": item.promoted, "official": item.official, "says": item.says}
            for item in each.match.evidence
        ]
        made.setdefault(
            pages,
            {
                "claim_id": row.claim.id,
                "promoted_page_id": pages[0],
                "official_page_id": pages[1],
                "answer": each.match.answer,
                "evidence_json": evidence,
            },
        )
    return list(made.values())


def finding_rows(row: VerdictRow) -> list[dict[str, Any]]:
    """Each finding once: what rests on the promoted page alone is the same beside every official offer."""
    found: dict[tuple[str, str, tuple[str, ...]], Finding] = {}
    for finding in (*(finding for each in row.compared for finding in each.findings), *row.findings):
        found.setdefault((finding.rule, finding.text, finding.page_ids), finding)
    return [
        {
            "claim_id": row.claim.id,
            "n": n,
            "rule": finding.rule,
            "answer": finding.answer,
            "text": finding.text,
            "value": finding.value,
            "parameters_json": {name: _plain(value) for name, value in finding.parameters.items()},
            "page_ids_json": list(finding.page_ids),
        }
        for n, finding in enumerate(found.values())
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str | None) else str(value)


def verdict_row(row: VerdictRow) -> dict[str, Any]:
    verdict, answer = row.verdict, row.answer
    return {
        "claim_id": row.claim.id,
        "verdict": verdict.word,
        "text": verdict.text,
        "reasons_json": list(verdict.reasons),
        "promoted_price": verdict.promoted_price,
        "official_price": verdict.official_price,
        "currency": verdict.currency,
        "per": verdict.per,
        "page_ids_json": list(verdict.page_ids),
        "compared_at": verdict.compared_at,
        "confidence": verdict.confidence,
        "coverage_json": dict(verdict.coverage),
        "chain_json": list(row.chain),
        "claim_verdict": answer.word,
        "claim_text": answer.text,
        "claim_confidence": answer.confidence,
        "claim_tested_json": [
            {
                "kind": each.statement.kind,
                "words": each.statement.words,
                "verdict": each.word,
                "why": each.why,
                "rules": list(each.rules),
                "page_ids": list(each.page_ids),
            }
            for each in answer.tested
        ],
    }
