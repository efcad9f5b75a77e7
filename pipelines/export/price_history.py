"""What each shop of a claim asked over time, for the report: looks in a row that showed one price, and the gaps.

Two looks with a price belong together when nothing else was seen between them and no more than `FAR_APART` lies
between: a time that nobody looked at is a gap, never "unchanged".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pipelines.database import Database
from pipelines.export.claims import ClaimView, OfferView
from pipelines.history import History, Look, State
from pipelines.normalize.quantity import unit_price
from pipelines.observation import Article, articles
from pipelines.past import Past
from pipelines.rules.finding import same_content
from pipelines.sightings import Sighting, Sightings

FAR_APART = timedelta(days=3)
_MOST_OFFICIAL = 3
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Looks in a row that showed the same: `price` at each of them, or none and `why`. Times are UTC.

    joined  whether the price was also seen at the end of the step before, with no gap between
    """

    first: datetime
    last: datetime
    looks: int
    state: State
    price: Decimal | None
    why: str
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One shop. `role` is promoted or official, `side` also numbers the official ones (official, official2 …)."""

    role: str
    side: str
    url: str
    steps: tuple[Step, ...]

    @property
    def priced(self) -> int:
        """How many looks showed a price."""
        return sum(step.looks for step in self.steps if step.price is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceHistory:
    """All shops of one claim, in `currency` for `per` ("offer", "100 ml" …). `promised` is the price said on air, for
    `per`, when it can be put beside them.
    """

    per: str
    currency: str | None
    series: tuple[Series, ...]
    promised: Decimal | None

    @property
    def drawable(self) -> bool:
        """One price seen once is no history."""
        return any(series.priced > 1 for series in self.series)


def price_histories(db: Database, claims: Iterable[ClaimView]) -> dict[str, PriceHistory]:
    """Claim id to history, for the claims whose promoted page was seen with an offer."""
    shown = [claim for claim in claims if claim.offers and claim.offers[0].role == "promoted" and claim.offers[0].offer]
    urls = [offer.url for claim in shown for offer in claim.offers]
    sightings = Sightings(db, urls)
    wanted = [offer.page["id"] for claim in shown for offer in claim.offers if offer.offer and offer.page]
    looks: list[Sighting] = [sightings.by_id[page] for page in wanted if page in sightings.by_id]
    seen = {page: articles(observation) for page, observation in sightings.read(looks).items()}
    past = Past(sightings, urls)
    made = ((claim.row["id"], _history(claim, seen, past)) for claim in shown)
    return {claim_id: history for claim_id, history in made if history is not None}


def _history(claim: ClaimView, seen: Mapping[str, tuple[Article, ...]], past: Past) -> PriceHistory | None:
    skus = {link.get("page_id"): link.get("from", "") for link in json.loads(claim.row["chain_json"] or "[]")}
    found = [(offer, _meant(offer, seen, skus)) for offer in claim.offers]
    known = [(offer, article) for offer, article in found if article is not None]
    if not known or known[0][0].role != "promoted":
        return None
    promoted = known[0][1]
    known = [(offer, article) for offer, article in known if article.currency == promoted.currency]
    per, usable = _basis(claim.row["per"], known)
    series: list[Series] = []
    for offer, article in usable[: 1 + _MOST_OFFICIAL]:
        number = sum(each.role == "official" for each in series)
        side = offer.role if offer.role == "promoted" or not number else f"official{number + 1}"
        steps = tuple(_steps(past.of(offer.url, article), article, per))
        series.append(Series(role=offer.role, side=side, url=offer.url, steps=steps))
    said = Decimal(claim.row["claimed_price"]) if claim.row["claimed_price"] else None
    comparable = said is not None and claim.row["currency"] in (None, promoted.currency)
    promised = _for(per, said, promoted) if comparable else None
    return PriceHistory(per=per, currency=promoted.currency, series=tuple(series), promised=promised)


def _meant(offer: OfferView, seen: Mapping[str, tuple[Article, ...]], skus: Mapping[Any, str]) -> Article | None:
    """The thing on the page that the verdict is about: the only one, or the variant that the verdict names."""
    found = seen.get(offer.page["id"], ()) if offer.page else ()
    if len(found) == 1:
        return found[0]
    said = skus.get(offer.page["id"], "") if offer.page else ""
    named = [each for each in found if each.sku and said == f"variants.price {each.sku}"]
    return named[0] if len(named) == 1 else None


def _basis(per: str | None, known: list[tuple[OfferView, Article]]) -> tuple[str, list[tuple[OfferView, Article]]]:
    """What prices are put beside each other for: as they were compared, else the whole offer when its content is the
    same.
    """
    promoted = known[0][1]
    if per and per != "offer":
        usable = [pair for pair in known if _for(per, Decimal(1), pair[1]) is not None]
        if usable and usable[0][1] is promoted:
            return per, usable
    return "offer", [pair for pair in known if same_content(pair[1].quantity, promoted.quantity)]


def _for(per: str, price: Decimal | None, article: Article) -> Decimal | None:
    if price is None or per == "offer":
        return price
    found = unit_price(price, article.quantity)
    return found[0].quantize(_CENT) if found is not None and found[1] == per else None


def _steps(history: History, article: Article, per: str) -> Iterator[Step]:
    """The looks, oldest first, brought together where nothing changed."""
    held: list[Look] = []
    joined = False
    for look in history.looks:
        if held and _same(held[-1], look):
            held.append(look)
            continue
        if held:
            yield _step(held, article, per, joined)
            both = held[-1].state == look.state == "priced"
            joined = both and look.at - held[-1].at <= FAR_APART
        held = [look]
    if held:
        yield _step(held, article, per, joined)


def _same(before: Look, look: Look) -> bool:
    if before.state != look.state or before.price != look.price or before.why != look.why:
        return False
    return look.state != "priced" or look.at - before.at <= FAR_APART


def _step(looks: list[Look], article: Article, per: str, joined: bool) -> Step:
    first = looks[0]
    return Step(
        first=first.at,
        last=looks[-1].at,
        looks=len(looks),
        state=first.state,
        price=_for(per, first.price, article),
        why=first.why,
        joined=joined,
    )


def chart_rows(history: PriceHistory, local: Any, broadcast: datetime | None, label: str) -> dict[str, list[Any]]:
    """The rows of the chart "history". `local` brings a UTC time to the text that the axis shows."""
    looks: list[dict[str, Any]] = []
    alone, missed = [], []
    for series in history.series:
        for number, step in enumerate(series.steps):
            if step.price is None:
                missed += [{"at": local(at), "side": series.side} for at in dict.fromkeys((step.first, step.last))]
                continue
            after = series.steps[number + 1] if number + 1 < len(series.steps) else None
            row = {"at": local(step.first), "price": float(step.price), "side": series.side}
            if step.first == step.last and not step.joined and not (after and after.joined):
                alone.append(row)
                continue
            if not step.joined:
                looks.append({**row, "price": None})
            looks.append(row)
            if not (after and after.joined):
                looks.append({**row, "at": local(step.last)})
    said = [{"at": local(broadcast), "label": label}] if broadcast else []
    promised = (
        [{"at": local(broadcast), "price": float(history.promised)}]
        if broadcast and history.promised is not None
        else []
    )
    return {"looks": looks, "alone": alone, "missed": missed, "said": said, "promised": promised}


def span(history: PriceHistory, broadcast: datetime | None) -> timedelta:
    """From the first to the last moment that the chart shows."""
    moments = [moment for series in history.series for step in series.steps for moment in (step.first, step.last)]
    moments += [broadcast] if broadcast else []
    return max(moments) - min(moments) if moments else timedelta(0)
