"""sqlite-utils, imported without pandas.

It imports pandas wherever that is installed, for frames that nobody gives it here: 90 MB in every process. So it is
imported in this place only.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _without_pandas() -> Iterator[None]:
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]


with _without_pandas():
    from sqlite_utils import Database, Migrations
    from sqlite_utils.db import Table as DatabaseTable

__all__ = ["Database", "DatabaseTable", "Migrations"]
