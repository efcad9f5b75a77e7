"""The bulletin as JSON and as an Atom feed. Both are the same text for the same database.

Feed: RFC 4287. Its entries keep their ids from one bulletin to the next as long as the change is the same one, so that
a reader that has seen it does not show it again. Ids are URNs of name-based UUIDs (RFC 4122, version 5).
"""

from __future__ import annotations

import json
import os
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from pipelines.changes.change import Bulletin, Change, Side
from pipelines.export.changes_words import change_words, headline, lead, part, plain, sentence, value
from pipelines.export.words import Language
from pipelines.observation import utc

ATOM = "http://www.w3.org/2005/Atom"
_LONGEST_WHY = 2_000


def write_text(path: Path, text: str) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8", newline="\n", errors="replace")
    return draft.replace(path)


def as_json(bulletin: Bulletin) -> dict[str, Any]:
    """`{dataset, title, since, until, started, looks, counts, changes: [{kind, subject, part, name, shop, currency,
    old, new, urls, claims, why, text}]}`; a side is `{value, page_ids, seen_at}`.

    Amounts are decimal strings, times UTC.
    """
    return {
        "dataset": bulletin.dataset,
        "title": bulletin.title,
        "since": bulletin.since,
        "until": bulletin.until,
        "started": bulletin.started,
        "looks": dict(bulletin.looks),
        "counts": bulletin.counts,
        "changes": [
            {
                "kind": change.kind,
                "subject": change.subject,
                "part": change.part,
                "name": change.name,
                "shop": change.shop,
                "currency": change.currency,
                "old": _side(change.old),
                "new": _side(change.new),
                "urls": list(change.urls),
                "claims": list(change.claims),
                "why": change.why,
                "text": headline(change, "en"),
            }
            for change in bulletin.changes
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"value": side.value, "page_ids": list(side.page_ids), "seen_at": side.seen_at}


def json_text(bulletin: Bulletin) -> str:
    return json.dumps(as_json(bulletin), ensure_ascii=False, indent=2) + "\n"


def atom_text(bulletin: Bulletin, language: Language) -> str:
    """An Atom 1.0 document with one entry a change."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", change_words(language)["html_lang"])
    _add(feed, "id", _urn("daihuo", bulletin.dataset))
    _add(feed, "title", f"{bulletin.title} · {change_words(language)['bulletin']}")
    _add(feed, "subtitle", lead(bulletin, language))
    _add(feed, "updated", _rfc3339(bulletin.until))
    _add(feed, "generator", "daihuo")
    _add(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", "daihuo")
    for change in bulletin.changes:
        _entry(feed, bulletin, change, language)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written.decode("utf-8")


def _entry(feed: Any, bulletin: Bulletin, change: Change, language: Language) -> None:
    words = change_words(language)
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    same = (bulletin.dataset, change.kind, change.subject, change.part, change.currency or "", *change.new.page_ids)
    _add(entry, "id", _urn(*same))
    _add(entry, "title", headline(change, language))
    _add(entry, "updated", _rfc3339(change.new.seen_at or bulletin.until))
    for url in change.urls[:1]:
        if url.startswith(("http://", "https://")):
            etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=plain(url, 2_000))
    etree.SubElement(entry, f"{{{ATOM}}}category", term=change.kind, label=words["kind"][change.kind])
    told = [sentence(change.why, language)] if change.why else []
    for name, side in ((words["before"], change.old), (words["after"], change.new)):
        pages = " ".join(side.page_ids) or words["unseen"]
        told.append(f"{name}: {value(change, side, language)} · {side.seen_at or ''} · {words['evidence']} {pages}")
    if change.part:
        told.insert(0, f"{words['what']}: {part(change, language)}")
    content = _add(entry, "content", "\n".join(told))
    content.set("type", "text")


def _urn(*same: str) -> str:
    """The same texts give the same id; JSON tells where one ends, and has a form for every character."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(same))}"


def _add(parent: Any, name: str, text: str) -> Any:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    made.text = "\n".join(plain(line, _LONGEST_WHY) for line in text.split("\n"))
    return made


def _rfc3339(text: str) -> str:
    return utc(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
