"""The explorer as an application: Datasette with one immutable database, our plugin, and nobody else's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import PackageMissing
from pipelines.export.explore.build import row_counts
from pipelines.export.explore.described import NAME

if TYPE_CHECKING:
    from datasette.app import Datasette

_HERE = Path(__file__).parent
_OWN_ERRORS = "datasette.handle_exception"
SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": 1_000,
    "max_returned_rows": 1_000,
    "default_page_size": 50,
    "facet_time_limit_ms": 300,
    "default_facet_size": 15,
    # A row is shown whole on its own page.
    "truncate_cells_html": 300,
    "default_allow_sql": True,
    "allow_facet": True,
    "allow_download": True,
    # All rows of a table in one answer has no limit of rows; the export has the tables whole.
    "allow_csv_stream": False,
    "suggest_facets": False,
    "template_debug": False,
    "trace_debug": False,
    "num_sql_threads": 2,
}


def make_explorer(database: Path, metadata: Path) -> Datasette:
    """Datasette on a database that `build_explorer` made. Raises `PackageMissing` where Datasette is not installed."""
    try:
        from datasette.app import Datasette
        from datasette.plugins import pm
    except ImportError as error:
        raise PackageMissing('the explorer needs the package datasette: pip install "daihuo[explore]"') from error
    from crawler.explorer import plugin

    # Plugins that are installed for another purpose could open what is closed here.
    for other, _ in pm.list_plugin_distinfo():
        if pm.is_registered(other):
            pm.unregister(other)
    # It prints every failed question with all variables, and answers slow ones with a script.
    if pm.has_plugin(_OWN_ERRORS):
        pm.unregister(name=_OWN_ERRORS)
    if not pm.is_registered(plugin):
        pm.register(plugin, "daihuo")
    return Datasette(
        immutables=[str(database)],
        inspect_data=_inspected(database),
        metadata=json.loads(metadata.read_text(encoding="utf-8")),
        settings=SETTINGS,
        template_dir=str(_HERE / "templates"),
        static_mounts=[("look", str(_HERE / "static"))],
    )


def _inspected(database: Path) -> dict[str, Any]:
    """What is known of a file that does not change: Datasette need not count, and cannot count an index of words."""
    with database.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    counted = {name: {"count": count} for name, count in row_counts(database).items()}
    return {NAME: {"hash": digest, "size": database.stat().st_size, "file": str(database), "tables": counted}}
