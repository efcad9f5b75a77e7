"""Witnesses outside: services that keep time say when the newest line of `seals.jsonl` was there.

The line is kept as a file of its own in `timestamps/` beside the archive, with the answers beside it: `.tsq` and `.tsr`
(RFC 3161, what `openssl ts -verify -data` reads) and `.ots` (OpenTimestamps, what `ots verify` reads).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.evidence.problem import Problem
from crawler.evidence.service import post
from pipelines.errors import InputMissing, PackageMissing, ServiceFailed
from pipelines.store import heads

MISSING = 'timestamps need packages that are not installed: pip install "daihuo[evidence]"'
Report = tuple[list[Problem], list[str]]


def newest_line(archive: Path) -> Path:
    """The file with the newest line, made where it is not there yet. Raises InputMissing when no run has ended yet."""
    lines = heads.read(archive)
    if not lines:
        raise InputMissing(f"{archive / heads.NAME} has no line yet: let a `daihuo crawl` or `ingest` end first")
    path = archive / heads.STAMPED / f"seals-{len(lines):04d}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(lines[-1] + b"\n")
    return path


def stamp_rfc3161(line: Path, url: str) -> Path:
    """Ask a time stamping authority; writes the question and the answer beside the line. Raises ServiceFailed."""
    with _packages():
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response
    request = TimestampRequestBuilder().data(line.read_bytes()).hash_algorithm(HashAlgorithm.SHA256).build()
    raw = post(url, request.as_bytes(), "application/timestamp-query")
    try:
        answer = decode_timestamp_response(raw)
        if answer.status > 1:
            raise ServiceFailed(f"{url} refused: status {answer.status} {', '.join(answer.status_string)}".strip())
        said = answer.tst_info
        fits = said.message_imprint.message == _digest(line) and said.nonce == request.nonce
    except ValueError as error:
        raise ServiceFailed(f"{url}: expected a time stamp (RFC 3161), found something else") from error
    if not fits:
        raise ServiceFailed(f"{url}: the time stamp is not about what was asked")
    line.with_name(f"{line.name}.tsq").write_bytes(request.as_bytes())
    target = line.with_name(f"{line.name}.tsr")
    target.write_bytes(raw)
    return target


def stamp_opentimestamps(line: Path, calendars: Sequence[str]) -> Path:
    """Ask calendars of OpenTimestamps; writes the proof beside the line. Raises ServiceFailed."""
    with _packages():
        from opentimestamps.core.op import OpAppend, OpSHA256
        from opentimestamps.core.serialize import BytesDeserializationContext, StreamSerializationContext
        from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp
    with line.open("rb") as stream:
        proof = DetachedTimestampFile.from_fd(OpSHA256(), stream)
    # A calendar learns the hash of the line with a number that nobody can guess, not of the line.
    asked = proof.timestamp.ops.add(OpAppend(os.urandom(16))).ops.add(OpSHA256())
    for url in calendars:
        raw = post(f"{url.rstrip('/')}/digest", asked.msg, "application/octet-stream")
        try:
            asked.merge(Timestamp.deserialize(BytesDeserializationContext(raw), asked.msg))
        except Exception as error:  # the package raises errors of many kinds for a malformed answer
            raise ServiceFailed(f"{url}: expected a proof of OpenTimestamps, found something else") from error
    target = line.with_name(f"{line.name}.ots")
    made = io.BytesIO()
    proof.serialize(StreamSerializationContext(made))
    target.write_bytes(made.getvalue())
    return target


def check_timestamps(archive: Path, lines: Sequence[bytes], roots: Path | None) -> Report:
    """What the time stamps say of the lines that they are about; a note for each that holds."""
    problems: list[Problem] = []
    notes: list[str] = []
    for path in sorted((archive / heads.STAMPED).glob("seals-*.json")):
        number = path.stem.removeprefix("seals-")
        there = lines[int(number) - 1] + b"\n" if number.isdigit() and 0 < int(number) <= len(lines) else None
        if path.read_bytes() != there:
            what = f"the line that was timestamped is not line {number} of {heads.NAME}"
            problems.append(Problem(part="timestamp", what=what, file=path.name))
        checks: tuple[tuple[str, Callable[[Path, Path], str]], ...] = (
            (".tsr", lambda line, stamp: _check_rfc3161(line, stamp, roots)),
            (".ots", _check_opentimestamps),
        )
        for suffix, check in checks:
            stamp = path.with_name(path.name + suffix)
            if not stamp.exists():
                continue
            try:
                notes.append(f"line {number} of {heads.NAME}: {check(path, stamp)}")
            except PackageMissing as error:
                notes.append(f"{stamp.name} was not checked: {error}")
            except ValueError as error:
                problems.append(Problem(part="timestamp", what=str(error), file=stamp.name))
    return problems, notes


def _check_rfc3161(line: Path, stamp: Path, roots: Path | None) -> str:
    """What a time stamp says. Raises ValueError when it is about something else, or not signed as it should be."""
    with _packages():
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    try:
        answer = decode_timestamp_response(stamp.read_bytes())
        said = answer.tst_info
    except ValueError as error:
        raise ValueError("no time stamp (RFC 3161) can be read") from error
    if said.message_imprint.message != _digest(line):
        raise ValueError("the time stamp is about something else than this line")
    when = said.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")
    if roots is None:
        return f"timestamped at {when}; by whom was not checked: name rfc3161_roots in dataset.toml"
    builder = VerifierBuilder()
    for certificate in _certificates(roots):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify(answer, _digest(line))
    except (VerificationError, ValueError) as error:
        raise ValueError(f"the time stamp is not signed by an authority of {roots.name}: {error}") from error
    return f"timestamped at {when} by an authority of {roots.name}"


def _certificates(roots: Path) -> list[Any]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return list(load_pem_x509_certificates(roots.read_bytes()))
    except (OSError, ValueError) as error:
        raise InputMissing(f"{roots}: expected a file with certificates (PEM)") from error


def _check_opentimestamps(line: Path, stamp: Path) -> str:
    """What a proof says. Raises ValueError when it is about something else. Bitcoin's blocks are not looked at."""
    with _packages():
        from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
        from opentimestamps.core.serialize import StreamDeserializationContext
        from opentimestamps.core.timestamp import DetachedTimestampFile
    try:
        proof = DetachedTimestampFile.deserialize(StreamDeserializationContext(io.BytesIO(stamp.read_bytes())))
    except Exception as error:  # the package raises errors of many kinds for a malformed file
        raise ValueError("no proof of OpenTimestamps can be read") from error
    if proof.file_digest != _digest(line):
        raise ValueError("the proof is about something else than this line")
    said = [attestation for _, attestation in proof.timestamp.all_attestations()]
    blocks = sorted(each.height for each in said if isinstance(each, BitcoinBlockHeaderAttestation))
    if blocks:
        return f"the proof names Bitcoin block {blocks[0]}; `ots verify` compares it with that block"
    waiting = sorted(each.uri for each in said if isinstance(each, PendingAttestation))
    return f"promised by {', '.join(waiting)}; `ots upgrade` fetches the proof"


def _digest(path: Path) -> bytes:
    return sha256(path.read_bytes()).digest()


@contextmanager
def _packages() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise PackageMissing(MISSING) from error
