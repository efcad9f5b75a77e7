"""The report's words in one language, from `templates/words.<language>.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh", "en"]


@cache
def words(language: Language) -> dict[str, Any]:
    """All words, nested as in the file."""
    path = files("pipelines.export").joinpath("templates", f"words.{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
