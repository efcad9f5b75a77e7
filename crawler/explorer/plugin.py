"""What Datasette calls while it serves a dataset (https://docs.datasette.io/en/stable/plugin_hooks.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.filters import FilterArguments
from datasette.utils.asgi import BadRequest
from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.explorer import cells, guard, places, refusals, spreadsheet
from crawler.explorer.connection import lock
from pipelines.export.explore import search
from pipelines.export.explore.described import NAME

hookimpl = HookimplMarker("datasette")


@hookimpl
def asgi_wrapper() -> Callable[[guard.App], guard.App]:
    return guard.guard


# After Datasette's own functions are there: what is locked takes no more of them.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    if database == NAME:
        lock(conn)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    return places.ROUTES


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    return spreadsheet.renderer()


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    env.globals |= {"place": cells.place, "own_page": cells.own_page}
    env.filters["cell"] = cells.shown


@hookimpl
def render_cell(value: Any, column: str, table: str | None) -> Markup | None:
    return cells.shown(value, column, table)


# After Datasette's own search, which knows of no index and says so.
@hookimpl(trylast=True)
def filters_from_request(request: Any, table: str) -> Any:
    """`_search=words` and `_search_COLUMN=words` on reviews."""
    if table != search.TABLE:
        return None
    asked = {key: request.args[key] for key in request.args if key == "_search" or key.startswith("_search_")}
    where: list[str] = []
    parameters: dict[str, str] = {}
    described = []
    try:
        for number, (key, words) in enumerate(sorted(asked.items())):
            columns = search.COLUMNS if key == "_search" else (key.removeprefix("_search_"),)
            conditions, found = search.clause(words, columns, f"find{number}")
            where += conditions
            parameters |= found
            described += [f"{' or '.join(columns)} has {words}"] if conditions else []
    except ValueError as error:
        raise BadRequest(str(error)) from error
    shown = {"supports_search": True, "search": asked.get("_search", "")}
    return FilterArguments(where, parameters, described, shown)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Awaitable[Any]:
    return refusals.refuse(datasette, request, exception)
