"""Every claim of the watchlist against the official offers: chooses the pages, pairs the articles, writes the verdicts.

The result depends on the stored pages and the dataset's parameters only, never on the clock.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.claimed import answer_claim
from pipelines.compared_rows import VerdictRow, chained, finding_rows, match_rows, verdict_row
from pipelines.database import Database
from pipelines.dataset import Dataset
from pipelines.decisions import Decision, Key, pair_key
from pipelines.grounds import decided, same_number, sure_variant
from pipelines.match import Match, Record, match, prepare
from pipelines.match.content import totals
from pipelines.match.text import fold
from pipelines.normalize.claim_words import read_statements
from pipelines.normalize.identity import gtin14
from pipelines.normalize.quantity import read_quantity
from pipelines.observation import Article, Observation, Promise, articles, named_by_url
from pipelines.official.candidates import official_pages
from pipelines.past import Past
from pipelines.rules import Case, Difference, Pair, Store, case_findings, findings
from pipelines.rules.unit_price import compared as compared_prices
from pipelines.sightings import Sighting, Sightings
from pipelines.store.read import open_read
from pipelines.store.write import open_store
from pipelines.verdict import Compared, answer_of, decide
from pipelines.watchlist import Claim

__all__ = ["Said", "VerdictRow", "run"]

# What is told while it works: of what, how many are done, how many there are.
Said = Callable[[str, int, int], None]

_RANK = {"same_variant": 0, "other_variant": 1, "unsure": 2, "different": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The looks chosen for a claim: the promoted one, each official one by its URL, and those of other shops that state
    the same trade item number. `found` are the official URLs that the watchlist does not name.
    """

    claim: Claim
    promoted: Sighting | None
    official: dict[str, Sighting | None]
    others: tuple[Sighting, ...] = ()
    found: frozenset[str] = frozenset()

    @property
    def looks(self) -> list[Sighting]:
        return [look for look in (self.promoted, *self.official.values(), *self.others) if look is not None]


def run(dataset: Dataset, as_of: str | None = None, said: Said | None = None) -> list[VerdictRow]:
    """Compare all claims, replace the tables matches, findings and verdicts, return the verdicts in watchlist order.

    With `as_of`, a UTC time, only pages seen until then are used, and nothing is stored: what the dataset says today
    stays what it says. `said` is told ("claims", done, total) after each claim.
    """
    if as_of is not None:
        with _uncollected(), closing(open_read(dataset.database)) as db:
            return _judged(dataset, db, as_of, said)
    with _uncollected(), open_store(dataset.database, dataset.secret, "compare") as store:
        rows = _judged(dataset, store.db, said=said)
        store.write_claims(dataset.claims)
        store.replace_compare(
            [found for row in rows for found in match_rows(row)],
            [found for row in rows for found in finding_rows(row)],
            [verdict_row(row) for row in rows],
        )
        store.publish("compare")
    return rows


