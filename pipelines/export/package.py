"""What describes exported tables: `datapackage.json` (Frictionless tabular data package) and `README.md`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.store.schema import TABLES

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

Row = dict[str, Any]


def resource(table: str, path: Path, count: int, exported: Collection[str]) -> Row:
    """One written file; foreign keys only to tables in `exported`."""
    spec = TABLES[table]
    kinds = {str: "string", int: "integer", float: "number"}
    fields = [{"name": name, "type": kinds[kind], "description": text} for name, (kind, text) in spec.columns.items()]
    foreign = [
        {"fields": [column], "reference": {"resource": f"{other}-{path.suffix[1:]}", "fields": [target]}}
        for column, (other, target) in spec.foreign.items()
        if other in exported
    ]
    described: Row = {
        "name": f"{table}-{path.suffix[1:]}",
        "path": path.name,
        "title": table,
        "description": spec.about,
        "format": path.suffix[1:],
        "mediatype": "text/csv" if path.suffix == ".csv" else "application/jsonl",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": count,
        "schema": {"fields": fields, "primaryKey": list(spec.pk), "foreignKeys": foreign, "missingValues": [""]},
    }
    if path.suffix == ".csv":
        described["profile"] = "tabular-data-resource"
    return described


def package(dataset: Dataset, resources: list[Row]) -> Row:
    """The content of `datapackage.json`."""
    made: Row = {"name": _slug(dataset.name), "title": dataset.title, "resources": resources}
    if dataset.licence:
        made["licenses"] = [{"name": dataset.licence}]
    if dataset.description:
        made["description"] = dataset.description
    return made


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "dataset"


def readme(dataset: Dataset, resources: list[Row]) -> str:
    """The text beside the tables: which files, and how to read them."""
    lines = [f"# {' '.join(dataset.title.split())}", "", "Columns are described in `datapackage.json`.", ""]
    lines += ["| file | rows | what |", "|---|--:|---|"]
    lines += [f"| `{row['path']}` | {row['rows']} | {row['description']} |" for row in resources]
    notes = files("pipelines.export").joinpath("templates", "tables.md").read_text(encoding="utf-8")
    return "\n".join([*lines, "", notes])
