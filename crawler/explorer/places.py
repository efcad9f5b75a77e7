"""The explorer's own pages: the front, a claim, a product, a stored page."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response
from datasette.utils import sqlite_timelimit, tilde_decode
from datasette.utils.asgi import NotFound
from markupsafe import Markup

from pipelines.export.explore.chosen import chosen_tables
from pipelines.export.explore.claim_page import claim_page, stored_page
from pipelines.export.explore.described import NAME
from pipelines.export.explore.product_page import product_page
from pipelines.export.explore.questions import QUESTIONS
from pipelines.export.explore.rows import Row, rows

Gather = Callable[[sqlite3.Connection, str], Row | None]


async def front(datasette: Any, request: Any) -> Any:
    """What the dataset is, how its claims came out, what can be asked."""
    found = await _read(datasette, lambda connection: _front(connection))
    tables = await datasette.get_database(NAME).table_counts()
    counted = [(name, tables.get(name), spec.about) for name, spec in chosen_tables().items()]
    return await _page(datasette, request, "front.html", {**found, "tables": counted, "questions": QUESTIONS})


def _front(connection: sqlite3.Connection) -> Row:
    verdicts = "SELECT COALESCE(v.verdict, 'not compared') AS verdict, COUNT(*) AS n FROM claims c"
    verdicts += " LEFT JOIN verdicts v ON v.claim_id = c.id GROUP BY 1 ORDER BY n DESC, 1"
    span = "SELECT COUNT(*) AS pages, MIN(fetched_at) AS first, MAX(fetched_at) AS last FROM pages"
    return {"verdicts": rows(connection, verdicts), "span": rows(connection, span)[0]}


def _about(kind: str, gather: Gather) -> Callable[[Any, Any], Awaitable[Any]]:
    """A page about one thing; `/kind/KEY.json` has the same as JSON."""

    async def view(datasette: Any, request: Any) -> Any:
        key = tilde_decode(request.url_vars["key"])
        found = await _read(datasette, lambda connection: gather(connection, key))
        if found is None:
            raise NotFound(f"there is no {kind} {key}")
        if request.url_vars.get("format"):
            return Response.json({"ok": True, **{k: v for k, v in found.items() if not isinstance(v, Markup)}})
        return await _page(datasette, request, f"{kind}.html", found)

    return view


async def _read(datasette: Any, gather: Callable[[sqlite3.Connection], Any]) -> Any:
    limit = datasette.setting("sql_time_limit_ms")

    def limited(connection: sqlite3.Connection) -> Any:
        with sqlite_timelimit(connection, limit):
            return gather(connection)

    return await datasette.get_database(NAME).execute_fn(limited)


async def _page(datasette: Any, request: Any, template: str, shown: Row) -> Any:
    context = {**shown, "database": NAME, "title": datasette.metadata("title") or NAME}
    context["description"] = datasette.metadata("description")
    context["license"] = datasette.metadata("license")
    return Response.html(await datasette.render_template(template, context, request=request))


ROUTES: list[tuple[str, Callable[..., Awaitable[Any]]]] = [
    (r"/$", front),
    (r"/claim/(?P<key>[^/.]+)(?P<format>\.json)?$", _about("claim", claim_page)),
    (r"/page/(?P<key>[^/.]+)(?P<format>\.json)?$", _about("page", stored_page)),
    (r"/product/(?P<key>[^/.]+)(?P<format>\.json)?$", _about("product", product_page)),
]
