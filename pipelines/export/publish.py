"""A dataset as one folder to hand on: tables, explorer, report in two languages, how to cite it, checksums.

All of it is written into a draft beside the folder, looked at once more, and put in place in one move: what stands
there is whole, or what stood there before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from pipelines.errors import InputMissing, LeakFound
from pipelines.export.explore.build import build_explorer
from pipelines.export.explore.source import leaks_of_words
from pipelines.export.leaks import refuse_secret
from pipelines.export.people import refuse_personal_data
from pipelines.export.pictures import Reader
from pipelines.export.report import write_report
from pipelines.export.tables import export_tables
from pipelines.store.read import open_read

if TYPE_CHECKING:
    from pipelines.dataset import Dataset

SUMS = "SHA256SUMS"
# A folder with these is a publication, and may be replaced by the next one.
_OURS = (SUMS, "CITATION.cff", "explorer.sqlite")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]+")
_EVIDENCE = (
    "| [`evidence/`](evidence/) | who checks: the archive as WACZ, the pages as they were, names of buyers included"
    " · 原始网页存档 |\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was written: the folder, SHA-256 by file, and whether it differs from what stood there."""

    folder: Path
    sums: dict[str, str]
    changed: bool


def publish(
    dataset: Dataset, to: Path, evidence: Callable[[Path], None] | None = None, reader: Reader | None = None
) -> Publication:
    """Write the folder `to`; `evidence` is given the folder that the archive goes into, when it is wanted;
    `reader` gives the archive's screenshots to the report.

    The same dataset gives the same bytes, but for the archive, whose container says when it was made.

    Raises `LeakFound` when personal data would be published, `InputMissing` without a database or when `to` holds
    something else. Nothing stands in `to` then that did not before.
    """
    _clear_left(to)
    _refuse_foreign(to)
    refuse_own_words(dataset)
    draft, old = (to.parent / f".{to.name}.{word}.{os.getpid()}" for word in ("draft", "old"))
    draft.mkdir(parents=True)
    try:
        _fill(dataset, draft, evidence, reader)
        sums = checksums(draft)
        (draft / SUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sums), encoding="utf-8", newline="\n")
        changed = not _same(draft / SUMS, to / SUMS) or checksums(to) != sums
        if changed:
            if to.exists():
                to.replace(old)
            draft.replace(to)
        return Publication(folder=to, sums=sums, changed=changed)
    finally:
        if old.exists() and not to.exists():
            old.replace(to)
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 by file, sorted; the file of checksums itself has none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != SUMS:
            with path.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def refuse_own_words(dataset: Dataset) -> None:
    """Raise `LeakFound` when what the dataset says of itself would give a telephone number or e-mail address away."""
    words = {name: getattr(dataset, name) for name in ("title", "description", "licence")}
    words |= {f"shops[{number}].name": shop.name for number, shop in enumerate(dataset.shops, start=1)}
    for name, text in words.items():
        found = leaks_of_words([text])
        if found:
            raise LeakFound(f"dataset.toml, {name}: {'; '.join(found)}. Nothing was published.")


def _fill(dataset: Dataset, draft: Path, evidence: Callable[[Path], None] | None, reader: Reader | None) -> None:
    built = build_explorer(dataset, draft)
    seen = _seen(dataset)
    texts = {
        "CITATION.cff": citation(dataset, seen),
        "README.md": _readme(dataset, seen, built.rows, with_evidence=evidence is not None),
    }
    for name, text in texts.items():
        (draft / name).write_text(text, encoding="utf-8", newline="\n")
    refuse_personal_data(dataset, draft)
    # Tables and reports are looked at by what writes them.
    export_tables(dataset, draft / "data")
    write_report(dataset, draft / "report.zh.html", "zh", reader)
    write_report(dataset, draft / "report.en.html", "en", reader)
    if evidence:
        # The archive holds what pages showed, names of buyers included; the key is in no page.
        (draft / "evidence").mkdir()
        evidence(draft / "evidence")
        refuse_secret(draft / "evidence", dataset.secret)


def _seen(dataset: Dataset) -> tuple[str, str]:
    """When the first and the newest page was seen; empty without pages."""
    db = open_read(dataset.database)
    try:
        first, last = db.conn.execute("SELECT MIN(fetched_at), MAX(fetched_at) FROM pages").fetchone()
    finally:
        db.close()
    return first or "", last or ""


def citation(dataset: Dataset, seen: tuple[str, str]) -> str:
    """`CITATION.cff`, Citation File Format 1.2.0 (https://doi.org/10.5281/zenodo.5171937).

    A string in JSON is one in YAML. The day is that of the newest page: the data are of then, whenever published.
    """
    title = _line(dataset.title) or dataset.name
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": title,
        "authors": [{"name": f"The makers of {title}"}],
    }
    if _line(dataset.description):
        said["abstract"] = _line(dataset.description)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", seen[1][:10]):
        said["date-released"] = seen[1][:10]
        said["version"] = seen[1][:10]
    licence = _spdx(dataset.licence)
    if licence:
        said["license"] = licence
    lines = []
    for name, value in said.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - name: {json.dumps(item['name'], ensure_ascii=False)}" for item in value)]
        else:
            lines.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _spdx(text: str) -> str | None:
    """The licence as its SPDX identifier, which the format asks for; None where it is none, or more than one."""
    try:
        found = str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None
    return found if re.fullmatch(r"[A-Za-z0-9.\-]+", found) and not found.startswith("LicenseRef-") else None


def _readme(dataset: Dataset, seen: tuple[str, str], rows: dict[str, int], *, with_evidence: bool) -> str:
    counted = [
        f"{rows[name]:,} {name}" for name in ("claims", "verdicts", "offers", "reviews", "pages") if name in rows
    ]
    text = files("pipelines.export").joinpath("templates", "publication.md").read_text(encoding="utf-8")
    return Template(text).substitute(
        title=_line(dataset.title),
        description=_line(dataset.description),
        licence=_line(dataset.licence),
        first=seen[0] or "–",
        last=seen[1] or "–",
        counts=", ".join(counted) + ".",
        evidence=_EVIDENCE if with_evidence else "",
    )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _clear_left(to: Path) -> None:
    """Remove what a killed process left beside the folder; what it had moved away and not replaced is moved back."""
    for path in sorted(to.parent.glob(".*.*.*")) if to.parent.is_dir() else []:
        name, _, process = path.name.rpartition(".")
        if name not in (f".{to.name}.draft", f".{to.name}.old") or not process.isdecimal() or _runs(int(process)):
            continue
        if name.endswith(".old") and not to.exists():
            path.replace(to)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _refuse_foreign(to: Path) -> None:
    if to.is_dir() and any(to.iterdir()) and not all((to / name).is_file() for name in _OURS):
        raise InputMissing(f"{to}: holds something that is no publication; expected a folder that is new, empty or one")
    if to.exists() and not to.is_dir():
        raise InputMissing(f"{to}: is a file; expected a folder")


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
