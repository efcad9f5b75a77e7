"""What the dataset card says of the data, read from the database: where it is from, when, how much, what is missing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.corpus.summary import stated
from pipelines.database import Database

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

_REVIEWS = """
SELECT COUNT(*), COUNT(DISTINCT product), COALESCE(SUM(default_text), 0), COUNT(follow_up_text), COUNT(reply),
    COUNT(*) - COUNT(author_key) FROM reviews
"""
_HOSTS = """
SELECT CASE WHEN instr(r.product, '/') THEN substr(r.product, 1, instr(r.product, '/') - 1) ELSE r.product END AS host,
    COUNT(*) AS reviews, COUNT(DISTINCT r.product) AS products, COUNT(DISTINCT r.page_id) AS pages,
    MIN(p.fetched_at) AS first, MAX(p.fetched_at) AS last, MIN(r.date) AS oldest, MAX(r.date) AS newest
FROM reviews r JOIN pages p ON p.id = r.page_id GROUP BY 1 ORDER BY 1
"""
_ROBOTS = (
    "SELECT host, robots, COUNT(*) FROM ledger WHERE robots IS NOT NULL GROUP BY host, robots ORDER BY host, robots"
)
_CAPS = """
SELECT value, COUNT(*) FROM issues WHERE field = 'reviews' AND why = 'pages that the platform lists at most'
GROUP BY value ORDER BY value
"""
_METHODS = "SELECT language_method, COUNT(*) FROM reviews GROUP BY 1 ORDER BY 2 DESC, 1"
_CLUSTERS = """
SELECT COUNT(*), COALESCE(SUM(reviews), 0), COALESCE(SUM(products > 1), 0), COALESCE(MAX(reviews), 0) FROM clusters
"""
_COMPONENT = "SELECT COALESCE(MAX(n), 0) FROM (SELECT SUM(reviews) AS n FROM corpus_products GROUP BY component)"
_VERSIONS = (
    "SELECT version, sha256, reviews, made_at, daihuo, splits_json, parameters_json, changes_json FROM corpus_versions"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One host with reviews. Times are of its pages, dates of its reviews; `robots` says how its pages were allowed.

    role, licence  as dataset.toml says; empty where it says nothing
    """

    host: str
    name: str
    role: str
    licence: str
    reviews: int
    products: int
    pages: int
    first: str
    last: str
    oldest: str | None
    newest: str | None
    robots: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardVersion:
    """A version of the corpus as the card lists it; `changes` is empty for the first."""

    number: int
    sha256: str
    reviews: int
    made_at: str
    daihuo: str
    splits: dict[str, int]
    parameters: dict[str, Any]
    changes: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """All of it. Counts are of reviews unless they say otherwise.

    languages  BCP 47 → reviews, the most common first; `methods` likewise by how the language was told
    claimed    reviews that the pages of the products state, for the `stating` products that state a number;
               `collected` are the reviews here of the same products
    caps       a platform's own limit of pages → pages that state it
    component  reviews of the greatest group of products that share alike texts
    """

    title: str
    reviews: int
    products: int
    sources: tuple[Source, ...]
    languages: dict[str, int]
    methods: dict[str, int]
    claimed: int
    collected: int
    stating: int
    caps: dict[str, int]
    defaults: int
    follow_ups: int
    replies: int
    without_author: int
    clusters: int
    clustered: int
    across: int
    largest: int
    component: int
    versions: tuple[CardVersion, ...]

    @property
    def version(self) -> CardVersion | None:
        """The newest one."""
        return self.versions[-1] if self.versions else None

    @property
    def day(self) -> str:
        """When the newest version was made, else when the last page was fetched; a day."""
        when = self.version.made_at if self.version else max((source.last for source in self.sources), default="")
        return when[:10] or "1970-01-01"

    @property
    def citation(self) -> str:
        """One line that names the dataset, its version and the hash that identifies its content."""
        if self.version is None:
            return f"{self.title}, made with daihuo, {self.day}"
        return (
            f"{self.title}, version {self.version.number} of {self.day}, sha256 {self.version.sha256}, made with daihuo"
        )


def card_facts(dataset: Dataset, db: Database) -> CardFacts:
    """Read them; the same database gives the same facts."""
    one = db.conn.execute(_REVIEWS).fetchone()
    counts = dict(db.conn.execute("SELECT product, COUNT(*) FROM reviews GROUP BY product").fetchall())
    claims = {key: count for key, (_, count) in stated(db).items() if count}
    clusters, clustered, across, largest = db.conn.execute(_CLUSTERS).fetchone()
    return CardFacts(
        title=" ".join(dataset.title.split()),
        reviews=one[0],
        products=one[1],
        sources=tuple(_sources(dataset, db)),
        languages=_counted(db, "SELECT language, COUNT(*) FROM reviews GROUP BY 1 ORDER BY 2 DESC, 1"),
        methods=_counted(db, _METHODS),
        claimed=sum(claims.values()),
        collected=sum(counts.get(key, 0) for key in claims),
        stating=len(claims),
        caps=_counted(db, _CAPS),
        defaults=one[2],
        follow_ups=one[3],
        replies=one[4],
        without_author=one[5],
        clusters=clusters,
        clustered=clustered,
        across=across,
        largest=largest,
        component=db.conn.execute(_COMPONENT).fetchone()[0],
        versions=tuple(_version(row) for row in db.query(f"{_VERSIONS} ORDER BY version")),
    )


def _sources(dataset: Dataset, db: Database) -> list[Source]:
    robots: dict[str, list[tuple[str, int]]] = {}
    for host, said, count in db.conn.execute(_ROBOTS):
        robots.setdefault(_bare(host), []).append((said, count))
    found = []
    for row in db.query(_HOSTS):
        host = row.pop("host")
        shop = dataset.shop_of(f"https://{host}/")
        found.append(
            Source(
                host=host,
                name=shop.name if shop else "",
                role=shop.role if shop else "",
                licence=shop.licence if shop else "",
                robots=tuple(robots.get(_bare(host), ())),
                **row,
            )
        )
    return found


def _bare(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.")


def _counted(db: Database, query: str) -> dict[str, int]:
    return {str(name or ""): count for name, count in db.conn.execute(query)}


def _version(row: dict[str, Any]) -> CardVersion:
    return CardVersion(
        number=row["version"],
        sha256=row["sha256"],
        reviews=row["reviews"],
        made_at=row["made_at"],
        daihuo=row["daihuo"] or "",
        splits=json.loads(row["splits_json"]),
        parameters=json.loads(row["parameters_json"]),
        changes=json.loads(row["changes_json"] or "{}"),
    )
