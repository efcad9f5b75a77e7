"""What is said of a question that has no answer: a page or JSON, as it was asked for, and never a script."""

from __future__ import annotations

import logging
import sqlite3
from types import TracebackType
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

_LOG = logging.getLogger(__name__)
TOO_LONG = "That took longer than a second. Ask for less: filter, or add a LIMIT."
# Where Datasette reads what was asked: there a parameter that is not what it has to be is a ValueError or its like.
_READS_PARAMETERS = (
    "datasette.views.",
    "datasette.filters",
    "datasette.facets",
    "datasette.utils",
    "datasette.renderer",
)


async def refuse(datasette: Any, request: Any, exception: Exception) -> Any:
    """The answer to a request that ended with this exception."""
    status, message, title = _reason(exception)
    if request.path.partition("?")[0].endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": status, "title": title}, status=status)
    template = datasette.jinja_env.get_template("error.html")
    shown = await template.render_async(error=message, status=status, title=title, search="")
    return Response.html(shown, status=status)


def _reason(exception: Exception) -> tuple[int, str, str | None]:
    """Status, reason and title."""
    if _too_long(exception):
        return 400, TOO_LONG, "Too long"
    if isinstance(exception, Base400):
        return exception.status, str(exception), None
    if isinstance(exception, DatasetteError):
        # Its messages with markup are about time, and answered above.
        return exception.status, str(exception.message), exception.title
    if isinstance(exception, sqlite3.Error):
        return 400, str(exception), "Invalid SQL"
    if _is_askers(exception, exception.__traceback__):
        return 400, f"this cannot be read: {exception}", None
    _LOG.error("a request failed", exc_info=exception)
    return 500, "The explorer failed; the reason is in the terminal that it runs in.", None


def _too_long(exception: BaseException | None) -> bool:
    while exception is not None:
        if isinstance(exception, QueryInterrupted) or exception.args == ("interrupted",):
            return True
        exception = exception.__cause__ or exception.__context__
    return False


def _is_askers(exception: BaseException, traceback: TracebackType | None) -> bool:
    if not isinstance(exception, ValueError | KeyError | IndexError | TypeError | OverflowError):
        return False
    deepest = ""
    while traceback is not None:
        name = traceback.tb_frame.f_globals.get("__name__", "")
        if name.startswith(("datasette.", "crawler.", "pipelines.")):
            deepest = name
        traceback = traceback.tb_next
    return deepest.startswith(_READS_PARAMETERS)
