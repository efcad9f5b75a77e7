"""Every claim of the watchlist against the official offers: chooses the pages, pairs the articles, writes the verdicts.

The result depends on the stored pages and the dataset's parameters only, never on the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipelines.dataset import Dataset
from pipelines.match import Match, Record, match, prepare
from pipelines.match.content import totals
from pipelines.match.text import fold
from pipelines.normalize.identity import gtin14
from pipelines.normalize.quantity import read_quantity
from pipelines.observation import Article, Observation, Promise, articles, named_by_url
from pipelines.official.candidates import official_pages
from pipelines.rules import Finding, Pair, findings
from pipelines.rules.unit_price import compared as compared_prices
from pipelines.sightings import Sighting, Sightings
from pipelines.store.write import open_store
from pipelines.verdict import Compared, Verdict, decide
from pipelines.watchlist import Claim

_RANK = {"same_variant": 0, "other_variant": 1, "unsure": 2, "different": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One claim with its verdict and what it rests on, as stored."""

    claim: Claim
    verdict: Verdict
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The looks chosen for a claim: the promoted one and each official one by its URL.

    `found` are the official URLs that the watchlist does not name.
    """

    claim: Claim
    promoted: Sighting | None
    official: dict[str, Sighting | None]
    found: frozenset[str] = frozenset()


def run(dataset: Dataset) -> list[VerdictRow]:
    """Compare all claims, replace the tables matches, findings and verdicts, return the verdicts in watchlist order."""
    with open_store(dataset.database, dataset.secret, "compare") as store:
        claims = dataset.claims
        found = official_pages(store.db, dataset)
        urls = [url for claim in claims for url in (claim.promo_url, *claim.official_urls, *found.get(claim.id, ()))]
        sightings = Sightings(store.db, filter(None, urls))
        chosen = [_choose(sightings, claim, found.get(claim.id, ())) for claim in claims]
        looks = [look for each in chosen for look in (each.promoted, *each.official.values()) if look is not None]
        observed = sightings.read(looks)
        aliases = {fold(name): fold(meant) for (kind, name), meant in dataset.lookups.items() if kind == "brand"}
        judge = _Judge(observed, dataset.rules, aliases)
        rows = [judge.claim(each) for each in chosen]
        store.write_claims(claims)
        store.replace_compare(
            [found for row in rows for found in _match_rows(row)],
            [found for row in rows for found in _finding_rows(row)],
            [_verdict_row(row) for row in rows],
        )
        store.publish("compare")
    return rows


def _choose(sightings: Sightings, claim: Claim, found: tuple[str, ...] = ()) -> _Chosen:
    promoted = sightings.nearest(claim.promo_url, claim.broadcast_at) if claim.promo_url else None
    moment = promoted.seen_at if promoted else claim.broadcast_at
    official = {url: sightings.nearest(url, moment) for url in dict.fromkeys((*claim.official_urls, *found))}
    return _Chosen(claim=claim, promoted=promoted, official=official, found=frozenset(found))


class _Judge:
    """Judges claims one after the other; prepares each article once."""

    def __init__(
        self,
        observed: Mapping[str, Observation],
        rules: Mapping[str, Mapping[str, object]],
        aliases: Mapping[str, str],
    ) -> None:
        self._observed = observed
        self._rules = rules
        self._aliases = aliases
        self._records: dict[tuple[str, str | None, frozenset[str]], Record] = {}

    def claim(self, chosen: _Chosen) -> VerdictRow:
        claim, missing = chosen.claim, []
        looks = [look for look in (chosen.promoted, *chosen.official.values()) if look is not None]
        times = {look.page_id: look.seen_at for look in looks}
        found, problem = self._promoted(chosen)
        if problem:
            missing.append(problem)
        if not chosen.official:
            missing.append("The watchlist names no official offer.")
        compared = []
        for url, look in chosen.official.items():
            observation = self._observed.get(look.page_id) if look else None
            official = articles(observation) if observation else ()
            if not official and url not in chosen.found:
                missing.append(_absent("official", url, look))
            elif official and found:
                pair = self._best(_promise(claim), found, official, url)
                # A page that was found by its words only and is no match says nothing about the promoted offer.
                if url not in chosen.found or pair.match.answer in ("same_variant", "other_variant"):
                    compared.append(pair)
        if found and not compared and chosen.found and not claim.official_urls:
            missing.append(f"None of the {len(chosen.found)} official pages found is surely the promoted product.")
        verdict = decide(compared, missing, times)
        return VerdictRow(claim=claim, verdict=verdict, compared=tuple(compared))

    def _promoted(self, chosen: _Chosen) -> tuple[tuple[Article, ...], str | None]:
        """The promoted articles that the claim can mean; else a sentence: none is there, or several with other
        prices.
        """
        look = chosen.promoted
        observation = self._observed.get(look.page_id) if look else None
        found = articles(observation) if observation else ()
        if not found:
            return (), _absent("promoted", chosen.claim.promo_url, look)
        meant = _meant(chosen.claim, found)
        if len({(article.price, article.currency, tuple(totals(article.quantity).items())) for article in meant}) > 1:
            amounts = sorted({article.price for article in meant if article.price is not None})
            span = f" from {amounts[0]} to {amounts[-1]}" if amounts else ""
            return (
                (),
                f"The promoted page sells {len(meant)} variants{span}; the watchlist does not say which is meant.",
            )
        return meant, None

    def _best(
        self, promise: Promise, promoted: tuple[Article, ...], official: tuple[Article, ...], url: str
    ) -> Compared:
        """The pair that is most alike; several equally alike official variants at different prices are no answer."""
        named = named_by_url(url, official)
        said = frozenset(brand for brand in (promise.brand, promoted[0].brand, official[0].brand) if brand)
        tried = [
            (match(self._record(left, said), self._record(right, said)), left, right)
            for left in promoted
            for right in ((named,) if named else official)
        ]
        rank = min(_RANK[found.answer] for found, _, _ in tried)
        best = [each for each in tried if _RANK[each[0].answer] == rank]
        found, left, right = min(best, key=lambda each: _distance(each[1], each[2]))
        alike = [each for each in best if _distance(each[1], each[2]) == _distance(left, right)]
        prices = {each[2].price for each in alike}
        if found.answer in ("same_variant", "other_variant") and len(prices) > 1:
            found = _undecided(found, len({each[2].sku for each in alike}))
        pair = Pair(promoted=left, official=right, promise=promise, same=found.answer)
        given = findings(pair, self._rules)
        return Compared(pair=pair, match=found, findings=given, prices=compared_prices(pair))

    def _record(self, article: Article, brands: frozenset[str]) -> Record:
        key = (article.page_id, article.sku, brands)
        if key not in self._records:
            self._records[key] = prepare(article, self._aliases, brands)
        return self._records[key]


def _undecided(found: Match, variants: int) -> Match:
    why = f"The official page sells {variants} variants at different prices that all fit the promoted offer."
    return replace(found, answer="unsure", why=why)


def _distance(left: Article, right: Article) -> Decimal:
    """How far two contents are apart, as a share of the larger; 1 when they have no unit in common."""
    one, other = totals(left.quantity), totals(right.quantity)
    if one.keys() != other.keys():
        return Decimal(1)
    return max((abs(one[unit] - other[unit]) / (max(one[unit], other[unit]) or 1) for unit in one), default=Decimal(0))


def _meant(claim: Claim, found: tuple[Article, ...]) -> tuple[Article, ...]:
    """The variants that the claim names by URL, barcode number, content or shade; all of them when it names none."""
    named = named_by_url(claim.promo_url, found)
    if named:
        return (named,)
    number = gtin14(claim.gtin) if claim.gtin else None
    spec = read_quantity(" ".join((claim.product, claim.spec)))
    for fits in (
        [article for article in found if number and article.gtin and gtin14(article.gtin) == number],
        [article for article in found if totals(spec) and totals(article.quantity) == totals(spec)],
    ):
        if fits:
            found = tuple(fits)
    shaded = tuple(article for article in found if spec.shade and article.shade and spec.shade in article.shade)
    return shaded or found


def _promise(claim: Claim) -> Promise:
    return Promise(
        said_at=claim.broadcast_at,
        product=claim.product,
        brand=claim.brand or "",
        spec=claim.spec or "",
        gtin=claim.gtin,
        price=claim.claimed_price,
        currency=claim.currency,
    )


_OUTCOMES = {
    "no_offer": "shows no offer",
    "blocked": "was blocked by the shop",
    "login_wall": "asks for a login",
    "captcha": "asks for a captcha",
    "not_found": "does not exist any more",
    "unreadable": "could not be read",
    "refused": "was not fetched",
    "failed": "could not be fetched",
}


def _absent(side: str, url: str | None, look: Sighting | None) -> str:
    if not url:
        return f"The watchlist names no {side} page."
    if look is None:
        return f"The {side} page {url} was never stored."
    why = f" ({look.reason})" if look.reason else ""
    return f"The {side} page {url} {_OUTCOMES.get(look.outcome, 'shows no offer')}{why}, seen {look.seen_at}."


def _match_rows(row: VerdictRow) -> list[dict[str, Any]]:
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


def _finding_rows(row: VerdictRow) -> list[dict[str, Any]]:
    """Each finding once: what rests on the promoted page alone is the same beside every official offer."""
    found: dict[tuple[str, str, tuple[str, ...]], Finding] = {}
    for each in row.compared:
        for finding in each.findings:
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


def _verdict_row(row: VerdictRow) -> dict[str, Any]:
    verdict = row.verdict
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
    }
