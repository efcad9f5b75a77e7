"""A crawl of bombs (300 MiB unpacked each) and of bodies of 400 MB stays within 300 MB, its readers included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import wire_faults
from body_faults import LARGER, bomb
from certificates import make_certificates
from memory import Watch
from server import CASES, running
from test_every_fault import CONTROL, LAUNCH, ROOT, make_dataset, rows_of


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_bombs_and_endless_bodies_take_bounded_memory(tmp_path: Path) -> None:
    cases = [each for each in CASES if each.reason.startswith(LARGER) or each.name == CONTROL]
    assert len(cases) == 12 and wire_faults
    for coding in ("gzip", "deflate", "br", "zstd"):
        assert len(bomb(coding)) < 1_000_000
    with running(cases, make_certificates(tmp_path)) as server:
        dataset = make_dataset(tmp_path / "d", server, cases)
        command = [sys.executable, "-c", LAUNCH, "crawl", str(dataset), "--spider", "offers"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawl:
            watch = Watch(crawl.pid).start()
            code = crawl.wait(timeout=300)
            watch.stop()
        rows = rows_of(dataset, server)
    print(f"peak of each process in kB: {sorted(watch.peaks.values())}; together: {watch.together}")
    assert code == 4
    assert {row.state for name, row in rows.items() if name != CONTROL} == {"refused"} and len(rows) == 12
    assert 0 < watch.together < 300_000 and max(watch.peaks.values()) < 300_000
    assert sum(path.stat().st_size for path in (dataset / "build" / "archive").iterdir()) < 10_000_000
