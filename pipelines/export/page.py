"""What our HTML files share: the engine that escapes all texts, and the style sheet that a file allows by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def render_page(template: str, filters: Mapping[str, Callable[..., Any]], style: str = "", **given: Any) -> str:
    """A template with our style sheet, and `style` after it, as `css`, and what `head.html` names it by."""
    environment = Environment(
        loader=PackageLoader("pipelines.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    css = files("pipelines.export").joinpath("templates", "report.css").read_text(encoding="utf-8") + style
    return environment.get_template(template).render(
        css=Markup(css),  # noqa: S704 - the project's own file, not a page's text
        style_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        **given,
    )
