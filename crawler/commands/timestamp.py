"""`daihuo timestamp`: a service outside says when the evidence was there.

Beside `crawl` the only verb that asks a network.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from crawler.evidence.timestamps import newest_line, stamp_opentimestamps, stamp_rfc3161
from pipelines.dataset import load
from pipelines.errors import InputMissing


def run_timestamp(name: str, authority: str | None, calendars: Sequence[str], console: Console) -> int:
    """Ask the services named here, else those of dataset.toml. Raises InputMissing when neither names one."""
    dataset = load(name)
    asked = authority or ("" if calendars else dataset.evidence.rfc3161)
    calendars = calendars or (() if authority else dataset.evidence.opentimestamps)
    if not asked and not calendars:
        raise InputMissing(
            "which service? name one: --rfc3161 URL, --opentimestamps URL, or [evidence] in dataset.toml"
        )
    line = newest_line(dataset.archive)
    written = [stamp_rfc3161(line, asked)] if asked else []
    if calendars:
        written.append(stamp_opentimestamps(line, calendars))
    for path in written:
        console.print(f"{dataset.name}: {path}", highlight=False, soft_wrap=True)
    return 0
