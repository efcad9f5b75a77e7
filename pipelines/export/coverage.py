"""What was seen and what was not: pages by outcome, scheduled addresses, values left unread."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from pipelines.database import Database
from pipelines.export.scrub import Scrubber
from pipelines.normalize.urls import host_of

Row = dict[str, Any]
_MOST_ISSUES = 60


def coverage(db: Database, scrub: Scrubber) -> dict[str, Any]:
    """Everything the report's chapter on coverage shows.

    `pages`: {host: {outcome: number}} · `outcomes`: all of them, in order · `total`, `first`, `last` ·
    `ledger`: rows of spider, state, reason, urls of the newest crawl · `issues`: rows of field, why, times ·
    `issues_left`: kinds of issue not shown · `read`: pages with what was looked for · `not_read`: (outcome, number) of
    the others · `caps`: (spider, cap, links left unasked) of the newest crawl
    """
    hosts: dict[str, dict[str, int]] = {}
    every: Counter[str] = Counter()
    for row in db.query("SELECT url, outcome, COUNT(*) AS n FROM pages GROUP BY url, outcome"):
        seen = hosts.setdefault(host_of(row["url"]) or row["url"][:60], {})
        seen[row["outcome"]] = seen.get(row["outcome"], 0) + row["n"]
        every[row["outcome"]] += row["n"]
    outcomes = sorted({outcome for seen in hosts.values() for outcome in seen}, key=lambda word: (word != "ok", word))
    span = next(iter(db.query("SELECT COUNT(*) AS n, MIN(fetched_at) AS first, MAX(fetched_at) AS last FROM pages")))
    issues = list(
        db.query("SELECT field, why, COUNT(*) AS times FROM issues GROUP BY field, why ORDER BY times DESC, field, why")
    )
    return {
        "pages": dict(sorted(hosts.items())),
        "outcomes": outcomes,
        "total": span["n"],
        "first": span["first"],
        "last": span["last"],
        "ledger": list(
            db.query(
                "SELECT spider, state, reason, COUNT(*) AS urls FROM ledger"
                " WHERE crawl = (SELECT MAX(crawl) FROM ledger)"
                " GROUP BY spider, state, reason ORDER BY spider, state, urls DESC, reason"
            )
        ),
        "issues": [{**issue, "why": scrub.mask(issue["why"] or "")} for issue in issues[:_MOST_ISSUES]],
        "issues_left": max(0, len(issues) - _MOST_ISSUES),
        "read": every["ok"],
        "not_read": [(outcome, n) for outcome, n in every.most_common() if outcome != "ok"],
        "caps": _caps(db),
    }


def _caps(db: Database) -> list[tuple[str, str, int]]:
    """What the caps of the dataset left unasked in the newest crawl."""
    newest = next(iter(db.query("SELECT left_out_json FROM crawls ORDER BY id DESC LIMIT 1")), None)
    left = json.loads(newest["left_out_json"] or "{}") if newest else {}
    return [(spider, cap, n) for spider, caps in sorted(left.items()) for cap, n in sorted(caps.items()) if n]
