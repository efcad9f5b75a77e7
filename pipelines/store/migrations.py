"""Opening a database: its tables are created, an older one is brought up to date, a newer one is refused.

A migration is appended, never changed. Each one asks whether its change is already there: a new database gets all of
`TABLES` from the first one, so that the later ones find nothing to do.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from pipelines.database import Database, DatabaseTable, Migrations
from pipelines.errors import DatabaseBusy, DatabaseUnusable, DiskFull
from pipelines.normalize.names import sql_name
from pipelines.store.corpus_tables import CORPUS_TABLES
from pipelines.store.presence import writers
from pipelines.store.schema import TABLES
from pipelines.store.seals import Seals, seal_what_is_there

BUSY_SECONDS = 30
_ROOM = 1024 * 1024

# Hot index pages are copied from the log into the file every 40 MB instead of every 4: a tenth less work a review.
# Twice as large as usual, they are half as many: another thirtieth. A database keeps the size that it began with.
_PRAGMAS = (
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA wal_autocheckpoint=5000",
    "PRAGMA cache_size=-32768",
)


class _DaihuoMigrations(Migrations):
    migrations_table = "_migrations"


MIGRATIONS = _DaihuoMigrations("daihuo")


def create_tables(db: Database, *names: str) -> None:
    """Create the named tables with their indexes, where absent."""
    for name in names:
        table = TABLES[name]
        if db[name].exists():
            continue
        if table.view:
            db.create_view(name, table.view)
            continue
        created = db.table(name).create(
            {column: kind for column, (kind, _) in table.columns.items()},
            pk=table.pk[0] if len(table.pk) == 1 else table.pk,
            foreign_keys=[(column, other, key) for column, (other, key) in table.foreign.items()],
            not_null=set(table.pk),
        )
        for index in table.indexes:
            created.create_index(index)


def add_columns(db: Database, name: str, *columns: str) -> None:
    """Add the named columns of a table, with their indexes, where absent; old rows have NULL there."""
    table: DatabaseTable = db.table(name)
    for column in columns:
        if column not in table.columns_dict:
            table.add_column(column, TABLES[name].columns[column][0])
    present = set(table.columns_dict)
    for index in TABLES[name].indexes:
        if present.issuperset(index):
            table.create_index(index, if_not_exists=True)


@MIGRATIONS(name="0001_first_tables")
def _first_tables(db: Database) -> None:
    create_tables(db, *TABLES)


@MIGRATIONS(name="0002_frontier")
def _frontier(db: Database) -> None:
    create_tables(db, "crawls", "shown")
    ledger: DatabaseTable = db.table("ledger")
    if "crawl" in ledger.columns_dict:
        return
    for index in ledger.indexes:
        if not index.name.startswith("sqlite_autoindex"):
            db.conn.execute(f"DROP INDEX {sql_name(index.name)}")
    add_columns(db, "ledger", *(name for name in TABLES["ledger"].columns if name not in ledger.columns_dict))
    db.conn.execute("UPDATE ledger SET crawl = '', asked = url")
    ledger.transform(pk=TABLES["ledger"].pk, not_null=set(TABLES["ledger"].pk))


@MIGRATIONS(name="0003_validators")
def _validators(db: Database) -> None:
    add_columns(db, "pages", "etag", "last_modified")


@MIGRATIONS(name="0004_faults")
def _faults(db: Database) -> None:
    add_columns(db, "pages", "faults_json")


@MIGRATIONS(name="0010_texts_as_said")
def _texts_as_said(db: Database) -> None:
    for name in ("offers", "reviews", "listing_items"):
        add_columns(db, name, "said_json")


@MIGRATIONS(name="0011_bought_date")
def _bought_date(db: Database) -> None:
    add_columns(db, "reviews", "bought_date")


@MIGRATIONS(name="0005_seals")
def _seals(db: Database) -> None:
    if not db["seals"].exists():
        create_tables(db, "seals")
        seal_what_is_there(db.conn)


@MIGRATIONS(name="0020_claims_tested")
def _claims_tested(db: Database) -> None:
    names = ("confidence", "coverage_json", "chain_json")
    add_columns(db, "verdicts", *names, "claim_verdict", "claim_text", "claim_confidence", "claim_tested_json")


@MIGRATIONS(name="0021_official_side")
def _official_side(db: Database) -> None:
    create_tables(db, "official_candidates", "official_evidence")
    add_columns(db, "claims", "official_site")


@MIGRATIONS(name="0022_complaints")
def _complaints(db: Database) -> None:
    create_tables(db, "complaints")


@MIGRATIONS(name="0024_review_history")
def _review_history(db: Database) -> None:
    create_tables(db, "review_pages", "review_versions", "review_history")
    add_columns(db, "reviews", "late_json")


@MIGRATIONS(name="0025_corpus_versions")
def _corpus_versions(db: Database) -> None:
    create_tables(db, *CORPUS_TABLES)


@MIGRATIONS(name="0026_signals_in_one_row")
def _signals_in_one_row(db: Database) -> None:
    if "signals" in db.view_names():
        return
    db.conn.execute("ALTER TABLE corpus_reviews RENAME TO corpus_reviews_before")
    db.conn.execute("ALTER TABLE signals RENAME TO signals_before")
    create_tables(db, "corpus_reviews", "signals")
    db.conn.execute(
        """INSERT INTO corpus_reviews (review, split, cluster, content, signals, signals_json)
           SELECT review, split, cluster, content, signals,
               (SELECT json_group_object(signal, json_array(value, json(evidence_json))) FROM signals_before
                WHERE signals_before.review = corpus_reviews_before.review)
           FROM corpus_reviews_before"""
    )
    for name in ("corpus_reviews_before", "signals_before"):
        db.table(name).drop()
    seals = Seals(db.conn)
    seals.touch_table("corpus_reviews")
    seals.append()


def open_database(path: Path) -> Database:
    """Open and upgrade. Durable (WAL, synchronous FULL), foreign keys held, waiting `BUSY_SECONDS` for another writer.

    Raises `DatabaseUnusable` for a newer database or another kind of file, `DiskFull` when no page can be written,
    `DatabaseBusy` when another process does not let go.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        db = Database(connection)
        upgrade(db, MIGRATIONS, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise database_error(error, path) from error
    except BaseException:
        connection.close()
        raise
    return db


def upgrade(db: Database, migrations: Migrations, path: Path) -> None:
    """Apply what is missing, in one transaction; refuse a database with migrations that this code does not know."""
    known = [step.name for step in migrations.pending(Database(memory=True))]
    newer = [step.name for step in migrations.applied(db) if step.name not in known]
    if newer:
        raise DatabaseUnusable(
            f"{path}: written by a newer daihuo: it has {', '.join(newer)}, expected nothing after {known[-1]}."
            " Install that version, or move the file away and ingest the archive again"
        )
    if not migrations.pending(db):
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
    except BaseException:
        db.rollback()
        raise
    db.commit()


def database_error(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """The error of ours that an SQLite error means; the error itself when it means none."""
    code = getattr(error, "sqlite_errorcode", 0)
    # A write-ahead log that cannot grow is an I/O error, not a full disk, to SQLite.
    no_room = (code & 0xFF) == sqlite3.SQLITE_IOERR and shutil.disk_usage(path.parent).free < _ROOM
    if code == sqlite3.SQLITE_FULL or no_room:
        return DiskFull(f"{path}: the disk is full; every page stored so far is kept. Free some space and run again")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        holders = ", ".join(str(writer) for writer in writers(path.parent)) or "another program"
        return DatabaseBusy(f"{path}: still locked after {BUSY_SECONDS} s by {holders}; let it finish and run again")
    if code == sqlite3.SQLITE_NOTADB:
        return DatabaseUnusable(f"{path}: expected an SQLite database, found another kind of file: move it away")
    return error
