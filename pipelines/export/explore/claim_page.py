"""What the explorer shows of one claim, and of one stored page: read from the explorer's own database."""

from __future__ import annotations

import sqlite3
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup

from pipelines.export.explore.charts import Point, history, legend
from pipelines.export.explore.derived import days_between
from pipelines.export.explore.rows import Row, listed, mapped, one, rows

_PAGES = """
    SELECT p.id, p.url, p.fetched_at, p.outcome, p.reason, p.sha256, p.warc_file, p.warc_offset, p.renderer,
        GROUP_CONCAT(c.cited_by, ', ') AS cited_by,
        (SELECT COUNT(*) FROM evidence e WHERE e.page_id = p.id) AS records
    FROM citations c JOIN pages p ON p.id = c.page_id WHERE c.claim_id = ? GROUP BY p.id ORDER BY p.fetched_at, p.id
"""
_PRICES = """
    SELECT p.kind, p.amount, p.amount_max, p.currency, p.label, p.condition, p.found_in, p.path, p.chosen, p.variant
    FROM prices p WHERE p.page_id = ? ORDER BY p.n
"""


def claim_page(connection: sqlite3.Connection, claim_id: str) -> Row | None:
    """`claim`, `verdict`, `reasons`, `offers`, `findings`, `matches`, `pages`, `looks`, `chart`, `legend`; None for an
    unknown claim.
    """
    claim = one(connection, "SELECT * FROM claims WHERE id = ?", [claim_id])
    if claim is None:
        return None
    verdict = one(connection, "SELECT * FROM verdicts WHERE claim_id = ?", [claim_id])
    findings = rows(connection, "SELECT * FROM findings WHERE claim_id = ? ORDER BY n", [claim_id])
    for finding in findings:
        finding["parameters"] = mapped(finding["parameters_json"])
        finding["page_ids"] = listed(finding["page_ids_json"])
    matches = rows(connection, "SELECT * FROM matches WHERE claim_id = ? ORDER BY promoted_page_id", [claim_id])
    for match in matches:
        match["evidence"] = [item for item in listed(match["evidence_json"]) if isinstance(item, dict)]
    looks = rows(connection, "SELECT * FROM looks WHERE claim_id = ? ORDER BY n", [claim_id])
    pages = rows(connection, _PAGES, [claim_id])
    return {
        "claim": claim,
        "verdict": verdict,
        "reasons": listed(verdict["reasons_json"]) if verdict else [],
        "chain": [item for item in listed(verdict["chain_json"]) if isinstance(item, dict)] if verdict else [],
        "offers": _offers(connection, looks, [page["id"] for page in pages]),
        "findings": findings,
        "matches": matches,
        "pages": pages,
        "looks": looks,
        **_chart(claim, looks),
    }


def stored_page(connection: sqlite3.Connection, page_id: str) -> Row | None:
    """`page`, `records` with their seals, `offer`, `prices`, `claims` that rest on it, number of `reviews`."""
    page = one(connection, "SELECT * FROM pages WHERE id = ?", [page_id])
    if page is None:
        return None
    records = rows(
        connection,
        """SELECT e.*, s.n AS seal, s.content AS sealed, s.chain FROM evidence e
           LEFT JOIN seals s ON s.subject = e.warc_file AND s.warc_offset = e.warc_offset AND s.kind = 'record'
           WHERE e.page_id = ? ORDER BY e.n""",
        [page_id],
    )
    claims = rows(
        connection,
        """SELECT c.claim_id, GROUP_CONCAT(c.cited_by, ', ') AS cited_by, claims.product FROM citations c
           LEFT JOIN claims ON claims.id = c.claim_id WHERE c.page_id = ? GROUP BY c.claim_id ORDER BY c.claim_id""",
        [page_id],
    )
    counted = one(connection, "SELECT COUNT(*) AS n FROM reviews WHERE page_id = ?", [page_id])
    return {
        "page": page,
        "records": records,
        "offer": one(connection, "SELECT * FROM offers WHERE page_id = ?", [page_id]),
        "prices": rows(connection, _PRICES, [page_id]),
        "claims": claims,
        "reviews": counted["n"] if counted else 0,
        "faults": listed(page["faults_json"]),
    }


def _offers(connection: sqlite3.Connection, looks: list[Row], cited: list[str]) -> list[Row]:
    """One offer for each address of the claim: the look that the verdict rests on, else the newest with an offer."""
    best: dict[tuple[str, str], Row] = {}
    for look in looks:
        found = one(connection, "SELECT * FROM offers WHERE page_id = ?", [look["page_id"]])
        if found is None:
            continue
        place = (look["role"], look["url"])
        if place not in best or look["page_id"] in cited or best[place]["page_id"] not in cited:
            best[place] = {**found, "role": look["role"], "seen_at": look["seen_at"]}
    for offer in best.values():
        offer["prices"] = rows(connection, _PRICES, [offer["page_id"]])
        offer["promotions"] = [text for text in listed(offer["promotions_json"]) if isinstance(text, str)]
    return sorted(best.values(), key=lambda offer: (offer["role"] != "promoted", offer["url"]))


def _chart(claim: Row, looks: list[Row]) -> dict[str, Any]:
    """Prices over the days from the broadcast, or from the first look where its time is not known."""
    known = any(look["days"] is not None for look in looks)
    series: dict[tuple[str, str], list[Point]] = {}
    for look in looks:
        days = look["days"] if known else days_between(looks[0]["seen_at"], look["seen_at"])
        if days is not None:
            said = f"{look['seen_at']}: {look['price'] or look['outcome']} {look['currency'] or ''}".strip()
            point = Point(x=days, y=_number(look["price"]), said=said)
            series.setdefault((look["role"], look["url"]), []).append(point)
    named = [(f"{role}: {url}", points) for (role, url), points in sorted(series.items(), key=_promoted_first)]
    title = f"Price by days from {'the broadcast' if known else 'the first look'}, claim {claim['id']}"
    drawn = history(named, title, (0.0, "broadcast") if known else None)
    return {"chart": drawn, "legend": legend([name for name, _ in named]) if drawn else Markup()}


def _promoted_first(item: tuple[tuple[str, str], object]) -> tuple[bool, str]:
    role, url = item[0]
    return role != "promoted", url


def _number(text: str | None) -> float | None:
    """A price as a height in a chart, never as an amount."""
    try:
        return float(Decimal(text)) if text else None
    except InvalidOperation:
        return None
