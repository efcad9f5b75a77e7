"""From a verdict down to the bytes it rests on: findings, matches, offers and prices, pages, archive records.

Every archive record of every page is read again and hashed; what differs from what is stored is said.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crawler.fetch.archive import read_record
from crawler.fetch.records import sha256_hex
from pipelines.database import Database
from pipelines.errors import EvidenceBroken, InputMissing

Row = dict[str, Any]


def explain(db: Database, archive: Path, claim_id: str) -> Row:
    """`{claim, verdict, findings, matches, pages, unbroken}`; a page has its `offer`, `prices` and `records`, a record
    `found_sha256` and `matches`.

    Raises InputMissing for a claim that is not in the database, or not compared yet.
    """
    claim = _one(db, "SELECT * FROM claims WHERE id = ?", claim_id)
    if claim is None:
        known = [row["id"] for row in db.query("SELECT id FROM claims ORDER BY id LIMIT 20")]
        raise InputMissing(f"no claim {claim_id!r} was stored; stored are: {', '.join(known) or 'none'}")
    verdict = _one(db, "SELECT * FROM verdicts WHERE claim_id = ?", claim_id)
    if verdict is None:
        raise InputMissing(f"claim {claim_id} has no verdict yet: `daihuo compare` makes it")
    findings = [_read(row) for row in db.query("SELECT * FROM findings WHERE claim_id = ? ORDER BY n", [claim_id])]
    matches = [_read(row) for row in db.query("SELECT * FROM matches WHERE claim_id = ?", [claim_id])]
    verdict = _read(verdict)
    ids = [*verdict["page_ids"], *(page for row in findings for page in row["page_ids"])]
    ids += [row[name] for row in matches for name in ("promoted_page_id", "official_page_id")]
    pages = [page for page_id in dict.fromkeys(ids) if (page := _page(db, archive, page_id, matches)) is not None]
    return {
        "claim": claim,
        "verdict": verdict,
        "findings": findings,
        "matches": matches,
        "pages": pages,
        "unbroken": all(record["matches"] for page in pages for record in page["records"]),
    }


def _page(db: Database, archive: Path, page_id: str, matches: list[Row]) -> Row | None:
    page = _one(db, "SELECT * FROM pages WHERE id = ?", page_id)
    if page is None:
        return None
    promoted = {row["promoted_page_id"] for row in matches}
    official = {row["official_page_id"] for row in matches}
    page["side"] = "promoted" if page_id in promoted else "official" if page_id in official else "other"
    page["offer"] = _one(
        db,
        "SELECT name, brand, sku, gtin, shop, shop_official, shop_evidence, availability, currency, price, price_max,"
        " list_price, quantity_text, promotions_json FROM offers WHERE page_id = ?",
        page_id,
    )
    page["prices"] = list(
        db.query(
            "SELECT kind, amount, amount_max, currency, label, condition, text, variant, found_in, path, chosen"
            " FROM prices WHERE page_id = ? ORDER BY chosen IS NULL, rowid",
            [page_id],
        )
    )
    rows = db.query("SELECT * FROM evidence WHERE page_id = ? ORDER BY n", [page_id])
    page["records"] = [_record(archive, row) for row in rows]
    return page


def _record(archive: Path, row: Row) -> Row:
    found: Row = {name: row[name] for name in ("kind", "url", "warc_file", "warc_offset", "sha256")}
    try:
        record = read_record(archive / row["warc_file"], row["warc_offset"])
    except EvidenceBroken as error:
        return {**found, "record_id": None, "date": None, "found_sha256": None, "matches": False, "why": str(error)}
    digest = sha256_hex(record.body)
    same = digest == row["sha256"]
    return {
        **found,
        "record_id": record.warc_header("WARC-Record-ID"),
        "date": record.date,
        "found_sha256": digest,
        "matches": same,
        "why": "" if same else f"expected sha256 {row['sha256']}, found {digest}",
    }


def _one(db: Database, query: str, value: str) -> Row | None:
    return next(iter(db.query(query, [value])), None)


def _read(row: Row) -> Row:
    """The row with its JSON columns read, named without `_json`."""
    read = dict(row)
    for name in [name for name in read if name.endswith("_json")]:
        text = read.pop(name)
        read[name.removesuffix("_json")] = json.loads(text) if text else []
    return read
