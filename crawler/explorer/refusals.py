"""What is said of a question that has no answer: a page or JSON, as it was asked for, and never a script."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils import ValueAsBooleanError
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from pipelines.export.explore.described import NAME

_LOG = logging.getLogger(__name__)
TOO_LONG = "That took longer than a second. Ask for less: filter, or add a LIMIT."


async def refuse(datasette: Any, request: Any, exception: Exception) -> Any:
    """The answer to a request that ended with this exception."""
    status, message, title = _reason(exception, asked=request.path.startswith(f"/{NAME}"))
    if request.path.partition("?")[0].endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": status, "title": title}, status=status)
    template = datasette.jinja_env.get_template("error.html")
    shown = await template.render_async(error=message, status=status, title=title, search="")
    return Response.html(shown, status=status)


def _reason(exception: Exception, *, asked: bool) -> tuple[int, str, str | None]:
    """Status, reason and title; `asked` when the SQL was put together from what was asked, and is not our own."""
    if _too_long(exception):
        return 400, TOO_LONG, "Too long"
    if isinstance(exception, Base400):
        return exception.status, str(exception), None
    if isinstance(exception, DatasetteError):
        # Its messages with markup are about time, and answered above. Those that name no status, which is 500 then, say
        # that a table cannot be sorted or reached as was asked.
        status = 400 if exception.status == 500 else exception.status
        return status, str(exception.message), exception.title
    if asked and isinstance(exception, sqlite3.Error):
        return 400, str(exception), "Invalid SQL"
    if isinstance(exception, ValueAsBooleanError):
        return 400, "a parameter that is on or off has another value", None
    if asked and isinstance(exception, OverflowError):
        # SQLite's integers have 64 bits; nothing else here counts so far.
        return 400, "a number is too large", None
    _LOG.error("a request failed", exc_info=exception)
    return 500, "The explorer failed; the reason is in the terminal that it runs in.", None


def _too_long(exception: BaseException | None) -> bool:
    while exception is not None:
        if isinstance(exception, QueryInterrupted) or exception.args == ("interrupted",):
            return True
        exception = exception.__cause__ or exception.__context__
    return False
