"""The tables of the official side; part of `pipelines.store.schema.TABLES`."""

from __future__ import annotations

from pipelines.store.table import Table

OFFICIAL_TABLES: dict[str, Table] = {
    "official_candidates": Table(
        about="A page of an official site or store that may show the goods of a claim, and where it was found.",
        columns={
            "page_id": (str, "the page that names it"),
            "claim_id": (str, "the claim, as the watchlist had it then"),
            "url": (str, "the candidate"),
            "found_in": (str, "sitemap, products_json, store_api, site, listing, or store (the dataset names it)"),
            "start": (str, "the official site or store that was searched"),
            "name": (str, "as that page calls it; NULL when it gives the address only"),
            "score": (str, "decimal, 0 to 2, as docs/datasets.md says"),
            "why": (str, "what in its name or address fits the claim"),
        },
        pk=("page_id", "claim_id", "url"),
        foreign={"page_id": ("pages", "id")},
        indexes=(("claim_id",),),
    ),
    "official_evidence": Table(
        about="What shows, or only says, that a shop is a brand's official one.",
        columns={
            "page_id": (str, "the page of that shop"),
            "shop": (str, "host, and the shop's name there"),
            "kind": (
                str,
                "dataset_site, dataset_store, is_self, flagship_mark, or self_described, which proves nothing",
            ),
            "value": (str, "the entry of the dataset, or the mark as the page has it"),
        },
        pk=("page_id", "shop", "kind"),
        foreign={"page_id": ("pages", "id")},
        indexes=(("shop",),),
    ),
}
