"""Questions with a name. Each row of an answer names a claim, page, product or review, which leads to its evidence.

Amounts are decimal strings; where they are put in order, or set against each other, it is as numbers, and only there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One canned query; `title` in English and Chinese."""

    name: str
    title: str
    about: str
    sql: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        name="dearest_against_official",
        title="Dearest against official · 比官方贵最多",
        about="Claims whose promoted price was compared with an official one, the greatest difference first.",
        sql="""
SELECT c.id AS claim_id, c.streamer, c.product, v.promoted_price, v.official_price, v.currency, v.per,
  ROUND((CAST(v.promoted_price AS REAL) / CAST(v.official_price AS REAL) - 1) * 100, 1) AS percent_dearer,
  v.verdict, v.confidence, v.compared_at
FROM verdicts v JOIN claims c ON c.id = v.claim_id
WHERE CAST(v.official_price AS REAL) > 0 AND v.promoted_price IS NOT NULL
ORDER BY percent_dearer DESC, c.id""",
    ),
    Question(
        name="before_and_after_the_broadcast",
        title="Price before and after the broadcast · 直播前后的价格",
        about="For each address of a claim: the last price seen before the broadcast, and the first one after it.",
        sql="""
WITH priced AS (SELECT * FROM looks WHERE price IS NOT NULL AND days IS NOT NULL),
before AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY claim_id, role, url ORDER BY days DESC, n DESC) AS k
  FROM priced WHERE days <= 0),
after AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY claim_id, role, url ORDER BY days, n) AS k
  FROM priced WHERE days > 0)
SELECT c.id AS claim_id, c.streamer, c.product, l.role, l.url,
  b.price AS price_before, b.days AS days_before, b.page_id AS page_before,
  a.price AS price_after, a.days AS days_after, a.page_id AS page_after,
  COALESCE(b.currency, a.currency) AS currency,
  CASE WHEN b.currency IS a.currency THEN ROUND(CAST(a.price AS REAL) - CAST(b.price AS REAL), 2) END AS rise
FROM (SELECT DISTINCT claim_id, role, url FROM priced) l
JOIN claims c ON c.id = l.claim_id
LEFT JOIN before b ON b.claim_id = l.claim_id AND b.role = l.role AND b.url = l.url AND b.k = 1
LEFT JOIN after a ON a.claim_id = l.claim_id AND a.role = l.role AND a.url = l.url AND a.k = 1
ORDER BY rise IS NULL, ABS(rise) DESC, c.id, l.role DESC, l.url""",
    ),
    Question(
        name="same_text_under_several_products",
        title="Same text under several products · 同一段文字出现在几个商品下",
        about="Clusters of alike reviews that more than one product has, the most products first. It says that "
        "texts are alike, not why.",
        sql="""
SELECT t.cluster, COUNT(DISTINCT t.product) AS products, COUNT(*) AS reviews, MIN(t.review) AS review,
  SUBSTR(MAX(CASE WHEN t.review = f.first THEN r.text END), 1, 200) AS text, MIN(t.date) AS first_date,
  MAX(t.date) AS last_date
FROM repeated_texts t JOIN reviews r ON r.id = t.review
JOIN (SELECT cluster, MIN(review) AS first FROM repeated_texts GROUP BY cluster
  HAVING COUNT(DISTINCT product) > 1) f ON f.cluster = t.cluster
GROUP BY t.cluster ORDER BY products DESC, reviews DESC, t.cluster""",
    ),
    Question(
        name="what_could_not_be_told",
        title="What could not be told · 判断不了的",
        about="Claims without an answer, with the reasons; claims that were not compared; pages that did not come "
        "as they should and addresses that were not asked, by reason.",
        sql="""
SELECT 'claim' AS what, c.id AS claim_id, c.product, v.verdict AS outcome, v.reasons_json AS reasons, 1 AS times,
  NULL AS page_id
FROM verdicts v JOIN claims c ON c.id = v.claim_id WHERE v.verdict = 'cannot_tell'
UNION ALL
SELECT 'claim', c.id, c.product, 'not compared', NULL, 1, NULL FROM claims c
WHERE NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.claim_id = c.id)
UNION ALL
SELECT 'page', NULL, NULL, p.outcome, p.reason, COUNT(*), MIN(p.id) FROM pages p WHERE p.outcome <> 'ok'
GROUP BY p.outcome, p.reason
UNION ALL
SELECT 'address', NULL, NULL, l.state, l.reason, COUNT(*), MIN(l.page_id) FROM ledger l
WHERE l.state IN ('refused', 'failed') GROUP BY l.state, l.reason
ORDER BY 1 DESC, 6 DESC, 2, 4, 5""",
    ),
    Question(
        name="words_against_the_pages",
        title="Words that the pages contradict · 与页面不符的说法",
        about="Claims whose own words were tested (lowest price, half price, the price before …) and contradicted.",
        sql="""
SELECT c.id AS claim_id, c.streamer, c.product, c.claim, v.claim_verdict, v.claim_text, v.claim_confidence, v.verdict
FROM verdicts v JOIN claims c ON c.id = v.claim_id WHERE v.claim_verdict = 'contradicted' ORDER BY c.id""",
    ),
    Question(
        name="streamers",
        title="Streamers and their claims · 主播与其说法",
        about="How the claims of each streamer came out.",
        sql="""
SELECT c.streamer, COUNT(*) AS claims, SUM(v.verdict IS 'dearer_at_streamer') AS dearer,
  SUM(v.verdict IS 'cheaper_at_streamer') AS cheaper, SUM(v.verdict IS 'consistent') AS consistent,
  SUM(v.verdict IS 'different_product') AS different_product, SUM(v.verdict IS 'cannot_tell') AS cannot_tell,
  SUM(v.verdict IS NULL) AS not_compared, MIN(c.id) AS claim_id
FROM claims c LEFT JOIN verdicts v ON v.claim_id = c.id GROUP BY c.streamer ORDER BY claims DESC, c.streamer""",
    ),
    Question(
        name="products_by_repeated_texts",
        title="Products and repeated texts · 商品与重复的评论",
        about="Products with at least five reviews, by the share of reviews whose text occurs more than once.",
        sql="""
SELECT product AS product_key, name, collected, claimed, mean_stars, repeated,
  ROUND(repeated * 100.0 / collected, 1) AS percent_repeated, platform_written, page_id
FROM reviewed_products WHERE collected >= 5 ORDER BY percent_repeated DESC, collected DESC, product""",
    ),
    Question(
        name="busiest_days",
        title="Days with most reviews · 评论最多的日子",
        about="Product and day with the most reviews, and that day's share of all the product's dated reviews.",
        sql="""
WITH days AS (SELECT product, SUBSTR(date, 1, 10) AS day, COUNT(*) AS reviews, MIN(id) AS review
  FROM reviews WHERE date IS NOT NULL GROUP BY product, day),
totals AS (SELECT product, SUM(reviews) AS dated FROM days GROUP BY product)
SELECT d.product AS product_key, d.day, d.reviews, ROUND(d.reviews * 100.0 / t.dated, 1) AS percent_of_dated, d.review
FROM days d JOIN totals t ON t.product = d.product WHERE d.reviews > 1
ORDER BY d.reviews DESC, d.product, d.day LIMIT 500""",
    ),
    Question(
        name="evidence_of_a_claim",
        title="Evidence of a claim · 一条说法的证据",
        about="Every archive record of every page that a claim rests on; give the claim's id.",
        sql="""
SELECT t.claim_id, GROUP_CONCAT(DISTINCT t.cited_by) AS cited_by, t.page_id, p.url, p.fetched_at, e.kind AS record,
  e.warc_file, e.warc_offset, e.sha256
FROM citations t JOIN pages p ON p.id = t.page_id LEFT JOIN evidence e ON e.page_id = p.id
WHERE t.claim_id = :claim GROUP BY t.page_id, e.n ORDER BY p.fetched_at, t.page_id, e.n""",
    ),
)
