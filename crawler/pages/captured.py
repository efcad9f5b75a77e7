"""JSON that a rendered page loaded by itself, beside its DOM."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class CapturedBody:
    """One response the page loaded: its URL, content type and decoded text."""

    url: str
    content_type: str = ""
    text: str = ""


@attrs.frozen
class Captured:
    """All of them, in order of arrival; empty for a page that was fetched plainly."""

    bodies: tuple[CapturedBody, ...] = ()
