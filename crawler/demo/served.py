"""One answer of a demo shop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`pause` is in seconds, before the first byte."""

    body: str
    status: int = 200
    content_type: str = "text/html"
    pause: float = 0.0


NOT_FOUND = Served(body="<!doctype html><title>404</title><h1>页面不存在</h1>", status=404)