@contextmanager
def _uncollected() -> Iterator[None]:
    """A comparison makes a million objects and no circles: looking for circles takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _judged(dataset: Dataset, db: Database, as_of: str | None = None, said: Said | None = None) -> list[VerdictRow]:
    pages = official_pages(db, dataset, as_of)
    named = ((claim.promo_url, *claim.official_urls, *pages.get(claim.id, ())) for claim in dataset.claims)
    urls = [url for claim_urls in named for url in claim_urls if url]
    sightings = Sightings(db, urls, as_of)
    chosen = [_choose(sightings, claim, pages.get(claim.id, ())) for claim in dataset.claims]
    observed = sightings.read([look for each in chosen for look in each.looks])
    aliases = {fold(name): fold(meant) for (kind, name), meant in dataset.lookups.items() if kind == "brand"}
    judge = _Judge(observed, dataset.rules, aliases, sightings, Past(sightings, urls), dataset.decisions)
    rows = []
    for each in chosen:
        rows.append(judge.claim(each))
        if said is not None:
            said("claims", len(rows), len(chosen))
    return rows


def _choose(sightings: Sightings, claim: Claim, found: tuple[str, ...] = ()) -> _Chosen:
    promoted = sightings.nearest(claim.promo_url, claim.broadcast_at) if claim.promo_url else None
    moment = promoted.seen_at if promoted else claim.broadcast_at
    official = {url: sightings.nearest(url, moment) for url in dict.fromkeys((*claim.official_urls, *found))}
    number = (promoted.offer or {}).get("gtin") if promoted else None
    known = [url for url in (claim.promo_url, *claim.official_urls, *found) if url]
    others = sightings.others(number or claim.gtin or "", moment, known) if promoted and (number or claim.gtin) else []
    return _Chosen(claim=claim, promoted=promoted, official=official, others=tuple(others), found=frozenset(found))


class _Judge:
    """Judges claims one after the other; prepares each article once."""

    def __init__(
        self,
        observed: Mapping[str, Observation],
        rules: Mapping[str, Mapping[str, object]],
        aliases: Mapping[str, str],
        sightings: Sightings,
        past: Past,
        decisions: Mapping[Key, Decision],
    ) -> None:
        self._decisions = decisions
        self._sightings = sightings
        self._past = past
        self._observed = observed
        self._rules = rules
        self._aliases = aliases
        self._records: dict[tuple[str, str | None, frozenset[str]], Record] = {}

    def claim(self, chosen: _Chosen) -> VerdictRow:
        claim, missing = chosen.claim, []
        times = {
            look.page_id: look.seen_at for look in (chosen.promoted, *chosen.official.values()) if look is not None
        }
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
        case = self._case(chosen, found, compared) if found else None
        noted = case_findings(case, self._rules) if case else ()
        statements = case.statements if case else read_statements(claim.claim)
        answer = answer_claim(statements, case, noted, missing)
        row = VerdictRow(claim=claim, verdict=verdict, answer=answer, compared=tuple(compared), findings=noted)
        return replace(row, chain=chained(row, self._sightings.by_id))

    def _case(self, chosen: _Chosen, found: tuple[Article, ...], compared: list[Compared]) -> Case:
        """The promoted article with its past, and every other shop of the product."""
        claim, promise = chosen.claim, _promise(chosen.claim)
        promoted = compared[0].pair.promoted if compared else found[0]
        by_url = {each.pair.official.page_id: each for each in compared}
        stores = []
        for url, look in chosen.official.items():
            each = by_url.get(look.page_id) if look else None
            if each is not None:
                stores.append(self._store(url, each, official=True))
            elif url not in chosen.found:
                stores.append(Store(url=url, official=True))
        for look in chosen.others:
            offered = articles(self._observed[look.page_id])
            if offered:
                stores.append(
                    self._store(look.url, self._best(promise, (promoted,), offered, look.url), official=False)
                )
        return Case(
            promoted=promoted,
            promise=promise,
            statements=read_statements(claim.claim),
            history=self._past.of(claim.promo_url, promoted),
            stores=tuple(stores),
        )

    def _store(self, url: str, compared: Compared, *, official: bool) -> Store:
        article = compared.pair.official
        return Store(
            url=url,
            official=official,
            answer=answer_of(compared),
            same=compared.match.answer,
            sure=sure_variant(compared.match),
            number=same_number(compared.match),
            article=article,
            prices=compared.prices,
            history=self._past.of(url, article),
        )

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
            (self._match(left, right, said), left, right)
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
        differences = tuple(
            Difference(
                field=each.field,
                promoted=each.promoted,
                official=each.official,
                says=each.says,
                sure=each.points_to != "caution",
            )
            for each in found.evidence
            if each.points_to in ("different", "other_variant", "caution")
        )
        pair = Pair(promoted=left, official=right, promise=promise, same=found.answer, differences=differences)
        given = findings(pair, self._rules)
        return Compared(pair=pair, match=found, findings=given, prices=compared_prices(pair))

    def _match(self, left: Article, right: Article, brands: frozenset[str]) -> Match:
        found = match(self._record(left, brands), self._record(right, brands))
        decision = self._decisions.get(pair_key(left, right))
        return found if decision is None else decided(found, decision, left, right)

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
