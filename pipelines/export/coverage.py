"""What was seen and what was not: pages by outcome, scheduled addresses, values left unread."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from pipelines.export.scrub import Scrubber
from pipelines.normalize.urls import host_of

Row = dict[str, Any]
_MOST_ISSUES = 60


def coverage(db: Database, scrub: Scrubber) -> dict[str, Any]:
    """Everything the report's chapter on coverage shows.

    `pages`: {host: {outcome: number}} · `outcomes`: all of them, in order · `total`, `first`, `last` ·
    `ledger`: rows of spider, state, reason, urls of the newest crawl · `issues`: rows of field, why, times ·
    `issues_left`: kinds of issue not shown
    """
    hosts: dict[str, dict[str, int]] = {}
    for row in db.query("SELECT url, outcome FROM pages"):
        seen = hosts.setdefault(host_of(row["url"]) or row["url"][:60], {})
        seen[row["outcome"]] = seen.get(row["outcome"], 0) + 1
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
    }
