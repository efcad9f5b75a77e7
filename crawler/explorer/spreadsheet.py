"""Rows of the explorer as CSV for spreadsheets: UTF-8 with a byte order mark, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasette import Response

from pipelines.spreadsheet import guard


def renderer() -> dict[str, Any]:
    """What Datasette is told of it."""
    return {"extension": "sheet", "render": render, "can_render": lambda: False}


def render(columns: Sequence[str], rows: Iterable[Sequence[Any]], data: Mapping[str, Any]) -> Any:
    """The answer to one question; 400 with the reason for one that has none."""
    if data.get("error"):
        return Response.text(str(data["error"]), status=400)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_cell(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    headers = {"content-disposition": 'attachment; filename="daihuo.csv"'}
    return Response("\ufeff" + out.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bytes):
        return value.hex()
    return guard(value) if isinstance(value, str) else value
