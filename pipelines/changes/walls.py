"""Pages that could be read before and cannot now: walls that are new, and pages that are gone."""

from __future__ import annotations

from pipelines.changes.change import Change, Kind, Side
from pipelines.changes.looks import Looks

_WALLS = frozenset({"blocked", "login_wall", "captcha"})


def wall_changes(looks: Looks) -> list[Change]:
    """`new_wall` and `page_gone`: once a product, however many of its pages show it."""
    found: dict[tuple[Kind, str], Change] = {}
    still_shown = _still_shown(looks)
    for key, series in looks:
        before, after = looks.telling(series)
        if not before or not after or before[-1].outcome != "ok":
            continue
        kind: Kind | None = (
            "new_wall" if after[-1].outcome in _WALLS else "page_gone" if after[-1].outcome == "not_found" else None
        )
        product = looks.products.get(key, key)
        claims = looks.claims_of([key])
        # The last page of its reviews is gone when one of them is; the product is not.
        if kind is None or (kind == "page_gone" and not claims and product in still_shown):
            continue
        # Since when: the first of the looks that all showed it.
        first = after[-1]
        for look in reversed(after):
            if look.outcome != after[-1].outcome:
                break
            first = look
        change = Change(
            kind=kind,
            subject=product,
            name=looks.names.get(product, ""),
            old=Side(value=before[-1].outcome, page_ids=(before[-1].page_id,), seen_at=before[-1].seen_at),
            new=Side(value=first.outcome, page_ids=(first.page_id,), seen_at=first.seen_at),
            urls=(first.url,),
            claims=claims,
            why=first.reason or "",
        )
        known = found.get((kind, product))
        found[kind, product] = change if known is None else looks.together(known, change)
    return list(found.values())


def _still_shown(looks: Looks) -> set[str]:
    """Products that the newest look at one of their addresses shows."""
    last = ((key, looks.telling(series)[1]) for key, series in looks)
    return {looks.products[key] for key, after in last if after and after[-1].outcome == "ok" and key in looks.products}
