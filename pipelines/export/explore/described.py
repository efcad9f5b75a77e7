"""What the explorer's tables and columns mean, as Datasette's metadata
(https://docs.datasette.io/en/stable/metadata.html): descriptions with units, facets, order, canned queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.export.explore.chosen import chosen_tables
from pipelines.export.explore.questions import QUESTIONS
from pipelines.export.explore.search import INDEX
from pipelines.store.table import Table

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

NAME = "explorer"
# Columns with few values that a reader divides a table by, the most telling first; three at most are shown at once.
FACETS = (
    "verdict", "claim_verdict", "signal", "answer", "rule", "role", "outcome", "state", "availability", "language",
    "rating", "kind", "confidence", "streamer", "platform", "spider", "field", "currency", "found_in",
)  # fmt: skip
_MOST_FACETS = 3
_LABELS = {"claims": "product", "pages": "url", "offers": "name", "reviewed_products": "name"}
_NEWEST_FIRST = {"pages": "fetched_at", "reviews": "date", "reviewed_products": "collected", "ledger": "updated_at"}
# Said in words: where Datasette is told a unit it reads expressions with units in questions, and some never end.
_UNITS = {"bytes": "in bytes", "warc_offset": "in bytes", "delay": "in seconds", "days": "in days"}
_INDEX_TABLES = (INDEX, *(f"{INDEX}_{part}" for part in ("config", "content", "data", "docsize", "idx")))


def metadata(dataset: Dataset) -> dict[str, Any]:
    """The whole of it, for a database that is named `explorer`."""
    said = {"title": dataset.title, "description": dataset.description, "license": dataset.licence}
    return {
        **{name: text for name, text in said.items() if text},
        "databases": {
            NAME: {
                "tables": {
                    **{name: _table(name, spec) for name, spec in chosen_tables().items()},
                    **{name: {"hidden": True} for name in _INDEX_TABLES},
                },
                "queries": {
                    question.name: {
                        "title": question.title,
                        "description": question.about,
                        "sql": question.sql.strip(),
                        "hide_sql": True,
                    }
                    for question in QUESTIONS
                },
            }
        },
    }


def _table(name: str, spec: Table) -> dict[str, Any]:
    said: dict[str, Any] = {
        "description": spec.about,
        "columns": {column: _with_unit(column, text) for column, (_, text) in spec.columns.items()},
        "facets": [column for column in FACETS if column in spec.columns][:_MOST_FACETS],
    }
    if name in _LABELS:
        said["label_column"] = _LABELS[name]
    if name in _NEWEST_FIRST:
        said["sort_desc"] = _NEWEST_FIRST[name]
    return said


def _with_unit(column: str, text: str) -> str:
    unit = _UNITS.get(column)
    return text if unit is None or unit.rpartition(" ")[2] in text else f"{text}; {unit}"
