"""Which tables and columns the explorer's database has: those of the store that say something of a page, a claim or a
review, and a few that are made from them so that a question is answered without reading JSON.

A table that is added to the store appears by itself.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.store.schema import TABLES
from pipelines.store.table import Table

# How the crawler works, not what it found.
LEFT_OUT = ("runs", "crawls", "shown", "render_decisions", "links")
# The machine that crawled, what the spider told itself, and when which program made a version of the same data.
# `signals` shows what `signals_json` holds, with its texts masked.
WITHHELD = {
    "ledger": ("owner", "lease_until", "request_json"),
    "corpus_versions": ("made_at", "daihuo"),
    "corpus_reviews": ("signals_json",),
}

DERIVED: dict[str, Table] = {
    "looks": Table(
        about="Every look at an address that a claim names, oldest first: the price history beside the broadcast.",
        columns={
            "claim_id": (str, "the claim"),
            "n": (int, "order in time"),
            "role": (str, "promoted or official"),
            "url": (str, "the address, as the watchlist has it"),
            "page_id": (str, "the page that was stored then"),
            "seen_at": (str, "UTC time of the response"),
            "days": (float, "days after the broadcast, negative before it; NULL when the claim has no time"),
            "outcome": (str, "as in pages: a look without a price is a gap, not a zero"),
            "price": (str, "decimal, what anyone could buy it for; NULL when the page did not say"),
            "price_max": (str, "dearest variant, when variants differ"),
            "list_price": (str, "crossed-out or list price"),
            "currency": (str, "ISO 4217"),
            "availability": (str, "as in offers"),
        },
        pk=("claim_id", "n"),
        foreign={"claim_id": ("claims", "id"), "page_id": ("pages", "id")},
        indexes=(("page_id",), ("claim_id", "role", "seen_at")),
    ),
    "citations": Table(
        about="Which page a verdict, a finding or a match rests on.",
        columns={
            "claim_id": (str, "the claim"),
            "cited_by": (str, "verdict, match, or the rule of the finding"),
            "page_id": (str, "the page"),
        },
        pk=("claim_id", "cited_by", "page_id"),
        foreign={"claim_id": ("claims", "id"), "page_id": ("pages", "id")},
        indexes=(("page_id",),),
    ),
    "reviewed_products": Table(
        about="A product that has reviews, counted.",
        columns={
            "product": (str, "host and product number or path, as in reviews"),
            "name": (str, "as its newest page says; the key where no page does"),
            "page_id": (str, "its newest page with an offer, else the first that showed a review"),
            "collected": (int, "reviews stored"),
            "claimed": (int, "number of reviews as the page claims"),
            "mean_stars": (float, "mean rating on five stars, two decimals"),
            "first_date": (str, "of the oldest review"),
            "last_date": (str, "of the newest review"),
            "platform_written": (int, "texts that the platform wrote, not the buyer"),
            "repeated": (int, "reviews whose text occurs more than once, here or at another product"),
        },
        pk=("product",),
        foreign={"page_id": ("pages", "id")},
    ),
    "repeated_texts": Table(
        about="Reviews that say the same, or almost the same: one row for each review of a cluster.",
        columns={
            "cluster": (str, "the cluster, named by its texts"),
            "review": (str, "the review"),
            "product": (str, "its product"),
            "date": (str, "its date"),
        },
        pk=("cluster", "review"),
        foreign={"review": ("reviews", "id"), "product": ("reviewed_products", "product")},
        indexes=(("review",), ("product",)),
    ),
}

# What a reader looks at first stands first.
_IN_FRONT = {"reviews": ("id", "text", "rating", "date", "product", "page_id")}
# Links and orders that the store does not need and a reader does.
_MORE_FOREIGN = {"reviews": {"product": ("reviewed_products", "product")}}
_MORE_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "reviews": (("date",), ("product", "date"), ("language",), ("rating",), ("verified",)),
    "pages": (("fetched_at",), ("kind",), ("renderer",)),
    "signals": (("signal", "value"),),
    "seals": (("subject", "warc_offset"),),
    "verdicts": (("verdict",),),
    "official_evidence": (("kind",),),
}


def chosen_tables() -> dict[str, Table]:
    """Name to table, those of the store first; foreign keys lead to tables that are there."""
    names = [name for name in TABLES if name not in LEFT_OUT and name not in DERIVED]
    return {**{name: _published(name, {*names, *DERIVED}) for name in names}, **DERIVED}


def _published(name: str, there: set[str]) -> Table:
    spec = TABLES[name]
    order = dict.fromkeys((*_IN_FRONT.get(name, ()), *spec.columns))
    kept = {column: spec.columns[column] for column in order if column not in WITHHELD.get(name, ())}
    foreign = {**spec.foreign, **_MORE_FOREIGN.get(name, {})}
    # A page is looked up from each of its rows, and a review from its signals.
    pointing = tuple((column,) for column in foreign if column != spec.pk[0])
    indexes = dict.fromkeys((*spec.indexes, *pointing, *_MORE_INDEXES.get(name, ())))
    return replace(
        spec,
        columns=kept,
        foreign={column: to for column, to in foreign.items() if to[0] in there and column in kept},
        indexes=tuple(index for index in indexes if all(column in kept for column in index) and index != spec.pk),
    )
