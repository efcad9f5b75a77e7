"""Options that are no content and no shade: memory, clothing size, voltage, scent."""

from __future__ import annotations

import re

from pipelines.match.evidence import Evidence
from pipelines.match.record import Record
from pipelines.match.text import fold

_MEMORY = re.compile(r"(\d+)\s*(gb|tb)(?![a-z])")
_OTHER_RULE = re.compile(
    r"色|colou?r|shade|容量|净含量|規格|规格|数量|套餐|size|volume|pack|quantity|count|title", re.IGNORECASE
)
_CLOTHES = re.compile(r"^(?:尺码|尺寸|码数|鞋码|size)$", re.IGNORECASE)
_CLOTHES_VALUE = re.compile(r"^(?:x{0,3}[sml]|[2-6]xl|均码|\d{2}(?:\.5)?码?|\d{3}/\d{2,3}[a-z]?)$")


def look(promoted: Record, official: Record) -> Evidence | None:
    """The same option with another value is another variant of the same product."""
    left, right = _stated(promoted), _stated(official)
    for name in sorted(left.keys() & right.keys()):
        if left[name] != right[name]:
            return Evidence(
                field=name,
                promoted=left[name],
                official=right[name],
                says=f"the option '{name}' differs",
                points_to="other_variant",
            )
    return None


def _stated(record: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in record.article.options:
        folded = fold(value).strip()
        if _CLOTHES.match(name) and _CLOTHES_VALUE.match(folded):
            found["size"] = folded.removesuffix("码")
        elif not _OTHER_RULE.search(name):
            found[fold(name)] = folded
    memory = sorted({"".join(match.groups()) for match in _MEMORY.finditer(record.title)})
    if memory:
        found["memory"] = " ".join(memory)
    return found
