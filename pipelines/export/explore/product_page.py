"""What the explorer shows of one product's reviews: read from the explorer's own database."""

from __future__ import annotations

import re
import sqlite3

from pipelines.export.explore.charts import bars
from pipelines.export.explore.rows import Row, one, rows
from pipelines.export.reviews import months_between

MOST_REVIEWS = 50
_MOST_CLUSTERS = 12
_MONTH = re.compile(r"\d{4}-\d\d")
_STARS = """
    SELECT CASE WHEN rating IS NULL OR rating = '' THEN 'none'
        ELSE CAST(ROUND(CAST(rating AS REAL) * 5 / COALESCE(NULLIF(CAST(rating_scale AS REAL), 0), 5)) AS INTEGER)
        END AS stars,
        COUNT(*) AS n FROM reviews WHERE product = ? GROUP BY stars ORDER BY stars
"""
_CLUSTERS = """
    SELECT c.cluster, c.reviews, c.products, c.review, SUBSTR(r.text, 1, 300) AS text
    FROM (SELECT cluster, COUNT(*) AS reviews, COUNT(DISTINCT product) AS products, MIN(review) AS review
        FROM repeated_texts WHERE cluster IN (SELECT cluster FROM repeated_texts WHERE product = ?) GROUP BY cluster) c
    LEFT JOIN reviews r ON r.id = c.review
    ORDER BY c.reviews DESC, c.cluster LIMIT ?
"""
_SIGNALS = """
    SELECT s.signal, s.value, COUNT(*) AS reviews FROM reviews r JOIN signals s ON s.review = r.id
    WHERE r.product = ? AND s.value IS NOT NULL GROUP BY s.signal, s.value ORDER BY s.signal, reviews DESC, s.value
"""


def product_page(connection: sqlite3.Connection, product: str) -> Row | None:
    """`product`, `stars`, `months`, `languages`, `clusters`, `signals`, `reviews` (the newest), `claims` whose pages
    show it, charts; None for an unknown product.
    """
    found = one(connection, "SELECT * FROM reviewed_products WHERE product = ?", [product])
    if found is None:
        return None
    stars = [(str(row["stars"]), row["n"]) for row in rows(connection, _STARS, [product])]
    months = rows(
        connection,
        "SELECT SUBSTR(date, 1, 7) AS month, COUNT(*) AS n FROM reviews WHERE product = ? AND date IS NOT NULL"
        " GROUP BY month ORDER BY month",
        [product],
    )
    by_month = _every_month([(row["month"], row["n"]) for row in months])
    signals = rows(connection, _SIGNALS, [product])
    names = dict.fromkeys(row["signal"] for row in signals)
    return {
        "product": found,
        "stars": stars,
        "months": by_month,
        "star_chart": bars(stars, "Reviews by stars"),
        "month_chart": bars(by_month, "Reviews by month"),
        "languages": rows(
            connection,
            "SELECT COALESCE(language, 'und') AS language, COUNT(*) AS n FROM reviews WHERE product = ?"
            " GROUP BY 1 ORDER BY n DESC, 1",
            [product],
        ),
        "clusters": rows(connection, _CLUSTERS, [product, _MOST_CLUSTERS]),
        "signals": [(name, [row for row in signals if row["signal"] == name][:6]) for name in names],
        "claims": _claims(connection, product),
        "reviews": rows(
            connection,
            "SELECT id, page_id, date, rating, rating_scale, title, text, follow_up_text, reply, verified, language"
            " FROM reviews WHERE product = ? ORDER BY date DESC, id LIMIT ?",
            [product, MOST_REVIEWS],
        ),
    }


def _claims(connection: sqlite3.Connection, product: str) -> list[Row]:
    """Claims one of whose addresses shows this product's reviews."""
    return rows(
        connection,
        """SELECT DISTINCT l.claim_id, l.role, v.verdict, c.product FROM looks l JOIN claims c ON c.id = l.claim_id
           LEFT JOIN verdicts v ON v.claim_id = l.claim_id
           WHERE l.url IN (SELECT o.url FROM offers o WHERE o.page_id IN
               (SELECT DISTINCT page_id FROM reviews WHERE product = :product
                UNION SELECT page_id FROM reviewed_products WHERE product = :product))
           ORDER BY l.claim_id, l.role""",
        {"product": product},
    )


def _every_month(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """With the months between that have no review; as given where a text is no month."""
    if not counts or not all(_MONTH.fullmatch(month) for month, _ in counts):
        return counts
    known = dict(counts)
    return [(month, known.get(month, 0)) for month in months_between(counts[0][0], counts[-1][0])]
