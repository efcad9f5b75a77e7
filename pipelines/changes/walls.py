"""Pages that could be read before and cannot now: walls that are new, and pages that are gone."""

from __future__ import annotations

from pipelines.changes.change import Change, Kind, Side
from pipelines.changes.looks import Looks

_WALLS = frozenset({"blocked", "login_wall", "captcha"})


def wall_changes(looks: Looks) -> list[Change]:
    """`new_wall` and `page_gone`: once a product, however many of its pages show it."""
    found: dict[tuple[Kind, str], Change] = {}
    for key, series in looks:
        before, after = looks.telling(series)
        if not before or not after or before[-1].outcome != "ok":
            continue
        kind: Kind | None = (
            "new_wall" if after[-1].outcome in _WALLS else "page_gone" if after[-1].outcome == "not_found" else None
        )
        if kind is None:
            continue
        # Since when: the first of the looks that all showed it.
        first = after[-1]
        for look in reversed(after):
            if look.outcome != after[-1].outcome:
                break
            first = look
        product = looks.products.get(key, key)
        change = Change(
            kind=kind,
            subject=product,
            name=looks.names.get(product, ""),
            old=Side(value=before[-1].outcome, page_ids=(before[-1].page_id,), seen_at=before[-1].seen_at),
            new=Side(value=first.outcome, page_ids=(first.page_id,), seen_at=first.seen_at),
            urls=(first.url,),
            claims=looks.claims_of([key]),
            why=first.reason or "",
        )
        known = found.get((kind, product))
        found[kind, product] = change if known is None else looks.together(known, change)
    return list(found.values())
