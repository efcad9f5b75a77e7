"""`croissant.json`: the export for machine learning tools, MLCommons Croissant 1.0.

Records are read from Parquet where it was written, else from CSV, else from JSON Lines. Of the last the reference
reader makes times out of texts that look like times, and then cannot give them as texts.
Source: https://docs.mlcommons.org/croissant/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.export.card_facts import CardFacts
from pipelines.export.package import Resource, slug
from pipelines.export.published import EXPORTED, published

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

Row = dict[str, Any]

_FORMATS = {"parquet": "application/x-parquet", "csv": "text/csv", "jsonl": "application/jsonlines"}
_KINDS = {str: "sc:Text", int: "sc:Integer", float: "sc:Float"}
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*-[A-Za-z0-9.+-]*")
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(dataset: Dataset, resources: list[Resource], facts: CardFacts) -> Row:
    """The content of `croissant.json`."""
    kinds = {resource.kind for resource in resources}
    kind = next(kind for kind in _FORMATS if kind in kinds)
    parts = [_parts("reviews")] if kind == "parquet" else []
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": slug(dataset.name),
        "description": dataset.description or dataset.title,
        "citeAs": facts.citation,
        "datePublished": facts.day,
        "license": licence_url(dataset.licence),
        "version": f"{facts.version.number if facts.version else 0}.0.0",
        "distribution": [_file(resource) for resource in resources] + parts,
        "recordSet": [_records(table, kind) for table in EXPORTED],
    }


def licence_url(licence: str) -> str:
    """An SPDX identifier as the address of its text, anything else as it is."""
    return f"https://spdx.org/licenses/{licence}.html" if _SPDX.fullmatch(licence) else licence


def _file(resource: Resource) -> Row:
    return {
        "@type": "cr:FileObject",
        "@id": resource.path,
        "name": resource.path,
        "contentUrl": resource.path,
        "contentSize": f"{resource.bytes} B",
        "encodingFormat": _FORMATS[resource.kind],
        "sha256": resource.sha256,
    }


def _parts(table: str) -> Row:
    """The files of a table that is written in parts, one a split."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{table}-parquet",
        "name": f"{table}-parquet",
        "encodingFormat": _FORMATS["parquet"],
        "includes": f"{table}-*.parquet",
    }


def _records(table: str, kind: str) -> Row:
    spec = published(table)
    parts = kind == "parquet" and table == "reviews"
    source = {"fileSet": {"@id": f"{table}-parquet"}} if parts else {"fileObject": {"@id": f"{table}.{kind}"}}
    # A column is a key of a JSON Lines record, which Croissant calls by its path.
    step = "jsonPath" if kind == "jsonl" else "column"
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": spec.about,
        "key": [{"@id": f"{table}/{name}"} for name in spec.pk],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{name}",
                "name": name,
                "description": text,
                "dataType": _KINDS[said],
                "source": {**source, "extract": {step: name}},
            }
            for name, (said, text) in spec.columns.items()
        ],
    }
