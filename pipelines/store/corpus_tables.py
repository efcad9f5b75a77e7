"""The tables of the review corpus beside `reviews`. Part of `schema.TABLES`."""

from __future__ import annotations

from pipelines.store.table import Table

# A row for each of the signals of a review takes ten times the time to write, read back and seal.
_SIGNALS = """
    SELECT corpus_reviews.review AS review, said.key AS signal, json_extract(said.value, '$[0]') AS value,
        json_extract(said.value, '$[1]') AS evidence_json
    FROM corpus_reviews, json_each(corpus_reviews.signals_json) AS said
"""

CORPUS_TABLES: dict[str, Table] = {
    "corpus_versions": Table(
        about="One state of the review corpus; a new one is noted only when something in it is other than before.",
        columns={
            "version": (int, "1, 2, 3 …"),
            "sha256": (str, "of parameters, products, clusters and reviews with their signals, as docs/corpus.md says"),
            "reviews": (int, "reviews in it"),
            "products": (int, "products that have one"),
            "clusters": (int, "groups of alike texts"),
            "signals": (int, "rows of signals"),
            "splits_json": (str, "split to number of reviews"),
            "parameters_json": (str, "of the splits and of each signal"),
            "changes_json": (
                str,
                "kind of change to number of reviews, against the version before; NULL for the first",
            ),
            "made_at": (str, "UTC"),
            "daihuo": (str, "daihuo version"),
        },
        pk=("version",),
        foreign={},
    ),
    "corpus_changes": Table(
        about="What became of one review from one version of the corpus to the next.",
        columns={
            "version": (int, "the newer version"),
            "change": (str, "added, removed, changed (its words or numbers), moved (to another split) or signals"),
            "review": (str, "the review; one that was removed is no longer in reviews"),
            "before": (str, "split before (moved), else the first digits of the hash before; NULL for added"),
            "after": (str, "the same afterwards; NULL for removed"),
        },
        pk=("version", "change", "review"),
        foreign={},
    ),
    "corpus_products": Table(
        about="The products of the newest version, and the split that all of a product's reviews are in.",
        columns={
            "product": (str, "as in reviews"),
            "component": (str, "products that share a cluster, also by way of others, have one component"),
            "split": (str, "train, validation or test: by the component's hash"),
            "reviews": (int, "its reviews"),
            "clustered": (int, "those of them in a cluster"),
        },
        pk=("product",),
        foreign={},
    ),
    "clusters": Table(
        about="Reviews of the newest version whose texts are the same or almost the same.",
        columns={
            "id": (str, "hash of its normalized texts, the same for any order of reviews"),
            "reviews": (int, "how many, at least 2"),
            "texts": (int, "different normalized texts"),
            "products": (int, "different products"),
            "accounts": (int, "different accounts; NULL when a review of it has none"),
        },
        pk=("id",),
        foreign={},
    ),
    "corpus_reviews": Table(
        about="The reviews of the newest version: where each belongs, and what the next version is compared with.",
        columns={
            "review": (str, "the review"),
            "split": (str, "that of its product"),
            "cluster": (str, "the group of alike texts that it is in; NULL when its text is its own"),
            "content": (str, "16 digits of a hash of its words and numbers"),
            "signals": (str, "16 digits of a hash of its signals and complaints"),
            "signals_json": (str, "signal to [value, evidence]; NULL when it went and came again since"),
        },
        pk=("review",),
        foreign={},
    ),
    "signals": Table(
        about="One signal's observation about one review. Describes texts, never a person.",
        columns={
            "review": (str, "the review"),
            "signal": (str, "file name in pipelines/signals"),
            "value": (str, "as the signal's documentation says; NULL when not computable"),
            "evidence_json": (str, "what it rests on, or why it is not computable"),
        },
        pk=("review", "signal"),
        foreign={"review": ("reviews", "id")},
        view=_SIGNALS,
    ),
}
