"""`datapackage.json`: a Frictionless data package of what was written (https://specs.frictionlessdata.io/data-package/).

Parquet files stand in it as files, with their schema: its tools check their bytes, and rows of CSV and JSON Lines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.export.card_facts import CardFacts
from pipelines.export.published import published

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

Row = dict[str, Any]

MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_KINDS = {str: "string", int: "integer", float: "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A written file: `path` is its name in the export, `sha256` of its bytes."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str

    @classmethod
    def of(cls, table: str, path: Path, rows: int) -> Resource:
        """What is known of a file on the disk."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(table=table, path=path.name, rows=rows, bytes=path.stat().st_size, sha256=digest)

    @property
    def kind(self) -> str:
        """One of `written.FORMATS`."""
        return self.path.rpartition(".")[2]


def package(dataset: Dataset, resources: list[Resource], facts: CardFacts) -> Row:
    """The content of `datapackage.json`."""
    made: Row = {"profile": "data-package", "name": slug(dataset.name), "title": dataset.title}
    if facts.version is not None:
        made["version"] = f"{facts.version.number}.0.0"
    if dataset.licence:
        made["licenses"] = [{"name": dataset.licence}]
    if dataset.description:
        made["description"] = dataset.description
    made["sources"] = [
        {"title": source.name or source.host, "path": f"https://{source.host}/"} for source in facts.sources
    ]
    tables = {resource.table for resource in resources if resource.rows}
    return {**made, "resources": [_described(resource, tables) for resource in resources]}


def slug(name: str) -> str:
    """A name that data packages allow."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "dataset"


def _described(resource: Resource, tables: Collection[str]) -> Row:
    """Foreign keys only to `tables`, those with rows, in the same format."""
    spec, kind = published(resource.table), resource.kind
    # Of a file of JSON Lines without a line frictionless says that it cannot be read.
    as_file = kind == "parquet" or (kind == "jsonl" and not resource.rows)
    fields = [{"name": name, "type": _KINDS[said], "description": text} for name, (said, text) in spec.columns.items()]
    foreign = [
        {"fields": [column], "reference": {"resource": f"{other}-{kind}", "fields": [target]}}
        for column, (other, target) in spec.foreign.items()
        if other in tables and not as_file
    ]
    return {
        "name": resource.path.replace(".", "-"),
        "path": resource.path,
        "title": resource.table,
        "description": spec.about,
        **({"type": "file"} if as_file else {}),
        **({"profile": "tabular-data-resource"} if kind == "csv" else {}),
        "format": kind,
        "mediatype": MEDIA_TYPES[kind],
        **({"encoding": "utf-8"} if kind != "parquet" else {}),
        "bytes": resource.bytes,
        "hash": f"sha256:{resource.sha256}",
        **({} if as_file else {"rows": resource.rows}),
        "schema": {"fields": fields, "primaryKey": list(spec.pk), "foreignKeys": foreign, "missingValues": [""]},
    }
