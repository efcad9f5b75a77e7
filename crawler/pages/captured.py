"""JSON that a rendered page loaded by itself, beside its DOM."""

from __future__ import annotations

import json

import attrs
from web_poet.serialization import SerializedLeafData, register_serialization


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


def _serialize(captured: Captured) -> SerializedLeafData:
    rows = [attrs.asdict(body) for body in captured.bodies]
    return {"json": json.dumps(rows, ensure_ascii=False, indent=1).encode()}


def _deserialize(cls: type[Captured], data: SerializedLeafData) -> Captured:
    return cls(tuple(CapturedBody(**row) for row in json.loads(data["json"])))


# A fixture folder holds it as `inputs/crawler.pages.captured.Captured.json`.
register_serialization(_serialize, _deserialize)
