"""Candidates: which pages of an official site or store may show a claim's goods, and which of them are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from pipelines.brands import brand_key
from pipelines.database import Database
from pipelines.dataset import Dataset
from pipelines.normalize.urls import host_of, page_key
from pipelines.official.evidence import PROOF
from pipelines.official.score import Said, rank, said_of, why
from pipelines.official.starts import Start
from pipelines.store.read import candidate_rows, evidence_by_page
from pipelines.watchlist import Claim

# Of one page and for one claim; a site of one brand has hardly more products with the same words.
MOST_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that may show a claim's goods; `page_id` names it."""

    url: str
    page_id: str
    found_in: str
    score: Decimal


def candidates_on(
    start: Start, found_in: str, entries: Iterable[tuple[str, str | None, str | None]]
) -> list[dict[str, object]]:
    """Rows of `official_candidates` of one page, without its id. `entries` are (URL, name, the shop's number)."""
    best: dict[str, list[tuple[int, str, str | None, Said]]] = defaultdict(list)
    seen: set[str] = set()
    for url, name, number in entries:
        if url in seen:
            continue
        seen.add(url)
        said = said_of(url, name, number)
        for wanted in start.wanted:
            thousandths = rank(wanted, said)
            if thousandths is not None:
                best[wanted.claim_id].append((-thousandths, url, name, said))
    return [
        {
            "claim_id": wanted.claim_id,
            "url": url,
            "found_in": found_in,
            "start": start.id,
            "name": name,
            "score": Decimal(-thousandths).scaleb(-3),
            "why": why(wanted, said),
        }
        for wanted in start.wanted
        for thousandths, url, name, said in nsmallest(MOST_KEPT, best[wanted.claim_id], key=itemgetter(0, 1))
    ]


def chosen(db: Database, dataset: Dataset, until: str | None = None) -> dict[str, tuple[Candidate, ...]]:
    """By claim the `official_candidates` best pages: by score, then by address. A page that several lists name counts
    once, with its best score. The promoted page and the watchlist's official pages are none. With `until`, a UTC time,
    only what was found by then.
    """
    found: dict[str, dict[str, Candidate]] = defaultdict(dict)
    for row in candidate_rows(db, until):
        candidate = Candidate(
            url=row["url"], page_id=row["page_id"], found_in=row["found_in"], score=Decimal(row["score"])
        )
        known = found[row["claim_id"]].get(page_key(candidate.url))
        if known is None or known.score < candidate.score:
            found[row["claim_id"]][page_key(candidate.url)] = candidate
    result: dict[str, tuple[Candidate, ...]] = {}
    for claim in dataset.claims:
        named = {page_key(url) for url in (claim.promo_url, *claim.official_urls)}
        others = [each for key, each in found.get(claim.id, {}).items() if key not in named]
        others.sort(key=lambda each: (-each.score, each.url))
        if others:
            result[claim.id] = tuple(others[: dataset.crawl.official_candidates])
    return result


def official_pages(db: Database, dataset: Dataset, until: str | None = None) -> Mapping[str, tuple[str, ...]]:
    """By claim the chosen pages whose shop is shown to be official. A flagship store counts for its own brand only, and
    an address that led to another host counts only where that one is shown to be official as well.
    """
    found = chosen(db, dataset, until)
    looks: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    keys = {page_key(each.url) for candidates in found.values() for each in candidates}
    for row in evidence_by_page(db, keys, until):
        looks[row["url_key"]][row["id"]].append(row)
    pages: dict[str, tuple[str, ...]] = {}
    for claim in dataset.claims:
        names = _names(dataset, claim)
        urls = [each.url for each in found.get(claim.id, ())]
        proven = tuple(url for url in urls if _proven(looks.get(page_key(url), {}).values(), names))
        if proven:
            pages[claim.id] = proven
    return pages


def _proven(looks: Iterable[list[Mapping[str, Any]]], names: tuple[str, ...]) -> bool:
    proofs = [(any(_proves(row, names) for row in rows), rows[0]) for rows in looks]
    led_away = any(not proof and host_of(row["url"]) != host_of(row["final_url"]) for proof, row in proofs)
    return not led_away and any(proof for proof, _ in proofs)


def _proves(row: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    if row["kind"] == "flagship_mark":
        return any(name in brand_key(row["value"]) for name in names)
    return row["kind"] in PROOF


def _names(dataset: Dataset, claim: Claim) -> tuple[str, ...]:
    brand = dataset.brand_of(claim)
    return tuple(brand_key(name) for name in (claim.brand, *(brand.names if brand else ())) if name)
