"""The archive as one WACZ file (specification 1.1.1), which others can look through and check with their own tools.

The `wacz` package makes the index (CDXJ) and the data package; which pages there are, and their titles, we say.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

from crawler import VERSION
from crawler.evidence.members import mapped, pieces
from crawler.fetch.archive import read_record
from crawler.fetch.records import RESOURCE_PREFIX
from crawler.pages.decode import decode
from pipelines.errors import EvidenceBroken, PackageMissing
from pipelines.store import heads

TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_LONGEST_TITLE = 300

PAGES = """
    SELECT pages.id, pages.url, pages.fetched_at, pages.warc_file, pages.warc_offset, offers.name,
        (SELECT url FROM evidence WHERE page_id = pages.id AND kind = 'revisit') AS again
    FROM pages LEFT JOIN offers ON offers.page_id = pages.id
    WHERE pages.warc_file IS NOT NULL ORDER BY pages.fetched_at, pages.id
"""
WHOLE = """
    SELECT subject FROM seals WHERE kind = 'closed'
    EXCEPT SELECT subject FROM seals WHERE kind = 'record' AND note = 'cut'
"""


def write_wacz(connection: sqlite3.Connection, archive: Path, target: Path, title: str, about: str) -> int:
    """Write all of an archive into one file; how many pages it lists. Raises EvidenceBroken, PackageMissing."""
    try:
        from wacz.main import main
    except ImportError as error:
        raise PackageMissing('a WACZ needs the package wacz: pip install "daihuo[evidence]"') from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name)
        files = list(_readable(connection, archive, folder))
        if not files:
            raise EvidenceBroken(f"{archive} holds no archive file")
        count = _write_pages(folder / "pages.jsonl", connection, archive)
        made = folder / "made.wacz"
        said = [f"--title={title}", f"--desc={about}", f"--output={made}", "--copy-pages"]
        said += [f"--pages={folder / 'pages.jsonl'}", f"--log-directory={_logs(archive, folder)}"]
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            failed = main(["create", *said, *map(str, files)])
        if failed:
            raise EvidenceBroken(f"the WACZ could not be made: {told.getvalue().strip().splitlines()[-1]}")
        made.replace(target)
    return count


def _readable(connection: sqlite3.Connection, archive: Path, folder: Path) -> Iterator[Path]:
    """The archive's files; of those that a killed run may have left with a cut end, a copy of the whole records."""
    whole = {str(row[0]) for row in connection.execute(WHOLE)}
    for path in sorted(archive.glob("*.warc.gz")):
        if path.name in whole:
            yield path
            continue
        copy = folder / path.name
        with mapped(path) as data, copy.open("wb") as stream:
            for piece in pieces(data, 0):
                if piece.whole:
                    stream.write(data[piece.offset : piece.offset + piece.length])
        if copy.stat().st_size:
            yield copy


def _logs(archive: Path, folder: Path) -> Path:
    """What stands beside the archive: where the chain of seals stood, and what was timestamped."""
    logs = folder / "logs"
    logs.mkdir()
    for path in (archive / heads.NAME, *sorted((archive / heads.STAMPED).glob("*"))):
        if path.is_file():
            (logs / path.name).write_bytes(path.read_bytes())
    return logs


def _write_pages(path: Path, connection: sqlite3.Connection, archive: Path) -> int:
    """The list of pages, each at the address and time that its record has. Characters outside ASCII are escaped."""
    count = 0
    with path.open("w", encoding="ascii") as stream:
        stream.write(
            json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Pages", "daihuo": VERSION}) + "\n"
        )
        for page in _pages(connection.execute(PAGES), archive):
            stream.write(json.dumps(page) + "\n")
            count += 1
    return count


def _pages(
    rows: Iterable[tuple[str, str, str, str, int, str | None, str | None]], archive: Path
) -> Iterator[dict[str, str]]:
    for identity, url, fetched_at, file, offset, name, again in rows:
        try:
            record = read_record(archive / file, offset)
        except EvidenceBroken:
            continue
        address = again or record.url.removeprefix(RESOURCE_PREFIX["dom"])
        if address.startswith(("http://", "https://")):
            title = title_of(record.body, record.content_type) or name or url
            yield {"id": identity, "url": address, "ts": fetched_at, "title": title}


def title_of(body: bytes, content_type: str) -> str:
    """What an HTML page calls itself; empty when it does not."""
    decoded = decode(body, {"Content-Type": content_type}) if "html" in content_type else None
    found = TITLE.search(decoded.text) if decoded else None
    return " ".join(unescape(found.group(1)).split())[:_LONGEST_TITLE] if found else ""
