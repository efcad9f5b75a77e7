"""A page and its facts as rows. Pure: no database here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pipelines.facts import ListingFact, OfferFact, PageFacts, PriceFact, VariantFact, quantity_json
from pipelines.faults import joined
from pipelines.items import Issue
from pipelines.normalize.text import storable
from pipelines.normalize.urls import page_key
from pipelines.store.review_pages import ReviewPlace
from pipelines.store.sql import Row, cell, columns, json_cell, picker, text_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """An archive record beside the page's body; `kind` as in docs/tables.md."""

    kind: str
    url: str
    warc_file: str
    warc_offset: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """What the crawler or an ingest knows of a page, before anything is understood.

    fetched_at   UTC ISO 8601; `time_source` says whose time it is: fetch, capture or file
    outcome      set for pages without facts (refused, failed); else the facts' own is stored. `reason` likewise
    faults       what was wrong on the way here; joined with those that the facts have
    place        which page of which list of reviews it is
    """

    url: str
    fetched_at: str
    final_url: str | None = None
    method: str = "GET"
    status: int | None = None
    time_source: str = "fetch"
    sha256: str | None = None
    bytes: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    renderer: str = "static"
    render_reason: str | None = None
    spider: str | None = None
    run_id: str | None = None
    outcome: str | None = None
    reason: str | None = None
    evidence: tuple[EvidenceRecord, ...] = ()
    faults: tuple[str, ...] = ()
    place: ReviewPlace | None = None


def page_id(url: str, body_sha256: str | None, fetched_at: str, time_source: str) -> str:
    """24 hexadecimal digits. A saved file's modification time is no part: copying the file does not make a new page."""
    parts = [url, body_sha256 or ""] + ([fetched_at] if time_source in ("fetch", "capture") else [])
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def page_row(identity: str, record: PageRecord, facts: PageFacts | None, issues: list[Issue]) -> Row:
    """The row of table `pages`."""
    wall = None if facts is None else facts.wall or (facts.shell if facts.outcome == "no_offer" else None)
    return _row(
        "pages",
        issues,
        id=identity,
        run_id=record.run_id,
        url=record.url,
        final_url=record.final_url or record.url,
        url_key=page_key(record.url),
        method=record.method,
        status=record.status,
        fetched_at=record.fetched_at,
        time_source=record.time_source,
        sha256=record.sha256,
        bytes=record.bytes,
        content_type=record.content_type,
        etag=record.etag,
        last_modified=record.last_modified,
        warc_file=record.warc_file,
        warc_offset=record.warc_offset,
        renderer=record.renderer,
        render_reason=record.render_reason,
        outcome=record.outcome or (facts.outcome if facts else "failed"),
        reason=record.reason or wall,
        kind=facts.kind if facts else "unknown",
        platform=facts.platform if facts else None,
        spider=record.spider,
        faults_json=list(joined(record.faults, facts.faults if facts else ())) or None,
    )


def evidence_row(identity: str, n: int, record: EvidenceRecord, issues: list[Issue]) -> Row:
    return _row(
        "evidence",
        issues,
        page_id=identity,
        n=n,
        kind=record.kind,
        url=record.url,
        warc_file=record.warc_file,
        warc_offset=record.warc_offset,
        sha256=record.sha256,
    )


def offer_row(identity: str, facts: PageFacts, offer: OfferFact, issues: list[Issue]) -> Row:
    return _row(
        "offers",
        issues,
        page_id=identity,
        url=facts.url,
        shop=facts.shop_name,
        shop_official=facts.shop_official,
        shop_evidence=facts.shop_evidence or None,
        name=offer.name,
        brand=offer.brand,
        sku=offer.sku,
        gtin=offer.gtin,
        mpn=offer.mpn,
        availability=offer.availability,
        currency=offer.currency,
        price=offer.price,
        price_max=offer.price_max,
        list_price=offer.list_price,
        rating=offer.rating,
        rating_scale=offer.rating_scale,
        review_count=offer.review_count,
        quantity_json=quantity_json(offer.quantity),
        quantity_text=offer.quantity_text,
        promotions_json=list(offer.promotions),
        said_json=dict(offer.said) or None,
    )


def price_rows(identity: str, prices: Iterable[PriceFact], issues: list[Issue]) -> list[Row]:
    """Rows of `prices`; a price without a storable amount is none."""
    rows = (
        _row(
            "prices",
            issues,
            page_id=identity,
            n=n,
            kind=price.kind,
            amount=price.amount,
            amount_max=price.amount_max,
            currency=price.currency,
            label=price.label,
            condition=price.condition,
            text=price.text,
            variant=price.variant,
            found_in=price.found_in,
            path=price.path,
            chosen=price.chosen,
        )
        for n, price in enumerate(prices)
    )
    amount = columns("prices").index("amount")
    return [row for row in rows if row[amount] is not None]


def variant_rows(
    identity: str, variants: Iterable[VariantFact], currency: str | None, issues: list[Issue]
) -> list[Row]:
    return [
        _row(
            "variants",
            issues,
            page_id=identity,
            n=n,
            sku=variant.sku,
            options_json=dict(variant.options),
            price=variant.price,
            list_price=variant.list_price,
            currency=currency,
            availability=variant.availability,
            gtin=variant.gtin,
            quantity_json=quantity_json(variant.quantity),
        )
        for n, variant in enumerate(variants)
    ]


def listing_rows(identity: str, items: Iterable[ListingFact], issues: list[Issue]) -> list[Row]:
    return [
        _row(
            "listing_items",
            issues,
            page_id=identity,
            n=n,
            name=item.name,
            url=item.url,
            sku=item.sku,
            price=item.price,
            list_price=item.list_price,
            currency=item.currency,
            said_json=dict(item.said) or None,
        )
        for n, item in enumerate(items)
    ]


def review_page_row(identity: str, page: Mapping[str, Any], issues: list[Issue]) -> Row:
    """The row of `review_pages` of what `review_page` gives."""
    return _row("review_pages", issues, page_id=identity, **page)


def link_rows(identity: str, links: Iterable[tuple[str, str]], issues: list[Issue]) -> list[Row]:
    """Rows of `links`, each pair once."""
    return [_row("links", issues, page_id=identity, kind=kind, url=url) for kind, url in dict.fromkeys(links)]


def issue_rows(identity: str, issues: Iterable[Issue]) -> list[Row]:
    return [
        (identity, n, *(storable(text if isinstance(text, str) else repr(text)) for text in said))
        for n, said in enumerate((issue.field, issue.value, issue.why) for issue in issues)
    ]


def not_stored(what: str, value: object, error: Exception) -> Issue:
    """The issue of a value or row that the database does not take."""
    return Issue(field=what, value=f"{value!r:.500}", why=f"not stored: {error!s:.200}")


_NOTHING = frozenset({type(None)})
_TEXT_OR_NOTHING = frozenset({str, type(None)})


def _row(table: str, issues: list[Issue], **values: Any) -> Row:
    together = "".join([value for value in values.values() if type(value) is str])
    as_they_are = _TEXT_OR_NOTHING if text_cell(together) is together else _NOTHING
    for name, value in [said for said in values.items() if type(said[1]) not in as_they_are]:
        try:
            values[name] = json_cell(value) if name.endswith("_json") else cell(value)
        except (TypeError, ValueError) as error:
            values[name] = None
            issues.append(not_stored(f"{table}.{name}", value, error))
    return picker(table)(values)
