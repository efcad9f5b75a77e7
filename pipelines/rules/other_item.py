"""In what does the promoted item differ from the official one: net content, shade, edition, form, registration number?

Parameters: none. "differs": the two pages state it; one finding names all of them. "cannot_tell": they may differ
there, the pages do not settle it. Whether it is another product is decided by matching, this only says where to look.
Value: none. Source: the evidence of matching (docs/verdicts.md), each piece with the words of both pages.
"""

from __future__ import annotations

from pipelines.rules.finding import Finding, Pair, Parameters, pages

DEFAULTS: dict[str, object] = {}
_LOOKED_AT = frozenset({"content", "shade", "registration", "generation", "year", "tier", "refill", "sample", "set",
                        "limited", "region", "protection", "skin", "scent", "used", "size", "memory"})  # fmt: skip


def find(pair: Pair, parameters: Parameters) -> Finding | None:
    """None when matching saw no difference of these kinds."""
    seen = [each for each in pair.differences if each.field in _LOOKED_AT]
    if not seen:
        return None
    said = "; ".join(
        f"{each.says} ({each.promoted or 'not stated'} / {each.official or 'not stated'})" for each in seen
    )
    return Finding(
        rule="other_item",
        answer="differs" if any(each.sure for each in seen) else "cannot_tell",
        text=f"Where the two items differ: {said}.",
        parameters=parameters,
        page_ids=pages(pair),
    )
